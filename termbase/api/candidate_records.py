"""Candidates as they go out."""

from typing import Any

from termbase.api.serializers import example, subject_field
from termbase.models import Candidate
from termbase.search.examples import in_context

Record = dict[str, Any]

_OWN = ("id", "version", "language", "text", "term_type", "badges", "full_form", "proposed_english", "score", "status")
_DATED = ("rejection_reason", "found_at", "reviewed_at")
MEMBERS = (*_OWN, *_DATED, "subject_field", "variant_of", "concept", "term", "frequencies")
WHOLE_MEMBERS = (*MEMBERS, "examples", "known_terms", "likely_equivalents")


def candidate_record(item: Candidate) -> Record:
    """A candidate in a list, read by `with_version`; with it should come what it points to and its frequencies."""
    return {
        **{name: getattr(item, name) for name in (*_OWN, *_DATED)},
        "subject_field": subject_field(item.subject_field),
        "variant_of": item.variant_of.key if item.variant_of else None,
        "concept": item.term.concept.key if item.term else None,
        "term": item.term_id,
        "frequencies": [{"document": row.document.cited_as, "count": row.count} for row in item.frequencies.all()],
    }


def whole_record(item: Candidate) -> Record:
    """A candidate on its own, with its sentences, the known terms inside it and its likely equivalents."""
    return {
        **candidate_record(item),
        "examples": [example(in_context(row)) for row in item.examples.all()],
        "known_terms": [{"text": term.text, "concept": term.concept.key} for term in item.known_terms.all()],
        "likely_equivalents": [
            {"text": one.text, "count": one.count, "score": one.score} for one in item.likely_equivalents.all()
        ],
    }
