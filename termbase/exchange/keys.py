"""Keys of concepts out of the ids that files have."""

import re

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{0,63}")
_ID = re.compile(r"[A-Za-z0-9._-]{1,61}")


def key_from(name: str) -> str:
    """The key that an id stands for: itself, `id-17` for `17`, or blank for one that gives none.

    The same id gives the same key in the next file, so that a concept is known again.
    """
    if _KEY.fullmatch(name):
        return name
    return f"id-{name}" if _ID.fullmatch(name) else ""
