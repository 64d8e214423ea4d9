"""An activity taken back as one step, but for what has changed since."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from termbase.errors import Conflict
from termbase.history.states import (
    PARTS,
    RowId,
    Rows,
    Step,
    Values,
    concept_at,
    concept_now,
    rows_now,
    step_of,
)
from termbase.history.writing import Left, left_as_is, write
from termbase.models import Activity, Concept, Import, Revision
from termbase.models.history import acting
from termbase.models.permissions import demand
from termbase.vocabulary import ActivityKind


@dataclass(frozen=True, slots=True)
class Undone:
    """How many rows and concepts went back, and what was left as it is."""

    rows: int
    withdrawn: int
    left: list[Left]


def undo(*, activity: Activity, by: User | None, reason: str = "") -> Undone:
    """Take back what an activity did: its new concepts are withdrawn, its other writes reversed.

    What has changed since is left as it is and told. `by` is None for the service itself. Raises `NotAllowed` for a
    person who may not change concepts, and `Conflict` where nothing is left to take back.
    """
    if by is not None:
        demand(by, "change_concept")
    _demand_no_texts(activity)
    with acting(user=by, reason=reason, activity=ActivityKind.UNDO, of=activity):
        created = _created(activity)
        ids = set(_other_rows(activity, created).values_list("model", "row"))
        # Locked before they are compared, in the order of all writers.
        concepts = _concepts_of(ids) | set(created.values_list("row", flat=True))
        list(Concept.objects.select_for_update().filter(pk__in=concepts).order_by("pk").values_list("pk"))
        # Judged before anything is written: what goes back from a new concept is not a change of it by others.
        going, changed = _to_withdraw(activity, created)
        rows, left = _undo_rows(step_of(activity, ids), by)
        withdrawn, filled = _withdraw(going, ids)
        undone = Undone(rows, withdrawn, changed + left + filled)
        if not undone.rows and not undone.withdrawn:
            told = [f"{item.what} {item.title}: {item.reason}" for item in undone.left[:20]]
            raise Conflict(_("Nothing of this is left to undo."), fields={"activity": told})
        Import.objects.note_undoing(activity)
        return undone


def _demand_no_texts(activity: Activity) -> None:
    """A document's text, and whether it is withdrawn, is more than rows: passages, examples and counts go with it."""
    texts = Q(model="documentversion") | Q(model="document", changes__isnull=True)
    withdrawn = Q(model="document", changes__has_key="withdrawn_at")
    if Revision.objects.filter(texts | withdrawn, activity=activity).exists():
        raise Conflict(_("Texts are put back, and documents withdrawn or brought back, on the page of the document."))


def undo_wholly(*, activity: Activity, by: User | None, reason: str = "") -> None:
    """As `undo`, but all of it or nothing. Raises `Conflict` where anything would be left as it is."""
    with acting(user=by, reason=reason):
        undone = undo(activity=activity, by=by, reason=reason)
        if undone.left:
            told = [f"{item.what} {item.title}: {item.reason}" for item in undone.left[:20]]
            raise Conflict(_("What came of it has changed since."), fields={"activity": told})


def _created(activity: Activity) -> "QuerySet[Revision]":
    """Revisions that tell of new concepts."""
    return Revision.objects.filter(activity=activity, model="concept", changes__isnull=True)


def _other_rows(activity: Activity, created: "QuerySet[Revision]") -> "QuerySet[Revision]":
    """Revisions of all but the new concepts and the parts they were made with, which go as a whole."""
    new = created.values("row")
    others = Revision.objects.filter(activity=activity).exclude(model="concept", row__in=new)
    for part in PARTS:
        name = str(part._meta.model_name)
        made_with = Revision.objects.filter(activity=activity, model=name, changes__isnull=True)
        made_with = made_with.filter(Exists(part._default_manager.filter(pk=OuterRef("row"), concept_id__in=new)))
        others = others.exclude(model=name, row__in=made_with.values("row"))
    return others


