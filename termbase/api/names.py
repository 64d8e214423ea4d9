"""Names that there are not: refused, since they were meant for something, with the one that was probably meant."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from django.http import QueryDict

from termbase.errors import InvalidInput


def no_such(kind: str, name: str, known: Collection[str]) -> str:
    """That there is no `kind` of this `name` among those `known`, and which one may have been meant."""
    near = get_close_matches(name, known, n=1)
    instead = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}" if known else "there are none"
    return f"there is no such {kind}; {instead}"


def check_parameters(given: QueryDict, known: Collection[str], *, several: Iterable[str] = ()) -> None:
    """Raises `InvalidInput` for parameters not `known`, and for one given twice that is not among `several`."""
    problems = {name: [no_such("parameter", name, known)] for name in given if name not in known}
    twice = (name for name, values in given.lists() if len(values) > 1 and name in known and name not in several)
    problems |= {name: ["is given more than once"] for name in twice}
    if problems:
        raise InvalidInput(f"These cannot be taken as they are: {', '.join(problems)}.", fields=problems)
