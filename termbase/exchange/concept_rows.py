"""Rows of a table, one a concept, for people: the synonyms of a language stand in one cell, between bars.

The first synonym is the preferred one; a cell that begins with a bar prefers none. Deprecated and superseded forms have
columns of their own, so that no one takes them for terms to use. A semicolon or a line break parts synonyms too. One of
these, or a bar, inside a term is written with a backslash before it, and so is a backslash.

Tables of others may have a column for what is said of the terms of a language (`English source`), and several rows of
one concept with its key.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, groupby

from termbase.errors import UnreadableFile
from termbase.exchange.columns import Column, heading
from termbase.exchange.entry import EVERYTHING, TERM_FIELDS, Entry, EntryDefinition, EntryTerm, Read
from termbase.exchange.keys import KeyRemarks, key_of
from termbase.exchange.languages import by_script
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import ReadOptions, WriteOptions
from termbase.exchange.term_rows import MAX_ROWS, Cells, term_of
from termbase.vocabulary import AdministrativeStatus, Language, ReviewStatus

HOLDS = frozenset(
    {"concept", "subject_field", "concept_note", "language", "text", "administrative_status", "definition"}
)
PREFERRED, ADMITTED = AdministrativeStatus.PREFERRED.value, AdministrativeStatus.ADMITTED.value
_NOT_TO_USE = (AdministrativeStatus.DEPRECATED.value, AdministrativeStatus.SUPERSEDED.value)
COLUMNS = (
    "concept",
    "subject_field",
    *Language.values,
    *(heading("definition", language) for language in Language.values),
    "concept_note",
    *(heading("text", language, status) for status in _NOT_TO_USE for language in Language.values),
)
UNDERSTOOD = frozenset({"concept", "subject_field", "concept_note", "definition", *TERM_FIELDS}) - {"language", "text"}
"""The fields that a column of no language may be."""
_OF_EVERY_TERM = UNDERSTOOD.intersection(TERM_FIELDS) - {"note", "administrative_status"}
_OF_A_LANGUAGE = UNDERSTOOD.intersection(TERM_FIELDS)
_PARTING = "|;；"
_PIECE = re.compile(rf"((?:[^\\\n{_PARTING}]|\\[^\n]|\\(?=\n|\Z))*)(?:[\n{_PARTING}]|\Z)")
_ESCAPED = re.compile(rf"\\([\\{_PARTING}])")
_TO_ESCAPE = re.compile(rf"[\\{_PARTING}]")
_FORBIDDEN = re.compile(r"\bforbidden\b", re.IGNORECASE)
# What a column of forms not to be used holds where it only says whether those beside it are.
_FLAGS = dict.fromkeys(("true", "yes", "wahr", "ja", "是"), True) | dict.fromkeys(
    ("false", "no", "falsch", "nein", "否"), False
)

Said = Mapping[str, tuple[str, list[str]]]
Filled = tuple[Column, str]
"""A column with what a row has in it, which may be blank."""


def shown(entries: Iterable[Entry], options: WriteOptions, losses: Losses) -> Iterator[Entry]:
    """The entries as people may see them: without withdrawn concepts, and terms that are rejected or only proposed."""
    reviewed = {ReviewStatus.APPROVED.value, *([ReviewStatus.PROPOSED.value] if options.proposed else [])}
    for entry in entries:
        if entry.withdrawn_at:
            losses.add("concept", LossReason.WITHDRAWN)
            continue
        terms = tuple(term for term in entry.terms if term.review_status in reviewed)
        losses.add("text", LossReason.NOT_APPROVED, len(entry.terms) - len(terms))
        if terms or not entry.terms:
            yield replace(entry, terms=terms)


def rows_of(entry: Entry) -> Iterator[dict[str, str]]:
    """The one row of an entry: cells by the names of COLUMNS."""
    row = {"concept": entry.key, "subject_field": entry.subject_field, "concept_note": entry.note}
    for language in Language.values:
        terms = [term for term in entry.terms if term.language == language]
        texts = {
            status: [term.text for term in terms if term.administrative_status == status]
            for status in AdministrativeStatus.values
        }
        row[language] = _joined([*(texts[PREFERRED] or [""]), *texts[ADMITTED]])
        for status in _NOT_TO_USE:
            row[heading("text", language, status)] = _joined(texts[status])
        # A definition is one line.
        definitions = [d.text for d in entry.definitions if d.language == language]
        row[heading("definition", language)] = "\n".join(definitions)
    yield row


def _joined(texts: list[str]) -> str:
    return "|".join(_TO_ESCAPE.sub(r"\\\g<0>", text) for text in texts)


def entries_of(columns: Sequence[Column], rows: Iterable[Cells], options: ReadOptions) -> Read:
    """The entries of rows under `columns`; fields of terms that have one column count for every term of the row.

    Raises `UnreadableFile` for a concept with more than MAX_ROWS rows.
    """
    given = _given(columns)
    remarks = KeyRemarks()
    for name, several in groupby(_filled(columns, rows), key=_name_of):
        for group in ([row] for row in several) if not name else [_bounded(several)]:
            entry = _entry(name, group, given)
            if "concept" in given:
                yield from remarks.of(entry.line, name, entry.key)
            yield entry


def _given(columns: Sequence[Column]) -> frozenset[str]:
    given = {column.field for column in columns if column.field} & EVERYTHING
    given |= {"language", "administrative_status", *(["term_type"] if any(c.term_type for c in columns) else [])}
    if any(column.unknown or (column.field == "note" and not column.language) for column in columns):
        given.add("concept_note")
    if not any(column.of_before or (column.field == "note" and column.language) for column in columns):
        given.discard("note")
    return frozenset(given)


def _filled(columns: Sequence[Column], rows: Iterable[Cells]) -> Iterator[tuple[int, list[Filled]]]:
    for line, cells in rows:
        filled = [(column, cell.strip()) for column, cell in zip(columns, cells, strict=False)]
        if any(value for _, value in filled):
            yield line, filled


def _name_of(row: tuple[int, list[Filled]]) -> str:
    return next((value for column, value in row[1] if column.field == "concept" and value), "")


def _bounded(rows: Iterable[tuple[int, list[Filled]]]) -> list[tuple[int, list[Filled]]]:
    group = []
    for row in rows:
        group.append(row)
        if len(group) > MAX_ROWS:
            raise UnreadableFile(f"Line {row[0]}: a concept has more than {MAX_ROWS} rows.")
    return group


def _entry(name: str, rows: list[tuple[int, list[Filled]]], given: frozenset[str]) -> Entry:
    parts = [_of_row(filled) for _, filled in rows]
    terms = tuple(_once(chain.from_iterable(terms for _, _, terms in parts)))
    of_concept = {field: value for row, _, _ in reversed(parts) for field, value in row.items()}
    definitions = (
        EntryDefinition(column.language or by_script(text), text.strip())
        for _, filled in rows
        for column, cell in filled
        if column.field == "definition"
        for text in cell.splitlines()
        if text.strip()
    )
    return Entry(
        key=key_of(name, terms),
        subject_field=of_concept.get("subject_field", ""),
        note="\n".join(dict.fromkeys(line for _, notes, _ in parts for line in notes)),
        terms=terms,
        definitions=tuple(dict.fromkeys(definitions)),
        line=rows[0][0],
        given=given if name else given - {"concept"},
    )


def _of_row(filled: list[Filled]) -> tuple[dict[str, str], list[str], list[EntryTerm]]:
    """What a row says of its concept by field, the lines of its note, and its terms."""
    row: dict[str, str] = {}
    notes, rest = [], []
    for column, value in filled:
        if column.field in ("note", "concept_note") and not column.language:
            notes += [value] if value else []
        elif column.field and column.field not in ("text", "definition") and not column.language:
            if value and row.setdefault(column.field, value) != value:
                rest.append(f"{column.name}: {value}")
        elif column.unknown and value:
            rest.append(f"{column.name}: {value}")
    terms: list[EntryTerm] = []
    said = {language: _of_language(filled, language) for language in {column.language for column, _ in filled}}
    for cell, of_cell in _cells_of_terms(filled):
        found = list(_terms_in(cell, row, said.get(cell[0].language, {})))
        terms += (_said_beside(term, of_cell) for term in found)
        rest += [] if found else [f"{name}: {value}" for name, value in of_cell]
    return row, notes + rest, terms


def _cells_of_terms(filled: list[Filled]) -> Iterator[tuple[Filled, list[tuple[str, str]]]]:
    """The cells of terms, each with the headings and values that are about it alone."""
    cell: Filled = (Column(""), "")
    beside: list[tuple[str, str]] = []
    for column, value in filled:
        if column.status and value.casefold() in _FLAGS:
            continue
        if column.language and column.field == "text":
            yield cell, beside
            cell, beside = (column, value), []
        elif column.of_before and value:
            beside.append((column.name, value))
    yield cell, beside


def _said_beside(term: EntryTerm, beside: list[tuple[str, str]]) -> EntryTerm:
    if any(_FORBIDDEN.search(value) for name, value in beside if name.casefold() == "term_info"):
        term = replace(term, administrative_status=AdministrativeStatus.DEPRECATED.value)
    lines = [*([term.note] if term.note else []), *(f"{name}: {value}" for name, value in beside)]
    return replace(term, note="\n".join(lines))


def _of_language(filled: list[Filled], language: str) -> Said:
    """What a row says of the terms of a language, by field: the whole and its pieces."""
    of_it = [(column, value) for column, value in reversed(filled) if value and column.language == language]
    flagged = [column.status for column, value in of_it if column.status and _FLAGS.get(value.casefold())]
    said = {column.field: value for column, value in of_it if column.field in _OF_A_LANGUAGE}
    said |= {"administrative_status": flagged[0]} if flagged else {}
    return {name: (value, [piece for piece in _pieces(value) if piece]) for name, value in said.items()}


def _terms_in(cell: Filled, row: Mapping[str, str], said: Said) -> Iterator[EntryTerm]:
    """The terms of a cell. What is said of them is split as they are; else all of it is said of each, a note once."""
    column, text = cell
    of_every = {name: value for name, value in row.items() if name in _OF_EVERY_TERM}
    found = [(at, piece) for at, piece in enumerate(_pieces(text)) if piece]
    for number, (at, piece) in enumerate(found):
        values = dict(of_every)
        for name, (whole, pieces) in said.items():
            if len(pieces) == len(found):
                values[name] = pieces[number]
            elif name != "note" or number == 0:
                values[name] = whole
        status = values.pop("administrative_status", "") or (row.get("administrative_status", "") if at == 0 else "")
        values["administrative_status"] = column.status or status or (PREFERRED if at == 0 else ADMITTED)
        if column.term_type:
            values["term_type"] = column.term_type
        yield term_of(values | {"language": column.language, "text": piece})


def _pieces(cell: str) -> list[str]:
    return [_ESCAPED.sub(r"\1", piece).strip() for piece in _PIECE.findall(cell)]


def _once(terms: Iterable[EntryTerm]) -> Iterator[EntryTerm]:
    """Each text of a language once, and one preferred term in each: two columns of a language are one list."""
    seen: set[tuple[str, str]] = set()
    preferred: set[str] = set()
    for term in terms:
        if (term.language, term.text) in seen:
            continue
        seen.add((term.language, term.text))
        if term.administrative_status == PREFERRED and term.language in preferred:
            yield replace(term, administrative_status=ADMITTED)
            continue
        if term.administrative_status == PREFERRED:
            preferred.add(term.language)
        yield term
