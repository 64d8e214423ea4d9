"""Recognition: which known terms stand in a text, and where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from termbase.models import Term
from termbase.text.normalise import Normalised, normalise_with_offsets
from termbase.vocabulary import Language, ReviewStatus


@dataclass(frozen=True, slots=True)
class Match:
    """A known term in a text.

    `start` and `end` are code-point offsets in the caller's text. `terms` are the ids of all terms of this key, more
    than one for a homograph. `nested` is true inside a longer match; `crossed` where another known term begins or ends
    in the middle of this one, as 法治 does in 国际法治 for 国际法, so that the reading is in doubt.
    """

    start: int
    end: int
    terms: tuple[int, ...]
    nested: bool = False
    crossed: bool = False


class Matcher:
    """One automaton over the keys of many terms; immutable, safe to share between threads."""

    def __init__(self, terms: Mapping[str, Iterable[int]]) -> None:
        """`terms` maps each matching key to the ids of the terms that have it; empty keys are passed over."""
        # Sorted patterns build twice as fast (measured at a million).
        self._keys = sorted(key for key in terms if key)
        self._terms = [tuple(terms[key]) for key in self._keys]
        self._automaton = AhoCorasick(self._keys, store_patterns=False)

    def find(self, text: str, *, nested: bool = False) -> list[Match]:
        """The matches in `text` by position, longest first where they overlap; with `nested` also those inside."""
        return self.find_normalised(normalise_with_offsets(text), nested=nested)

    def find_normalised(self, text: Normalised, *, nested: bool = False) -> list[Match]:
        """As `find`, for a text that is normalised already; offsets are still those of the original."""
        found = [
            (start, end, pattern)
            for pattern, start, end in self._automaton.find_matches_as_indexes(text.key, overlapping=True)
            if _stands_alone(text.key, start, end)
        ]
        found.sort(key=lambda match: (match[0] - match[1], match[0]))
        # owner[i]: which accepted match holds key[i]. No later match is longer than an accepted one, so one that
        # overlaps has its first or its last character inside.
        owner = [-1] * len(text.key)
        accepted: list[tuple[int, int, int]] = []
        inside: list[tuple[int, int, int]] = []
        crossed: set[int] = set()
        for start, end, pattern in found:
            first, last = owner[start], owner[end - 1]
            if first == last == -1:
                owner[start:end] = [len(accepted)] * (end - start)
                accepted.append((start, end, pattern))
            elif first == last:
                inside.append((start, end, pattern))
            else:
                crossed |= {first, last}
        matches = [
            Match(*text.span(start, end), self._terms[pattern], crossed=index in crossed)
            for index, (start, end, pattern) in enumerate(accepted)
        ]
        if nested:
            matches += [Match(*text.span(start, end), self._terms[p], nested=True) for start, end, p in inside]
        return sorted(matches, key=lambda match: (match.start, -match.end))


def chinese_matcher() -> Matcher:
    """The matcher over all Chinese terms of current concepts that are not rejected."""
    rows = (
        Term.objects.exclude(review_status=ReviewStatus.REJECTED)
        .filter(language__in=[Language.ZH_HANS, Language.ZH_HANT], concept__withdrawn_at=None)
        .values_list("key", "pk")
    )
    terms: dict[str, list[int]] = {}
    for key, pk in rows.iterator(chunk_size=10_000):
        terms.setdefault(key, []).append(pk)
    return Matcher(terms)


def _stands_alone(key: str, start: int, end: int) -> bool:
    """Whether a match that begins or ends with a Latin letter or digit does so at the edge of a word or number."""
    return not (
        (start > 0 and _in_word(key[start]) and _in_word(key[start - 1]))
        or (end < len(key) and _in_word(key[end - 1]) and _in_word(key[end]))
    )


def _in_word(character: str) -> bool:
    return character.isalnum() and character < "\u2e80"
