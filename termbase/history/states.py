"""What rows were at any time: what they are now, led back through their revisions.

A row is named by its model and id, and told as its columns in the form that JSON has of them. Only what is recorded is
told (`recorded_fields`): no keys, n-grams or versions.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db import models
from django.db.models import F
from django.db.models.functions import JSONObject

from termbase.models import (
    Activity,
    Candidate,
    Concept,
    ConceptRelation,
    Definition,
    Document,
    DocumentVersion,
    Example,
    FailedLookup,
    Revision,
    SubjectField,
    Suggestion,
    Term,
    Waiver,
)
from termbase.models.history import recorded_fields

RowId = tuple[str, int]
Values = Mapping[str, Any]
Rows = dict[RowId, Values]

PARTS: tuple[type[models.Model], ...] = (Term, Definition, ConceptRelation)
"""What a concept consists of, beside itself; each has a `concept_id`."""
_KEPT: tuple[type[models.Model], ...] = (
    *(SubjectField, Document, DocumentVersion),
    *(Example, Suggestion, Candidate, Waiver, FailedLookup),
)
_RECORDED: tuple[type[models.Model], ...] = (Concept, *PARTS, *_KEPT)
MODELS = {str(model._meta.model_name): model for model in _RECORDED}
"""All that the history is kept of, by the name that revisions give it."""


@dataclass(frozen=True, slots=True)
class Step:
    """What an activity did to rows: their values before and after it, without the rows that were not there.

    `last` is the last of its revisions of these rows; they were as `after` says when it was written.
    """

    activity: Activity
    last: int
    before: Rows
    after: Rows


@lru_cache
def columns(model: str) -> "dict[str, models.Field[Any, Any]]":
    """The recorded fields of a model by column."""
    return {str(field.column): field for field in recorded_fields(MODELS[model])}


def rows_now(ids: Iterable[RowId]) -> Rows:
    """Those of the rows that are there."""
    found: Rows = {}
    for model, group in groupby(sorted(ids), key=lambda row: row[0]):
        told = JSONObject(**{column: F(field.attname) for column, field in columns(model).items()})
        keys = [pk for _model, pk in group]
        rows = MODELS[model]._default_manager.filter(pk__in=keys).order_by().values_list("pk", told)
        found |= {(model, pk): _normal(model, values) for pk, values in rows}
    return found


def ids_of(concept: int) -> set[RowId]:
    """The concept, its parts, and all that were once parts of it."""
    ids: set[RowId] = {("concept", concept)}
    for model in PARTS:
        pks = model._default_manager.filter(concept_id=concept).values_list("pk", flat=True)
        ids |= {(str(model._meta.model_name), pk) for pk in pks}
    names = [str(model._meta.model_name) for model in PARTS]
    return ids | set(Revision.objects.filter(left=concept, model__in=names).values_list("model", "row"))


def ids_of_document(document: int) -> set[RowId]:
    """The document and the versions of its text."""
    versions = DocumentVersion.objects.filter(document=document).values_list("pk", flat=True)
    return {("document", document), *(("documentversion", pk) for pk in versions)}


def belongs(row: RowId, values: Values | None, concept: int) -> bool:
    """Whether a row with these values is the concept or a part of it."""
    return values is not None and (row == ("concept", concept) or values.get("concept_id") == concept)


def concept_now(concept: int) -> Rows:
    """The concept and its parts."""
    return {row: values for row, values in rows_now(ids_of(concept)).items() if belongs(row, values, concept)}


def concept_at(concept: int, revision: int) -> Rows:
    """The concept and its parts as they were when the revision had been written; empty before there was one."""
    rows = rows_at(ids_of(concept), revision)
    return {row: values for row, values in rows.items() if belongs(row, values, concept)}


def rows_at(ids: Collection[RowId], revision: int) -> Rows:
    """Those of the rows that were there when the revision had been written, as they were then."""
    rows = rows_now(ids)
    for later in _revisions(ids).filter(pk__gt=revision):
        _go_back(rows, later)
    return rows


def steps(ids: Collection[RowId]) -> Iterator[Step]:
    """All that was done to the rows, the latest first."""
    rows = rows_now(ids)
    revisions = _revisions(ids).select_related("activity__user", "activity__of")
    for _pk, group in groupby(revisions.iterator(), key=lambda revision: revision.activity_id):
        yield _step(rows, list(group))


def reason_of_withdrawal(concept: Concept) -> str:
    """Why a concept is out of use, in the words of who withdrew it; empty where none were given."""
    withdrawn = _revisions({("concept", concept.pk)}).filter(changes__has_key="withdrawn_at")
    return withdrawn.values_list("activity__reason", flat=True).first() or ""


def step_of(activity: Activity, ids: Collection[RowId] | None = None) -> Step:
    """What an activity did, to these rows or to all."""
    own = Revision.objects.filter(activity=activity)
    touched = set(own.values_list("model", "row")) if ids is None else set(ids)
    rows = rows_now(touched)
    last = own.order_by("-pk").values_list("pk", flat=True).first() or 0
    for later in _revisions(touched).filter(pk__gt=last).exclude(activity=activity):
        _go_back(rows, later)
    return _step(rows, [revision for revision in _revisions(touched) if revision.activity_id == activity.pk], activity)


def _revisions(ids: Collection[RowId]) -> "models.QuerySet[Revision]":
    """Of these rows, the latest first."""
    wanted = models.Q(pk__in=[])
    for model, group in groupby(sorted(ids), key=lambda row: row[0]):
        wanted |= models.Q(model=model, row__in=[pk for _model, pk in group])
    return Revision.objects.filter(wanted).order_by("-pk")


def _step(rows: Rows, revisions: list[Revision], activity: Activity | None = None) -> Step:
    """Lead `rows` back over the revisions of one activity, the latest first."""
    touched = {(revision.model, revision.row) for revision in revisions}
    after = {row: rows[row] for row in touched if row in rows}
    for revision in revisions:
        _go_back(rows, revision)
    before = {row: rows[row] for row in touched if row in rows}
    last = max((revision.pk for revision in revisions), default=0)
    return Step(activity or revisions[0].activity, last, before, after)


def _go_back(rows: Rows, revision: Revision) -> None:
    row = (revision.model, revision.row)
    if revision.deleted:
        rows[row] = _normal(revision.model, revision.changes or {})
    elif revision.changes is None:
        rows.pop(row, None)
    elif row in rows:
        old = {column: old for column, (old, _new) in revision.changes.items()}
        rows[row] = {**rows[row], **_normal(revision.model, old)}


def _normal(model: str, values: Values) -> Values:
    """With times in one zone: they were written in that of the session, and are compared."""
    times = [c for c, field in columns(model).items() if isinstance(field, models.DateTimeField) and values.get(c)]
    moments = {column: datetime.fromisoformat(values[column]).astimezone(UTC).isoformat() for column in times}
    return {**values, **moments}
