"""Reading settings from the environment; a value that cannot be meant stops the start."""

import os
import re

from django.core.exceptions import ImproperlyConfigured

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#\s,]+")
_FLAGS = dict.fromkeys(("true", "1", "yes", "on"), True) | dict.fromkeys(("false", "0", "no", "off"), False)


def text(name: str, default: str = "") -> str:
    """The value of `name`; `default` where it is unset or empty."""
    return os.environ.get(name, "") or default


def flag(name: str, *, default: bool) -> bool:
    """A yes or no: true, 1, yes, on, false, 0, no, off in any case; else raises `ImproperlyConfigured`."""
    value = text(name)
    if not value:
        return default
    if value.lower() not in _FLAGS:
        raise ImproperlyConfigured(f"{name} is {value!r}; say true or false.")
    return _FLAGS[value.lower()]


def listed(name: str, default: list[str] | None = None) -> list[str]:
    """A comma-separated list, without blanks."""
    return [part.strip() for part in text(name).split(",") if part.strip()] or (default or [])


def number(name: str, default: int) -> int:
    """A whole number from 0. Raises `ImproperlyConfigured` for anything else."""
    value = text(name)
    if not value:
        return default
    if not value.isdecimal() or not value.isascii() or len(value) > 9:
        raise ImproperlyConfigured(f"{name} is {value!r}; say a whole number.")
    return int(value)


def origins(name: str) -> list[str]:
    """A comma-separated list of web origins, or `*`. Raises `ImproperlyConfigured` for anything else."""
    found = listed(name)
    for origin in found:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise ImproperlyConfigured(f"{name} holds {origin!r}; an origin is https://host or https://host:port.")
    return found
