"""What a Chinese expression is likely to be in English, by aligned sentences: phrases that come where it comes.

For each phrase of the translations of the sentences with the expression, its share there is compared with its share in
other translations (log-likelihood ratio, T. Dunning 1993). What speaks for a phrase besides: its words come where the
pairs of characters of the expression come, in whatever sentences; and it is about as long as is to be expected.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, Protocol

from termbase.text.english import SEPARATOR, words
from termbase.text.normalise import normalise

LONGEST = 8
"""Content words of a phrase."""
MOST_PASSAGES = 20_000
"""Of all that are looked at; more would only take memory."""
MOST_SENTENCES = 200
"""With an expression; more tell nothing new."""
_SAMPLE = 4_000
_OF_A_PAIR = 150

# No phrase of interest begins or ends with these; of, and, for and their like may stand inside.
_FUNCTION_WORDS = frozenset({
    "a", "an", "the", "of", "and", "or", "in", "on", "to", "for", "by", "with", "from", "at", "as", "that", "which",
    "who", "whose", "this", "these", "those", "it", "its", "be", "is", "are", "was", "were", "been", "being",
    "have", "has", "had", "do", "does", "did", "will", "would", "shall", "should", "may", "might", "can", "could",
    "must", "not", "no", "nor", "than", "then", "there", "their", "they", "them", "he", "she", "his", "her", "we",
    "our", "us", "you", "your", "i", "my", "also", "such", "all", "any", "each", "other", "some", "more", "most",
    "into", "upon", "within", "between", "among", "through", "under", "over", "about", "against", "during",
    "before", "after", "above", "below", "both", "if", "when", "where", "while", "so", "but", "only", "own", "same",
    "very", "too", "s", "t", "per", "via", "including", "include", "regard", "concern", "relate",
})  # fmt: skip
# Chinese characters to a content word of English, and how far lengths spread, as official translations have them.
_CHARACTERS_TO_A_WORD = 2.1
_SPREAD = 0.6
# A longer phrase stands for one inside it where it comes so nearly as often, and is so nearly as likely.
_AS_OFTEN, _AS_LIKELY = 0.75, 0.6
_FAR_BEYOND_CHANCE = 10.0
# What a phrase is worth whose words go with none of the pairs of characters, beside one whose all do (1).
_UNSUPPORTED = 0.1


class Aligned(Protocol):
    """A sentence with its translation."""

    @property
    def text(self) -> str:
        """Chinese."""

    @property
    def translation(self) -> str:
        """English."""


class Equivalent(NamedTuple):
    """A phrase, in how many of the sentences' translations it stands, and how likely it is, 0 to 1."""

    english: str
    count: int  # type: ignore[assignment]
    score: float


class _Phrase(NamedTuple):
    surface: str
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Counted:
    """How many of some translations hold each phrase (by key)."""

    counts: Counter[str]
    size: int

    def share(self, phrase: str) -> float:
        return self.counts[phrase] / self.size if self.size else 0.0


def likely_equivalents(text: str, passages: Iterable[Aligned], *, most: int = 5) -> list[Equivalent]:
    """The likeliest English for `text`, best first, by aligned passages with it and without it."""
    return Parallel(passages).equivalents(text, most=most)


