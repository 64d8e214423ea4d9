"""XML as text, escaped, without the characters that no XML holds."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from termbase.exchange.entry import Entry
from termbase.exchange.losses import Losses, LossReason

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

_SPECIAL = re.compile("[&<>\r]")
_UNWRITABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_IN_ATTRIBUTES = _ESCAPES | {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


def escaped(text: str) -> str:
    """`text` as the content of an element; a carriage return would be read as a line feed."""
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text) if _SPECIAL.search(text) else text


def quoted(text: str) -> str:
    """`text` as the value of an attribute, in its quotes."""
    return '"' + "".join(_IN_ATTRIBUTES.get(character, character) for character in text) + '"'


def is_writable(text: str) -> bool:
    """Whether XML can hold all of `text`."""
    return not _UNWRITABLE.search(text)


def writable(entry: Entry, losses: Losses) -> Entry:
    """`entry` without characters that no XML can hold; each text that had one is a loss."""
    changed: list[str] = []
    entry = _without(entry, changed)
    for name in changed:
        losses.add(name, LossReason.CHARACTERS)
    return entry


def _without(value: Any, changed: list[str], name: str = "") -> Any:
    if isinstance(value, str) and _UNWRITABLE.search(value):
        changed.append(name)
        return _UNWRITABLE.sub("", value)
    if isinstance(value, tuple):
        return tuple(_without(item, changed, name) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: getattr(value, f.name) for f in fields(value)}
        return replace(value, **{f: _without(part, changed, _NAMES.get((name, f), f)) for f, part in parts.items()})
    return value


# Of the parts of an entry whose fields have other names in tables and reports.
_NAMES = {
    ("", "key"): "concept",
    ("", "note"): "concept_note",
    ("definitions", "text"): "definition",
    ("definitions", "source"): "definition_source",
    ("relations", "target"): "relations",
    **{("examples", name): "examples" for name in ("term", "text", "translation", "source")},
}


def lines(pieces: Iterator[str]) -> str:
    """Pieces as lines, so that two versions of a file can be compared."""
    return "\n".join(pieces) + "\n"
