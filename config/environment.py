"""Reading settings from the environment; a value that cannot be meant stops the start."""

import os

from django.core.exceptions import ImproperlyConfigured

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
