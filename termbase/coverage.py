"""What the termbase covers: how many concepts and terms, by subject, status, reliability and document."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Choices, Count, Prefetch, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncMonth
from django.db.models.functions.datetime import TruncBase
from django.utils.translation import gettext as _

from termbase.models import Concept, Document, Passage, SubjectField, Term, TermFrequency
from termbase.models.concepts import ConceptQuerySet, TermQuerySet
from termbase.plots import Plot, Series
from termbase.vocabulary import AdministrativeStatus, Language, Reliability, ReviewStatus, TermType


@dataclass(frozen=True, slots=True)
class Row:
    """How many terms have one value of a picklist."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SubjectNode:
    """A subject field in its tree: `path` are the keys from the root, `total` counts the fields under it too."""

    subject_field: SubjectField
    path: tuple[str, ...]
    own: int
    total: int

    @property
    def depth(self) -> int:
        """0 for a root."""
        return len(self.path) - 1

    @property
    def root(self) -> str:
        """The key of the field at the top."""
        return self.path[0]


@dataclass(frozen=True, slots=True)
class Growth:
    """How many concepts there are at the end of a month, or of a day, that brought new ones."""

    begins: date
    total: int


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """What the termbase holds of a document: its passages, terms that stand in it, and how often they do."""

    document: Document
    passages: int
    terms: int
    occurrences: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The report; terms are counted unless a line says otherwise.

    `with_both_languages` are the concepts with an approved preferred term in either language, `with_both_proposed`
    those that would have them if what is proposed were approved.
    """

    concepts: int
    with_both_languages: int
    with_both_proposed: int
    with_example: int
    with_definition: int
    with_usage_note: int
    terms: int
    not_in_documents: int
    subject_fields: Sequence[SubjectNode]
    languages: Sequence[Row]
    term_types: Sequence[Row]
    administrative_statuses: Sequence[Row]
    review_statuses: Sequence[Row]
    reliabilities: Sequence[Row]
    documents: Sequence[DocumentRow]


def measure() -> Coverage:
    """The coverage of all current concepts, in a fixed number of queries."""
    concepts = Concept.objects.current()
    terms = Term.objects.filter(concept__withdrawn_at=None).exclude(review_status=ReviewStatus.REJECTED)
    chinese = terms.filter(language__startswith="zh")
    with_both = _with_both(concepts, terms.filter(review_status=ReviewStatus.APPROVED))
    return Coverage(
        concepts=concepts.count(),
        with_both_languages=with_both,
        with_both_proposed=_with_both(concepts, terms) - with_both,
        with_example=concepts.filter(terms__examples__isnull=False).distinct().count(),
        with_definition=concepts.filter(definitions__isnull=False).distinct().count(),
        with_usage_note=concepts.filter(terms__in=terms.exclude(usage_note="")).distinct().count(),
        terms=terms.count(),
        not_in_documents=chinese.filter(frequencies=None).count(),
        subject_fields=subject_tree(concepts),
        languages=_by_choice(terms, "language", Language),
        term_types=_by_choice(terms, "term_type", TermType),
        administrative_statuses=_by_choice(terms, "administrative_status", AdministrativeStatus),
        review_statuses=_by_choice(terms, "review_status", ReviewStatus),
        reliabilities=_by_choice(terms, "reliability", Reliability),
        documents=by_document(),
    )


def subject_paths() -> list[tuple[SubjectField, tuple[str, ...]]]:
    """All subject fields with their paths, each root before what is under it, in one query."""
    fields = {field.pk: field for field in SubjectField.objects.all()}
    for field in fields.values():
        # Filled here, for `path` would ask the database for every step.
        field.parent = fields.get(field.parent_id) if field.parent_id else None
    return sorted(((field, field.path()) for field in fields.values()), key=lambda row: row[1])


def subject_tree(concepts: ConceptQuerySet | None = None) -> list[SubjectNode]:
    """The subject fields with how many they have of `concepts`, else of those that readers see; in two queries.

    In the order of `subject_paths`.
    """
    counted = Concept.objects.approved() if concepts is None else concepts
    counts = dict(counted.order_by().values_list("subject_field").annotate(Count("pk")))
    paths = subject_paths()
    totals: Counter[str] = Counter()
    for field, path in paths:
        totals.update(dict.fromkeys(path, counts.get(field.pk, 0)))
    return [SubjectNode(field, path, counts.get(field.pk, 0), totals[field.key]) for field, path in paths]


def growth() -> list[Growth]:
    """The months that brought concepts still in use, oldest first; of a termbase in its first month, the days."""
    months = _growth(TruncMonth("created_at"))
    return months if len(months) > 1 else _growth(TruncDay("created_at"))


def growth_plot(growth: list[Growth]) -> Plot:
    """How many concepts there were, in even steps from the first to the last of these months, or days of one month."""
    even = list(_evenly(growth))
    return Plot(
        name="growth",
        title=_("Concepts over time"),
        about=_("How many concepts there were."),
        labels=[str(period.begins) for period in even],
        series=[Series(_("Concepts"), [period.total for period in even])],
    )


def most_used(limit: int = 15) -> list[tuple[Term, int]]:
    """The terms that stand most often in all documents together, with their concepts' `preferred_terms`."""
    concepts = Concept.objects.with_terms_to_use()
    terms = (
        Term.objects.visible()
        .annotate(occurrences=Sum("frequencies__count"))
        .filter(occurrences__gt=0)
        .prefetch_related(Prefetch("concept", concepts))
        .order_by("-occurrences", "key", "pk")[:limit]
    )
    return [(term, term.occurrences) for term in terms]  # type: ignore[attr-defined]


