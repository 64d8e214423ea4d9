"""Entries as JSON, whole and with what their file gave: to be decided on, or written, after it was read."""

from typing import Any

from termbase.exchange.entry import Entry, EntryDefinition, EntryExample, EntryRelation, EntryTerm

_PARTS: dict[str, Any] = {
    "terms": EntryTerm,
    "definitions": EntryDefinition,
    "relations": EntryRelation,
    "examples": EntryExample,
}


def plain(record: Any) -> dict[str, Any]:
    """The fields of a record of plain values; `asdict` copies in depth, which took a third of comparing a file."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def to_json(entry: Entry) -> dict[str, Any]:
    """What `from_json` makes the entry of again."""
    parts = {name: [plain(part) for part in getattr(entry, name)] for name in _PARTS}
    return {**plain(entry), **parts, "given": sorted(entry.given)}


def from_json(values: dict[str, Any]) -> Entry:
    """The entry that `to_json` was given."""
    parts = {name: tuple(kind(**part) for part in values[name]) for name, kind in _PARTS.items()}
    return Entry(**{**values, **parts, "given": frozenset(values["given"])})
