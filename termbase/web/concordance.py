"""The concordance page: a string in all documents, each place on a line of its own."""

from collections import Counter
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from termbase.concordance import Line, lines
from termbase.search import MAX_QUERY
from termbase.text.normalise import normalise

MAX_LINES = 500
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
    """Every place of `q`, sorted as `sort` says, with counts by document; at most MAX_LINES of them."""
    text = request.GET.get("q", "")
    asked = request.GET.get("sort", "")
    sort = asked if asked in ORDERS else "place"
    problem = ""
    found: list[Line] = []
    more = False
    if len(text) > MAX_QUERY or "\0" in text:
        problem = _("This cannot be looked for: it is longer than %(limit)d characters.") % {"limit": MAX_QUERY}
    else:
        found, more = lines(text, width=WIDTH, limit=MAX_LINES)
    counts = Counter(line.passage.document for line in found)
    if sort in _SORT_KEYS:
        found = sorted(found, key=_SORT_KEYS[sort])
    context = {
        "q": text,
        "lines": found,
        "more": more,
        "problem": problem,
        "sort": sort,
        "orders": ORDERS.items(),
        "counts": counts.most_common(),
        "asked": bool(text.strip()) and not problem,
    }
    return render(request, "web/concordance.html", context)
