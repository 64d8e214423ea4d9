"""Keys of concepts out of the ids that files have."""

import re

from termbase.exchange.entry import Problem

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{0,63}")
_ID = re.compile(r"[A-Za-z0-9._-]{1,61}")


def key_from(name: str) -> str:
    """The key that an id stands for: `id-17` for `17`, else itself, which the importer refuses if it is no key.

    The same id gives the same key in the next file, so that a concept is known again.
    """
    return f"id-{name}" if _ID.fullmatch(name) and not _KEY.fullmatch(name) else name


def taken_key(line: int, name: str, key: str) -> Problem:
    """Says that the id `name` became `key`."""
    return Problem(line, key, "concept", f"“{name}” does not begin with a letter; taken as {key}", refuses=False)