def _concepts_of(ids: Iterable[RowId]) -> set[int]:
    rows = rows_now(ids)
    concepts = {row[1] for row in rows if row[0] == "concept"}
    return concepts | {values["concept_id"] for values in rows.values() if values.get("concept_id")}


def _undo_rows(step: Step, by: User | None) -> tuple[int, list[Left]]:
    now = rows_now(step.before.keys() | step.after.keys())
    wanted: dict[RowId, Values | None] = {}
    left = []
    for row in step.before.keys() | step.after.keys():
        before, after, current = step.before.get(row), step.after.get(row), now.get(row)
        if before == after or current == before:
            continue
        if _still(before, after, current):
            wanted[row] = None if before is None else {**(current or {}), **_taken_back(before, after)}
        else:
            left.append(left_as_is(row, after or before or {}, _("it has changed since"), _last_activity(row)))
    problems = write(wanted, now, by=by)
    return len(wanted) - len(problems), left + problems


def _still(before: Values | None, after: Values | None, current: Values | None) -> bool:
    """Whether what the activity wrote is as it wrote it."""
    if before is None or after is None or current is None:
        return after == current
    return all(current.get(column) == after.get(column) for column in _taken_back(before, after))


def _taken_back(before: Values, after: Values | None) -> Values:
    """Those of the old values that the activity replaced; all, of a row that it took out."""
    return before if after is None else {name: value for name, value in before.items() if after.get(name) != value}


def _last_activity(row: RowId) -> Activity | None:
    last = Revision.objects.filter(model=row[0], row=row[1]).select_related("activity__user").order_by("-pk").first()
    return last.activity if last else None


def _to_withdraw(activity: Activity, created: "QuerySet[Revision]") -> tuple[set[int], list[Left]]:
    """The concepts that the activity made, but for those that have changed since."""
    own = Revision.objects.filter(activity=activity).aggregate(last=Max("pk"))["last"] or 0
    new = set(created.values_list("row", flat=True))
    left = []
    for concept in _touched_since(activity, created):
        then, now = concept_at(concept, own), concept_now(concept)
        if then != now:
            new.discard(concept)
            row = ("concept", concept)
            # One that is withdrawn already, or gone, is where it should be.
            if row in now and now[row]["withdrawn_at"] is None:
                left.append(left_as_is(row, now[row], _("it has changed since"), _last_in(then, now)))
    return new, left


def _withdraw(concepts: set[int], moved: Iterable[RowId]) -> tuple[int, list[Left]]:
    """Withdraw them, but for one in which something of `moved` is that could not go back."""
    filled = {values["concept_id"] for values in rows_now(moved).values() if values.get("concept_id") in concepts}
    rows = rows_now(("concept", pk) for pk in filled)
    left = [left_as_is(row, values, _("something in it could not go back")) for row, values in rows.items()]
    going = Concept.objects.current().filter(pk__in=concepts - filled)
    return going.update(withdrawn_at=timezone.now()) if concepts else 0, left


def _touched_since(activity: Activity, created: "QuerySet[Revision]") -> set[int]:
    """Those of the new concepts to which anything has been written by others."""
    later = Revision.objects.exclude(activity=activity)
    new = created.values("row")
    later = later.filter(pk__gt=created.order_by("pk").values("pk")[:1])
    touched = set(later.filter(model="concept", row__in=new).values_list("row", flat=True))
    touched |= {left for left in later.filter(left__in=new).values_list("left", flat=True) if left is not None}
    for part in PARTS:
        of_part = later.filter(model=part._meta.model_name, row=OuterRef("pk"))
        rows = part._default_manager.filter(Exists(of_part), concept_id__in=new)
        touched |= set(rows.values_list("concept_id", flat=True))
    return touched


def _last_in(then: Rows, now: Rows) -> Activity | None:
    changed = [row for row in then.keys() | now.keys() if then.get(row) != now.get(row)]
    wanted = Q(pk__in=[])
    for model, pk in changed:
        wanted |= Q(model=model, row=pk)
    last = Revision.objects.filter(wanted).select_related("activity__user").order_by("-pk").first()
    return last.activity if last else None
