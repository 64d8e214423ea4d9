"""Translations with errors put into them on purpose, to measure what a check misses beside what it imagines.

An error takes a concept that a segment's source names and its translation renders, and spoils every rendering of it:
left out, replaced by another term of the termbase, by half of itself, by a form that is not to be used, or by the
source term itself. `inconsistent` renders a concept in one segment with another full form than its document does
elsewhere.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

KINDS = ("omitted", "other_term", "half", "deprecated", "untranslated")
INCONSISTENT = "inconsistent"
_SPOILT = 10
"""One segment in so many."""


@dataclass(frozen=True)
class Error:
    """What was done to a segment: `short` tells of the source term that it is one word or two characters."""

    kind: str
    concept: str
    short: bool


@dataclass(frozen=True)
class Pair:
    """A segment, with the error in it if there is one."""

    source: str
    target: str
    error: Error | None = None


class Seeder:
    """Spoils documents, the same ones in the same way each time."""

    def __init__(self, source: str, target: str, seed: int) -> None:
        from termbase.models import Term
        from termbase.text.languages import EXPANSIONS

        self._source, self._target = source, target
        self._random = random.Random(seed)
        terms = Term.objects.filter(
            language__in=EXPANSIONS[target], administrative_status="preferred", review_status="approved"
        )
        self._others = list(terms.order_by("pk").values_list("concept__key", "text"))

    def spoilt(self, document: list[tuple[str, str]]) -> list[Pair]:
        """The segments of a document (source, target), one in ten of them spoilt where that can be done."""
        pairs = [Pair(*pair) for pair in document]
        for at, pair in enumerate(pairs):
            if self._random.random() < 1 / _SPOILT:
                kind = self._random.choice(KINDS)
                pairs[at] = self._spoilt(pair, kind) or pair
        self._make_inconsistent(pairs)
        return pairs

    def _spoilt(self, pair: Pair, kind: str) -> Pair | None:
        """With an error of `kind`, or of any other where that is impossible here."""
        rendered = self._rendered(pair)
        self._random.shuffle(rendered)
        for attempt in (kind, *KINDS):
            for asked, items in rendered:
                words = self._instead(attempt, asked, items[0])
                if words is not None:
                    return Pair(pair.source, self._replaced(pair.target, items, words), _error(attempt, asked))
        return None

    def _rendered(self, pair: Pair) -> list[tuple[Any, list[Any]]]:
        """What the source names and the target renders: the source's item, and all the target's of the concept."""
        from termbase.recognition.texts import Job, recognise
        from termbase.vocabulary import PartOfSpeech

        (asked,), (there,) = (
            recognise(Job([pair.source], self._source)),
            recognise(Job([pair.target], self._target, nested=True)),
        )
        found = []
        for item in {item.concept.key: item for item in asked}.values():
            same = [other for other in there if other.concept.key == item.concept.key]
            spans = {(one.start, one.end) for one in asked if one.concept.key != item.concept.key}
            if same and item.term.part_of_speech == PartOfSpeech.NOUN and (item.start, item.end) not in spans:
                found.append((item, same))
        return found

    def _instead(self, kind: str, asked: Any, item: Any) -> str | None:
        """What is to stand for `item`; none where such an error cannot be made."""
        if kind == "omitted":
            return ""
        if kind == "untranslated":
            return str(asked.surface)
        if kind == "other_term":
            return str(self._random.choice([text for key, text in self._others if key != asked.concept.key]))
        if kind == "half":
            return _half(item.surface)
        wrong = [term.text for term in item.concept.terms_in(self._target) if term.is_deprecated]
        return self._random.choice(wrong) if wrong and not item.term.is_deprecated else None

    def _replaced(self, text: str, items: list[Any], words: str) -> str:
        end = len(text) + 1
        for item in sorted(items, key=lambda item: (-item.end, item.start)):
            # Of places inside each other the outer one.
            if item.end <= end:
                text = f"{text[: item.start]}{words}{text[item.end :]}"
                end = item.start
        return re.sub(r" {2,}", " ", text)

    def _make_inconsistent(self, pairs: list[Pair]) -> None:
        """In one segment, of a concept that the document renders in three and more with one and the same full form."""
        uses: dict[str, list[tuple[int, Any, list[Any]]]] = {}
        for at, pair in enumerate(pairs):
            if pair.error is None:
                for asked, items in self._rendered(pair):
                    uses.setdefault(asked.concept.key, []).append((at, asked, items))
        for key, places in sorted(uses.items()):
            counts = Counter(item.term.text for _, _, items in places for item in items)
            (usual, count), *_ = counts.most_common(1)
            at, asked, items = self._random.choice(places)
            others = [
                term.text
                for term in asked.concept.terms_in(self._target)
                if term.text != usual and not term.is_deprecated and term.term_type in ("full_form", "variant")
            ]
            if count >= 4 and len(counts) == 1 and others and pairs[at].error is None:
                words = self._random.choice(others)
                error = Error(INCONSISTENT, key, _error("", asked).short)
                pairs[at] = Pair(pairs[at].source, self._replaced(pairs[at].target, items, words), error)
                return


def _half(surface: str) -> str | None:
    """Without its first word or two characters; none for a name, which its last word may take up."""
    words = surface.split()
    if len(words) > 1:
        return None if words[-1][0].isupper() else " ".join(words[1:])
    return surface[2:] if len(surface) >= 4 and not surface.isascii() else None


def _error(kind: str, asked: Any) -> Error:
    from termbase.quality import is_short

    return Error(kind, asked.concept.key, is_short(asked.surface))


def documents(rows: list[list[str]], source: str) -> Iterator[list[tuple[str, str]]]:
    """The segments of each document (source, target), from lines of document, Chinese and English."""
    by_name: dict[str, list[tuple[str, str]]] = {}
    for name, zh, en in rows:
        by_name.setdefault(name, []).append((zh, en) if source == "zh" else (en, zh))
    yield from (by_name[name] for name in sorted(by_name))
