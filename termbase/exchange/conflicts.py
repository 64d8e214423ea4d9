"""Entries of files in conflict with the termbase, decided on by a person: before their import is applied, or after."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from termbase.errors import Conflict, NotFound, Stale
from termbase.exchange import importer
from termbase.exchange.differences import Change, changes, resolved
from termbase.exchange.entry import Entry
from termbase.exchange.imports import check_review
from termbase.exchange.matching import Match, Matcher
from termbase.exchange.review import decided
from termbase.exchange.stored import from_json
from termbase.models import Import, ImportRow
from termbase.models.history import acting
from termbase.vocabulary import ActivityKind, ConflictReason, ImportState, RowAction, RowKind, RowOutcome

# What a decision does not look at.
_LARGE = ("title", "changes", "problems", "entry")


@dataclass(frozen=True, slots=True)
class Compared:
    """An entry in conflict with the termbase as it is now: what it says otherwise, and what each decision would do."""

    match: Match
    changes: list[Change]
    choices: dict[str, list[Change]]


def compared(row: ImportRow) -> Compared:
    """A row of a conflict, compared anew."""
    match = _match(row)
    wanted = resolved(match.entry, match.current, RowAction.OVERWRITE)
    choices = {}
    for action in RowAction.values:
        entry = decided(match, action)
        # What becomes a concept of its own is new from end to end.
        current = match.current if entry is not None and match.current and entry.key == match.current.key else None
        choices[action] = changes(current, entry) if entry is not None else []
    return Compared(match, changes(match.current, wanted) if wanted else [], choices)


def actions_for(row: ImportRow) -> tuple[RowAction, ...]:
    """What may be decided about a row."""
    if row.kind == RowKind.NEW:
        return (RowAction.OVERWRITE, RowAction.SKIP)
    if row.kind == RowKind.CHANGED:
        return (RowAction.OVERWRITE, RowAction.FILL, RowAction.PROPOSE, RowAction.SKIP)
    if row.kind != RowKind.CONFLICT:
        return ()
    if ConflictReason.TWICE in row.reasons and row.of.state != ImportState.APPLIED:
        return (RowAction.SKIP, RowAction.PROPOSE)
    return (RowAction.SKIP, RowAction.FILL, RowAction.OVERWRITE, RowAction.PROPOSE)


def decide(item: Import, numbers: Collection[int], action: str, *, by: User) -> int:
    """Say what is to be done with rows of an import that was reviewed; blank: as its rule has it. How many took it.

    Raises `Conflict` for an import in any other state.
    """
    rows = ImportRow.objects.filter(of=item, of__state=ImportState.REVIEWED, number__in=numbers)
    taking = [row.pk for row in rows.select_related("of").defer(*_LARGE) if not action or action in actions_for(row)]
    if not taking and not Import.objects.filter(pk=item.pk, state=ImportState.REVIEWED).exists():
        raise Conflict(_("The import is %s.") % item.get_state_display(), fields={"state": ["is not reviewed"]})
    # The state once more: no decision comes after the import was released.
    return rows.filter(pk__in=taking).update(action=action, decided_by=by)


@transaction.atomic
def settle(row: ImportRow, action: str, *, versions: Collection[int] | None, by: User, reason: str = "") -> bool:
    """Decide on a conflict that its import has left behind, and write it at once as a step of its own; whether it was.

    `versions` are those of the concept that `by` has seen. Raises `Conflict` for a row that is settled, or of an
    import that is not applied, `Stale`, and `NotAllowed`.
    """
    row = _open(row)
    check_review(by, keep_review=row.of.keep_review and action != RowAction.SKIP)
    match = _match(row, lock=True)
    if versions is not None and match.concept is not None and match.concept.version not in versions:
        raise Stale(_("%(key)s has changed since you looked at it; look again.") % {"key": match.concept.key})
    entry = decided(match, action)
    _write(row, entry, action, by=by, reason=reason)
    return entry is not None


@transaction.atomic
def merge(row: ImportRow, into: str, *, by: User) -> None:
    """Add to the concept with the key `into` what it lacks of an entry in conflict, as proposed.

    Raises `Conflict` as `settle` does and where the concept has it all, `NotFound`, and `NotAllowed`.
    """
    row = _open(row)
    entry = replace(from_json(row.entry or {}), key=into)
    (match,) = Matcher(lock=True).match([entry])
    if match.concept is None or match.current is None or match.concept.key != into:
        raise NotFound(_("There is no such concept."))
    wanted = resolved(entry, match.current, RowAction.PROPOSE)
    if wanted is None:
        raise Conflict(_("%(key)s has all of it.") % {"key": into})
    _write(row, wanted, RowAction.PROPOSE, by=by)


def reopen(row: ImportRow, *, by: User) -> None:
    """What was decided about a conflict was not; what was written of it has been taken back by the caller."""
    if row.of.state == ImportState.REVIEWED:
        decide(row.of, [row.number], "", by=by)
    else:
        row.action, row.decided_by, row.outcome = "", None, RowOutcome.SKIPPED
        row.save(update_fields=["action", "decided_by", "outcome"])


def _open(row: ImportRow) -> ImportRow:
    """The row, locked. Raises `Conflict` where it is settled, or of an import that is not applied."""
    row = ImportRow.objects.select_for_update(of=("self",)).select_related("of").get(pk=row.pk)
    settled = row.kind != RowKind.CONFLICT or row.action or row.outcome == RowOutcome.WRITTEN
    if row.of.state != ImportState.APPLIED or settled:
        raise Conflict(_("This conflict is settled."), fields={"state": ["is settled"]})
    return row


def _write(row: ImportRow, entry: Entry | None, action: str, *, by: User, reason: str = "") -> None:
    if entry is not None:
        with acting(user=by, reason=reason or row.of.reason or row.of.name, activity=ActivityKind.IMPORT):
            report = importer.apply([entry], by=by)
        if report.refused:
            raise Conflict("; ".join(str(problem) for problem in report.problems))
    row.action, row.decided_by = action, by
    row.outcome = RowOutcome.SKIPPED if entry is None else RowOutcome.WRITTEN
    row.save(update_fields=["action", "decided_by", "outcome"])


def _match(row: ImportRow, *, lock: bool = False) -> Match:
    (match,) = Matcher(lock=lock).match([from_json(row.entry or {})])
    return match
