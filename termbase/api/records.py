"""Concepts and terms as they go out, many at a time: four queries for any number of concepts."""

from collections.abc import Sequence
from typing import Any

from termbase.api.serializers import TERM_FIELDS, subject_field
from termbase.models import Concept, Term
from termbase.models.concepts import TERMS_IN_ORDER, shown_statuses
from termbase.models.news import fetch
from termbase.vocabulary import TermType

Record = dict[str, Any]

TERM_MEMBERS = ("id", *TERM_FIELDS)
CONCEPT_MEMBERS = (
    "key",
    "subject_field",
    "note",
    "version",
    "created_at",
    "changed_at",
    "withdrawn_at",
    "replaced_by",
    "terms",
    "definitions",
    "relations",
)

_TERMS = f"""
SELECT t.concept_id, {", ".join(f"t.{name}" for name in TERM_MEMBERS)} FROM termbase_term AS t
JOIN termbase_concept AS c ON c.id = t.concept_id AND c.withdrawn_at IS NULL
WHERE t.concept_id = ANY(%(concepts)s) AND t.review_status = ANY(%(shown)s)
ORDER BY {TERMS_IN_ORDER}
"""  # noqa: S608 - of names of columns
_DEFINITIONS = """
SELECT concept_id, language, text, source FROM termbase_definition
WHERE concept_id = ANY(%(concepts)s) ORDER BY language, id
"""
_RELATIONS = """
SELECT r.concept_id, r.relation_type, target.key FROM termbase_conceptrelation AS r
JOIN termbase_concept AS target ON target.id = r.target_id
WHERE r.concept_id = ANY(%(concepts)s) ORDER BY r.relation_type, target.key
"""


def concept_records(concepts: Sequence[Concept], *, proposed: bool) -> list[Record]:
    """The records of `concepts`, in their order; with them should come `subject_field` and `replaced_by`.

    Terms are the approved ones, with `proposed` also those; a withdrawn concept shows none.
    """
    if not concepts:
        return []
    ids = [concept.pk for concept in concepts]
    terms = _by_concept(_TERMS, TERM_MEMBERS, ids, shown=shown_statuses(proposed=proposed), types=TermType.values)
    definitions = _by_concept(_DEFINITIONS, ("language", "text", "source"), ids)
    relations = _by_concept(_RELATIONS, ("relation_type", "concept"), ids)
    return [
        {
            **_head(concept),
            "terms": terms.get(concept.pk, []),
            # What defines no term that may be shown is not for the reader yet either.
            "definitions": definitions.get(concept.pk, []) if proposed or concept.pk in terms else [],
            "relations": relations.get(concept.pk, []),
        }
        for concept in concepts
    ]


def concept_record(concept: Concept, *, proposed: bool) -> Record:
    """One of them."""
    return concept_records([concept], proposed=proposed)[0]


def _head(concept: Concept) -> Record:
    return {
        "key": concept.key,
        "subject_field": subject_field(concept.subject_field),
        "note": concept.note,
        "version": concept.version,
        "created_at": concept.created_at,
        "changed_at": concept.changed_at,
        "withdrawn_at": concept.withdrawn_at,
        "replaced_by": concept.replaced_by.key if concept.replaced_by else None,
    }


def term_record(term: Term) -> Record:
    """A term on its own, with its concept."""
    own = {name: getattr(term, name) for name in TERM_MEMBERS}
    return {**own, "concept": term.concept.key, "concept_version": term.concept.version}


def _by_concept(sql: str, members: tuple[str, ...], ids: list[int], **parameters: list[str]) -> dict[int, list[Record]]:
    """The rows of a statement by their first column, the rest under the names of `members`."""
    grouped: dict[int, list[Record]] = {}
    for concept, *values in fetch(sql, {"concepts": ids, **parameters}):
        grouped.setdefault(concept, []).append(dict(zip(members, values, strict=True)))
    return grouped
