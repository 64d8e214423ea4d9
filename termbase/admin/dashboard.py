"""The first page of the workbench: what waits, what was done, and how the termbase grows."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from termbase import coverage, workload
from termbase.coverage import DocumentRow, SubjectNode
from termbase.history.recent import recent
from termbase.kept import Kept, kept
from termbase.models import Concept, FailedLookup
from termbase.plots import Plot, Series
from termbase.quality import entries
from termbase.review import queues
from termbase.review.queues import Queue
from termbase.search.asked import most_asked
from termbase.workload import Throughput

_LISTED = 10

_STAGES = {
    "candidates_found": gettext_lazy("Candidates found"),
    "candidates_waiting": gettext_lazy("… that wait"),
    "candidates_accepted": gettext_lazy("… that were accepted"),
    "terms_proposed": gettext_lazy("Terms proposed"),
    "terms_approved": gettext_lazy("Terms approved"),
    "terms_rejected": gettext_lazy("Terms rejected"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue by its name for people, how many wait in it, and where they are decided."""

    name: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What is the same for everybody who sees it; it takes long to count where the termbase is large."""

    growth: Plot | None
    subjects: list[SubjectNode]
    documents: list[DocumentRow]
    funnel: list[tuple[str, int]]
    throughput: Throughput
    reviews: Plot

    @property
    def largest_stage(self) -> int:
        """The length of the longest bar of the funnel."""
        return max(count for _name, count in self.funnel)

    @property
    def largest_subject(self) -> int:
        """The same of the subject fields."""
        return max((node.total for node in self.subjects), default=0)

    @property
    def largest_document(self) -> int:
        """The same of the documents."""
        return max((row.terms for row in self.documents), default=0)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the page of the workbench shows to this person."""
    user = cast(User, request.user)
    figures: Kept[Figures] = kept("dashboard", _count)
    counts = kept(f"queues:{user.pk}", lambda: {queue.name: count for queue, count in queues.counts(user)})
    context |= {
        "queues": [_waiting(queue, counts.value.get(queue.name, 0)) for queue in queues.queues_of(user)],
        "recent": recent(user, _LISTED),
        "figures": figures.value,
        "counted_at": min(figures.counted_at, counts.counted_at),
    }
    if user.has_perm("termbase.view_failedlookup"):
        context |= {"failed": list(FailedLookup.objects.all()[:_LISTED]), "asked": most_asked(_LISTED)}
    if user.has_perm("termbase.view_entryfinding"):
        context["findings"] = _findings()
    return context


def _waiting(queue: Queue, count: int) -> Waiting:
    one_by_one = queue.work is not None and count > 0
    address = reverse("review:work", args=[queue.name]) if one_by_one else queue.list_address
    return Waiting(str(queue.title), count, address)


def _count() -> Figures:
    growth = coverage.growth()
    throughput = workload.throughput()
    return Figures(
        growth=coverage.growth_plot(growth) if len(growth) > 1 else None,
        subjects=[node for node in coverage.subject_tree(Concept.objects.current()) if not node.depth],
        documents=coverage.by_document(),
        funnel=[(str(_STAGES[stage.name]), stage.count) for stage in workload.funnel()],
        throughput=throughput,
        reviews=_reviews(throughput),
    )


def _reviews(throughput: Throughput) -> Plot:
    series = [
        Series(_("terms approved"), throughput.approved),
        Series(_("terms rejected"), throughput.rejected),
        Series(_("candidates decided"), throughput.candidates),
    ]
    return Plot(
        name="reviews",
        title=_("Decisions week by week"),
        about=_("How many terms and candidates were decided in each of the last weeks."),
        labels=[monday.isoformat() for monday in throughput.weeks],
        series=series,
        stacked=True,
    )


def _findings() -> Plot | None:
    trend = entries.trend()
    if not trend.days:
        return None
    return Plot(
        name="findings",
        title=_("Open findings, day by day"),
        about=_("How many were open at the end of each day."),
        labels=[day.isoformat() for day in trend.days],
        series=[Series(_("Open findings"), trend.totals)],
    )