class Parallel:
    """Aligned passages, the first 20,000 of those given, to find equivalents of many expressions by."""

    def __init__(self, passages: Iterable[Aligned]) -> None:
        self._keys: list[str] = []
        self._translations: list[str] = []
        self._by_pair: dict[str, list[int]] = {}
        self._of_pairs: dict[str, _Counted] = {}
        for passage, at in zip(passages, range(MOST_PASSAGES), strict=False):
            self._keys.append(normalise(passage.text))
            self._translations.append(passage.translation)
            for pair in _pairs(self._keys[at]):
                self._by_pair.setdefault(pair, []).append(at)
        step = max(1, len(self._keys) // _SAMPLE)
        self._others = _counted(self._translations[::step], words_alone=False)

    def equivalents(self, text: str, *, most: int = 5) -> list[Equivalent]:
        """The likeliest English for `text`, best first; none where no passage has it."""
        key = normalise(text)
        found = [self._translations[at] for at in self._holding(key)[:MOST_SENTENCES]]
        inside = _counted(found, words_alone=False)
        least = 1 if len(found) < 3 else 2
        phrases = _by_key(found)
        scores = {
            name: score
            for name, count in inside.counts.items()
            if count >= least and (score := self._score(key, name, phrases[name][0].stems, inside)) > 0
        }
        chosen = _chosen(scores, inside.counts, most)
        return [Equivalent(_usual(phrases[name]), inside.counts[name], round(scores[name], 4)) for name in chosen]

    def _holding(self, key: str) -> list[int]:
        pairs = _pairs(key)
        rarest = min((self._by_pair.get(pair, []) for pair in pairs), key=len, default=range(len(self._keys)))
        return [at for at in rarest if key in self._keys[at]] if key else []

    def _score(self, key: str, name: str, stems: Sequence[str], inside: _Counted) -> float:
        content = [stem for stem in stems if _may_bound(stem)]
        association = _association(name, inside, self._others)
        if not association:
            return 0.0
        return association * _fits(key, len(content), inside.size) * (_UNSUPPORTED + self._support(key, content))

    def _support(self, key: str, stems: Sequence[str]) -> float:
        """How well the words go with the pairs of characters: the mean of what each says for the other."""
        pairs = [self._of_pair(pair) for pair in _pairs(key)]
        if not pairs:
            return 0.0
        by_word = [max(_beyond(stem, pair, self._others) for pair in pairs) for stem in stems]
        by_pair = [max(_beyond(stem, pair, self._others) for stem in stems) for pair in pairs]
        return (sum(by_word) / len(by_word) + sum(by_pair) / len(by_pair)) / 2

    def _of_pair(self, pair: str) -> _Counted:
        if pair not in self._of_pairs:
            where = self._by_pair.get(pair, [])
            step = max(1, len(where) // _OF_A_PAIR)
            self._of_pairs[pair] = _counted([self._translations[at] for at in where[::step]], words_alone=True)
        return self._of_pairs[pair]


def _pairs(key: str) -> set[str]:
    return {one + other for one, other in pairwise(key)} if len(key) > 1 else set()


def _counted(translations: Sequence[str], *, words_alone: bool) -> _Counted:
    counts: Counter[str] = Counter()
    for translation in translations:
        counts.update(_words(translation) if words_alone else _phrases(translation).keys())
    return _Counted(counts, len(translations))


def _by_key(translations: Sequence[str]) -> Mapping[str, list[_Phrase]]:
    found: dict[str, list[_Phrase]] = {}
    for translation in translations:
        for name, phrase in _phrases(translation).items():
            found.setdefault(name, []).append(phrase)
    return found


def _usual(phrases: Sequence[_Phrase]) -> str:
    return Counter(phrase.surface for phrase in phrases).most_common(1)[0][0]


def _association(name: str, inside: _Counted, others: _Counted) -> float:
    """0 to 1: the share of the sentences with the phrase, as far as it is more than by chance."""
    beyond = _beyond(name, inside, others)
    ratio = _log_likelihood(inside.counts[name], inside.size, others.counts[name], others.size) if beyond else 0.0
    return beyond * ratio / (ratio + _FAR_BEYOND_CHANCE)


def _beyond(name: str, inside: _Counted, others: _Counted) -> float:
    """How much larger the share of a phrase is than elsewhere."""
    return max(0.0, inside.share(name) - (others.counts[name] + 0.5) / (others.size + 1))


def _log_likelihood(count: int, size: int, elsewhere: int, others: int) -> float:
    """Dunning's G² of a two-by-two table: with and without the phrase, in the sentences and in the others."""
    together = (count + elsewhere) / (size + others)
    return 2 * (_log_share(count, size, together) + _log_share(elsewhere, others, together))


def _log_share(count: int, size: int, together: float) -> float:
    """The logarithm of how much likelier `count` of `size` is by its own share than by the common one."""
    cells = ((count, together), (size - count, 1 - together))
    return sum(number * math.log(number / (size * chance)) for number, chance in cells if number and chance > 0)


def _fits(key: str, length: int, sentences: int) -> float:
    """How well so many content words go with a Chinese expression of this length: 1 for what is expected.

    It says less the more sentences there are to say it.
    """
    expected = max(1.0, len(key) / _CHARACTERS_TO_A_WORD)
    spread = _SPREAD * (1 + math.log10(sentences))
    return math.exp(-0.5 * (math.log(length / expected) / spread) ** 2)


def _chosen(scores: Mapping[str, float], counts: Mapping[str, int], most: int) -> list[str]:
    """The best phrases, none inside another; each as long as it goes without losing much."""
    chosen: list[str] = []
    for name in sorted(scores, key=lambda name: (-scores[name], -len(name), name)):
        if len(chosen) == most:
            break
        if not any(_holds(one, name) or _holds(name, one) for one in chosen):
            longer = [
                other
                for other in scores
                if _holds(other, name)
                and counts[other] >= _AS_OFTEN * counts[name]
                and scores[other] >= _AS_LIKELY * scores[name]
            ]
            chosen.append(max([name, *longer], key=lambda other: (len(other.split(SEPARATOR)), scores[other], other)))
    return chosen


def _holds(longer: str, shorter: str) -> bool:
    return f"{SEPARATOR}{shorter}" in f"{SEPARATOR}{longer}"


@lru_cache(maxsize=5_000)
def _phrases(translation: str) -> Mapping[str, _Phrase]:
    """The phrases of a translation by key: up to so many words on end, without punctuation."""
    ready = words(translation)
    edges = sorted(ready.edges)
    # The part of a key that a word gives: one stem, two for some compounds written in one.
    parts = [ready.key[start:end] for start, end in pairwise(edges)]
    spans = ready.spans([(0, start, end) for start, end in pairwise(edges)])
    found: dict[str, _Phrase] = {}
    for first, part in enumerate(parts):
        if not _may_bound(part):
            continue
        content = 0
        for last in range(first, len(parts)):
            content += _may_bound(parts[last])
            if content > LONGEST or not _is_word(parts[last]):
                break
            if _may_bound(parts[last]):
                stems = tuple(parts[first : last + 1])
                found.setdefault("".join(stems), _Phrase(translation[spans[first][0] : spans[last][1]], stems))
    return found


@lru_cache(maxsize=20_000)
def _words(translation: str) -> frozenset[str]:
    ready = words(translation)
    return frozenset(part for start, end in pairwise(sorted(ready.edges)) if _may_bound(part := ready.key[start:end]))


def _is_word(part: str) -> bool:
    return part[:1].isalnum()


def _may_bound(part: str) -> bool:
    return _is_word(part) and not part[:1].isdecimal() and part.rstrip(SEPARATOR).lower() not in _FUNCTION_WORDS
