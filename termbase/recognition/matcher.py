"""Finding the keys of many terms in a text: the longest where they overlap, in time linear in the text.

No database here. A text comes normalised (`text.normalise.Normalised` for Chinese, `text.english.Words` for English);
both tell which places are whole words and lead from the key back to the caller's own text.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import NamedTuple, Protocol

from ahocorasick_rs import AhoCorasick, Implementation

from termbase.text.normalise import Place

# Building an automaton holds the interpreter lock, about 50 ms at this size. Several are a little slower to search than
# one: 30,000 characters among 440,000 keys took 4 ms in one automaton, 7.5 in four, 10 in seven.
SHARD = 50_000
_CHUNK = 20_000


class Text(Protocol):
    """A text ready for recognition."""

    @property
    def key(self) -> str:
        """What the patterns are looked for in."""

    def spans(self, places: Iterable[Place]) -> list[tuple[int, int]]:
        """The spans of the caller's text that places in the key came from."""

    def whole(self, places: Iterable[Place]) -> list[Place]:
        """The places that begin and end where words do."""


class Match(NamedTuple):
    """Known terms in a text; a named tuple, as a long text makes thousands.

    `start` and `end` are code-point offsets in the caller's text. `terms` are the ids of all terms of this key and
    `concepts` those of their concepts, side by side, more than one for a homograph. `nested` is true inside a longer
    match; `crossed` where another known term begins or ends in the middle of this one, as 法治 does in 国际法治 for
    国际法, so that the reading is in doubt.
    """

    start: int
    end: int
    terms: tuple[int, ...]
    concepts: tuple[int, ...]
    nested: bool = False
    crossed: bool = False


class Entry(NamedTuple):
    """A term to be found: its key, its id, its concept's, and whether it is approved (else it is proposed)."""

    key: str
    term: int
    concept: int
    approved: bool


class Index:
    """Automata over the keys of many terms, and which terms each key has; immutable.

    The tables are arrays, about 25 bytes a term.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Entries with an empty key are passed over."""
        self._first = array("I")
        self._terms = array("q")
        self._concepts = array("q")
        self._approved = bytearray()
        self._automata: list[AhoCorasick] = []
        keys: list[str] = []
        last = ""
        for key, term, concept, approved in _sorted(entries):
            if key != last:
                if len(keys) == SHARD:
                    self._build(keys)
                    keys = []
                keys.append(last := key)
                self._first.append(len(self._terms))
            self._terms.append(term)
            self._concepts.append(concept)
            self._approved.append(approved)
        self._build(keys)
        self._first.append(len(self._terms))
        self.all_approved = 0 not in self._approved

    def __len__(self) -> int:
        """How many terms it has."""
        return len(self._terms)

    def places(self, key: str) -> list[Place]:
        """All places of all patterns in `key`, also inside one another."""
        found: list[Place] = []
        for number, automaton in enumerate(self._automata):
            part = automaton.find_matches_as_indexes(key, overlapping=True)
            base = number * SHARD
            found += [(pattern + base, start, end) for pattern, start, end in part] if base else part
        return found

    def shown(self, places: list[Place], hidden: Set[int], *, proposed: bool) -> list[Place]:
        """The places of patterns with a term that is looked for: of a concept not `hidden`, approved or `proposed`."""
        if not hidden and (proposed or self.all_approved):
            return places
        patterns = {place[0] for place in places}
        wanted = {pattern for pattern in patterns if self.entries(pattern, hidden, proposed=proposed)}
        return places if len(wanted) == len(patterns) else [place for place in places if place[0] in wanted]

    def entries(self, pattern: int, hidden: Set[int], *, proposed: bool) -> list[tuple[int, int]]:
        """(term, concept) of the terms of a pattern that are looked for."""
        return [
            (self._terms[at], self._concepts[at])
            for at in range(self._first[pattern], self._first[pattern + 1])
            if self._concepts[at] not in hidden and (proposed or self._approved[at])
        ]

    def _build(self, keys: list[str]) -> None:
        if keys:
            # The default is a third as fast to search at these sizes, and takes more memory.
            made = AhoCorasick(keys, store_patterns=False, implementation=Implementation.ContiguousNFA)
            self._automata.append(made)


def _sorted(entries: Iterable[Entry]) -> Iterator[tuple[str, int, int, bool]]:
    """By key, as automata build fastest. In pieces: one long sort would hold the interpreter lock."""
    # Plain tuples: the garbage collector leaves them alone, and walks through every named one again and again.
    rows = ((key, term, concept, approved) for key, term, concept, approved in entries if key)
    chunks: list[list[tuple[str, int, int, bool]]] = []
    while chunk := list(islice(rows, _CHUNK)):
        chunk.sort()
        chunks.append(chunk)
    return merge(*chunks)


# Terms and concepts side by side; and by span of the key the overlay's pattern there.
_Columns = tuple[tuple[int, ...], tuple[int, ...]]
_Added = dict[tuple[int, int], int]
_NONE: _Columns = ((), ())


