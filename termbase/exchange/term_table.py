"""A table with one row a term: lossless, for spreadsheets and for review.

The columns are named as the model fields. What belongs to the concept (subject field, note, relations) stands on its
first row; a definition on a row of its language. A row without `text` carries only these.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from itertools import groupby
from typing import IO

from termbase.errors import UnreadableFile
from termbase.exchange.entry import EVERYTHING, Entry, EntryDefinition, EntryRelation, EntryTerm, Problem, Read
from termbase.vocabulary import Reliability

TERM_COLUMNS = [field.name for field in fields(EntryTerm)]
COLUMNS = ["concept", "subject_field", "concept_note", "relations", *TERM_COLUMNS, "definition", "definition_source"]
REQUIRED = ["concept", "language", "text"]
MAX_CELL = 100_000
GRADES = [str(grade) for grade in Reliability.values]

Row = Mapping[str, str]


def read(stream: IO[bytes]) -> Read:
    """Entries of a CSV file in UTF-8, with or without a byte-order mark; rows of one concept stand together.

    Raises `UnreadableFile` for another encoding, a missing column, or a cell of more than MAX_CELL characters.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    csv.field_size_limit(MAX_CELL)
    rows = csv.DictReader(text, strict=True)
    try:
        _check_header(rows.fieldnames or [])
        yield from _entries(_numbered(rows))
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"Not UTF-8 (byte {error.start}).") from error
    except csv.Error as error:
        # Not rows.line_num: that is where the last good row ends.
        raise UnreadableFile(f"Line {rows.reader.line_num}: {error}.") from error
    finally:
        # A reader left half-way may end after its file was closed.
        if not stream.closed:
            text.detach()


def write(stream: IO[bytes], entries: Iterable[Entry]) -> None:
    """CSV in UTF-8, RFC 4180."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for entry in entries:
        writer.writerows(_rows(entry))
    text.detach()


def _check_header(names: Iterable[str]) -> None:
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise UnreadableFile(f"The first line has no column {', '.join(missing)}.", fields={"header": missing})
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        message = f"Unknown column {', '.join(unknown)}; the columns are {', '.join(COLUMNS)}."
        raise UnreadableFile(message, fields={"header": unknown})


def _numbered(rows: "csv.DictReader[str]") -> Iterator[tuple[int, Row]]:
    for row in rows:
        # DictReader puts surplus cells under None and None into missing ones.
        yield rows.line_num, {name: value or "" for name, value in row.items() if name is not None}


def _entries(rows: Iterator[tuple[int, Row]]) -> Read:
    for key, group in groupby(rows, key=lambda numbered: numbered[1]["concept"].strip()):
        numbered = list(group)
        if not key:
            yield from (Problem(line, "", "concept", "is empty") for line, _ in numbered)
            continue
        yield _entry(key, numbered)


def _entry(key: str, rows: list[tuple[int, Row]]) -> Entry:
    terms = []
    definitions = []
    for _, row in rows:
        if row["text"].strip():
            terms.append(_term(row))
        if row.get("definition", "").strip():
            definition = row["definition"].strip()
            source = row.get("definition_source", "").strip()
            definitions.append(EntryDefinition(row["language"].strip(), definition, source))
    return Entry(
        key=key,
        subject_field=_first(rows, "subject_field"),
        note=_first(rows, "concept_note"),
        terms=tuple(terms),
        definitions=tuple(definitions),
        relations=tuple(_relations(_first(rows, "relations"))),
        line=rows[0][0],
        given=frozenset("note" if name == "concept_note" else name for name in rows[0][1]) & EVERYTHING,
    )


def _first(rows: list[tuple[int, Row]], column: str) -> str:
    return next((value for _, row in rows if (value := row.get(column, "").strip())), "")


def _term(row: Row) -> EntryTerm:
    values = {name: row[name].strip() for name in TERM_COLUMNS if row.get(name, "").strip()}
    values.setdefault("language", "")
    reliability = values.pop("reliability", "")
    # A reliability that is no grade is left for the importer to refuse by name.
    graded = {"reliability": int(reliability) if reliability in GRADES else 0} if reliability else {}
    return EntryTerm(**values, **graded)  # type: ignore[arg-type]


def _relations(cell: str) -> Iterator[EntryRelation]:
    for part in cell.split():
        relation_type, _, target = part.partition(":")
        yield EntryRelation(relation_type, target)


def _rows(entry: Entry) -> Iterator[dict[str, str]]:
    of_concept = {
        "subject_field": entry.subject_field,
        "concept_note": entry.note,
        "relations": " ".join(f"{relation.relation_type}:{relation.target}" for relation in entry.relations),
    }
    definitions = list(entry.definitions)
    for term in entry.terms:
        row = {"concept": entry.key, **of_concept, **{name: str(value) for name, value in asdict(term).items()}}
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
