"""Entries as JSON, whole and with what their file gave: to be decided on, or written, after it was read."""

from dataclasses import asdict
from typing import Any

from termbase.exchange.entry import Entry, EntryDefinition, EntryExample, EntryRelation, EntryTerm


def to_json(entry: Entry) -> dict[str, Any]:
    """What `from_json` makes the entry of again."""
    return {**asdict(entry), "given": sorted(entry.given)}


def from_json(values: dict[str, Any]) -> Entry:
    """The entry that `to_json` was given."""
    parts = {
        "terms": EntryTerm,
        "definitions": EntryDefinition,
        "relations": EntryRelation,
        "examples": EntryExample,
    }
    made = {name: tuple(kind(**part) for part in values[name]) for name, kind in parts.items()}
    return Entry(**{**values, **made, "given": frozenset(values["given"])})
