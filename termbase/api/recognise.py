"""`POST recognise/`: the known terms in a text or in many."""

from collections.abc import Sequence
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase.api import access
from termbase.api.body import CODE_POINT, OFFSETS, Body, outgoing, problem, spans, whole_text
from termbase.recognition.stored import KnownTerm
from termbase.recognition.texts import MAX_CHARACTERS, MAX_TEXTS, Job, Recognised, glossary, marked, recognise
from termbase.replicas import reads_only
from termbase.text.languages import counterpart, language_of

FIELDS = ("text", "texts", "source", "target", "offsets", "nested", "proposed", "skip", "format")
MATCHES, HTML, GLOSSARY = FORMATS = ("matches", "html", "glossary")


@reads_only
class RecogniseView(APIView):
    """`POST recognise/` `{text | texts, source, target, offsets, nested, proposed, skip, format}`."""

    access = {"POST": access.READ}

    def post(self, request: Request) -> Response:
        body = Body.of(request, FIELDS)
        texts = _texts(body)
        source = body.language("source", language_of("".join(texts)))
        target = body.language("target", counterpart(source))
        offsets = body.choice("offsets", OFFSETS, CODE_POINT)
        form = body.choice("format", FORMATS, MATCHES)
        nested, proposed = body.flag("nested"), body.flag("proposed")
        if nested and form == HTML:
            raise problem("nested", "is not for html, which marks the longest matches")
        job = Job(texts, source, _skips(body, texts, offsets), nested=nested, proposed=proposed)
        found = recognise(job)
        head = {"source": source, "target": target}
        if form == GLOSSARY:
            return Response({**head, "glossary": _glossary(found, target, proposed)})
        if form == HTML:
            answers: list[dict[str, Any]] = [
                {"html": marked(text, items)} for text, items in zip(texts, found, strict=True)
            ]
        else:
            answers = [
                {"matches": _matches(text, items, target, offsets, proposed)}
                for text, items in zip(texts, found, strict=True)
            ]
        return Response({**head, **answers[0]} if "text" in body.values else {**head, "results": answers})


def term(item: KnownTerm) -> dict[str, Any]:
    """A term as it goes out with a match or a finding."""
    return {
        "language": item.language,
        "text": item.text,
        "term_type": item.term_type,
        "administrative_status": item.administrative_status,
        "review_status": item.review_status,
        "reliability": item.reliability,
    }


def _texts(body: Body) -> list[str]:
    if ("text" in body.values) == ("texts" in body.values):
        raise problem("text", "or texts must be given, and not both")
    if "text" in body.values:
        texts = [body.text("text")]
    else:
        texts = [whole_text(text, f"texts[{at}]") for at, text in enumerate(body.listed("texts", MAX_TEXTS))]
    if sum(map(len, texts)) > MAX_CHARACTERS:
        raise problem("text" if "text" in body.values else "texts", f"must have {MAX_CHARACTERS} characters at most")
    return texts


def _skips(body: Body, texts: Sequence[str], offsets: str) -> list[tuple[tuple[int, int], ...]]:
    """For each text the spans to be skipped: one list with `text`, a list of lists with `texts`."""
    given = body.values.get("skip", [])
    if "text" in body.values:
        return [spans(given, "skip", texts[0], offsets)]
    if not isinstance(given, list) or len(given) not in (0, len(texts)):
        raise problem("skip", "must hold a list for each text")
    lists = given or [[]] * len(texts)
    return [
        spans(value, f"skip[{at}]", text, offsets) for at, (value, text) in enumerate(zip(lists, texts, strict=True))
    ]


def _matches(text: str, items: Sequence[Recognised], target: str, offsets: str, proposed: bool) -> list[dict[str, Any]]:
    count = outgoing(text, offsets)
    return [
        {
            "start": count(item.start),
            "end": count(item.end),
            "text": item.surface,
            "concept": item.concept.key,
            "term": term(item.term),
            "how": item.how,
            "nested": item.nested,
            "in_doubt": item.crossed,
            **_advice(item.term, item.preferred),
            "target_terms": [term(t) for t in item.concept.terms_in(target, proposed=proposed)],
        }
        for item in items
    ]


def _advice(item: KnownTerm, preferred: KnownTerm | None) -> dict[str, Any]:
    return {"deprecated": item.is_deprecated, "preferred": term(preferred) if preferred else None}


def _glossary(found: Sequence[Sequence[Recognised]], target: str, proposed: bool) -> list[dict[str, Any]]:
    return [
        {
            "concept": entry.concept.key,
            "term": term(entry.term),
            "count": entry.count,
            **_advice(entry.term, entry.preferred),
            "target_terms": [term(t) for t in entry.concept.terms_in(target, proposed=proposed)],
        }
        for entry in glossary(found)
    ]
