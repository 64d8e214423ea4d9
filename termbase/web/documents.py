"""The documents as a reader sees them: the list, and the text of one with its terms marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from termbase.models import Document, Passage, TermFrequency
from termbase.recognition.texts import terms_in
from termbase.text.languages import EN, ZH_HANS
from termbase.text.normalise import normalise
from termbase.vocabulary import PassageKind
from termbase.web import marking
from termbase.web.parameters import one_of

DENSITY_NAMES = {"all": _("all terms"), "preferred": _("preferred terms only"), "none": _("no terms")}
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
    rows = [(item, passages.get(item.pk, 0), *found.get(item.pk, (0, 0))) for item in Document.objects.current()]
    return render(request, "web/documents.html", {"documents": rows})


@require_safe
def document(request: HttpRequest, key: str) -> HttpResponse:
    """A document to read, with its known terms marked as densely as `terms` says; a withdrawn one says why (410)."""
    item = get_object_or_404(Document, key=key)
    if item.withdrawn_at is not None:
        return withdrawn(request, item)
    density = one_of(request, "terms", marking.DENSITIES, marking.DENSITIES[0])
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
        "other_language": ZH_HANS if item.language == EN else EN,
    }
    return render(request, "web/document.html", context)


def withdrawn(request: HttpRequest, item: Document) -> HttpResponse:
    """What there is instead of a withdrawn document, and of all that is made of its text."""
    return render(request, "web/document_withdrawn.html", {"document": item}, status=410)


def _part(at: str) -> int:
    """The part, from 1, in which the passage at this position stands; the first for what is no position."""
    return int(at) // PART + 1 if at.isascii() and at.isdecimal() and len(at) < 10 else 1


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
