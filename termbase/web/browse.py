"""The pages of the termbase as a whole: its subject fields, and what it covers in figures."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from termbase import coverage as figures
from termbase.coverage import Coverage, Growth
from termbase.models import Concept, SubjectField, Term
from termbase.web.figures import rising_line

PAGE_SIZE = 50
SLOW, KEPT = 0.2, 300
"""What took longer to count than so many seconds is not counted again for so many."""

Counted = TypeVar("Counted")


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the page of figures shows, as of a moment."""

    report: Coverage
    growth: list[Growth]
    most_used: list[tuple[Term, int]]
    counted_at: datetime


@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """The tree of subject fields with the concepts in each."""
    nodes = _kept("subject_tree", figures.subject_tree)
    largest = max((node.total for node in nodes), default=0)
    return render(request, "web/subjects.html", {"nodes": nodes, "largest": largest})


@require_safe
def subject(request: HttpRequest, key: str) -> HttpResponse:
    """The concepts of a subject field and of the fields under it, page by page."""
    field = get_object_or_404(SubjectField.objects.select_related("parent"), key=key)
    tree = _kept("subject_tree", figures.subject_tree)
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
    found = _kept("figures", _count)
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
        "largest": max((row.count for row in report.subject_fields), default=1),
        "most_used": found.most_used,
        "growth": found.growth,
        "line": rising_line([period.total for period in found.growth]),
        "counted_at": found.counted_at,
    }
    return render(request, "web/coverage.html", context)


def _count() -> Figures:
    return Figures(figures.measure(), figures.growth(), figures.most_used(), timezone.now())


def _kept(name: str, count: Callable[[], Counted]) -> Counted:
    """What `count` gives, now or, where that takes long, up to KEPT seconds ago: a small termbase is always counted."""
    key = f"{name}:{get_language()}"
    kept: Counted | None = cache.get(key)
    if kept is not None:
        return kept
    begun = time.perf_counter()
    counted = count()
    if time.perf_counter() - begun > SLOW:
        cache.set(key, counted, KEPT)
    return counted
