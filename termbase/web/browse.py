"""The pages of the termbase as a whole: its subject fields, and what it covers in figures."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from termbase import coverage as figures
from termbase.coverage import Coverage, Growth
from termbase.kept import kept
from termbase.models import Concept, SubjectField, Term

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the page of figures shows."""

    report: Coverage
    growth: list[Growth]
    most_used: list[tuple[Term, int]]


@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """The tree of subject fields with the concepts in each."""
    nodes = kept("subject_tree", figures.subject_tree).value
    largest = max((node.total for node in nodes), default=0)
    return render(request, "web/subjects.html", {"nodes": nodes, "largest": largest})


@require_safe
def subject(request: HttpRequest, key: str) -> HttpResponse:
    """The concepts of a subject field and of the fields under it, page by page."""
    field = get_object_or_404(SubjectField.objects.select_related("parent"), key=key)
    tree = kept("subject_tree", figures.subject_tree).value
    below = [node for node in tree if field.key in node.path]
    concepts = (
        Concept.objects.approved()
        .filter(subject_field__in=[node.subject_field for node in below])
        .select_related("subject_field")
        .with_terms_to_use()
        .order_by("subject_field__key", "key")
    )
    page = Paginator(concepts, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"field": field, "children": [node for node in below if node.subject_field.parent_id == field.pk]}
    return render(request, "web/subject.html", {**context, "page": page})


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """What the termbase covers, in figures."""
    counted = kept("figures", _count)
    found = counted.value
    report = found.report
    groups = [
        (_("Terms by language"), report.languages),
        (_("Terms by type"), report.term_types),
        (_("Terms by administrative status"), report.administrative_statuses),
        (_("Terms by review status"), report.review_statuses),
        (_("Terms by reliability"), report.reliabilities),
    ]
    context = {
        "report": report,
        "groups": groups,
        "largest": max((node.total for node in report.subject_fields), default=1),
        "most_used": found.most_used,
        "growth": found.growth,
        "growth_plot": figures.growth_plot(found.growth) if found.growth else None,
        "counted_at": counted.counted_at,
    }
    return render(request, "web/coverage.html", context)


def _count() -> Figures:
    return Figures(figures.measure(), figures.growth(), figures.most_used())