@dataclass(frozen=True, slots=True)
class Matcher:
    """The terms of a `base` but those of the `hidden` concepts (ids), with those of an `overlay`; immutable."""

    base: Index
    overlay: Index | None = None
    hidden: Set[int] = frozenset()

    def find(self, text: Text, *, nested: bool = False, proposed: bool = False) -> list[Match]:
        """The matches in `text` by position, longest first where they overlap; with `nested` also those inside."""
        found, more = self._places(text, proposed=proposed)
        if not nested:
            accepted, crossed = _longest(found)
            return self._matches(text, accepted, more, crossed=crossed, proposed=proposed)
        accepted, crossed, inside = _resolve(found, 0, len(text.key))
        matches = self._matches(text, accepted, more, crossed=crossed, proposed=proposed)
        matches += self._matches(text, inside, more, nested=True, proposed=proposed)
        return sorted(matches, key=lambda match: (match.start, -match.end))

    def everything(self, text: Text, *, proposed: bool = False) -> list[Match]:
        """All places of all terms, however they overlap, in no order; whether they are nested is not looked at."""
        found, more = self._places(text, proposed=proposed)
        return self._matches(text, found, more, proposed=proposed)

    def _matches(
        self,
        text: Text,
        places: list[Place],
        more: _Added,
        *,
        nested: bool = False,
        crossed: Set[Place] = frozenset(),
        proposed: bool,
    ) -> list[Match]:
        entries: dict[int, _Columns] = {}
        matches = []
        for place, (start, end) in zip(places, text.spans(places), strict=True):
            pattern = place[0]
            if more and place[1:] in more:
                columns = self._entries(pattern, more[place[1:]], proposed=proposed)
            elif (columns := entries.get(pattern, _NONE)) is _NONE:
                columns = entries[pattern] = self._entries(pattern, -1, proposed=proposed)
            matches.append(Match(start, end, *columns, nested, place in crossed))
        return matches

    def _places(self, text: Text, *, proposed: bool) -> tuple[list[Place], _Added]:
        """The places, one for each span, by end; and by span the pattern of the overlay that stands there.

        The pattern of a place that only the overlay has is -1.
        """
        found = text.whole(self.base.shown(self.base.places(text.key), self.hidden, proposed=proposed))
        more: _Added = {}
        if self.overlay is not None:
            extra = text.whole(self.overlay.shown(self.overlay.places(text.key), frozenset(), proposed=proposed))
            more = {(start, end): pattern for pattern, start, end in extra}
            known = {(start, end) for _, start, end in found}
            found += [(-1, *span) for span in more if span not in known]
        if more or len(self.base) > SHARD:
            found.sort(key=itemgetter(2))
        return found, more

    def _entries(self, pattern: int, added: int, *, proposed: bool) -> _Columns:
        """Terms and concepts of a pattern of the base and one of the overlay; -1 where there is none."""
        entries = self.base.entries(pattern, self.hidden, proposed=proposed) if pattern >= 0 else []
        if self.overlay is not None and added >= 0:
            entries = entries + self.overlay.entries(added, frozenset(), proposed=proposed)
        return tuple(term for term, _ in entries), tuple(concept for _, concept in entries)


def _longest(found: list[Place]) -> tuple[list[Place], set[Place]]:
    """The accepted places, and those of them that are crossed; `found` is by end.

    As `_resolve` has it, which is asked only where places cross: nearly all others lie inside a single longest one.
    """
    # Of the places with one start the last, as they are by end.
    longest = {place[1]: place for place in found}
    accepted: list[Place] = []
    crossed: set[Place] = set()
    ends: list[int] = []
    stretch: list[Place] = []
    reach = 0
    for start in [*sorted(longest), -1]:
        if stretch and not 0 <= start < reach:
            if len(stretch) == 1:
                accepted += stretch
            else:
                ends = ends or [place[2] for place in found]
                first = stretch[0][1]
                part = found[bisect_right(ends, first) : bisect_right(ends, reach)]
                some, doubtful, _ = _resolve(part, first, reach)
                accepted += some
                crossed |= doubtful
            stretch = []
        if start >= 0 and (not stretch or longest[start][2] > reach):
            stretch.append(longest[start])
            reach = longest[start][2]
    accepted.sort(key=itemgetter(1))
    return accepted, crossed


def _resolve(found: list[Place], start: int, end: int) -> tuple[list[Place], set[Place], list[Place]]:
    """The accepted places, those of them that another crosses, and those inside; all are within [start, end)."""
    # owner[i]: which accepted place holds key[start + i]. No later place is longer than an accepted one, so one that
    # overlaps has its first or its last character inside.
    owner = [-1] * (end - start)
    accepted: list[Place] = []
    inside: list[Place] = []
    refused: list[Place] = []
    for place in sorted(found, key=lambda place: (place[1] - place[2], place[1])):
        first, after = place[1] - start, place[2] - start
        owners = {owner[first], owner[after - 1]}
        if owners == {-1}:
            owner[first:after] = [len(accepted)] * (after - first)
            accepted.append(place)
        else:
            (inside if len(owners) == 1 else refused).append(place)
    # Only now: one that a longer place refused may also reach into a shorter one that was accepted after it.
    crossed: set[Place] = set()
    for _, first, after in refused:
        before, behind = owner[first - start], owner[after - 1 - start]
        if before >= 0 and accepted[before][1] < first:
            crossed.add(accepted[before])
        if behind >= 0 and after < accepted[behind][2]:
            crossed.add(accepted[behind])
    return accepted, crossed, inside
