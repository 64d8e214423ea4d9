"""What a stretch of words shares with the known terms."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from math import log2
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from termbase.harvest.candidates.reading import Piece
from termbase.harvest.candidates.values import Known
from termbase.harvest.candidates.words import words_of

# Words that two names of one thing may differ in.
_WEAK = re.compile("的|和|与|及|之|行为|活动|性质|问题|主义|者|人员|分子|项目|工作")
_FIGURES = re.compile("[0-9一二三四五六七八九十百届第]")
_SHORTEST_VARIANT = 4


class Parts(NamedTuple):
    """The longest known terms that a key ends and begins with, "" where none."""

    head: str
    modifier: str


class Shared:
    """The known terms, ready to be compared with."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._automaton = _automaton(key for key in known.terms if len(key) > 1)
        self._firsts: Counter[str] = Counter()
        self._lasts: Counter[str] = Counter()
        self._words: set[str] = set()
        self._pairs: Counter[str] = Counter()
        self._ends: Counter[str] = Counter()
        self._skeletons: dict[str, str] = {}
        for key in known.terms:
            self._learn(key)

    def _learn(self, key: str) -> None:
        words = [word.form.text for word in words_of(key)]
        self._firsts[words[0]] += 1
        self._lasts[words[-1]] += 1
        self._words.update(words)
        self._pairs.update(key[at : at + 2] for at in range(len(key) - 1))
        self._ends[key[-2:]] += 1
        self._ends[key[-1]] += 1
        for skeleton in _skeletons(key):
            self._skeletons.setdefault(skeleton, key)

    def places(self, key: str) -> list[tuple[int, int]]:
        """The spans of the known terms in a key, longest first from the left, none overlapping another."""
        if self._automaton is None:
            return []
        return [(start, end) for _, start, end in self._automaton.find_matches_as_indexes(key)]

    def cuts(self, key: str) -> list[int]:
        """For each offset of a key that lies inside a known term, which one (counted from 1); 0 for the others."""
        cuts = [0] * (len(key) + 1)
        for number, (start, end) in enumerate(self.places(key), 1):
            cuts[start + 1 : end] = [number] * (end - start - 1)
        return cuts

    def parts(self, key: str, piece: Piece) -> Parts:
        """What is known of its ends, at the edges of its words."""
        edges: list[int] = []
        at = 0
        for form in piece.forms[:-1]:
            at += len(form.text)
            edges.append(at)
        terms = self.known.terms
        head = next((key[edge:] for edge in edges if key[edge:] in terms), "")
        modifier = next((key[:edge] for edge in reversed(edges) if key[:edge] in terms), "")
        return Parts(head, modifier)

    def variant_of(self, key: str) -> str:
        """The known key that this one differs from in order or in words that say little; "" for none."""
        return next((self._skeletons[skeleton] for skeleton in _skeletons(key) if skeleton in self._skeletons), "")

    def signals(self, key: str, piece: Piece) -> Iterator[tuple[str, float]]:
        """What the known terms say of a piece; nothing where none are known."""
        if not self.known.terms:
            return
        forms = piece.forms
        yield "known: some", 1.0
        yield "known: begin so", log2(1 + self._firsts[forms[0].text]) / 3
        yield "known: end so", log2(1 + self._lasts[forms[-1].text]) / 3
        yield "known: last character", log2(1 + self._ends[key[-1]]) / 5
        yield "known: last two characters", log2(1 + self._ends[key[-2:]]) / 3
        known_words = sum(form.text in self._words for form in forms)
        yield "known: words", known_words / len(forms)
        pairs = [log2(1 + self._pairs[key[at : at + 2]]) for at in range(len(key) - 1)]
        yield "known: pairs", sum(pairs) / len(pairs) / 4
        yield "known: rarest pair", min(pairs) / 4
        yield "known: new pairs", pairs.count(0) / len(pairs)
        yield from self._signals_of_parts(key, piece)

    def _signals_of_parts(self, key: str, piece: Piece) -> Iterator[tuple[str, float]]:
        head, modifier = self.parts(key, piece)
        if head:
            yield "known head", 1.0
            yield "known head: share", len(head) / len(key)
        if modifier:
            yield "known modifier", 1.0
            yield "known modifier: share", len(modifier) / len(key)
        if head and modifier:
            yield "known head and modifier", 1.0
        if self.variant_of(key):
            yield "variant of a known term", 1.0


def _automaton(keys: Iterable[str]) -> AhoCorasick | None:
    patterns = sorted(keys)
    return AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest) if patterns else None


def _skeletons(key: str) -> list[str]:
    """What is the same in names that differ in the order of their characters or in words that say little."""
    if len(key) < _SHORTEST_VARIANT or _FIGURES.search(key):
        return []
    strong = _WEAK.sub("", key)
    return list(dict.fromkeys("".join(sorted(text)) for text in (key, strong) if len(text) >= _SHORTEST_VARIANT - 1))
