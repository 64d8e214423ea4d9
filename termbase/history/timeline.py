"""The history as people read it: what was done, row by row and field by field, in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from termbase.history.states import (
    MODELS,
    RowId,
    Step,
    Values,
    belongs,
    columns,
    ids_of,
    ids_of_document,
    step_of,
    steps,
)
from termbase.models import Activity, Concept, Document, FormerPassage, Passage, SubjectField, Term
from termbase.models.history import acting, current_activity
from termbase.text.edits import Piece, edits
from termbase.text.languages import language_of
from termbase.vocabulary import ActivityKind, RowChangeKind

PAGE_SIZE = 20
Result = TypeVar("Result")
# The head of a change says the concept, and that of an activity who proposed or reviewed, and when; of an example its
# passage says more than numbers.
_UNSAID = {"concept_id", "created_at", "proposed_by_id", "reviewed_at"} | {
    *("start", "end", "sentence_start", "sentence_end", "score"),
}
# Of a row that came or went, the title says these.
_TITLE = {"key", "text", "language", "relation_type", "target_id", "term_id", "reviewed_by_id", "document_id", "number"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after, in pieces of text; `language` is that of the text."""

    name: str
    before: list[Piece]
    after: list[Piece]
    language: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """What happened to a row: a `title` to know it by, its concept's key, and where it moved from or to."""

    kind: RowChangeKind
    what: str
    title: str
    language: str
    concept: str
    elsewhere: str
    fields: list[FieldChange]


