"""The pages: each parses, asks one function and answers."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from termbase import search
from termbase.coverage import measure
from termbase.errors import InvalidInput
from termbase.models import Concept, Term
from termbase.search import ExampleInContext, Query


@dataclass(frozen=True, slots=True)
class Marked:
    """An example cut in three, so that a template can mark the term."""

    before: str
    term: str
    after: str
    example: ExampleInContext


@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """The look-up page; for htmx, which asks as the reader types, the hits alone."""
    text = request.GET.get("q", "")
    problem = ""
    hits: list[search.Hit] = []
    try:
        hits = search.lookup(Query(text=text, source=request.GET.get("source", "")))
    except InvalidInput as error:
        problem = error.message
    found = [(hit, marked(hit.example)) for hit in hits]
    context = {"q": text, "found": found, "problem": problem, "asked": bool(text.strip())}
    response = render(request, "web/_hits.html" if request.headers.get("HX-Request") else "web/lookup.html", context)
    response.headers["Vary"] = "HX-Request"
    return response


@require_safe
def concept(request: HttpRequest, key: str) -> HttpResponse:
    """A concept with its terms and examples; a merged one leads to what replaced it, a withdrawn one says so (410)."""
    item = get_object_or_404(Concept.objects.select_related("subject_field", "replaced_by"), key=key)
    if item.replaced_by is not None:
        return HttpResponsePermanentRedirect(reverse("web:concept", args=[item.replaced_by.key]))
    if item.withdrawn_at is not None:
        return render(request, "web/withdrawn.html", {"concept": item}, status=410)
    terms, examples = search.whole(item)
    context = {
        "concept": item,
        "languages": [(_("Chinese"), _in(terms, "zh")), (_("English"), _in(terms, "en"))],
        "definitions": item.definitions.all(),
        "relations": item.relations.current().with_preferred_terms(),
        "examples": [marked(example) for _term, example in examples],
    }
    return render(request, "web/concept.html", context)


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """What the termbase covers, in figures."""
    report = measure()
    groups = [
        (_("Terms by language"), report.languages),
        (_("Terms by type"), report.term_types),
        (_("Terms by administrative status"), report.administrative_statuses),
        (_("Terms by review status"), report.review_statuses),
        (_("Terms by reliability"), report.reliabilities),
    ]
    largest = max((row.count for row in report.subject_fields), default=1)
    return render(request, "web/coverage.html", {"report": report, "groups": groups, "largest": largest})


def marked(example: ExampleInContext | None) -> Marked | None:
    """An example ready for a template."""
    if example is None:
        return None
    text = example.text
    return Marked(text[: example.start], text[example.start : example.end], text[example.end :], example)


def _in(terms: list[Term], language: str) -> list[Term]:
    return [term for term in terms if term.language.startswith(language)]
