"""Concepts out of the database as entries, in constant memory and in a fixed order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db import transaction

from termbase.exchange.entry import Entry, EntryDefinition, EntryExample, EntryRelation, EntryTerm
from termbase.models import ConceptRelation, Definition, Example, Term
from termbase.models.concepts import ConceptQuerySet, TermQuerySet

_TERM_FIELDS = tuple(EntryTerm.__dataclass_fields__)
_CONCEPT_FIELDS = ("pk", "key", "subject_field__key", "note", "withdrawn_at", "replaced_by__key")
CHUNK = 1_000


def entries(concepts: ConceptQuerySet, *, terms: TermQuerySet | None = None, examples: bool = False) -> Iterator[Entry]:
    """The entries of `concepts` by key, with those of `terms`, or all; everything in a fixed order.

    Whole models are not built: half of the time of an export would go into them.
    """
    rows = concepts.order_by("key").values_list(*_CONCEPT_FIELDS).iterator(chunk_size=CHUNK)
    # In one transaction the rows come through a cursor that holds no copy of them all.
    with transaction.atomic():
        while chunk := list(islice(rows, CHUNK)):
            parts = _Parts([row[0] for row in chunk], terms=terms, examples=examples)
            yield from (_entry(row, parts) for row in chunk)


class _Parts:
    """What belongs to some concepts, by their ids."""

    def __init__(self, concepts: list[int], *, terms: TermQuerySet | None, examples: bool) -> None:
        of_these = {"concept__in": concepts}
        shown = (Term.objects.all() if terms is None else terms).filter(**of_these)
        self.terms = _by_first(shown.order_by("language", "pk").values_list("concept_id", *_TERM_FIELDS), EntryTerm)
        definitions = Definition.objects.filter(**of_these).order_by("language", "pk")
        self.definitions = _by_first(
            definitions.values_list("concept_id", "language", "text", "source"), EntryDefinition
        )
        relations = ConceptRelation.objects.filter(**of_these).order_by("relation_type", "target__key")
        self.relations = _by_first(relations.values_list("concept_id", "relation_type", "target__key"), EntryRelation)
        self.examples = _examples(shown) if examples else {}


def _by_first(rows: Iterable[tuple[Any, ...]], make: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for concept, *values in rows:
        found[concept].append(make(*values))
    return found


def _examples(terms: TermQuerySet) -> dict[int, list[EntryExample]]:
    found: dict[int, list[EntryExample]] = defaultdict(list)
    rows = Example.objects.current().filter(term__in=terms).select_related("term", "passage__document")
    for example in rows.order_by("term__language", "term", "-pinned", "-score", "pk"):
        term, passage = example.term, example.passage
        # A translation is of the whole passage.
        text = passage.text if passage.translation else example.sentence
        place = f"{passage.document.cited_as}, {passage.number}" if passage.number else passage.document.cited_as
        found[term.concept_id].append(EntryExample(term.language, term.text, text, passage.translation, place))
    return found


def _entry(row: tuple[Any, ...], parts: _Parts) -> Entry:
    pk, key, subject_field, note, withdrawn_at, replaced_by = row
    return Entry(
        key=key,
        subject_field=subject_field or "",
        note=note,
        terms=tuple(parts.terms.get(pk, ())),
        definitions=tuple(parts.definitions.get(pk, ())),
        relations=tuple(parts.relations.get(pk, ())),
        examples=tuple(parts.examples.get(pk, ())),
        withdrawn_at=_time(withdrawn_at),
        replaced_by=replaced_by or "",
    )


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""
