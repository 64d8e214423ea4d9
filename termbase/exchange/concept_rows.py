"""Rows of a table, one a concept, for people: the synonyms of a language stand in one cell, between bars.

The first synonym is the preferred one; a cell that begins with a bar prefers none. Deprecated and superseded forms have
columns of their own, so that no one takes them for terms to use. A bar inside a term is written `\\|`, a backslash
`\\\\`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from termbase.exchange.columns import Column, heading
from termbase.exchange.entry import EVERYTHING, TERM_FIELDS, Entry, EntryDefinition, EntryTerm, Read
from termbase.exchange.keys import key_of, key_remarks
from termbase.exchange.languages import by_script
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import ReadOptions, WriteOptions
from termbase.exchange.term_rows import Cells, term_of
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
_PIECE = re.compile(r"((?:[^\\|\n]|\\[^\n]|\\(?=\n|\Z))*)(?:[|\n]|\Z)")
_ESCAPED = re.compile(r"\\([\\|])")


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
    return "|".join(re.sub(r"[\\|]", r"\\\g<0>", text) for text in texts)


def entries_of(columns: Sequence[Column], rows: Iterable[Cells], options: ReadOptions) -> Read:
    """The entries of rows under `columns`; fields of terms that have one column count for every term of the row."""
    given = frozenset(column.field for column in columns if column.field) & EVERYTHING
    given |= {"language", "administrative_status"}
    if any(column.unknown for column in columns) or "note" in given:
        given = (given - {"note"}) | {"concept_note"}
    for line, cells in rows:
        filled = [(column, value) for column, cell in zip(columns, cells, strict=False) if (value := cell.strip())]
        if filled:
            yield from _entry(line, filled, given)


def _entry(line: int, filled: list[tuple[Column, str]], given: frozenset[str]) -> Read:
    row = {column.field: value for column, value in filled if not column.language and column.field}
    notes = [row[name] for name in ("concept_note", "note") if name in row]
    notes += [f"{column.name}: {value}" for column, value in filled if column.unknown]
    of_terms = {name: value for name, value in row.items() if name in _OF_EVERY_TERM}
    terms = [
        term_of(of_terms | {"language": column.language, "text": text, "administrative_status": status})
        for column, cell in filled
        if column.language and column.field == "text"
        for text, status in _terms(cell, column.status, row.get("administrative_status", ""))
    ]
    name = row.get("concept", "")
    kept = tuple(_once(terms))
    key = key_of(name, kept)
    if "concept" in given:
        yield from key_remarks(line, name, key)
    yield Entry(
        key=key,
        subject_field=row.get("subject_field", ""),
        note="\n".join(notes),
        terms=kept,
        definitions=tuple(
            EntryDefinition(column.language or by_script(text), text.strip())
            for column, cell in filled
            if column.field == "definition"
            for text in cell.splitlines()
            if text.strip()
        ),
        line=line,
        given=given if name else given - {"concept"},
    )


def _terms(cell: str, status: str, of_row: str) -> Iterator[tuple[str, str]]:
    """The texts of a cell, each with its status; a status that the row has a column for is that of the first."""
    pieces = [_ESCAPED.sub(r"\1", piece).strip() for piece in _PIECE.findall(cell)]
    for at, text in enumerate(pieces):
        if text:
            yield text, status or (of_row or PREFERRED if at == 0 else ADMITTED)


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
