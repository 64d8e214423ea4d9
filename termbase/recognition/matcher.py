"""Finding the keys of many terms in a text: the longest where they overlap, in time linear in the text.

No database here. A text comes normalised (`text.normalise.Normalised` for Chinese, `text.english.Words` for English);
both tell which places are whole words and lead from the key back to the caller's own text.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Set
from functools import partial
from heapq import merge
from itertools import islice, repeat
from operator import add, itemgetter
from typing import Any, NamedTuple, Protocol, cast

from ahocorasick_rs import AhoCorasick, Implementation

from termbase.recognition.overlaps import longest, resolve
from termbase.text.normalise import Place

# Building an automaton holds the interpreter lock: 50 ms of work at this size, 150 at twice. But several are slower to
# search than one: 30,000 characters among 230,000 keys took 1.1 ms in three, 1.4 in five, 2.2 in ten.
SHARD = 50_000
_CHUNK = 20_000
_REMEMBERED = 20_000


class Text(Protocol):
    """A text ready for recognition."""

    @property
    def key(self) -> str:
        """What the patterns are looked for in."""

    def spans(self, places: list[Place]) -> list[tuple[int, int]]:
        """Where the places of the key begin and end in the caller's text."""

    def whole(self, places: list[Place]) -> list[Place]:
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


# As `Match` itself, from all its values as one tuple, without a call of Python code for each.
_match = cast("Callable[[tuple[Any, ...]], Match]", partial(tuple.__new__, Match))
_pattern = itemgetter(0)


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
        self.is_sharded = len(self._automata) > 1
        """Whether the places of several automata follow each other."""

    def __len__(self) -> int:
        """How many terms it has."""
        return len(self._terms)

    def places(self, key: str) -> list[Place]:
        """All places of all patterns in `key`, also inside one another."""
        if len(self._automata) == 1:
            return self._automata[0].find_matches_as_indexes(key, overlapping=True)  # as most are: no copy
        found: list[Place] = []
        for number, automaton in enumerate(self._automata):
            part = automaton.find_matches_as_indexes(key, overlapping=True)
            base = number * SHARD
            found += [(pattern + base, start, end) for pattern, start, end in part] if base else part
        return found

    def entries(self, pattern: int, hidden: Set[int], *, proposed: bool) -> "_Columns":
        """Terms and concepts of a pattern that are looked for: of concepts not `hidden`, approved or `proposed`."""
        start, end = self._first[pattern], self._first[pattern + 1]
        terms, concepts = tuple(self._terms[start:end]), tuple(self._concepts[start:end])
        proposed = proposed or self.all_approved
        if proposed and hidden.isdisjoint(concepts):
            return terms, concepts
        wanted = [
            (term, concept)
            for term, concept, approved in zip(terms, concepts, self._approved[start:end], strict=True)
            if concept not in hidden and (proposed or approved)
        ]
        return tuple(term for term, _ in wanted), tuple(concept for _, concept in wanted)

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


class _Known(dict[int, _Columns]):
    """What is looked for under the patterns of an index, filled as they are met and emptied when it has grown."""

    def __init__(self, index: Index, hidden: Set[int], *, proposed: bool) -> None:
        super().__init__()
        self._index, self._hidden, self._proposed = index, hidden, proposed
        self.is_all = not hidden and (proposed or index.all_approved)
        """Whether something is looked for under every pattern."""

    def __missing__(self, pattern: int) -> _Columns:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[pattern] = columns = self._index.entries(pattern, self._hidden, proposed=self._proposed)
        return columns

    def shown(self, places: list[Place]) -> list[Place]:
        """The places of patterns under which something is looked for."""
        return places if self.is_all else [place for place in places if self[place[0]][0]]


def _known(index: Index, hidden: Set[int]) -> dict[bool, _Known]:
    """By whether proposed terms are looked for."""
    return {proposed: _Known(index, hidden, proposed=proposed) for proposed in (False, True)}


class Matcher:
    """The terms of a `base` but those of the `hidden` concepts (ids), with those of an `overlay`; immutable."""

    def __init__(self, base: Index, overlay: Index | None = None, hidden: Set[int] = frozenset()) -> None:
        self._base, self._overlay = base, Index(()) if overlay is None else overlay
        self._known = _known(self._base, hidden)
        self._extra = _known(self._overlay, frozenset())
        self._has_overlay = len(self._overlay) > 0

    def find(self, text: Text, *, nested: bool = False, proposed: bool = False) -> list[Match]:
        """The matches in `text` by position, longest first where they overlap; with `nested` also those inside."""
        found, more = self._places(text, proposed=proposed)
        if not nested:
            accepted, crossed = longest(found)
            return self._matches(text, accepted, more, crossed=crossed, proposed=proposed)
        accepted, crossed, inside = resolve(found, 0, len(text.key))
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
        known = self._known[proposed]
        columns = self._merged(places, more, proposed) if more else map(known.__getitem__, map(_pattern, places))
        found = map(add, text.spans(places), columns)
        if not crossed:
            return list(map(_match, map(add, found, repeat((nested, False)))))
        return [_match((*values, nested, place in crossed)) for place, values in zip(places, found, strict=True)]

    def _places(self, text: Text, *, proposed: bool) -> tuple[list[Place], _Added]:
        """The places, one for each span, by end; and by span the pattern of the overlay that stands there.

        The pattern of a place that only the overlay has is -1.
        """
        found = text.whole(self._known[proposed].shown(self._base.places(text.key)))
        more: _Added = {}
        if self._has_overlay and (extra := self._overlay.places(text.key)):
            extra = text.whole(self._extra[proposed].shown(extra))
            more = {(start, end): pattern for pattern, start, end in extra}
            there = {(start, end) for _, start, end in found}
            found += [(-1, *span) for span in more if span not in there]
        if more or self._base.is_sharded:
            found.sort(key=itemgetter(2))
        return found, more

    def _merged(self, places: list[Place], more: _Added, proposed: bool) -> Iterator[_Columns]:
        """Terms and concepts of places of the base, the overlay or both."""
        known, extra = self._known[proposed], self._extra[proposed]
        for pattern, start, end in places:
            terms, concepts = known[pattern] if pattern >= 0 else _NONE
            if (start, end) in more:
                added = extra[more[start, end]]
                terms, concepts = terms + added[0], concepts + added[1]
            yield terms, concepts
