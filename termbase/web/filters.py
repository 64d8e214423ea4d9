"""The filters of the look-up page: what an address may say, and how the form shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from termbase.coverage import subject_paths
from termbase.errors import InvalidInput
from termbase.models import SubjectField
from termbase.search import PLACES
from termbase.vocabulary import Reliability
from termbase.web.parameters import FLAGS, unknown
from termbase.web.tags import named

Options = Iterable[tuple[str, str | Promise]]

_DIRECTIONS: Options = (("", _("Chinese or English")), ("zh", _("Chinese → English")), ("en", _("English → Chinese")))
_REMARKS = ",".join(place for place in PLACES if place != "terms")
_RELIABILITIES: Options = (
    ("", _("any")),
    *((str(grade.value), grade.label) for grade in reversed(Reliability) if grade > min(Reliability)),
)
_KNOWN = {
    "source": [value for value, _label in _DIRECTIONS],
    "reliability": ["", *map(str, Reliability.values)],
    "in": ["", "terms", *PLACES[1:], _REMARKS],
    "proposed": list(FLAGS),
}
_LABELS = {
    "source": _("Direction"),
    "subject_field": _("Subject"),
    "reliability": _("Reliability, at least"),
    "in": _("also in definitions and notes"),
    "proposed": _("also what is only proposed"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter as the form shows it: a list of options, or where there are none a box that stands for `value`."""

    name: str
    label: str | Promise
    options: Options
    chosen: str
    value: str = ""


def chosen(request: HttpRequest) -> dict[str, str]:
    """The filters that an address sets; raises `InvalidInput`, with a message for the reader, for unknown values."""
    found = {}
    for name in _LABELS:
        value = request.GET.get(name, "")
        if name == "subject_field":
            if value and not SubjectField.objects.filter(key=value.replace("\0", "")).exists():
                problem = gettext("“%(key)s” is the key of no subject field.") % {"key": value[:80]}
                raise InvalidInput(problem, fields={name: [problem]})
        elif value not in _KNOWN[name]:
            raise unknown(name, value, _KNOWN[name])
        if value and value != "false":
            found[name] = value
    return found


def conditions(given: Mapping[str, str]) -> dict[str, Any]:
    """What filters are in the words of `search.Query`."""
    said: dict[str, Any] = {name: given[name] for name in ("source", "subject_field") if name in given}
    if "reliability" in given:
        said["reliability"] = int(given["reliability"])
    if "in" in given:
        said["within"] = tuple(place for place in PLACES if place in given["in"].split(","))
    return said | {"proposed": "proposed" in given}


def choices(given: Mapping[str, str]) -> list[Choice]:
    """The filters for the form, with what is chosen."""
    options: dict[str, Options] = {
        "source": _DIRECTIONS,
        "subject_field": [("", _("any")), *_subjects()],
        "reliability": _RELIABILITIES,
    }
    boxes = {"in": _REMARKS, "proposed": "true"}
    return [
        Choice(name, label, options.get(name, ()), given.get(name, ""), boxes.get(name, ""))
        for name, label in _LABELS.items()
    ]


def _subjects() -> list[tuple[str, str]]:
    """The subject tree, each step inward by a wide space, as options can be told apart by nothing else."""
    return [(field.key, "\u2003" * (len(path) - 1) + named(field)) for field, path in subject_paths()]
