"""Concepts out of the database as entries, in constant memory and in a fixed order."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch

from termbase.exchange.entry import Entry, EntryDefinition, EntryRelation, EntryTerm
from termbase.models import Concept, ConceptRelation, Definition, Term
from termbase.models.concepts import ConceptQuerySet

_TERM_FIELDS = list(EntryTerm.__dataclass_fields__)
CHUNK = 500


def entries(concepts: ConceptQuerySet) -> Iterator[Entry]:
    """The entries of `concepts` by key; terms, definitions and relations in a fixed order, rejected terms included."""
    parts: tuple[Any, ...] = (
        "subject_field",
        Prefetch("terms", Term.objects.order_by("language", "pk")),
        Prefetch("definitions", Definition.objects.order_by("language", "pk")),
        Prefetch(
            "relations", ConceptRelation.objects.select_related("target").order_by("relation_type", "target__key")
        ),
    )
    for concept in concepts.order_by("key").prefetch_related(*parts).iterator(chunk_size=CHUNK):
        yield _entry(concept)


def _entry(concept: Concept) -> Entry:
    return Entry(
        key=concept.key,
        subject_field=concept.subject_field.key if concept.subject_field else "",
        note=concept.note,
        terms=tuple(EntryTerm(**{name: getattr(term, name) for name in _TERM_FIELDS}) for term in concept.terms.all()),
        definitions=tuple(EntryDefinition(d.language, d.text, d.source) for d in concept.definitions.all()),
        relations=tuple(EntryRelation(r.relation_type, r.target.key) for r in concept.relations.all()),
    )
