"""What all reads share: parameters that are checked, pages behind an opaque cursor, and answers cut to some fields."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from drf_spectacular.drainage import set_override
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from termbase.api.json import parse, render
from termbase.errors import InvalidInput

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
LONGEST_CURSOR = 400

Record = dict[str, Any]


class Parameters(serializers.Serializer[Any]):
    """The parameters of an address; one that there is not is refused, since it was meant for something."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = {name: ["there is no such parameter"] for name in data if name not in self.fields}
        if unknown:
            raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class FieldsParameter(serializers.CharField):
    """The parameter `fields`: some of `names` with commas between; its value is a set of them."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(required=False)
        self._names = names
        one = f"({'|'.join(names)})"
        schema = {"type": "string", "pattern": f"^{one}(,{one})*$", "description": "These members alone, as `a,b`."}
        set_override(self, "field", schema)

    def to_internal_value(self, data: Any) -> Any:
        wanted = set(super().to_internal_value(data).split(","))
        unknown = sorted(wanted.difference(self._names))
        if unknown:
            raise serializers.ValidationError(f"there is no {', '.join(unknown)}; there are {', '.join(self._names)}")
        return wanted


class Paged(Parameters):
    """Parameters of a list."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)
    cursor = serializers.CharField(
        required=False, max_length=LONGEST_CURSOR, help_text="`next` of the page before; without it, the first page."
    )


def parameters(request: Request, kind: type[Parameters]) -> Record:
    """The request's parameters as `kind` has them. Raises `ValidationError`."""
    checked = kind(data=request.query_params.dict())
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


def cursor(*place: float | str) -> str:
    """An opaque name for a place in a list."""
    return base64.urlsafe_b64encode(render(place)).rstrip(b"=").decode()


def place(given: str, *kinds: type, name: str = "cursor") -> list[Any]:
    """The place that a `cursor` is the name of. Raises `InvalidInput` for anything else."""
    try:
        found = parse(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    except (ValueError, ParseError):
        found = None
    if not isinstance(found, list) or [type(value) for value in found] != list(kinds):
        problem = "is not a cursor of this list"
        raise InvalidInput(f"{name} {problem}.", fields={name: [problem]})
    return found


def cut(items: Iterable[Mapping[str, Any]], wanted: set[str] | None) -> list[Record]:
    """Each item with the members `wanted` alone, or whole for None."""
    return [{name: value for name, value in item.items() if wanted is None or name in wanted} for item in items]
