"""The pages of the termbase as a whole: its subject fields, and what it covers in figures."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from termbase import coverage as figures
from termbase.models import Concept, SubjectField
from termbase.web.figures import rising_line

PAGE_SIZE = 50


@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """The tree of subject fields with the concepts in each."""
    nodes = figures.subject_tree()
    largest = max((node.total for node in nodes), default=0)
    return render(request, "web/subjects.html", {"nodes": nodes, "largest": largest})


@require_safe
def subject(request: HttpRequest, key: str) -> HttpResponse:
    """The concepts of a subject field and of the fields under it, page by page."""
    field = get_object_or_404(SubjectField.objects.select_related("parent"), key=key)
    tree = figures.subject_tree()
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
    report = figures.measure()
    growth = figures.growth()
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
        "largest": max((row.count for row in report.subject_fields), default=1),
        "most_used": figures.most_used(),
        "growth": growth,
        "line": rising_line([period.total for period in growth]),
    }
    return render(request, "web/coverage.html", context)
