"""Rows brought back to earlier values, under the rules of review; what cannot be is told and left as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.errors import Error

from termbase.history.states import MODELS, PARTS, RowId, Rows, Values, columns
from termbase.models import Activity, Concept, Revision
from termbase.vocabulary import AdministrativeStatus, ReviewStatus

BATCH = 500
_MEANINGS = {
    "term_one_preferred_per_language": gettext_lazy("another term is preferred in this language"),
    "term_unique_in_concept_and_language": gettext_lazy("the concept has this term already"),
    "definition_unique_in_concept_and_language": gettext_lazy("the concept has this definition already"),
    "relation_unique": gettext_lazy("the concept has this relation already"),
    "relation_not_to_itself": gettext_lazy("a concept is not related to itself"),
    "term_approved_has_source": gettext_lazy("an approved term has a source"),
    "subjectfield_id": gettext_lazy("the subject field is gone"),
    "document_symbol_unique": gettext_lazy("another document has this symbol"),
}


@dataclass(frozen=True, slots=True)
class Left:
    """A row that was left as it is, with the reason; `title` is what it is known by, `by` who changed it since."""

    what: str
    title: str
    reason: str
    by: Activity | None = None


def write(wanted: Mapping[RowId, Values | None], now: Rows, *, by: User | None) -> list[Left]:
    """Give rows the wanted values, or take them out where those are None; which could not be.

    `now` has the values of the rows that are there. Approvals and rejections come back as `_reviewed` has it.
    """
    with connection.cursor() as cursor:
        # References are checked at the end of a transaction, too late to say of which row one is broken.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        left = _written(wanted, now, by)
        # What the transaction does next may put a row before the one that it refers to, as an import does.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return left


def _written(wanted: Mapping[RowId, Values | None], now: Rows, by: User | None) -> list[Left]:
    problems = _problems(wanted, now, by)
    # What stood in the way of one may have gone by now: a term is put back under a name that another had till then.
    while problems and len(still := _problems({row: wanted[row] for row in problems}, now, by)) < len(problems):
        problems = still
    return [left_as_is(row, wanted[row] or now.get(row, {}), problem) for row, problem in problems.items()]


def _problems(wanted: Mapping[RowId, Values | None], now: Rows, by: User | None) -> dict[RowId, str]:
    """Write the rows in the order of `_order`; why those that the database does not take are as they were."""
    problems: dict[RowId, str] = {}
    ordered = sorted(wanted, key=lambda row: (*_order(row, wanted[row], now), row[1]))
    for _step, group in groupby(ordered, key=lambda row: _order(row, wanted[row], now)):
        rows = {row: wanted[row] for row in group}
        # All at once, and only where that does not go, one by one to see which it is.
        for row in rows if _tried(rows, now, by) else ():
            if problem := _tried({row: rows[row]}, now, by):
                problems[row] = problem
    return problems


def left_as_is(row: RowId, values: Values, reason: str, by: Activity | None = None) -> Left:
    """Told by its text or key, a relation by the concept that it leads to."""
    title = next((str(values[name]) for name in ("text", "key", "text_zh", "text_en") if values.get(name)), "")
    if "target_id" in values:
        title = next(iter(Concept.objects.filter(pk=values["target_id"]).values_list("key", flat=True)), "")
    return Left(str(MODELS[row[0]]._meta.verbose_name), title, reason, by)


def _order(row: RowId, values: Values | None, now: Rows) -> tuple[int, int]:
    """Who goes makes room first; who was preferred steps back before another is; concepts come before their parts."""
    step = 0 if values is None else 2 if row in now else 3
    if values is not None and values.get("administrative_status") == AdministrativeStatus.PREFERRED:
        step = 4 if row in now else 5
    if row[0] in ("concept", "subjectfield") and values is not None:
        step = 1
    if row[0] not in ("concept", "subjectfield", *(part._meta.model_name for part in PARTS)):
        # What refers to terms waits until these are back.
        step = -1 if values is None else 6 if row in now else 7
    return step, list(MODELS).index(row[0])


def _tried(rows: Mapping[RowId, Values | None], now: Rows, by: User | None) -> str:
    """Why the database does not take them; nothing if it does."""
    try:
        with transaction.atomic():
            _write(rows, now, by)
    except IntegrityError as error:
        cause = error.__cause__
        name = str(cause.diag.constraint_name or "") if isinstance(cause, Error) else ""
        for part, meaning in _MEANINGS.items():
            if part in name:
                return str(meaning)
        return _("something else hangs on it, or what it hangs on is gone")
    return ""


def _write(rows: Mapping[RowId, Values | None], now: Rows, by: User | None) -> None:
    """Rows of one model, all to be taken out, or changed, or put back."""
    manager: Any = MODELS[next(iter(rows))[0]]._default_manager
    wanted = {row: _reviewed(row, values, now.get(row), by) for row, values in rows.items() if values is not None}
    # As objects, so that what a term has of examples and frequencies goes with it.
    manager.filter(pk__in=[row[1] for row in rows if row not in wanted]).delete()
    there = manager.in_bulk([row[1] for row in wanted if row in now])
    new = []
    changed: dict[tuple[str, ...], list[Any]] = {}
    for row, values in wanted.items():
        instance = there.get(row[1]) or manager.model(pk=row[1])
        names = _set(instance, row[0], values)
        if row in now:
            changed.setdefault(names, []).append(instance)
        else:
            new.append(instance)
    for names, instances in changed.items():
        if names:
            manager.bulk_update(instances, names, batch_size=BATCH)
    manager.bulk_create(new, batch_size=BATCH)


def _set(instance: Any, model: str, values: Values) -> tuple[str, ...]:
    """Give an object the values; the names of the fields in which it had others."""
    changed = []
    for column, field in columns(model).items():
        value = field.to_python(values[column]) if column in values else getattr(instance, column)
        if getattr(instance, column) != value:
            setattr(instance, column, value)
            changed.append(field.name)
    return tuple(changed)


def _reviewed(row: RowId, values: Values, current: Values | None, by: User | None) -> Values:
    """The values with the review that they may come back with.

    An approval or rejection that nobody has gone over since comes back by itself. Else it takes a reviewer, whose own
    it then is, and who has not proposed the term; brought back by others, the term is proposed.
    """
    if row[0] != "term":
        return values
    last = current or _last_known(row)
    decided = all(values.get(name) == last.get(name) for name in ("text", "language", "concept_id", "review_status"))
    if decided or values["review_status"] == ReviewStatus.PROPOSED or values["reviewed_at"] == last.get("reviewed_at"):
        return values
    own = by is not None and values["proposed_by_id"] == by.pk and not settings.TERMBASE_SELF_APPROVAL
    if by is None or (by.has_perm("termbase.review_term") and not own):
        return {**values, "reviewed_by_id": by and by.pk, "reviewed_at": timezone.now().isoformat()}
    return {**values, "review_status": ReviewStatus.PROPOSED.value, "rejection_reason": "", "reviewed_by_id": None}


def _last_known(row: RowId) -> Values:
    """A deleted row as it was."""
    revision = Revision.objects.filter(model=row[0], row=row[1], deleted=True).order_by("-pk").first()
    return revision.changes or {} if revision else {}
