"""JSON Lines: everything that an entry has, an object a line, for scripts.

The names are those of the table of terms; terms, definitions, relations and examples are lists of objects.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, asdict, fields
from typing import IO, Any, TypeVar

import orjson

from termbase.errors import UnreadableFile
from termbase.exchange.encodings import UTF_8, lines, opened
from termbase.exchange.entry import (
    EVERYTHING,
    TERM_FIELDS,
    Entry,
    EntryDefinition,
    EntryExample,
    EntryRelation,
    EntryTerm,
    Problem,
    Read,
)
from termbase.exchange.keys import KeyRemarks, key_of
from termbase.exchange.losses import Losses
from termbase.exchange.options import ReadOptions, WriteOptions

HOLDS = EVERYTHING
_TEXTS = {
    "concept": "key",
    "subject_field": "subject_field",
    "concept_note": "note",
    "withdrawn_at": "withdrawn_at",
    "replaced_by": "replaced_by",
}
_LISTS: dict[str, type[Any]] = {
    "relations": EntryRelation,
    "terms": EntryTerm,
    "definitions": EntryDefinition,
    "examples": EntryExample,
}
Part = TypeVar("Part")


class _Wrong(Exception):
    """A value of the wrong kind: the field, and what it should be."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def write(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """An object a line, in UTF-8, every field of it there."""
    for entry in entries:
        texts = {name: getattr(entry, attribute) for name, attribute in _TEXTS.items()}
        lists = {name: [asdict(part) for part in getattr(entry, name)] for name in _LISTS}
        stream.write(orjson.dumps(texts | lists, option=orjson.OPT_APPEND_NEWLINE))
    return Losses()


def read(stream: IO[bytes], options: ReadOptions = ReadOptions()) -> Read:
    """An entry a line; fields that nobody knows are reported.

    Raises `UnreadableFile` where the first line is no object.
    """
    with opened(stream, options.encoding) as (text, encoding):
        if encoding != UTF_8:
            yield Problem(1, "", "encoding", f"read as {encoding}", refuses=False)
        first, remarks = True, KeyRemarks()
        for number, line in enumerate(lines(text), start=1):
            if not line.strip():
                continue
            found = _parsed(line)
            if found is None and first:
                raise UnreadableFile(f"Line {number} is no JSON object.")
            first = False
            yield from _read_line(number, found, remarks)


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found = orjson.loads(line)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None
    return found if isinstance(found, dict) else None


def _read_line(number: int, found: dict[str, Any] | None, remarks: KeyRemarks) -> Read:
    if found is None:
        yield Problem(number, "", "", "is no JSON object")
        return
    key = found.get("concept")
    known = key.strip() if isinstance(key, str) else ""
    try:
        entry = _entry(number, found)
    except _Wrong as wrong:
        yield Problem(number, known, wrong.field, wrong.message)
        return
    for name in sorted(found.keys() - _TEXTS.keys() - _LISTS.keys()):
        yield Problem(number, known, name[:60], "is no field, and was left out", refuses=False)
    yield from remarks.of(number, known, entry.key)
    yield entry


def _entry(number: int, found: Mapping[str, Any]) -> Entry:
    values: dict[str, Any] = {attribute: _text(found, name) for name, attribute in _TEXTS.items()}
    values |= {name: tuple(_parts(found, name, kind)) for name, kind in _LISTS.items()}
    values["key"] = key_of(values["key"], values["terms"])
    return Entry(line=number, given=frozenset(_given(found)), **values)


def _given(found: Mapping[str, Any]) -> Iterator[str]:
    yield from (name for name in (*_TEXTS, "relations", "examples") if found.get(name) is not None)
    for term in found.get("terms") or ():
        yield from (name for name in TERM_FIELDS if name in term)
    if found.get("definitions"):
        yield from ("definition", "definition_source")


def _text(found: Mapping[str, Any], name: str, default: str = "") -> str:
    value = found.get(name, default)
    if value is None:
        return default
    if not isinstance(value, str):
        raise _Wrong(name, "is no text")
    return value.strip()


def _parts(found: Mapping[str, Any], name: str, kind: type[Part]) -> Iterator[Part]:
    value = found.get(name) or []
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        raise _Wrong(name, "is no list of objects")
    for part in value:
        yield _part(part, kind)


def _part(part: Mapping[str, Any], kind: type[Part]) -> Part:
    values: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.type is int:
            value = part.get(field.name, field.default)
            # A whole number that is no grade is left for the importer to refuse by name.
            if not isinstance(value, int) or isinstance(value, bool):
                raise _Wrong(field.name, "is no whole number")
            values[field.name] = value
        else:
            values[field.name] = _text(part, field.name, "" if field.default is MISSING else field.default)
    return kind(**values)
