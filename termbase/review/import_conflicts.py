"""Entries of files in conflict with the termbase, one by one, each beside the termbase as it is now."""

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from termbase.errors import InvalidInput, NotFound
from termbase.exchange import conflicts
from termbase.models import ImportRow
from termbase.models.history import acting
from termbase.models.imports import ImportRowQuerySet
from termbase.models.permissions import demand
from termbase.review.work import Card, Field, Texts, Way, near_entries, undo_step
from termbase.text.languages import language_of
from termbase.text.numbers import whole_number
from termbase.vocabulary import ConflictReason, ImportState, RowAction, RowOutcome

# The key of accepting for the first of them, which is what the file says.
_KEYS = {RowAction.OVERWRITE: "a", RowAction.FILL: "f", RowAction.PROPOSE: "p"}


class ImportConflicts:
    """The latest import first.

    What is decided of an import that was applied is written at once; of one that was only reviewed, when it is applied.
    """

    filters = {"uploaded_by": "of__uploaded_by__username"}
    reasons = ()

    def waiting(self, by: User) -> ImportRowQuerySet:
        """Conflicts about which no person has decided."""
        return ImportRow.objects.undecided().order_by("-of", "number")

    def card(self, item: int) -> Card:
        """What the file says otherwise, and what each decision would write."""
        row = ImportRow.objects.select_related("of__uploaded_by").filter(pk=item).first()
        if row is None or row.entry is None:
            raise NotFound(_("There is no such conflict any more."))
        found = conflicts.compared(row)
        concept, allowed = found.match.concept, conflicts.actions_for(row)
        first = found.match.entry.terms[0].text if found.match.entry.terms else ""
        return Card(
            item=row.pk,
            text=str(row),
            language=language_of(str(row)),
            facts=_facts(row),
            badges=[str(ConflictReason(reason).label) for reason in row.reasons],
            near=near_entries(first),
            fields=[Field("reason", _("Why (optional)"), "")],
            entry=concept.pk if concept else None,
            changes=found.changes,
            ways=[Way(way, way.label, key, found.choices[way]) for way, key in _KEYS.items() if way in allowed],
            seen=str(concept.version) if concept else "",
            rejecting=gettext_lazy("Leave the termbase as it is"),
            can_merge=row.of.state == ImportState.APPLIED,
        )

    def accept(self, *, item: int, by: User, fields: Texts) -> None:
        """As `way` says, by default what the file says; nothing is written over what the reviewer has not seen."""
        way = fields.get("way") or RowAction.OVERWRITE
        if way not in _KEYS:
            raise InvalidInput(_("There is no such decision."), fields={"way": ["is not one of the picklist"]})
        # Of many at once no single one was looked at.
        versions = {whole_number(fields["seen"]) or -1} if "seen" in fields else None
        self._decide(item, way, by, versions=versions, reason=fields.get("reason", "").strip())

    def reject(self, *, item: int, by: User, reason: str) -> None:
        """The termbase stays as it is."""
        self._decide(item, RowAction.SKIP, by)

    def merge(self, *, item: int, into: str, by: User) -> None:
        """Add what the concept with that key lacks of it as proposed."""
        demand(by, "change_importrow", "add_term")
        conflicts.merge(_row(item), into, by=by)

    def undo(self, *, item: int, step: int | None, by: User) -> None:
        """What was written is taken back, all of it or nothing, and the conflict waits again."""
        demand(by, "change_importrow")
        with acting(user=by):
            if _row(item).outcome == RowOutcome.WRITTEN:
                undo_step(step, by)
            conflicts.reopen(_row(item), by=by)

    def _decide(self, item: int, action: str, by: User, *, versions: set[int] | None = None, reason: str = "") -> None:
        demand(by, "change_importrow")
        row = _row(item)
        if row.of.state == ImportState.REVIEWED:
            conflicts.decide(row.of, [row.number], action, by=by)
        else:
            conflicts.settle(row, action, versions=versions, by=by, reason=reason)


def _row(pk: int) -> ImportRow:
    row = ImportRow.objects.select_related("of").filter(pk=pk).first()
    if row is None:
        raise NotFound(_("There is no such conflict any more."))
    return row


def _facts(row: ImportRow) -> list[tuple[str, str]]:
    facts = [(_("file"), row.of.name)]
    if row.line:
        facts.append((_("line"), str(row.line)))
    if row.of.uploaded_by:
        facts.append((_("by"), row.of.uploaded_by.get_username()))
    facts.append((_("sent"), f"{row.of.uploaded_at:%Y-%m-%d %H:%M}"))
    if row.alike:
        facts.append((_("has terms in common with"), ", ".join(row.alike)))
    return facts
