"""Which concept of the termbase an entry of a file is: by its key, else by a pair of terms that both have."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from termbase.exchange import exporter
from termbase.exchange.entry import Entry
from termbase.models import Concept, Term
from termbase.text.languages import EN
from termbase.text.normalise import normalise
from termbase.vocabulary import ConflictReason, ReviewStatus

MOST_PAIRS = 400
"""Of one entry that are remembered, to know it again in the same file."""
MOST_ALIKE = 10


@dataclass(frozen=True, slots=True)
class Match:
    """An entry with the concept it is, or none; `current` is that as an entry.

    `doubts` say why it may be another concept after all; `alike` are keys of other concepts with terms of the entry.
    """

    entry: Entry
    concept: Concept | None
    current: Entry | None
    doubts: tuple[ConflictReason, ...]
    alike: tuple[str, ...]

    @property
    def certain(self) -> bool:
        """Whether the entry is this concept; else what is added as proposed becomes a concept of its own."""
        return not {*self.doubts} & {ConflictReason.OTHER_TERMS, ConflictReason.SEVERAL, ConflictReason.TWICE}


class Matcher:
    """Knows what it has met of a file, so that an entry that stands twice in it under two keys is seen.

    `renamed` are the keys that the termbase has for concepts that the file calls otherwise; relations follow them.
    With `lock`, concepts are locked to the end of the transaction.
    """

    def __init__(self, renamed: Mapping[str, str] | None = None, *, lock: bool = False) -> None:
        self._renamed = dict(renamed or {})
        self._lock = lock
        self._concepts: set[int] = set()
        self._pairs: set[int] = set()

    def match(self, batch: Sequence[Entry]) -> list[Match]:
        """The entries, in their order, with what they are in the termbase."""
        keys = [_Keys.of(entry) for entry in batch]
        by_key = _by_key([entry.key for entry in batch])
        sharing = _Sharing(keys)
        found = [_found(entry, own, by_key.get(entry.key), sharing) for entry, own in zip(batch, keys, strict=True)]
        concepts = self._read({concept for concept, _doubts in found if concept is not None})
        current = {entry.key: entry for entry in exporter.entries(Concept.objects.filter(pk__in=concepts))}
        matches = []
        for entry, own, (pk, doubts) in zip(batch, keys, found, strict=True):
            concept = concepts.get(pk or 0)
            now = current[concept.key] if concept else None
            doubts = [*doubts, *_doubts(entry, own, now), *self._twice(own, concept)]
            alike = tuple(key for key in sharing.alike(own) if concept is None or key != concept.key)
            if concept is not None and concept.key != entry.key:
                self._renamed[entry.key] = concept.key
            matches.append(Match(entry, concept, now, tuple(doubts), alike))
        return [replace(match, entry=self._following(match.entry)) for match in matches]

    def _read(self, pks: set[int]) -> dict[int, Concept]:
        rows = Concept.objects.filter(pk__in=pks).order_by("pk")
        return {concept.pk: concept for concept in (rows.select_for_update() if self._lock else rows)}

    def _twice(self, own: "_Keys", concept: Concept | None) -> list[ConflictReason]:
        pairs = own.pairs()
        met = not self._pairs.isdisjoint(pairs) or (concept is not None and concept.pk in self._concepts)
        self._pairs |= pairs
        if concept is not None:
            self._concepts.add(concept.pk)
        return [ConflictReason.TWICE] if met else []

    def _following(self, entry: Entry) -> Entry:
        if not any(relation.target in self._renamed for relation in entry.relations):
            return entry
        relations = (replace(r, target=self._renamed.get(r.target, r.target)) for r in entry.relations)
        return replace(entry, relations=tuple(dict.fromkeys(relations)))


@dataclass(frozen=True, slots=True)
class _Keys:
    """The matching keys of an entry's terms."""

    chinese: frozenset[str]
    english: frozenset[str]

    @classmethod
    def of(cls, entry: Entry) -> "_Keys":
        keys = [(term.language == EN, normalise(term.text)) for term in entry.terms]
        return cls(*(frozenset(key for is_english, key in keys if is_english is side) for side in (False, True)))

    def pairs(self) -> set[int]:
        """The first pairs, as hashes: there may be millions in a file."""
        pairs = product(sorted(self.chinese), sorted(self.english))
        return {hash(pair) for pair in islice(pairs, MOST_PAIRS)}


class _Sharing:
    """The concepts in use that have terms of a batch, rejected ones not counted."""

    def __init__(self, batch: Iterable[_Keys]) -> None:
        wanted = {key for keys in batch for key in keys.chinese | keys.english}
        rows = Term.objects.filter(key__in=wanted, concept__withdrawn_at=None)
        rows = rows.exclude(review_status=ReviewStatus.REJECTED)
        self._concepts: dict[tuple[bool, str], set[int]] = defaultdict(set)
        self._names: dict[int, str] = {}
        for pk, name, language, key in rows.values_list("concept_id", "concept__key", "language", "key"):
            self._concepts[language == EN, key].add(pk)
            self._names[pk] = name

    def having(self, keys: _Keys, *, english: bool) -> dict[int, int]:
        """How many of the terms of one language each concept has."""
        counts: dict[int, int] = defaultdict(int)
        for key in keys.english if english else keys.chinese:
            for pk in self._concepts.get((english, key), ()):
                counts[pk] += 1
        return counts

    def pairs(self, keys: _Keys) -> list[int]:
        """The concepts with a pair of the entry, those with most of its terms first, then by key."""
        chinese, english = (self.having(keys, english=side) for side in (False, True))
        both = chinese.keys() & english.keys()
        return sorted(both, key=lambda pk: (-chinese[pk] - english[pk], self._names[pk]))

    def alike(self, keys: _Keys) -> list[str]:
        """The keys of all that have any of its terms."""
        found = self.having(keys, english=False).keys() | self.having(keys, english=True).keys()
        return sorted(self._names[pk] for pk in found)[:MOST_ALIKE]


def _by_key(keys: Sequence[str]) -> dict[str, Concept]:
    return Concept.objects.in_bulk(keys, field_name="key")


def _found(
    entry: Entry, own: _Keys, named: Concept | None, sharing: _Sharing
) -> tuple[int | None, list[ConflictReason]]:
    """The id of the concept, and a doubt where it is one of several."""
    if named is not None:
        return _successor(entry, named), []
    pairs = sharing.pairs(own)
    return (pairs[0] if pairs else None), [ConflictReason.SEVERAL] if len(pairs) > 1 else []


def _successor(entry: Entry, concept: Concept) -> int:
    """The concept that stands for one which was merged; an entry that is out of use itself is what it was."""
    while concept.replaced_by is not None and not entry.withdrawn_at:
        concept = concept.replaced_by
    return concept.pk


def _doubts(entry: Entry, own: _Keys, current: Entry | None) -> list[ConflictReason]:
    if current is None:
        return []
    there = _Keys.of(current)
    shares = (own.chinese & there.chinese) or (own.english & there.english) or not current.terms
    doubts = [] if shares else [ConflictReason.OTHER_TERMS]
    return [*doubts, ConflictReason.WITHDRAWN] if current.withdrawn_at and not entry.withdrawn_at else doubts
