"""What a queue of any kind is to a reviewer: items in order, each shown on a card, and decisions on one of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.functional import Promise

from termbase import search
from termbase.models import CandidateExample, Example, Term
from termbase.text.normalise import normalise

Texts = Mapping[str, str]
"""What a form sent, by name."""
NEAR = 8


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence cut in three around the term, and where it stands: `place` is the passage's position."""

    before: str
    hit: str
    after: str
    document: str
    document_key: str
    number: str
    place: int


@dataclass(frozen=True, slots=True)
class Known:
    """A term that is known, with its equivalent and its concept's id and key."""

    text: str
    other: str
    concept: int
    key: str


@dataclass(frozen=True, slots=True)
class Near:
    """An entry that may be the same thing: its terms to use, in either language; `same` if it is written so."""

    concept: int
    key: str
    terms: Sequence[Term]
    same: bool


@dataclass(frozen=True, slots=True)
class Field:
    """What a reviewer may change before accepting; with `choices` one of these (value, label)."""

    name: str
    label: str
    value: str
    language: str = ""
    choices: Sequence[tuple[str, str | Promise]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that a reviewer wants to see of an item.

    `facts` are (name, value) pairs to read, `counts` (document, how often), `entry` is the concept's id, if it has one.
    """

    item: int
    text: str
    language: str
    facts: Sequence[tuple[str, str]] = ()
    badges: Sequence[str] = ()
    sentences: Sequence[Sentence] = ()
    counts: Sequence[tuple[str, int]] = ()
    known: Sequence[Known] = ()
    near: Sequence[Near] = ()
    fields: Sequence[Field] = field(default_factory=tuple)
    entry: int | None = None


class Work(Protocol):
    """How the items of a queue are decided one by one; all raise `NotAllowed`, `NotFound`, `Conflict`, `InvalidInput`.

    By its `filters` a reviewer may narrow the queue.
    """

    @property
    def filters(self) -> Mapping[str, str]:
        """Conditions by the name of the parameter."""

    def waiting(self, by: User) -> "QuerySet[Any]":
        """What waits for a decision of `by`, in the order in which it is shown."""

    def card(self, item: int) -> Card:
        """The item with this id, to be shown."""

    def accept(self, *, item: int, by: User, fields: Texts) -> None:
        """Accept it, with what the reviewer has changed of its fields."""

    def reject(self, *, item: int, by: User, reason: str) -> None:
        """Reject it."""

    def merge(self, *, item: int, into: str, by: User) -> None:
        """Make it part of the concept with the key `into`."""


def sentences(rows: Iterable[CandidateExample | Example]) -> list[Sentence]:
    """Examples, whose passages and documents have been fetched, ready to be shown."""
    found = []
    for row in rows:
        text, passage = row.passage.text, row.passage
        cut = text[row.sentence_start : row.start], text[row.start : row.end], text[row.end : row.sentence_end]
        document = passage.document
        number = passage.number or passage.get_kind_display()
        found.append(Sentence(*cut, document.cited_as, document.key, number, passage.position))
    return found


def near_entries(text: str, *, without: int | None = None) -> list[Near]:
    """The entries that `text` may be another form of, most like first, without that concept (id)."""
    query = search.Query(text[: search.MAX_QUERY], proposed=True, limit=NEAR)
    hits = [*search.lookup(query, record=False), *search.near(query)]
    once = {hit.concept.pk: hit for hit in reversed(hits) if hit.concept.pk != without}
    key = normalise(text)
    return [
        Near(
            concept=hit.concept.pk,
            key=hit.concept.key,
            terms=[*hit.source_terms[:2], *hit.target_terms[:1]],
            same=isinstance(hit.matched, Term) and hit.matched.key == key,
        )
        for hit in reversed(once.values())
    ][:NEAR]
