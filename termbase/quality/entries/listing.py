"""The findings on entries to read, to count over time, and to let stand."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from termbase.errors import InvalidInput
from termbase.models import EntryFinding, EntryFindingCount, EntryWaiver
from termbase.models.entry_findings import EntryFindingQuerySet
from termbase.quality.entries.looking import count_today
from termbase.vocabulary import EntryFindingKind, Side

TREND_DAYS = 90
MAX_REASON = 1_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which findings: of a kind, a subject field and those under it, a language; open or waived. Empty for any."""

    kind: str = ""
    subject: str = ""
    language: str = ""
    waived: bool = False

    @classmethod
    def of(cls, given: Mapping[str, str], subjects: Collection[str]) -> "Chosen":
        """As the parameters of an address say, of these `subjects`. Raises `InvalidInput` for what there is not."""
        chosen = cls(given.get("kind", ""), given.get("subject", ""), given.get("language", ""), "waived" in given)
        known = {"kind": EntryFindingKind.values, "language": Side.values, "subject": subjects}
        for name, values in known.items():
            if (value := getattr(chosen, name)) and value not in values:
                raise InvalidInput(f"There is no {name} “{value}”.", fields={name: ["names nothing"]})
        return chosen


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings of a kind are open, and how many waived."""

    kind: EntryFindingKind
    open: int
    waived: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Open findings day by day, oldest first, of all kinds and of each; `counted_at` is None before the first count."""

    days: tuple[date, ...]
    totals: tuple[int, ...]
    kinds: Mapping[str, tuple[int, ...]]
    counted_at: datetime | None


def chosen(which: Chosen, fields: Collection[int] = ()) -> EntryFindingQuerySet:
    """The findings that are meant; `fields` are the ids of the subject field and those under it."""
    findings = EntryFinding.objects.waived() if which.waived else EntryFinding.objects.open()
    if which.kind:
        findings = findings.filter(kind=which.kind)
    return _narrowed(findings, which, fields)


def tallies(which: Chosen, fields: Collection[int] = ()) -> list[Tally]:
    """The counts of every kind, whichever is chosen, of the subject field and language that are."""
    findings = _narrowed(EntryFinding.objects.all(), which, fields)
    every = dict(findings.order_by().values_list("kind").annotate(Count("pk")))
    waived = dict(findings.waived().order_by().values_list("kind").annotate(Count("pk")))
    return [
        Tally(kind, every.get(kind.value, 0) - waived.get(kind.value, 0), waived.get(kind.value, 0))
        for kind in EntryFindingKind
    ]


def trend(days: int = TREND_DAYS) -> Trend:
    """The counts of the last so many days; a day without a count is left out."""
    since = timezone.now().date() - timedelta(days=days)
    rows = list(EntryFindingCount.objects.filter(day__gt=since).values_list("day", "kind", "open", "counted_at"))
    by_day: dict[date, dict[str, int]] = defaultdict(dict)
    for day, kind, count, _ in rows:
        by_day[day][kind] = count
    counted = sorted(by_day)
    return Trend(
        tuple(counted),
        tuple(sum(by_day[day].values()) for day in counted),
        {kind: tuple(by_day[day].get(kind, 0) for day in counted) for kind in EntryFindingKind.values},
        max((at for *_, at in rows), default=None),
    )


@transaction.atomic
def waive(ids: Collection[int], *, reason: str, by: User) -> int:
    """Let open findings stand; how many these were. Raises `InvalidInput` without a reason."""
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise InvalidInput("A waiver needs a reason of at most 1,000 characters.", fields={"reason": ["is needed"]})
    waivers = [
        EntryWaiver(fingerprint=f.fingerprint, concept_id=f.concept_id, kind=f.kind, reason=reason, waived_by=by)
        for f in EntryFinding.objects.open().filter(pk__in=ids)
    ]
    # Somebody else may be waiving the same at this moment.
    EntryWaiver.objects.bulk_create(waivers, ignore_conflicts=True)
    count_today()
    return len(waivers)


@transaction.atomic
def lift(ids: Collection[int], *, by: User) -> int:
    """Let waived findings count again; how many these were."""
    findings = EntryFinding.objects.filter(pk__in=ids).values("fingerprint")
    waivers = list(EntryWaiver.objects.select_for_update().filter(fingerprint__in=findings, lifted_at=None))
    for waiver in waivers:
        waiver.lift(by=by)
    count_today()
    return len(waivers)


def _narrowed(findings: EntryFindingQuerySet, which: Chosen, fields: Collection[int]) -> EntryFindingQuerySet:
    if which.language:
        findings = findings.filter(language=which.language)
    return findings.filter(subject_field__in=fields) if which.subject else findings
