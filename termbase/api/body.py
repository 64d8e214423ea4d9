"""Reading the JSON body of a call: every value is checked, and an error names its field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request

from termbase.api.names import check_parameters, no_such
from termbase.errors import InvalidInput
from termbase.text.languages import EXPANSIONS
from termbase.text.spans import Span, Utf16

MAX_SPANS = 20_000
CODE_POINT, UTF16 = OFFSETS = ("codepoint", "utf16")


def problem(name: str, message: str) -> InvalidInput:
    """The error of a field."""
    return InvalidInput(f"{name} {message}.", fields={name: [message]})


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON object; `path` is what stands before its fields' names in errors, as `segments[2].`."""

    values: Mapping[str, Any]
    path: str = ""

    @classmethod
    def of(cls, request: Request, known: Sequence[str]) -> "Body":
        """The body of `request`, which may have the fields `known` and no others; its address has no parameters."""
        check_parameters(request.query_params, ())
        return cls.checked(request.data, known)

    @classmethod
    def checked(cls, values: object, known: Sequence[str], path: str = "") -> "Body":
        """`values`, if they are an object with the fields `known` and no others."""
        if not isinstance(values, Mapping):
            raise problem(path.rstrip(".") or "body", "must be an object")
        for name in values:
            if name not in known:
                unknown = {f"{path}{name}": [no_such("member", str(name), known)]}
                raise InvalidInput(f"{path}{name} cannot be taken.", fields=unknown)
        return cls(values, path)

    def text(self, name: str, default: str | None = None) -> str:
        """A string of whole characters; required without a default."""
        value = self.values.get(name, default)
        if value is None:
            raise problem(self.path + name, "is missing")
        return whole_text(value, self.path + name)

    def choice(self, name: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of `choices`; required without a default."""
        value = self.text(name, default)
        if value not in choices:
            raise problem(self.path + name, f"must be one of {', '.join(choices)}")
        return value

    def language(self, name: str, default: str | None = None) -> str:
        """A key of `languages.EXPANSIONS`."""
        return self.choice(name, tuple(EXPANSIONS), default)

    def flag(self, name: str) -> bool:
        """True or false; false where it is missing."""
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            raise problem(self.path + name, "must be true or false")
        return value

    def listed(self, name: str, most: int) -> list[Any]:
        """A list of at most so many values; required."""
        value = self.values.get(name)
        if not isinstance(value, list):
            raise problem(self.path + name, "must be a list")
        if len(value) > most:
            raise problem(self.path + name, f"must hold {most} at most")
        return value


def whole_text(value: object, name: str) -> str:
    """A string without halves of characters, which no text has and no database takes."""
    if not isinstance(value, str):
        raise problem(name, "must be a string")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise problem(name, "holds half a character") from None
    return value


def spans(value: object, name: str, text: str, offsets: str) -> tuple[Span, ...]:
    """Pairs of offsets into `text`, counted as the caller counts, as code-point spans."""
    if not isinstance(value, list) or len(value) > MAX_SPANS:
        raise problem(name, f"must be a list of [start, end], {MAX_SPANS} at most")
    units = Utf16(text) if offsets == UTF16 else None
    return tuple(_span(pair, f"{name}[{at}]", text, units) for at, pair in enumerate(value))


def _span(pair: object, name: str, text: str, units: Utf16 | None) -> Span:
    length = units.length if units else len(text)
    if not isinstance(pair, list) or len(pair) != 2 or not all(type(offset) is int for offset in pair):
        raise problem(name, "must be [start, end]")
    start, end = pair
    if not 0 <= start <= end <= length:
        raise problem(name, f"must lie within 0 and {length}, start before end")
    try:
        return (units.to_code_points(start), units.to_code_points(end)) if units else (start, end)
    except ValueError as error:
        raise problem(name, f"splits a character: {error}") from None


def outgoing(text: str, offsets: str) -> "Counter":
    """How offsets in `text` go out."""
    return Counter(Utf16(text) if offsets == UTF16 else None)


@dataclass(frozen=True, slots=True)
class Counter:
    """Code-point offsets as the caller counts them."""

    units: Utf16 | None

    def __call__(self, offset: int) -> int:
        return self.units.from_code_points(offset) if self.units else offset
