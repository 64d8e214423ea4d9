"""JSON in and out: fast out, strict in.

Measured on 1 MB of segments: orjson writes in 0.1 ms what `json` writes in 2.1, and reads in 0.7. It does not see a
name that stands twice, so what it has found to be sound JSON is read once more by `json`, in 2.2 ms.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.utils.functional import Promise
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from termbase.api.exceptions import PayloadTooLarge

# A backslash before it, itself not escaped, makes it a null character; nothing can store that.
_NULL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_MOST_DIGITS = 15
"""Whole numbers up to 2^53 survive in every language; no field of ours needs more."""


def render(data: Any) -> bytes:
    """`data` in UTF-8; times as RFC 3339 in UTC, lazy translations as text."""
    return orjson.dumps(data, default=_other, option=orjson.OPT_UTC_Z)


def _other(value: Any) -> Any:
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value)} has no place in JSON")


class JsonRenderer(BaseRenderer):
    """`application/json`, always UTF-8."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else render(data)


class Negotiation(DefaultContentNegotiation):
    """As the framework's, which takes longer over what nearly all callers say: anything, or just this type."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first, *others = renderers
        if not others and request.META.get("HTTP_ACCEPT", "*/*") in ("*/*", first.media_type):
            return first, first.media_type
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, [first, *others], format_suffix)
        return chosen


class JsonParser(BaseParser):
    """RFC 8259 to the letter, and beyond where it is lax: no name twice, no null characters, no boundless numbers."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        context = parser_context or {}
        length = context["request"].META.get("CONTENT_LENGTH", "") if "request" in context else ""
        if length and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise PayloadTooLarge
        return parse(stream.read())


def parse(body: bytes) -> Any:
    """The value of a JSON text. Raises `ParseError` that says what is wrong with it and where."""
    if _NULL.search(body):
        raise ParseError("The JSON holds a null character.")
    try:
        orjson.loads(body)
        return json.loads(body, object_pairs_hook=_once, parse_int=_whole_number)
    except RecursionError as error:
        raise ParseError("The JSON is nested too deep.") from error
    except ValueError as error:
        raise ParseError(f"This is not JSON as it should be: {error}.") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ParseError(f"“{next(name for name in names if names.count(name) > 1)}” stands twice in one object.")
    return found


def _whole_number(digits: str) -> int:
    if len(digits.lstrip("-")) > _MOST_DIGITS:
        raise ParseError(f"A number has more than {_MOST_DIGITS} digits.")
    return int(digits)
