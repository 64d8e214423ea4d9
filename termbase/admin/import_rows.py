"""Rows of an import as people read them: what would change, value by value, and why that is in conflict."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from termbase.exchange.conflicts import actions_for
from termbase.exchange.differences import Change
from termbase.models import ImportRow
from termbase.models.field_names import FIELD_NAMES
from termbase.text.edits import Piece, edits
from termbase.text.languages import language_of
from termbase.vocabulary import (
    AdministrativeStatus,
    ConflictReason,
    PartOfSpeech,
    RelationType,
    Reliability,
    ReviewStatus,
    RowAction,
    RowKind,
    TermType,
)

_PICKLISTS: dict[str, Any] = {
    "administrative_status": AdministrativeStatus,
    "term_type": TermType,
    "part_of_speech": PartOfSpeech,
    "review_status": ReviewStatus,
    "reliability": Reliability,
}
_WHAT = {
    "concept": gettext_lazy("concept"),
    "term": gettext_lazy("term"),
    "definition": gettext_lazy("definition"),
    "relation": gettext_lazy("relation"),
}
_CALLED = {"concept_note": "note", "definition_source": "source"}
_ADD = gettext_lazy("add")


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value before and after, in pieces; `conflict` says in words why it is one."""

    name: str
    before: list[Piece]
    after: list[Piece]
    language: str
    conflict: str


@dataclass(slots=True)
class ShownPart:
    """A concept, term, definition or relation with what would change of it; a new one may have no values."""

    what: str
    title: str
    language: str
    new: bool = False
    values: list[ShownValue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with its parts in words; `choices` are the decisions there are about it, the chosen one marked.

    `problems` are what was wrong with it: field and message.
    """

    row: ImportRow
    parts: list[ShownPart]
    reasons: list[str]
    problems: list[tuple[str, str]]
    choices: list[tuple[str, str, bool]]
    rule: str


def shown(row: ImportRow, rule: str) -> ShownRow:
    """A row for a page; `rule` is what the import does on conflict."""
    by_rule = rule if row.kind == RowKind.CONFLICT else RowAction.OVERWRITE
    return ShownRow(
        row=row,
        parts=_parts(row.changes),
        reasons=reasons_of(row),
        problems=[(_called(problem.get("field", "")), problem.get("message", "")) for problem in row.problems],
        choices=[(action.value, _label(row, action), row.action == action) for action in actions_for(row)],
        rule=_label(row, RowAction(by_rule)),
    )


def reasons_of(row: ImportRow) -> list[str]:
    """Why a row is in conflict, in words."""
    return [str(ConflictReason(reason).label) for reason in row.reasons]


def parts_of(changes: Iterable[Change]) -> list[ShownPart]:
    """Changes gathered by what they are changes of."""
    return _parts(asdict(change) for change in changes)


def _parts(changes: Iterable[Mapping[str, Any]]) -> list[ShownPart]:
    found = []
    for (what, title, language), group in groupby(changes, key=lambda c: (c["what"], c["title"], c["language"])):
        part = ShownPart(str(_WHAT[what]), title, language)
        for change in group:
            if change["field"]:
                part.values.append(_value(change))
            else:
                part.new = True
                if what == "relation":
                    part.what = str(RelationType(change["after"]).label)
        found.append(part)
    return found


def _value(change: Mapping[str, Any]) -> ShownValue:
    name = change["field"]
    before, after = (_said(change["field"], change[side]) for side in ("before", "after"))
    pieces = edits(before, after) if before and after and name not in _PICKLISTS else (_plain(before), _plain(after))
    conflict = str(ConflictReason(change["conflict"]).label) if change["conflict"] else ""
    return ShownValue(_called(name), *pieces, language_of(after or before), conflict)


def _called(name: str) -> str:
    """A field in words; what is none of ours, such as a column of the file, as it is."""
    return str(FIELD_NAMES.get(_CALLED.get(name, name)) or name)


def _plain(text: str) -> list[Piece]:
    return [Piece(text, False)] if text else []


def _said(name: str, value: str) -> str:
    picklist = _PICKLISTS.get(name)
    if picklist is None or not value:
        return value
    kind = int if issubclass(picklist, models.IntegerChoices) else str
    return str(picklist(kind(value)).label)


def _label(row: ImportRow, action: RowAction) -> str:
    return str(_ADD) if row.kind == RowKind.NEW and action == RowAction.OVERWRITE else str(action.label)


def action_names() -> list[tuple[str, str]]:
    """The decisions for many rows at once; blank: as the import says."""
    return [("", _("as the import says")), *((action.value, str(action.label)) for action in RowAction)]
