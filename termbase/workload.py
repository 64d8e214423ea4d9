"""What people have done: the way of a term to approval, reviews week by week."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.utils import timezone

from termbase.models import Candidate, Concept, Term
from termbase.models.concepts import TermQuerySet
from termbase.vocabulary import QueueStatus, ReviewStatus

WEEKS = 12


def _terms_in_use() -> TermQuerySet:
    # A join with all concepts would take three times as long; few are withdrawn.
    return Term.objects.exclude(concept__in=Concept.objects.filter(withdrawn_at__isnull=False))


@dataclass(frozen=True, slots=True)
class Stage:
    """How many candidates, or terms, stand at a point of the way from the harvest to approval."""

    name: str
    count: int


def funnel() -> list[Stage]:
    """The way of a term: found, accepted, proposed, approved; in two queries."""
    candidates = Counter(dict(Candidate.objects.order_by().values_list("status").annotate(Count("pk"))))
    terms = Counter(dict(_terms_in_use().order_by().values_list("review_status").annotate(Count("pk"))))
    return [
        Stage("candidates_found", candidates.total()),
        Stage("candidates_waiting", candidates[QueueStatus.WAITING]),
        Stage("candidates_accepted", candidates[QueueStatus.ACCEPTED]),
        Stage("terms_proposed", terms[ReviewStatus.PROPOSED]),
        Stage("terms_approved", terms[ReviewStatus.APPROVED]),
        Stage("terms_rejected", terms[ReviewStatus.REJECTED]),
    ]


@dataclass(frozen=True, slots=True)
class Reviewer:
    """What a person has decided in the weeks looked at."""

    name: str
    approved: int
    rejected: int
    candidates: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.approved + self.rejected + self.candidates


@dataclass(frozen=True, slots=True)
class Throughput:
    """Decisions of the last weeks: the Mondays, how many of each kind in each week, and by whom, busiest first."""

    weeks: tuple[date, ...]
    approved: tuple[int, ...]
    rejected: tuple[int, ...]
    candidates: tuple[int, ...]
    reviewers: tuple[Reviewer, ...]


def throughput(weeks: int = WEEKS) -> Throughput:
    """What was decided in the last `weeks` weeks with this one, by the last decision on each term and candidate."""
    today = timezone.now().date()
    monday = today - timedelta(days=today.weekday())
    mondays = tuple(monday - timedelta(weeks=back) for back in reversed(range(weeks)))
    decided: Counter[tuple[date, str, str]] = Counter()
    for model, kind in ((Term, "review_status"), (Candidate, "status")):
        rows = (
            model._default_manager.filter(reviewed_at__date__gte=mondays[0], reviewed_by__isnull=False)
            .order_by()
            .annotate(week=TruncWeek("reviewed_at"))
            .values_list("week", "reviewed_by__username", kind)
            .annotate(Count("pk"))
        )
        for week, name, status, count in rows:
            decided[week.date(), name, "candidate" if model is Candidate else status] += count

    def weekly(kind: str) -> tuple[int, ...]:
        return tuple(sum(n for (at, _, of), n in decided.items() if (at, of) == (week, kind)) for week in mondays)

    return Throughput(
        weeks=mondays,
        approved=weekly(ReviewStatus.APPROVED),
        rejected=weekly(ReviewStatus.REJECTED),
        candidates=weekly("candidate"),
        reviewers=_reviewers(decided),
    )


def _reviewers(decided: Counter[tuple[date, str, str]]) -> tuple[Reviewer, ...]:
    kinds: Counter[tuple[str, str]] = Counter()
    for (_, name, kind), count in decided.items():
        kinds[name, kind] += count
    reviewers = (
        Reviewer(name, kinds[name, ReviewStatus.APPROVED], kinds[name, ReviewStatus.REJECTED], kinds[name, "candidate"])
        for name in {name for name, _ in kinds}
    )
    return tuple(sorted(reviewers, key=lambda reviewer: (-reviewer.total, reviewer.name)))