def _evenly(growth: list[Growth]) -> Iterator[Growth]:
    """With the months between that brought nothing; within one month, with the days."""
    first, last = growth[0].begins, growth[-1].begins
    by_day = (first.year, first.month) == (last.year, last.month)
    totals = {period.begins: period.total for period in growth}
    at, total = first, 0
    while at <= last:
        total = totals.get(at, total)
        yield Growth(at, total)
        # The first of the next month is within 31 days of any first.
        at = at + timedelta(days=1) if by_day else (at + timedelta(days=31)).replace(day=1)


def _growth(period: TruncBase) -> list[Growth]:
    rows = Concept.objects.current().annotate(period=period).order_by("period").values_list("period")
    found, total = [], 0
    for begins, new in rows.annotate(Count("pk")):
        total += new
        found.append(Growth(begins.date(), total))
    return found


def _with_both(concepts: ConceptQuerySet, terms: TermQuerySet) -> int:
    """How many of `concepts` have a preferred one of `terms` in either language."""
    chinese, english = terms.filter(language__startswith="zh"), terms.filter(language=Language.EN)
    return concepts.filter(pk__in=_preferred(chinese)).filter(pk__in=_preferred(english)).count()


def _preferred(terms: TermQuerySet) -> QuerySet[Term, int]:
    return terms.filter(administrative_status=AdministrativeStatus.PREFERRED).values_list("concept_id", flat=True)


def _by_choice(terms: TermQuerySet, field: str, choices: type[Choices]) -> list[Row]:
    counts = dict(terms.order_by().values_list(field).annotate(Count("pk")))
    return [Row(str(value), str(label), counts.get(value, 0)) for value, label in choices.choices]


def by_document() -> list[DocumentRow]:
    """What there is of each document, in three queries."""
    passages = dict(Passage.objects.order_by().values_list("document").annotate(Count("pk")))
    found = {
        pk: (terms, occurrences)
        for pk, terms, occurrences in TermFrequency.objects.order_by()
        .values_list("document")
        .annotate(Count("term"), Sum("count"))
    }
    return [
        DocumentRow(document, passages.get(document.pk, 0), *found.get(document.pk, (0, 0)))
        for document in Document.objects.current()
    ]
