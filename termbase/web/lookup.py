"""The look-up page: a query as it is typed, its hits, and what to read where there are none."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from termbase import concordance, search
from termbase.errors import InvalidInput
from termbase.models import Term
from termbase.search import MAX_LIMIT, MAX_QUERY, Hit, Query
from termbase.text.languages import ZH_HANS
from termbase.web.concepts import recommended
from termbase.web.examples import Marked, marked

MATCH_NAMES: dict[str, str | Promise] = {
    "exact": gettext_lazy("exact"),
    "prefix": gettext_lazy("begins with it"),
    "part": gettext_lazy("holds it"),
    "words": gettext_lazy("has its words"),
    "wildcard": gettext_lazy("fits the pattern"),
    "pinyin": gettext_lazy("reads like it"),
    "fuzzy": gettext_lazy("looks like it"),
}
"""Why a hit is one, by `search.MODES`."""
_LINES_INSTEAD = 5
_CONTEXT = 40


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter as the form shows it: a field of `search.Query`, what may be chosen, and what is."""

    name: str
    label: str | Promise
    options: Iterable[tuple[str, str | Promise]]
    chosen: str


@dataclass(frozen=True, slots=True)
class Row:
    """A hit as the list shows it: the pair to use, the other forms of either side, and how it came to be found."""

    hit: Hit
    source: Term | None
    target: Term | None
    other_sources: tuple[Term, ...]
    other_targets: tuple[Term, ...]
    why: str | Promise
    example: Marked | None

    @property
    def is_warning(self) -> bool:
        """Whether what was typed is a form not to be used."""
        return isinstance(self.hit.matched, Term) and recommended([self.hit.matched]) is None

    @property
    def replacement(self) -> Term | None:
        """The form to use in the language of the matched one."""
        return recommended([t for t in self.hit.source_terms if t.language == self.hit.matched.language])


def _directions() -> list[tuple[str, str | Promise]]:
    return [("", _("Chinese or English")), ("zh", _("Chinese → English")), ("en", _("English → Chinese"))]


_FILTERS: dict[str, tuple[str | Promise, Callable[[], Iterable[tuple[str, str | Promise]]]]] = {
    "source": (gettext_lazy("Direction"), _directions),
}
"""By field of `search.Query`: the label of the filter, and its options."""


@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """The look-up page; for htmx, which asks as the reader types, the hits alone."""
    text = request.GET.get("q", "")
    chosen: dict[str, Any] = {name: request.GET[name] for name in _FILTERS if request.GET.get(name)}
    limit = MAX_LIMIT if request.GET.get("all") else search.DEFAULT_LIMIT
    rows: list[Row] = []
    problem = ""
    try:
        rows = [_row(hit) for hit in search.lookup(Query(text=text, limit=limit, **chosen))]
    except InvalidInput:
        problem = _(
            "This cannot be looked up: it is longer than %(limit)d characters, or a filter has an unknown value."
        ) % {"limit": MAX_QUERY}
    asked = bool(text.strip()) and not problem
    context = {
        "q": text,
        "script": ZH_HANS,
        "rows": rows,
        "problem": problem,
        "asked": asked,
        "more": len(rows) == limit < MAX_LIMIT,
        "lines": concordance.lines(text, width=_CONTEXT, limit=_LINES_INSTEAD)[0] if asked and not rows else [],
        "filters": [
            Choice(name, label, options(), chosen.get(name, "")) for name, (label, options) in _FILTERS.items()
        ],
    }
    partial = bool(request.headers.get("HX-Request"))
    response = render(request, "web/_hits.html" if partial else "web/lookup.html", context)
    patch_vary_headers(response, ["HX-Request"])
    if partial:
        # The address to share has only what was given.
        given = {name: value for name, value in {"q": text, **chosen}.items() if value}
        response.headers["HX-Replace-Url"] = reverse("web:lookup") + (f"?{urlencode(given)}" if given else "")
    return response


def _row(hit: Hit) -> Row:
    source, target = recommended(hit.source_terms), recommended(hit.target_terms)
    return Row(
        hit=hit,
        source=source,
        target=target,
        other_sources=tuple(term for term in hit.source_terms if term != source),
        other_targets=tuple(term for term in hit.target_terms if term != target),
        why=MATCH_NAMES[hit.match],
        example=marked(hit.example) if hit.example else None,
    )
