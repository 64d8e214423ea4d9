"""The documents as a reader sees them: the list, the text with its terms marked, the glossary of one."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from termbase.models import Document, Passage, Term, TermFrequency
from termbase.recognition.texts import terms_in
from termbase.text.normalise import normalise
from termbase.vocabulary import AdministrativeStatus, Language, PassageKind
from termbase.web import marking

DENSITY_NAMES = {"all": _("all terms"), "preferred": _("preferred terms only"), "none": _("no terms")}
COLUMNS = {
    "zh": _("Chinese"),
    "en": _("English"),
    "subject": _("Subject field"),
    "count": _("Occurrences"),
    "reliability": _("Reliability"),
}
"""The columns of a glossary, and how it may be sorted."""
PART = 1_000
"""Passages on a page; a longer document is shown in parts."""
_DEEPEST_HEADING = 4
# Preambular paragraphs (pp) are printed without a number.
_NOT_PRINTED = re.compile(r"pp\d+$")
_PRINTED = re.compile(r"\([^()]+\)$|\d+$|(?<=fn)[a-z*]+$")


@dataclass(frozen=True, slots=True)
class Section:
    """A line of the table of contents: headings that follow each other make one; `depth` is 1 for a chapter."""

    position: int
    depth: int
    title: str


@dataclass(frozen=True, slots=True)
class Block:
    """A passage ready for a template; `label` is its number without the headings it stands under."""

    passage: Passage
    label: str
    html: SafeString
    level: int


@dataclass(frozen=True, slots=True)
class GlossaryRow:
    """A term of a document with its equivalent."""

    term: Term
    english: Term | None
    count: int


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """The source documents."""
    passages = dict(Passage.objects.order_by().values_list("document").annotate(Count("pk")))
    found = {
        pk: (terms, places)
        for pk, terms, places in TermFrequency.objects.order_by()
        .values_list("document")
        .annotate(Count("term"), Sum("count"))
    }
    rows = [(item, passages.get(item.pk, 0), *found.get(item.pk, (0, 0))) for item in Document.objects.all()]
    return render(request, "web/documents.html", {"documents": rows})


@require_safe
def document(request: HttpRequest, key: str) -> HttpResponse:
    """A document to read, with its known terms marked as densely as `terms` says."""
    item = get_object_or_404(Document, key=key)
    asked = request.GET.get("terms", "")
    density = asked if asked in marking.DENSITIES else marking.DENSITIES[0]
    # A heading knows its place, and the headings of all parts make the contents.
    headings = item.passages.filter(kind=PassageKind.HEADING).defer("key", "ngrams")
    pages = Paginator(item.passages.defer("key", "ngrams"), PART).get_page(_part(request.GET.get("at", "")))
    passages = list(pages.object_list)
    # The text alone asks for no recognition.
    found = [[]] * len(passages) if density == "none" else terms_in([p.text for p in passages], item.language)
    context = {
        "document": item,
        "blocks": [
            _block(passage, marking.marked_up(passage.text, terms, density=density))
            for passage, terms in zip(passages, found, strict=True)
        ],
        "contents": table_of_contents(list(headings)),
        "pages": pages,
        "before": (pages.number - 2) * PART,
        "after": pages.number * PART,
        "density": density,
        "densities": DENSITY_NAMES.items(),
    }
    return render(request, "web/document.html", context)


def _part(at: str) -> int:
    """The part, from 1, in which the passage at this position stands; the first for what is no position."""
    return int(at) // PART + 1 if at.isascii() and at.isdecimal() and len(at) < 10 else 1


@require_safe
def glossary(request: HttpRequest, key: str) -> HttpResponse:
    """The terms of a document with their English equivalents, sorted as `sort` says; as CSV with `format=csv`."""
    item = get_object_or_404(Document, key=key)
    asked = request.GET.get("sort", "")
    sort = asked if asked in COLUMNS else "count"
    rows = sorted(glossary_rows(item), key=lambda row: _order(row, sort))
    if request.GET.get("format") == "csv":
        return _as_csv(item, rows)
    context = {"document": item, "rows": rows, "sort": sort, "columns": COLUMNS.items()}
    return render(request, "web/glossary.html", context)


def table_of_contents(passages: Sequence[Passage]) -> list[Section]:
    """The headings of a document; a heading without a number goes on the one right above it."""
    sections: list[Section] = []
    last = -2
    for passage in passages:
        if passage.kind != PassageKind.HEADING:
            continue
        if passage.position == last + 1 and not passage.number:
            above = sections.pop()
            sections.append(Section(above.position, above.depth, f"{above.title} {passage.text}"))
        else:
            label = _label(passage)
            named = normalise(label) in normalise(passage.text)
            title = passage.text if named else f"{label} {passage.text}"
            sections.append(Section(passage.position, _depth(passage), title))
        last = passage.position
    return sections


def glossary_rows(item: Document) -> list[GlossaryRow]:
    """The terms that readers may see in a document, in three queries."""
    english = Term.objects.visible().filter(
        language=Language.EN, administrative_status__in=[AdministrativeStatus.PREFERRED, AdministrativeStatus.ADMITTED]
    )
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


def _order(row: GlossaryRow, sort: str) -> tuple[object, ...]:
    """Chinese is sorted by its reading; what is equal, by the term."""
    subject = row.term.concept.subject_field
    first: dict[str, object] = {
        "zh": row.term.reading.casefold(),
        "en": row.english.key if row.english else "\uffff",
        "subject": subject.key if subject else "\uffff",
        "count": -row.count,
        "reliability": -row.term.reliability,
    }
    return first[sort], row.term.reading.casefold(), row.term.key


def _as_csv(item: Document, rows: Sequence[GlossaryRow]) -> HttpResponse:
    # With a byte-order mark, for Excel would take it for another encoding.
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{item.key}.csv"'
    writer = csv.writer(response)
    writer.writerow(
        ["zh", "en", "term_type", "administrative_status", "reliability", "subject_field", "count", "concept"]
    )
    for row in rows:
        subject = row.term.concept.subject_field
        writer.writerow(
            [
                row.term.text,
                row.english.text if row.english else "",
                row.term.term_type,
                row.term.administrative_status,
                row.term.reliability,
                subject.key if subject else "",
                row.count,
                row.term.concept.key,
            ]
        )
    return response


def _block(passage: Passage, html: SafeString) -> Block:
    return Block(passage, _label(passage), html, min(_depth(passage) + 1, _DEEPEST_HEADING))


def _label(passage: Passage) -> str:
    """The number as it stands in the margin: a heading 二.A has A, an item 12(a) has (a), 决议草案一 op3 has 3.

    An item that has only its paragraph's number is printed with a bullet.
    """
    if passage.kind == PassageKind.HEADING:
        return passage.number.split(".")[-1]
    if passage.kind == PassageKind.ITEM and not passage.number.endswith(")"):
        return "•"
    printed = _PRINTED.search(passage.number)
    return printed[0] if printed and not _NOT_PRINTED.search(passage.number) else ""


def _depth(passage: Passage) -> int:
    return passage.number.count(".") + 1
