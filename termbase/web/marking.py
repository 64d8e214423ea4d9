"""Passages with the known terms in them made links to their concepts."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from termbase.models import Change, Term
from termbase.recognition import Match, Matcher, chinese_matcher
from termbase.vocabulary import AdministrativeStatus, Language

DENSITIES = ("all", "preferred", "none")
"""Which terms a reader wants marked."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is marked and how: by term (id), the concept's address and the term's administrative status."""

    matcher: Matcher
    terms: dict[int, tuple[str, str]]


class _Keeper:
    """The `Known` of this process, made again when the log of changes has moved."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: Known | None = None
        self._as_of: object = None

    def known(self) -> Known:
        # A slow transaction commits rows with a lower number than those seen already: the count tells it.
        as_of = Change.objects.aggregate(Max("transaction"), Max("at"), Count("pk"))
        with self._lock:
            if self._known is None or self._as_of != as_of:
                self._known, self._as_of = _read(), as_of
            return self._known


def marked_up(text: str, known: Known, density: str) -> SafeString:
    """`text` as HTML, each known term in it a link; nothing is marked in a term that `density` leaves out."""
    if density == "none":
        return format_html("{}", text)
    return format_html_join("", "{}{}", _pieces(text, known, density))


def current() -> Known:
    """The known Chinese terms that readers may see, as of the last change."""
    return _KEEPER.known()


_KEEPER = _Keeper()


def _pieces(text: str, known: Known, density: str) -> Iterator[tuple[str, SafeString]]:
    at = 0
    for match in known.matcher.find(text):
        shown = _shown(match, known, density)
        if shown is not None:
            address, status = shown
            link = format_html('<a class="t {}" href="{}">{}</a>', status, address, text[match.start : match.end])
            yield text[at : match.start], link
            at = match.end
    yield text[at:], SafeString("")


def _shown(match: Match, known: Known, density: str) -> tuple[str, str] | None:
    """The first of the match's terms, the most recommended one, that is to be marked."""
    terms = (known.terms[pk] for pk in match.terms if pk in known.terms)
    ranked = sorted(terms, key=lambda term: AdministrativeStatus.values.index(term[1]))
    if not ranked or (density == "preferred" and ranked[0][1] != AdministrativeStatus.PREFERRED):
        return None
    return ranked[0]


def _read() -> Known:
    terms = Term.objects.visible().filter(language__in=[Language.ZH_HANS, Language.ZH_HANT])
    rows = terms.values_list("pk", "concept__key", "administrative_status")
    addresses: dict[int, tuple[str, str]] = {
        pk: (reverse("web:concept", args=[key]), status) for pk, key, status in rows.iterator(chunk_size=10_000)
    }
    return Known(chinese_matcher(), addresses)
