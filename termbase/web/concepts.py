"""The page of a concept, and the same concept as data at the same address."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import resolve, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from termbase import evidence, search
from termbase.exchange import exporter, skos
from termbase.models import Concept, ConceptRelation, Document, Term
from termbase.text.languages import ZH_HANS, ZH_HANT
from termbase.vocabulary import AdministrativeStatus, RelationType
from termbase.web.examples import Marked, marked, with_forms
from termbase.web.figures import Neighbour, relation_map
from termbase.web.negotiation import HTML, JSON, JSON_LD, TURTLE, preferred_type

_SERIALISERS = {TURTLE: skos.turtle, JSON_LD: skos.json_ld}
_RELATION_NAMES = {
    (RelationType.BROADER, True): gettext_lazy("broader"),
    (RelationType.BROADER, False): gettext_lazy("narrower"),
    (RelationType.RELATED, True): gettext_lazy("related"),
    (RelationType.RELATED, False): gettext_lazy("related"),
    (RelationType.SEE_ALSO, True): gettext_lazy("see also"),
    (RelationType.SEE_ALSO, False): gettext_lazy("referred to by"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """The terms of a concept in one language: the one to use, and all."""

    name: str
    preferred: Term | None
    terms: list[Term]


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a document has a term of a concept, and in which forms."""

    document: Document
    count: int
    forms: str


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
        return render(request, "web/withdrawn.html", {"concept": item}, status=410)
    if wanted == HTML:
        response: HttpResponseBase = _page(request, item)
    elif wanted == JSON:
        response = _api_answer(request, key)
    elif wanted in _SERIALISERS:
        (entry,) = exporter.entries(Concept.objects.filter(pk=item.pk))
        text = _SERIALISERS[wanted](entry, request.build_absolute_uri("/"))
        response = HttpResponse(text, content_type=f"{wanted}; charset=utf-8")
    else:
        response = HttpResponse(_("This concept is to be had as HTML, JSON, Turtle and JSON-LD."), status=406)
    patch_vary_headers(response, ["Accept", "HX-Request"])
    return response


def _page(request: HttpRequest, item: Concept) -> HttpResponse:
    """The whole page; for htmx, which shows an entry beside a text, the short form."""
    terms, examples = search.whole(item)
    if request.headers.get("HX-Request"):
        example = next((marked(example) for _term, example in examples), None)
        context = {"concept": item, "sides": _sides(terms), "example": example, "homographs": _homographs(item, terms)}
        return render(request, "web/_entry.html", context)
    neighbours = _neighbours(item)
    frequencies = _frequencies(terms)
    script = ZH_HANT if request.GET.get("script") == ZH_HANT else ZH_HANS
    context = {
        "concept": item,
        "sides": _sides(terms),
        "script": script,
        "citation": request.build_absolute_uri(request.path),
        "definitions": item.definitions.all(),
        "neighbours": neighbours,
        "map": relation_map(neighbours) if neighbours else None,
        "examples": _by_term(examples, item.key),
        "evidence": _evidence(terms),
        "homographs": _homographs(item, terms),
        "frequencies": frequencies,
        "most_frequent": max((row.count for row in frequencies), default=0),
    }
    return render(request, "web/concept.html", context)


def _api_answer(request: HttpRequest, key: str) -> HttpResponseBase:
    """What the API says of the concept: asked by its address, as the pages know nothing of the API."""
    match = resolve(f"/api/v1/concepts/{key}/")
    request.GET = request.GET.copy()
    request.GET.pop("format", None)
    response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return response


def _sides(terms: list[Term]) -> list[Side]:
    return [_side(_("Chinese"), terms, "zh"), _side(_("English"), terms, "en")]


def _side(name: str, terms: list[Term], language: str) -> Side:
    own = [term for term in terms if term.language.startswith(language)]
    return Side(name, recommended(own), own)


def recommended(terms: list[Term] | tuple[Term, ...]) -> Term | None:
    """The first of `terms`, which are in order, that is to be used; None if none is."""
    usable = (AdministrativeStatus.PREFERRED, AdministrativeStatus.ADMITTED)
    return next((term for term in terms if term.administrative_status in usable), None)


def _neighbours(item: Concept) -> list[Neighbour]:
    """The concepts that this one names or is named by, each once, its own relations first."""
    inverse = ConceptRelation.objects.filter(target=item, concept__withdrawn_at=None).select_related("concept")
    found = {row.target.key: (row.relation_type, True) for row in item.relations.current().select_related("target")}
    for row in inverse:
        found.setdefault(row.concept.key, (row.relation_type, False))
    names: dict[str, dict[str, str]] = {}
    preferred = Term.objects.visible().filter(
        concept__key__in=found, administrative_status=AdministrativeStatus.PREFERRED
    )
    for key, language, text in preferred.order_by("language").values_list("concept__key", "language", "text"):
        names.setdefault(key, {})["en" if language == "en" else "zh"] = text
    # The order of the names, so that a list can be grouped by them.
    order = list(_RELATION_NAMES)
    ranked = sorted(found.items(), key=lambda row: (order.index((RelationType(row[1][0]), row[1][1])), row[0]))
    return [
        Neighbour(
            key=key,
            zh=names.get(key, {}).get("zh", ""),
            en=names.get(key, {}).get("en", ""),
            relation_type=relation_type,
            outward=outward,
            relation=str(_RELATION_NAMES[RelationType(relation_type), outward]),
        )
        for key, (relation_type, outward) in ranked
    ]


def _homographs(item: Concept, terms: list[Term]) -> list[Term]:
    """Terms of other concepts that are written as one of this concept's."""
    keys = {(term.key, term.language) for term in terms}
    same = Term.objects.visible().filter(key__in=[key for key, _language in keys]).exclude(concept=item)
    return [term for term in same.select_related("concept") if (term.key, term.language) in keys]


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
            document, sum(count for _text, count in forms), " · ".join(f"{text} {count}" for text, count in forms)
        )
        for document, forms in counts.items()
    ]
