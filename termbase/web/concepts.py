"""The page of a concept, and the same concept as data at the same address."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import resolve, reverse
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from termbase import evidence, search
from termbase.exchange import exporter, readable, skos, tbx_writing
from termbase.exchange.entry import Entry
from termbase.exchange.options import WriteOptions
from termbase.exchange.shown import for_readers
from termbase.history.states import reason_of_withdrawal
from termbase.models import Concept, Document, Term
from termbase.text.languages import ZH_HANS, ZH_HANT
from termbase.vocabulary import ReviewStatus
from termbase.web.examples import Marked, marked, with_forms
from termbase.web.figures import relation_map
from termbase.web.negotiation import HTML, JSON, JSON_LD, TBX, TEXT, TURTLE, preferred_type
from termbase.web.parameters import flag, one_of
from termbase.web.relations import homographs, neighbours_of
from termbase.web.rows import recommended


def _tbx(entry: Entry, base: str) -> str:
    stream = BytesIO()
    tbx_writing.write_basic(stream, [entry], WriteOptions(base=base))
    return stream.getvalue().decode()


_SERIALISERS = {TURTLE: skos.turtle, JSON_LD: skos.json_ld, TEXT: readable.text, TBX: _tbx}
"""From an entry as readers may see it and the address of the termbase to a text."""


@dataclass(frozen=True, slots=True)
class Side:
    """The terms of a concept in one language: the one to use, and all."""

    name: str
    preferred: Term | None
    terms: list[Term]


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a document has a term of a concept, and in which forms; `first` is the most recommended of them."""

    document: Document
    count: int
    forms: str
    first: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The evidence for a Chinese term, its sentences with another rendering ready for a template."""

    evidence: evidence.Evidence
    rivals: list[Marked]


@require_safe
def concept(request: HttpRequest, key: str) -> HttpResponseBase:
    """A concept as a page or as data; a merged one leads to what replaced it, a withdrawn one says so (410)."""
    item = get_object_or_404(Concept.objects.select_related("subject_field", "replaced_by"), key=key)
    if item.replaced_by is not None:
        return HttpResponsePermanentRedirect(reverse("web:concept", args=[item.replaced_by.key]))
    wanted = preferred_type(request)
    if item.withdrawn_at is not None:
        reason = reason_of_withdrawal(item)
        return render(request, "web/withdrawn.html", {"concept": item, "reason": reason}, status=410)
    if wanted == HTML:
        response: HttpResponseBase = _page(request, item)
    elif wanted == JSON:
        response = _api_answer(request, key)
    elif wanted in _SERIALISERS:
        (entry,) = exporter.entries(Concept.objects.filter(pk=item.pk))
        text = _SERIALISERS[wanted](for_readers(entry), request.build_absolute_uri("/"))
        response = HttpResponse(text, content_type=f"{wanted}; charset=utf-8")
    else:
        response = HttpResponse(
            _("This concept is to be had as HTML, JSON, Turtle, JSON-LD, TBX and plain text."), status=406
        )
    patch_vary_headers(response, ["Accept", "HX-Request"])
    return response


def _page(request: HttpRequest, item: Concept) -> HttpResponse:
    """The whole page; for htmx, which shows an entry beside a text, the short form."""
    proposed = flag(request, "proposed")
    terms, examples = search.whole(item, proposed=proposed)
    context = {
        "concept": item,
        "sides": _sides(terms),
        "homographs": homographs(item, terms),
        "proposed": proposed,
        # What defines or remarks on no term that may be shown is not for the reader yet either.
        "unapproved": not terms,
        "waiting": not proposed and item.terms.filter(review_status=ReviewStatus.PROPOSED).exists(),
    }
    if request.headers.get("HX-Request"):
        example = next((marked(example) for _term, example in examples), None)
        return render(request, "web/_entry.html", {**context, "example": example, "script": ZH_HANS})
    neighbours = neighbours_of(item) if terms else []
    frequencies = _frequencies(terms)
    context |= {
        "script": one_of(request, "script", (ZH_HANS, ZH_HANT), ZH_HANS),
        "citation": _citation(request, item, terms),
        "definitions": item.definitions.all() if terms else [],
        "comments": item.comments.shown() if terms else [],
        "neighbours": neighbours,
        "map": relation_map(neighbours) if neighbours else None,
        "examples": _by_term(examples, item.key),
        "evidence": _evidence(terms),
        "frequencies": frequencies,
        "most_frequent": max((row.count for row in frequencies), default=0),
    }
    return render(request, "web/concept.html", context)


def _citation(request: HttpRequest, item: Concept, terms: list[Term]) -> str:
    """How to name the entry in a footnote: the pair, where it stands, and of which day it is."""
    pair = " = ".join(side.preferred.text for side in _sides(terms) if side.preferred)
    return _("%(pair)s. Termbase, %(key)s, version %(version)d of %(date)s, %(address)s (consulted on %(today)s)") % {
        "pair": pair,
        "key": item.key,
        "version": item.version,
        "date": item.changed_at.date().isoformat(),
        "address": request.build_absolute_uri(request.path),
        "today": localdate().isoformat(),
    }


def _api_answer(request: HttpRequest, key: str) -> HttpResponseBase:
    """What the API says of the concept: asked by its address, as the pages know nothing of the API."""
    match = resolve(f"/api/v1/concepts/{key}/")
    query = request.GET.copy()
    query.pop("format", None)
    request.GET = cast(Any, query)
    # What `format` has chosen, the API shall not weigh again.
    request.META["HTTP_ACCEPT"] = JSON
    response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return response


def _sides(terms: list[Term]) -> list[Side]:
    return [_side(_("Chinese"), terms, "zh"), _side(_("English"), terms, "en")]


def _side(name: str, terms: list[Term], language: str) -> Side:
    own = [term for term in terms if term.language.startswith(language)]
    return Side(name, recommended(own), own)


def _by_term(examples: list[tuple[Term, search.ExampleInContext]], key: str) -> list[tuple[Term, list[Marked]]]:
    by_term: dict[int, tuple[Term, list[Marked]]] = {}
    shown = with_forms([marked(example) for _term, example in examples], key)
    for (term, _example), example in zip(examples, shown, strict=True):
        by_term.setdefault(term.pk, (term, []))[1].append(example)
    return list(by_term.values())


def _evidence(terms: list[Term]) -> list[Shown]:
    """The evidence for the Chinese terms, the most frequent form first, with a few sentences that have none."""
    return [Shown(found, [_rival(rival) for rival in found.rivals]) for found in evidence.of_terms(terms)]


def _rival(rival: evidence.Rival) -> Marked:
    return marked(
        search.ExampleInContext(
            text=rival.text,
            start=rival.start,
            end=rival.end,
            document=rival.document,
            document_key=rival.document_key,
            position=rival.position,
            number=rival.number,
            translation=rival.translation,
        )
    )


def _frequencies(terms: list[Term]) -> list[Frequency]:
    counts: dict[Document, list[tuple[str, int]]] = {}
    for term in terms:
        for row in term.frequencies.all():
            counts.setdefault(row.document, []).append((term.text, row.count))
    return [
        Frequency(
            document=document,
            count=sum(count for _text, count in forms),
            forms=" · ".join(f"{text} {count}" for text, count in forms),
            first=forms[0][0],
        )
        for document, forms in counts.items()
    ]
