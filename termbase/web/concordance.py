"""The concordance page: a string in all documents, each place on a line of its own."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from termbase.concordance import Line, counts, lines
from termbase.errors import InvalidInput
from termbase.models import Document
from termbase.search import MAX_QUERY
from termbase.text.normalise import normalise
from termbase.web.parameters import one_of

MAX_LINES = 2_000
"""So many are sorted; the counts are of all."""
PAGE_SIZE = 200
WIDTH = 60
"""Code points on either side; the page shows as many of them as it has room for."""

ORDERS = {
    "place": gettext_lazy("place in the documents"),
    "left": gettext_lazy("what stands before"),
    "right": gettext_lazy("what stands after"),
}
_SORT_KEYS: dict[str, Callable[[Line], str]] = {
    # What stands before is read from the hit outwards.
    "left": lambda line: normalise(line.left)[::-1],
    "right": lambda line: normalise(line.right),
}


@require_safe
def concordance(request: HttpRequest) -> HttpResponse:
    """Every place of `q`, in `document` if one is named, sorted as `sort` says, with counts by document."""
    text = request.GET.get("q", "")
    sort = one_of(request, "sort", ORDERS, "place")
    document = _document(request)
    context: dict[str, Any] = {"q": text, "sort": sort, "orders": ORDERS.items(), "document": document}
    if len(text) > MAX_QUERY or "\0" in text:
        context["problem"] = _("This cannot be looked for: it is longer than %(limit)d characters.") % {
            "limit": MAX_QUERY
        }
        return render(request, "web/concordance.html", context, status=400)
    found, more = lines(text, width=WIDTH, limit=MAX_LINES, document=document.key if document else "")
    if sort in _SORT_KEYS:
        found = sorted(found, key=_SORT_KEYS[sort])
    by_document = counts(text) if found else []
    context |= {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "sorted": len(found) if more else 0,
        "counts": by_document,
        "total": sum(count for _document, count in by_document),
        "asked": bool(text.strip()),
    }
    return render(request, "web/concordance.html", context)


def _document(request: HttpRequest) -> Document | None:
    """The document to keep to; raises `InvalidInput` where there is none with this key."""
    key = request.GET.get("document", "").replace("\0", "")
    document = Document.objects.current().filter(key=key).first() if key else None
    if key and document is None:
        problem = _("“%(key)s” is the key of no document.") % {"key": key[:80]}
        raise InvalidInput(problem, fields={"document": [problem]})
    return document
