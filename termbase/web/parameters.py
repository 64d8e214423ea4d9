"""What an address asks for, read strictly: a value that means nothing is told, not guessed at."""

from collections.abc import Collection

from django.http import HttpRequest
from django.utils.translation import gettext as _

from termbase.errors import InvalidInput

FLAGS = {"": False, "false": False, "true": True}


def flag(request: HttpRequest, name: str) -> bool:
    """Whether the address says `name=true`; raises `InvalidInput` for anything but true and false."""
    return FLAGS[one_of(request, name, FLAGS)]


def one_of(request: HttpRequest, name: str, known: Collection[str], default: str = "") -> str:
    """What the address says of `name`; raises `InvalidInput` where that is none of `known`."""
    value = request.GET.get(name, default)
    if value not in known:
        raise unknown(name, value, known)
    return value


def unknown(name: str, value: str, known: Collection[str]) -> InvalidInput:
    """The error that `value` is none that the parameter `name` may have; the message is for the reader of a page."""
    message = _("“%(name)s” cannot be “%(value)s”; it can be: %(known)s.") % {
        "name": name,
        "value": value[:80],
        "known": ", ".join(filter(None, known)),
    }
    return InvalidInput(message, fields={name: [message]})
