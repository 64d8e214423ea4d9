"""What goes out on the wire, as plain dictionaries: the hot paths do without ModelSerializers."""

from operator import attrgetter
from typing import Any

from termbase.evidence import Evidence, Rival
from termbase.models import Document, Passage, SubjectField, Term
from termbase.search import ExampleInContext, Hit

TERM_FIELDS = (
    "language",
    "text",
    "term_type",
    "administrative_status",
    "part_of_speech",
    "geographical_usage",
    "reading",
    "source",
    "note",
    "usage_note",
    "reliability",
    "review_status",
)
_term_values = attrgetter(*TERM_FIELDS)
PASSAGE_FIELDS = ("position", "number", "kind", "text", "translation")
DOCUMENT_FIELDS = ("key", "symbol", "series", "title_zh", "title_en", "body", "session", "date", "language", "url")


def term(item: Term) -> dict[str, Any]:
    """A term."""
    return dict(zip(TERM_FIELDS, _term_values(item), strict=True))


def subject_field(item: SubjectField | None) -> dict[str, str] | None:
    """A subject field, or None."""
    return {"key": item.key, "name_en": item.name_en, "name_zh": item.name_zh} if item else None


def example(item: ExampleInContext | None) -> dict[str, Any] | None:
    """A sentence with the term's place in it, or None."""
    if item is None:
        return None
    place = {"document": item.document, "document_key": item.document_key, "number": item.number}
    return {"text": item.text, "start": item.start, "end": item.end, **place, "translation": item.translation}


HIT_FIELDS = (
    "concept",
    "subject_field",
    "match",
    "score",
    "matched",
    "source_terms",
    "target_terms",
    "example",
)


def hit(item: Hit) -> dict[str, Any]:
    """A hit of a look-up."""
    return {
        "concept": item.concept.key,
        "subject_field": subject_field(item.concept.subject_field),
        "match": item.match,
        "score": item.score,
        "matched": {"language": item.matched.language, "text": item.matched.text},
        "source_terms": [term(t) for t in item.source_terms],
        "target_terms": [term(t) for t in item.target_terms],
        "example": example(item.example),
    }


def document(item: Document) -> dict[str, Any]:
    """A source document."""
    return {**{name: getattr(item, name) for name in DOCUMENT_FIELDS}, "cited_as": item.cited_as}


def passage(item: Passage) -> dict[str, Any]:
    """A passage of a document."""
    return {name: getattr(item, name) for name in PASSAGE_FIELDS}


def evidence(item: Evidence) -> dict[str, Any]:
    """How translations render a Chinese term."""
    return {
        "term": item.term.text,
        "passages": item.passages,
        "renderings": [{"text": form.text, "count": count} for form, count in item.renderings],
        "without": item.without,
        "rivals": [_rival(rival) for rival in item.rivals],
    }


def _rival(item: Rival) -> dict[str, Any]:
    names = ("text", "start", "end", "document", "document_key", "number", "translation")
    return {name: getattr(item, name) for name in names}
