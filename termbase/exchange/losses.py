"""What an export could not take along, counted by field: every writer says it, and the report goes with the file."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from termbase.exchange.entry import Entry, EntryTerm


class LossReason(TextChoices):
    """Why something stayed behind."""

    NO_PLACE = "no_place", _("the format has no place for it")
    SYNONYM = "synonym", _("the format takes one form only")
    HOMOGRAPH = "homograph", _("the same source stands for another concept already")
    NOT_TO_USE = "not_to_use", _("a deprecated or superseded form")
    NOT_APPROVED = "not_approved", _("not approved")
    WITHDRAWN = "withdrawn", _("the concept is withdrawn")
    NO_TERM = "no_term", _("the concept has no term")
    NO_EQUIVALENT = "no_equivalent", _("no equivalent in the target language")
    TOO_LONG = "too_long", _("longer than the format takes")
    NO_LABEL = "no_label", _("the concept has no preferred term")
    CONTRADICTION = "contradiction", _("the format does not let it stand beside another relation")
    CHARACTERS = "characters", _("characters changed that the format cannot hold")


@dataclass(frozen=True, slots=True)
class Loss:
    """How many values of a field, one of `entry.FIELDS`, were left out or changed, and why."""

    field: str
    reason: LossReason
    count: int


class Losses:
    """The report of one export; false where nothing was lost. Iterating gives a `Loss` a field and reason, sorted."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, LossReason]] = Counter()

    def add(self, field: str, reason: LossReason, count: int = 1) -> None:
        """Count a loss."""
        if count:
            self._counts[field, reason] += count

    def add_unheld(self, entry: Entry, holds: frozenset[str]) -> None:
        """Count all of `entry` that a format holding the fields `holds` has no place for; defaults are no loss."""
        for name in _said(entry):
            if name not in holds:
                self.add(name, LossReason.NO_PLACE)

    def watched(self, entries: Iterable[Entry], holds: frozenset[str]) -> Iterator[Entry]:
        """The entries, each with what a format holding the fields `holds` has no place for counted."""
        for entry in entries:
            self.add_unheld(entry, holds)
            yield entry

    def __bool__(self) -> bool:
        return bool(self._counts)

    def __iter__(self) -> Iterator[Loss]:
        for (field, reason), count in sorted(self._counts.items()):
            yield Loss(field, reason, count)

    def as_text(self) -> str:
        """Tab-separated lines of field, count and reason under a heading; empty where nothing was lost."""
        lines = [f"{loss.field}\t{loss.count}\t{loss.reason.label}\n" for loss in self]
        return "".join(["field\tcount\treason\n", *lines]) if lines else ""


_OPTIONAL = {f.name: f.default for f in fields(EntryTerm) if f.name not in ("language", "text")}


def _said(entry: Entry) -> Iterable[str]:
    """The name of each value of `entry` other than its field's default, once for each time it is there."""
    for name, value in (
        ("subject_field", entry.subject_field),
        ("concept_note", entry.note),
        ("withdrawn_at", entry.withdrawn_at),
        ("replaced_by", entry.replaced_by),
    ):
        if value:
            yield name
    for term in entry.terms:
        yield from (name for name, default in _OPTIONAL.items() if getattr(term, name) != default)
    for definition in entry.definitions:
        yield "definition"
        if definition.source:
            yield "definition_source"
    yield from ("relations" for _ in entry.relations)
    yield from ("examples" for _ in entry.examples)
