"""The glossary of a document: its terms with their equivalents, to sort, to print and to take away."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from termbase.exchange.term_table import guard
from termbase.models import Document, Term, TermFrequency
from termbase.vocabulary import AdministrativeStatus, Language
from termbase.web.documents import withdrawn
from termbase.web.exports import EXPORTS, LOSSES, asked_for, download, losses
from termbase.web.parameters import flag, one_of

COLUMNS = {
    "zh": _("Chinese"),
    "en": _("English"),
    "subject": _("Subject field"),
    "count": _("Occurrences"),
    "reliability": _("Reliability"),
}
"""The columns of a glossary, and how it may be sorted; with a minus, the other way round."""
NUMBERS = ("count", "reliability")
"""Columns that are sorted with the largest first."""
SORTS = [sign + name for name in COLUMNS for sign in ("", "-")]
TABLE = "csv"
FORMATS = (TABLE, *(kind.name for kind in EXPORTS))
"""What `format` may say: this table, or a format of other programs."""
_USABLE = (AdministrativeStatus.PREFERRED, AdministrativeStatus.ADMITTED)
_AT_THE_END = "\uffff"


@dataclass(frozen=True, slots=True)
class GlossaryRow:
    """A term of a document with its equivalent."""

    term: Term
    english: Term | None
    count: int

    @property
    def is_to_use(self) -> bool:
        """Whether the term may be used: neither deprecated nor superseded."""
        return self.term.administrative_status in _USABLE


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: its label, the sort that it leads to, and how the column is sorted now, as ARIA says it."""

    name: str
    label: str
    leads_to: str
    is_sorted: str


@require_safe
def glossary(request: HttpRequest, key: str) -> HttpResponse:
    """The terms of a document with their English equivalents, sorted as `sort` says; as a file with `format`."""
    item = get_object_or_404(Document, key=key)
    if item.withdrawn_at is not None:
        return withdrawn(request, item)
    sort = one_of(request, "sort", SORTS, "count")
    file_format = one_of(request, "format", ["", *FORMATS])
    rows = in_order(glossary_rows(item), sort)
    if kind := asked_for(file_format):
        return download(kind, _forms(rows), source="zh", target=Language.EN, name=item.key)
    if file_format == TABLE:
        return _as_table(item, rows)
    context = {
        "document": item,
        "rows": rows,
        "headings": _headings(sort),
        "numbers": NUMBERS,
        "exports": EXPORTS,
    }
    if flag(request, LOSSES):
        context["losses"] = losses(_forms(rows), source="zh", target=Language.EN)
    return render(request, "web/glossary.html", context)


def glossary_rows(item: Document) -> list[GlossaryRow]:
    """The terms that readers may see in a document, in three queries."""
    english = Term.objects.visible().filter(language=Language.EN, administrative_status__in=_USABLE)
    found: QuerySet[TermFrequency] = (
        TermFrequency.objects.filter(document=item, term__in=Term.objects.visible())
        .select_related("term__concept__subject_field")
        .prefetch_related(Prefetch("term__concept__terms", english.in_order(), to_attr="english"))
    )
    rows = []
    for row in found:
        equivalents: list[Term] = row.term.concept.english  # type: ignore[attr-defined]
        rows.append(GlossaryRow(row.term, equivalents[0] if equivalents else None, row.count))
    return rows


def in_order(rows: Iterable[GlossaryRow], sort: str) -> list[GlossaryRow]:
    """`rows` as one of SORTS says; Chinese is sorted by its reading, and what is equal, by the term."""
    by_term = sorted(rows, key=lambda row: (row.term.reading.casefold(), row.term.key))
    name = sort.removeprefix("-")
    return sorted(by_term, key=lambda row: _order(row, name), reverse=(name in NUMBERS) != sort.startswith("-"))


def _order(row: GlossaryRow, name: str) -> str | int:
    if name == "count":
        return row.count
    if name == "reliability":
        return row.term.reliability
    if name == "en":
        return str(row.english.key) if row.english else _AT_THE_END
    if name == "subject":
        return str(row.term.concept.subject_field.key) if row.term.concept.subject_field else _AT_THE_END
    return str(row.term.reading).casefold()


def _headings(sort: str) -> list[Heading]:
    """A click on the column that is sorted by sorts it the other way round."""
    headings = []
    for name, label in COLUMNS.items():
        is_sorted = ""
        if sort.removeprefix("-") == name:
            is_sorted = "descending" if (name in NUMBERS) != sort.startswith("-") else "ascending"
        headings.append(Heading(name, str(label), f"-{name}" if sort == name else name, is_sorted))
    return headings


def _forms(rows: Iterable[GlossaryRow]) -> dict[str, set[str]]:
    """The forms of each concept in the document, but for those that are not to be used."""
    forms: dict[str, set[str]] = {}
    for row in rows:
        if row.is_to_use:
            forms.setdefault(row.term.concept.key, set()).add(row.term.text)
    return forms


def _as_table(item: Document, rows: Iterable[GlossaryRow]) -> HttpResponse:
    """CSV with a byte-order mark, without which Excel takes it for another encoding."""
    stream = io.StringIO("\ufeff")
    stream.seek(1)
    writer = csv.writer(stream)
    writer.writerow(
        ["zh", "en", "term_type", "administrative_status", "reliability", "subject_field", "count", "concept"]
    )
    for row in rows:
        subject = row.term.concept.subject_field
        writer.writerow(
            [
                guard(row.term.text),
                guard(row.english.text) if row.english else "",
                row.term.term_type,
                row.term.administrative_status,
                row.term.reliability,
                subject.key if subject else "",
                row.count,
                row.term.concept.key,
            ]
        )
    response = HttpResponse(stream.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{item.key}.csv"'
    return response
