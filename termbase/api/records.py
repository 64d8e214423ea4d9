"""Concepts and terms as they go out, many at a time: four queries for any number of concepts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from termbase.api.serializers import TERM_FIELDS, subject_field
from termbase.models import Concept, ConceptRelation, Definition, Term
from termbase.models.concepts import TermQuerySet

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


def concept_records(concepts: Sequence[Concept], *, proposed: bool) -> list[Record]:
    """The records of `concepts`, in their order; with them should come `subject_field` and `replaced_by`.

    Terms are the approved ones, with `proposed` also those; a withdrawn concept shows none.
    """
    if not concepts:
        return []
    ids = [concept.pk for concept in concepts]
    terms = _terms(Term.objects.visible(proposed=proposed).filter(concept__in=ids))
    definitions = _by_concept(
        Definition.objects.filter(concept__in=ids)
        .order_by("language", "pk")
        .values("concept_id", "language", "text", "source")
    )
    relations = _by_concept(
        {"concept_id": of, "relation_type": kind, "concept": target}
        for of, kind, target in ConceptRelation.objects.filter(concept__in=ids)
        .order_by("relation_type", "target__key")
        .values_list("concept_id", "relation_type", "target__key")
    )
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


def _terms(terms: TermQuerySet) -> dict[int, list[Record]]:
    return _by_concept(terms.in_order().values("concept_id", *TERM_MEMBERS))


def _by_concept(rows: Iterable[Mapping[str, Any]]) -> dict[int, list[Record]]:
    grouped: dict[int, list[Record]] = {}
    for row in rows:
        grouped.setdefault(row["concept_id"], []).append({k: v for k, v in row.items() if k != "concept_id"})
    return grouped