@dataclass(frozen=True, slots=True)
class Event:
    """An activity in a timeline; `last` names the version that it left behind."""

    activity: Activity
    last: int
    changes: list[RowChange]
    undone_by: Activity | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of events, from 1, and whether there are earlier ones."""

    of: Concept | Document
    events: list[Event]
    page: int
    more: bool


def timeline(concept: Concept, asked: str = "") -> Timeline:
    """What was done to the concept and its parts, the latest first; `asked` is the page as a reader asks for it."""
    own = (step for step in steps(ids_of(concept.pk)) if _rows_of(step, concept.pk))
    return _page(concept, own, lambda step: _rows_of(step, concept.pk), concept.pk, asked)


def timeline_of_document(document: Document, asked: str = "") -> Timeline:
    """As `timeline`, what was done to the document and to its text."""
    own = steps(ids_of_document(document.pk))
    return _page(document, own, lambda step: step.before.keys() | step.after.keys(), None, asked)


def _page(
    of: Concept | Document,
    own: Iterator[Step],
    rows_of: Callable[[Step], Iterable[RowId]],
    seen_from: int | None,
    asked: str,
) -> Timeline:
    number = min(max(int(asked), 1), 100_000) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1
    first = (number - 1) * PAGE_SIZE
    found = list(islice(own, first, first + PAGE_SIZE + 1))
    names = Names(rows for step in found for rows in (step.before, step.after))
    undone = undone_by(step.activity for step in found)
    events = [
        Event(
            activity=step.activity,
            last=step.last,
            changes=_changes(step, rows_of(step), seen_from, names),
            undone_by=undone.get(step.activity.pk),
        )
        for step in found[:PAGE_SIZE]
    ]
    return Timeline(of, events, number, len(found) > PAGE_SIZE)


def told(step: Step) -> list[RowChange]:
    """Everything that a step did, concept by concept."""
    rows = step.before.keys() | step.after.keys()
    changes = _changes(step, rows, None, Names([step.before, step.after]))
    return sorted(changes, key=lambda change: change.concept)


def rehearse(do: Callable[[], Result]) -> tuple[Result, list[RowChange]]:
    """What `do` would return and write, found by doing it and taking it back."""
    # What `do` opens goes on with the activity opened here, which is how its number is known afterwards.
    with acting():
        result = do()
        current = current_activity()
        changes = told(step_of(current)) if current else []
        transaction.set_rollback(True)
    return result, changes


def undone_by(activities: Iterable[Activity]) -> dict[int, Activity]:
    """For those of the activities that are undone, by id, what undid them."""
    undoing = Activity.objects.filter(kind=ActivityKind.UNDO, of__in=list(activities))
    undoing = undoing.exclude(followed_by__kind=ActivityKind.UNDO).select_related("user").order_by("pk")
    return {activity.of_id: activity for activity in undoing if activity.of_id}


def _rows_of(step: Step, concept: int) -> set[RowId]:
    rows = step.before.keys() | step.after.keys()
    return {
        row for row in rows if belongs(row, step.before.get(row), concept) or belongs(row, step.after.get(row), concept)
    }


def _changes(step: Step, rows: Iterable[RowId], concept: int | None, names: "Names") -> list[RowChange]:
    order = list(MODELS)
    changes = []
    for row in sorted(rows, key=lambda row: (order.index(row[0]), row[1])):
        before, after = step.before.get(row), step.after.get(row)
        if before != after:
            changes.append(_change(row, before, after, concept, names))
    return changes


def _change(
    row: RowId, before: Values | None, after: Values | None, seen_from: int | None, names: "Names"
) -> RowChange:
    model = row[0]
    values = after or before or {}
    here, there = _places(row, before, after, seen_from)
    return RowChange(
        kind=_kind(before, after, seen_from),
        what=str(MODELS[model]._meta.verbose_name),
        title=names.title(model, values),
        language=_language(values, str(values.get("text", ""))),
        concept=names.of(Concept, here),
        elsewhere=names.of(Concept, there) if there else "",
        fields=[names.field(model, column, before, after) for column in _columns_to_say(model, before, after)],
    )


def _kind(before: Values | None, after: Values | None, seen_from: int | None) -> RowChangeKind:
    if before is None:
        return RowChangeKind.ADDED
    if after is None:
        return RowChangeKind.REMOVED
    if before.get("concept_id") == after.get("concept_id"):
        return RowChangeKind.CHANGED
    return RowChangeKind.MOVED_OUT if before.get("concept_id") == seen_from else RowChangeKind.MOVED_IN


def _places(
    row: RowId, before: Values | None, after: Values | None, seen_from: int | None
) -> tuple[int | None, int | None]:
    """The concept that a change is told of, and the other one that a row moved from or to."""
    if row[0] == "concept":
        return row[1], None
    old, new = ((values or {}).get("concept_id") for values in (before, after))
    if old is None or new is None or old == new:
        return new or old, None
    return (old, new) if old == seen_from else (new, old)


def _columns_to_say(model: str, before: Values | None, after: Values | None) -> list[str]:
    """Those that changed; of a row that came or went, those that say something."""
    fields = columns(model)
    if before is None or after is None:
        values = before or after or {}
        said = [column for column, field in fields.items() if values.get(column) not in (None, "", _default(field))]
        return [column for column in said if column not in _UNSAID | _TITLE]
    changed = [column for column in fields if before.get(column) != after.get(column)]
    return [column for column in changed if column not in _UNSAID] or changed


def _default(field: "models.Field[Any, Any]") -> Any:
    return None if callable(field.default) else field.get_default()


def _language(values: Values, text: str) -> str:
    return str(values.get("language") or language_of(text))


class Names:
    """What ids stand for, asked once for all rows to be told."""

    def __init__(self, told: Iterable[Mapping[RowId, Values]]) -> None:
        wanted: dict[type[models.Model], set[int]] = {}
        for rows in told:
            for (model, pk), values in rows.items():
                if model == "concept":
                    wanted.setdefault(Concept, set()).add(pk)
                for target, value in _references(model, values):
                    wanted.setdefault(target, set()).add(value)
        self._names = {model: _named(model, pks) for model, pks in wanted.items()}

    def of(self, model: type[models.Model], pk: int | None) -> str:
        """A short name of a row; its id where it is no longer there."""
        return "" if pk is None else self._names.get(model, {}).get(pk, f"#{pk}")

    def title(self, model: str, values: Values) -> str:
        """What a row with these values is known by."""
        if model == "conceptrelation":
            return f"{self.say(model, 'relation_type', values)} {self.say(model, 'target_id', values)}"
        if model == "example":
            return self.say(model, "term_id", values)
        if model == "documentversion":
            return f"{self.say(model, 'document_id', values)} · {values['number']}"
        texts = (values.get(name) for name in ("text", "text_zh", "text_en", "comment", "key"))
        return str(next(filter(None, texts), ""))

    def field(self, model: str, column: str, before: Values | None, after: Values | None) -> FieldChange:
        """A field before and after."""
        field = columns(model)[column]
        old, new = (self.say(model, column, values) for values in (before, after))
        prose = isinstance(field, models.TextField)
        pieces = edits(old, new) if prose and old and new else (_plain(old), _plain(new))
        language = _language(after or before or {}, new or old) if column == "text" else language_of(new or old)
        return FieldChange(field_name(model, column), *pieces, language if prose else "")

    def say(self, model: str, column: str, values: Values | None) -> str:
        """A value in words, in the language of the reader."""
        value = None if values is None else values.get(column)
        field = columns(model)[column]
        if value is None or value == "":
            return ""
        if field.remote_field is not None and isinstance(value, int):
            return self.of(field.remote_field.model, value)
        if isinstance(field, models.DateTimeField):
            moment = timezone.localtime(datetime.fromisoformat(value))
            return formats.date_format(moment, "Y-m-d H:i")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(dict(field.flatchoices).get(value, value))


def _plain(text: str) -> list[Piece]:
    return [Piece(text, False)] if text else []


def field_name(model: str, column: str) -> str:
    """What a field is called."""
    return str(columns(model)[column].verbose_name)


def _references(model: str, values: Values) -> Iterable[tuple[type[models.Model], int]]:
    for column, field in columns(model).items():
        if field.remote_field is not None and isinstance(values.get(column), int):
            yield field.remote_field.model, values[column]


def _named(model: type[models.Model], pks: Iterable[int]) -> Mapping[int, str]:
    rows: Any = model._default_manager.filter(pk__in=pks)
    if model is Concept:
        return dict(rows.values_list("pk", "key"))
    if model is User:
        return {user.pk: user.get_full_name() or user.get_username() for user in rows}
    if model is SubjectField:
        name = "name_zh" if (get_language() or "").startswith("zh") else "name_en"
        return dict(rows.values_list("pk", name))
    if model is Passage:
        former = FormerPassage.objects.filter(passage__in=pks).values_list("passage", "text")
        return {pk: text[:80] for pk, text in (*former, *rows.values_list("pk", "text"))}
    if model is Term:
        return {pk: text[:80] for pk, text in rows.values_list("pk", "text")}
    return {row.pk: str(row) for row in rows}
