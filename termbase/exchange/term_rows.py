"""Rows of a table, one a term, and the entries that they make.

The columns are named as the fields. What belongs to the concept (subject field, note, relations) stands on its first
row; a definition on a row of its language. A row without `text` carries only these. Rows without a key that follow each
other are one concept until a blank row or a language that was there before, unless that term is said to be a synonym by
its status.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from termbase.errors import UnreadableFile
from termbase.exchange.columns import Column
from termbase.exchange.draft import one_line
from termbase.exchange.entry import (
    EVERYTHING,
    TERM_FIELDS,
    Entry,
    EntryDefinition,
    EntryRelation,
    EntryTerm,
    Read,
)
from termbase.exchange.keys import KeyRemarks, key_of
from termbase.exchange.languages import language_from
from termbase.exchange.options import ReadOptions
from termbase.exchange.values import value_from
from termbase.vocabulary import AdministrativeStatus, Reliability

HOLDS = EVERYTHING - {"examples"}
_OF_CONCEPT = ("subject_field", "concept_note", "relations")
_OF_WITHDRAWN = ("withdrawn_at", "replaced_by")
COLUMNS = ("concept", *_OF_CONCEPT, *TERM_FIELDS, "definition", "definition_source", *_OF_WITHDRAWN)
UNDERSTOOD = frozenset(COLUMNS)
MAX_ROWS = 10_000
"""Of one concept: what is held in memory at once."""
PREFERRED = AdministrativeStatus.PREFERRED.value
_PICKLISTS = ("term_type", "administrative_status", "part_of_speech", "review_status")
_GRADES = {str(grade): grade for grade in Reliability.values}

_values_of = attrgetter(*TERM_FIELDS)

Cells = tuple[int, Sequence[str]]
"""A row: where the file has it, from 1, and its cells."""
Row = Mapping[str, str]


def rows_of(entry: Entry) -> Iterator[dict[str, str]]:
    """The rows of an entry: cells by the names of COLUMNS; blank ones may be missing."""
    of_concept = {
        "subject_field": entry.subject_field,
        "concept_note": entry.note,
        "relations": " ".join(f"{relation.relation_type}:{relation.target}" for relation in entry.relations),
        "withdrawn_at": entry.withdrawn_at,
        "replaced_by": entry.replaced_by,
    }
    definitions = list(entry.definitions)
    for term in entry.terms:
        row = {"concept": entry.key, **of_concept, **dict(zip(TERM_FIELDS, map(str, _values_of(term)), strict=True))}
        own = next((definition for definition in definitions if definition.language == term.language), None)
        if own is not None:
            definitions.remove(own)
            row |= {"definition": own.text, "definition_source": own.source}
        yield row
        of_concept = {}
    rest: list[EntryDefinition | None] = [*definitions] or ([None] if of_concept else [])
    for definition in rest:
        row = {"concept": entry.key, **of_concept}
        if definition is not None:
            row |= {"language": definition.language, "definition": definition.text}
            row |= {"definition_source": definition.source}
        yield row
        of_concept = {}


def entries_of(columns: Sequence[Column], rows: Iterable[Cells], options: ReadOptions) -> Read:
    """The entries of rows under `columns`.

    Raises `UnreadableFile` for a concept with more than MAX_ROWS rows.
    """
    given = frozenset(column.field for column in columns) & EVERYTHING
    if any(column.unknown for column in columns):
        given |= {"note"}
    remarks = KeyRemarks()
    for group in _groups((line, _row(columns, cells, options)) for line, cells in rows):
        entry = _entry(group, given)
        if "concept" in given:
            yield from remarks.of(entry.line, group[0][1].get("concept", ""), entry.key)
        yield entry


def _row(columns: Sequence[Column], cells: Sequence[str], options: ReadOptions) -> Row:
    """Cells by field; of several columns of a field the first with a value; unknown columns as lines of the note."""
    row: dict[str, str] = {}
    notes = []
    for column, cell in zip(columns, cells, strict=False):
        value = cell.strip()
        if not value:
            continue
        if column.unknown or (column.field in row and row[column.field] != value):
            notes.append(f"{column.name}: {value}")
        elif column.field:
            row[column.field] = value
    if notes:
        row["note"] = "\n".join([*([row["note"]] if "note" in row else []), *notes])
    if "language" in row:
        row["language"] = options.languages.get(row["language"]) or language_from(row["language"]) or row["language"]
    return row


def _groups(rows: Iterable[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    group: list[tuple[int, Row]] = []
    parted = False
    for line, row in rows:
        if not row:
            parted = True
            continue
        if group and not _belongs(row, [row for _, row in group], parted=parted):
            yield group
            group = []
        group.append((line, row))
        parted = False
        if len(group) > MAX_ROWS:
            raise UnreadableFile(f"Line {line}: a concept has more than {MAX_ROWS} rows.")
    if group:
        yield group


def _belongs(row: Row, group: Sequence[Row], *, parted: bool) -> bool:
    key = row.get("concept", "")
    if key != group[0].get("concept", ""):
        return False
    if key:
        return True
    languages = [other.get("language", "") for other in group]
    if parted or row.get("language", "") not in languages:
        return not parted
    # Two terms of a language are synonyms only if the file says so: to join two concepts is worse than to part one.
    synonym = row.get("administrative_status", PREFERRED).casefold() != PREFERRED
    return synonym and row.get("language", "") == languages[-1]


def _entry(rows: list[tuple[int, Row]], given: frozenset[str]) -> Entry:
    terms = tuple(term_of(row) for _, row in rows if "text" in row)
    name = rows[0][1].get("concept", "")
    definitions = (
        EntryDefinition(row.get("language", ""), one_line(row["definition"]), row.get("definition_source", ""))
        for _, row in rows
        if "definition" in row
    )
    return Entry(
        key=key_of(name, terms),
        subject_field=_first(rows, "subject_field"),
        note=_first(rows, "concept_note"),
        terms=terms,
        definitions=tuple(definitions),
        relations=tuple(_relations(_first(rows, "relations"))),
        withdrawn_at=_first(rows, "withdrawn_at"),
        replaced_by=_first(rows, "replaced_by"),
        line=rows[0][0],
        given=given if name else given - {"concept"},
    )


def _first(rows: list[tuple[int, Row]], column: str) -> str:
    return next((row[column] for _, row in rows if column in row), "")


def term_of(row: Row) -> EntryTerm:
    """The term of a row; a value that is none of its field is left as it is, for the settler to keep as a note."""
    values: dict[str, str] = {name: row[name] for name in TERM_FIELDS if name in row and name != "reliability"}
    values |= {"language": row.get("language", ""), "text": one_line(row["text"])}
    for name in _PICKLISTS:
        if name in values:
            values[name] = str(value_from(name, values[name]) or values[name])
    grade = row.get("reliability", "")
    reliability = {"reliability": _GRADES.get(grade, grade)} if grade else {}
    return EntryTerm(**values, **reliability)  # type: ignore[arg-type]


def _relations(cell: str) -> Iterator[EntryRelation]:
    for part in cell.split():
        relation_type, _, target = part.partition(":")
        yield EntryRelation(relation_type, target)
