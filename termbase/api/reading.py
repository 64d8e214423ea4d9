"""What all reads share: parameters that are checked, pages behind an opaque cursor, and answers cut to some fields."""

import base64
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from drf_spectacular.drainage import set_override
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from termbase.api.json import parse, render
from termbase.api.names import check_parameters
from termbase.errors import InvalidInput

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
LONGEST_CURSOR = 400

Record = dict[str, Any]


class Parameters(serializers.Serializer[Any]):
    """The parameters of an address; one that there is not is refused, since it was meant for something."""


def fields_schema(names: tuple[str, ...]) -> dict[str, Any]:
    """The parameter `fields` as the schema has it."""
    one = f"({'|'.join(names)})"
    return {"type": "string", "pattern": f"^{one}(,{one})*$", "description": "These members alone, as `a,b`."}


def fields_in(given: str, names: tuple[str, ...]) -> frozenset[str]:
    """The members, of those with these `names`, that the parameter `fields` asks for. Raises `InvalidInput`."""
    wanted = frozenset(given.split(","))
    unknown = sorted(wanted.difference(names))
    if unknown:
        problem = f"there is no {', '.join(unknown)}; there are {', '.join(names)}"
        raise InvalidInput(f"fields: {problem}.", fields={"fields": [problem]})
    return wanted


class FieldsParameter(serializers.CharField):
    """The parameter `fields`: some of `names` with commas between; its value is a set of them."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(required=False)
        self._names = names
        set_override(self, "field", fields_schema(names))

    def to_internal_value(self, data: Any) -> Any:
        return fields_in(super().to_internal_value(data), self._names)


class Paged(Parameters):
    """Parameters of a list."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)
    cursor = serializers.CharField(
        required=False, max_length=LONGEST_CURSOR, help_text="`next` of the page before; without it, the first page."
    )


def parameters(request: Request, kind: type[Parameters]) -> Record:
    """The request's parameters as `kind` has them. Raises `InvalidInput` and `ValidationError`."""
    checked = kind(data=request.query_params.dict())
    check_parameters(request.query_params, checked.fields)
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


def cut(items: Iterable[Mapping[str, Any]], wanted: Collection[str] | None) -> list[Record]:
    """Each item with the members `wanted` alone, or whole for None."""
    if wanted is None:
        return list(map(dict, items))
    return [{name: value for name, value in item.items() if name in wanted} for item in items]
