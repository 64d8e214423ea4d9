"""The look-up page: a query as it is typed, its hits, and what to read where there are none."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from termbase import concordance, search
from termbase.errors import InvalidInput
from termbase.search import MAX_QUERY, Query
from termbase.text.languages import ZH_HANS
from termbase.web import filters
from termbase.web.exports import EXPORTS, LOSSES, asked_for, download_hits, losses_of_hits
from termbase.web.parameters import flag, one_of
from termbase.web.rows import Row, rows_of

FIRST_HITS, MORE_HITS = 10, 40
"""At first no more than are read: they are made anew at every keystroke."""
_LINES_INSTEAD = 5
_CONTEXT = 40


@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """The look-up page; for htmx, which asks as the reader types, the hits alone; with `format` all hits as a file."""
    text = request.GET.get("q", "")
    partial = bool(request.headers.get("HX-Request"))
    context: dict[str, Any] = {"q": text, "script": ZH_HANS}
    status = 200
    try:
        chosen = filters.chosen(request)
        given = {"q": text, **chosen}
        cursor = request.GET.get("cursor", "")
        limit = MORE_HITS if cursor else FIRST_HITS
        query = Query(text=text, cursor=cursor, limit=limit, **filters.conditions(chosen))
        if kind := asked_for(one_of(request, "format", ["", *(kind.name for kind in EXPORTS)])):
            return download_hits(kind, query)
        context |= _found(query, given)
        if flag(request, LOSSES):
            context["losses"] = losses_of_hits(query)
    except InvalidInput as error:
        chosen, given = {}, {"q": text}
        context["problem"] = _problem(text, error)
        # Somebody who has typed no more than a wildcard is not done yet.
        status = 200 if _is_unfinished(text) else 400
    if partial:
        template = "web/_more.html" if request.GET.get("cursor") else "web/_hits.html"
    else:
        template = "web/lookup.html"
        context |= {"filters": filters.choices(chosen), "narrowed": any(name != "source" for name in chosen)}
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    if partial and not request.GET.get("cursor"):
        response.headers["HX-Replace-Url"] = _address(given)
    return response


def _found(query: Query, given: Mapping[str, str]) -> dict[str, object]:
    """What the hits of a query come to in a template; without hits, what there is instead."""
    page = search.lookup_page(query)
    rows = rows_of(page.hits, with_proposed=not query.proposed)
    found: dict[str, object] = {
        "rows": rows,
        "asked": bool(query.text.strip()),
        "more": _address({**given, "cursor": page.next}) if page.next else "",
        "with_proposed": _address({**given, "proposed": "true"}),
        "proposed": query.proposed,
        "is_filtered": len(given) > 1,
        "exports": [(kind.label, _address({**given, "format": kind.name})) for kind in EXPORTS],
        "left_out": _address({**given, LOSSES: "true"}),
    }
    if found["asked"] and not rows:
        found |= _instead(query)
    return found


def _instead(query: Query) -> dict[str, object]:
    near: list[Row] = rows_of(search.near(query))
    return {
        "near": near,
        "inside": rows_of(search.inside(query)),
        "lines": concordance.lines(query.text, width=_CONTEXT, limit=_LINES_INSTEAD)[0],
    }


def _address(given: Mapping[str, str]) -> str:
    """The address to share: it has only what was given."""
    said = {name: value for name, value in given.items() if value}
    return reverse("web:lookup") + (f"?{urlencode(said)}" if said else "")


def _is_unfinished(text: str) -> bool:
    return bool(text) and len(text) <= MAX_QUERY and not text.strip("*? ")


def _problem(text: str, error: InvalidInput) -> str:
    """What is wrong with a query, for the reader."""
    if "q" not in error.fields:
        return error.message
    if _is_unfinished(text):
        return _("* stands for anything and ? for one character: type something beside them.")
    if len(text) > MAX_QUERY:
        return _("This cannot be looked up: it is longer than %(limit)d characters.") % {"limit": MAX_QUERY}
    return _("This cannot be looked up: wildcards need a character or three letters beside them.")
