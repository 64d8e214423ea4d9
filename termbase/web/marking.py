"""Texts with the known terms in them made links to their concepts, and what a check found made visible."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from termbase.recognition.texts import Recognised
from termbase.vocabulary import AdministrativeStatus

DENSITIES = ("all", "preferred", "none")
"""Which terms a reader wants marked."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A place that the finding with this number is about, at the code points [start, end)."""

    start: int
    end: int
    number: int


def marked_up(
    text: str, items: Iterable[Recognised], *, density: str = "all", flags: Sequence[Flag] = ()
) -> SafeString:
    """`text` as HTML: each known term that `density` asks for is a link, each flagged place leads to its finding."""
    wanted = [item for item in items if _is_wanted(item, density)]
    places = _places(wanted, flags)
    return format_html_join("", "{}{}", _pieces(text, places))


def _is_wanted(item: Recognised, density: str) -> bool:
    if item.nested or density == "none":
        return False
    return density == "all" or item.term.administrative_status == AdministrativeStatus.PREFERRED


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    term: Recognised | None
    numbers: tuple[int, ...]


def _places(items: Iterable[Recognised], flags: Sequence[Flag]) -> list[_Place]:
    """Places that do not overlap, by position; of homographs the first is the most recommended."""
    numbers: dict[tuple[int, int], list[int]] = {}
    for flag in flags:
        numbers.setdefault((flag.start, flag.end), []).append(flag.number)
    terms: dict[tuple[int, int], Recognised] = {}
    for item in items:
        terms.setdefault((item.start, item.end), item)
    found = [_Place(*span, terms.get(span), tuple(numbers.get(span, ()))) for span in {**numbers, **terms}]
    found.sort(key=lambda place: (place.start, -place.end))
    flagged: list[_Place] = []
    for place in found:
        if place.numbers and (not flagged or place.start >= flagged[-1].end):
            flagged.append(place)
    starts = [place.start for place in flagged]
    # A finding goes before a term that it crosses; terms never overlap each other.
    free = (place for place in found if not place.numbers and _ends_before(flagged, starts, place))
    return sorted((*flagged, *free), key=lambda place: place.start)


def _ends_before(flagged: Sequence[_Place], starts: Sequence[int], place: _Place) -> bool:
    """Whether the last flagged place that begins before `place` ends is over before `place` begins."""
    at = bisect_left(starts, place.end)
    return at == 0 or flagged[at - 1].end <= place.start


def _pieces(text: str, places: Iterable[_Place]) -> Iterator[tuple[str, SafeString]]:
    at = 0
    for place in places:
        yield text[at : place.start], _linked(text[place.start : place.end], place)
        at = place.end
    yield text[at:], SafeString("")


def _linked(surface: str, place: _Place) -> SafeString:
    if place.term is None:
        html = format_html('<mark class="flagged">{}</mark>', surface)
    else:
        status = place.term.term.administrative_status + (" flagged" if place.numbers else "")
        html = format_html('<a class="t {}" href="{}">{}</a>', status, _address(place.term.concept.key), surface)
    leads = format_html_join("", '<a class="flag" href="#f{}">{}</a>', ((number, number) for number in place.numbers))
    return html + leads


@lru_cache(maxsize=10_000)
def _address(key: str) -> str:
    return reverse("web:concept", args=[key])
