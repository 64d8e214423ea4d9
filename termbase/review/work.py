"""What a queue of any kind is to a reviewer: items in order, each shown on a card, and decisions on one of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from termbase.errors import Conflict
from termbase.exchange.differences import Change
from termbase.history import undoing
from termbase.models import Activity, CandidateExample, Example, Term
from termbase.search.similar import similar
from termbase.text.languages import language_of

Texts = Mapping[str, str]
"""What a form sent, by name."""


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


@dataclass(frozen=True, slots=True)
class Way:
    """One of several ways to accept an item, with its own key; `changes` is what it would write."""

    name: str
    label: str | Promise
    key: str
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that a reviewer wants to see of an item.

    `facts` are (name, value) pairs to read, `counts` (document, how often), `entry` is the concept's id, if it has one.
    `language_of_sentences` is blank where they are in the item's own. Without `ways` there is one way to accept it.
    `seen` is sent with what is accepted: what the reviewer had before them. `accepting` and `rejecting` say what these
    mean here, where it is something else.
    """

    item: int
    text: str
    language: str
    facts: Sequence[tuple[str, str]] = ()
    badges: Sequence[str] = ()
    sentences: Sequence[Sentence] = ()
    language_of_sentences: str = ""
    counts: Sequence[tuple[str, int]] = ()
    known: Sequence[Known] = ()
    near: Sequence[Near] = ()
    fields: Sequence[Field] = field(default_factory=tuple)
    entry: int | None = None
    changes: Sequence[Change] = ()
    ways: Sequence[Way] = ()
    seen: str = ""
    accepting: str | Promise = ""
    rejecting: str | Promise = ""
    can_merge: bool = True


class Work(Protocol):
    """How the items of a queue are decided one by one; all raise `NotAllowed`, `NotFound`, `Conflict`, `InvalidInput`.

    By its `filters` a reviewer may narrow the queue. `reasons` are those that most rejections have; where there are
    none, a rejection needs none.
    """

    @property
    def reasons(self) -> Sequence[str | Promise]:
        """What a number key gives as the reason of a rejection."""

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

    def undo(self, *, item: int, step: int | None, by: User) -> None:
        """Take a decision back; `step` is the activity that it was, None where it wrote nothing that is recorded."""


class Recorded:
    """Decisions that are steps of the history, and are undone with it."""

    def undo(self, *, item: int, step: int | None, by: User) -> None:
        """All of it or nothing."""
        undo_step(step, by)


def undo_step(step: int | None, by: User) -> None:
    """Take an activity back, all of it or nothing. Raises `Conflict`."""
    if step is None:
        raise Conflict(_("There is nothing to undo."))
    undoing.undo_wholly(activity=Activity.objects.get(pk=step), by=by)


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
    hits = similar(text, source=language_of(text), apart_from=without)
    return [
        Near(
            concept=hit.concept.pk,
            key=hit.concept.key,
            terms=[*hit.source_terms[:2], *hit.target_terms[:1]],
            same=hit.match == "exact",
        )
        for hit in hits
    ]
