"""Which concepts an export takes, which of their terms, and whether they are still what they were."""

import hashlib
from collections.abc import Container
from dataclasses import dataclass, replace
from functools import cached_property
from typing import IO

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from termbase import search
from termbase.errors import InvalidInput
from termbase.exchange import exporter
from termbase.exchange.formats import Format
from termbase.exchange.losses import Losses
from termbase.exchange.options import WriteOptions
from termbase.models import Concept, Document, SubjectField, Term, TermFrequency
from termbase.models.changes import Now
from termbase.models.concepts import ConceptQuerySet, TermQuerySet

MOST_HITS = 10_000
"""Concepts of a look-up's result that can be exported."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What goes into a file; empty values restrict nothing, several restrict together.

    `subject_field` is a key, with all fields below it; `document` a key: concepts with a term that stands in it;
    `keys` are those of concepts; `q` a look-up, of which the first MOST_HITS concepts are taken. Readers' files have
    the approved terms of current concepts, with `proposed` also the proposed ones; a `complete` one has all there is,
    which `withdrawn` may restrict to concepts in use.
    """

    subject_field: str = ""
    document: str = ""
    keys: tuple[str, ...] = ()
    q: str = ""
    proposed: bool = False
    complete: bool = False
    withdrawn: bool = True

    def concepts(self, among: ConceptQuerySet | None = None) -> ConceptQuerySet:
        """Those of all concepts, or `among` some.

        Raises `InvalidInput` for a subject field or a document that there is not, and what a look-up raises for `q`.
        """
        found = Concept.objects.all() if among is None else among
        if not (self.complete and self.withdrawn):
            found = found.current()
        if not self.complete:
            shown = self.terms().filter(concept=OuterRef("pk"))
            found = found.filter(Exists(shown))
        if self.subject_field:
            found = found.filter(subject_field__in=_with_those_below(self.subject_field))
        if self.document:
            document = _known(Document.objects.current(), "document", self.document)
            there = TermFrequency.objects.filter(document=document, term__concept=OuterRef("pk"))
            found = found.filter(Exists(there))
        if self.keys:
            found = found.filter(key__in=self.keys)
        return found.filter(key__in=hits(search.Query(self.q, proposed=self.proposed))) if self.q else found

    def terms(self) -> TermQuerySet:
        """The terms that go along with a concept."""
        return Term.objects.all() if self.complete else Term.objects.visible(proposed=self.proposed)

    def write(
        self, kind: Format, stream: IO[bytes], options: WriteOptions, *, among: ConceptQuerySet | None = None
    ) -> Losses:
        """Write all of it in the format `kind`; what `concepts` raises is raised before anything is written."""
        return write(kind, stream, options, concepts=self.concepts(among), terms=self.terms())


def write(
    kind: Format,
    stream: IO[bytes],
    options: WriteOptions,
    *,
    concepts: ConceptQuerySet,
    terms: TermQuerySet | None = None,
) -> Losses:
    """Write `concepts` by key, with those of `terms`, or all; examples go along where the format holds them."""
    entries = exporter.entries(concepts, terms=terms, examples="examples" in kind.holds)
    return kind.writer()(stream, entries, replace(options, keys=_Keys(concepts)))


@dataclass(frozen=True)
class _Keys(Container[str]):
    """Those of some concepts, read when the first is asked for: most formats ask for none."""

    concepts: ConceptQuerySet

    @cached_property
    def _all(self) -> set[str]:
        return set(self.concepts.order_by().values_list("key", flat=True))

    def __contains__(self, key: object) -> bool:
        return key in self._all


def state() -> str:
    """A name for all that an export may depend on: another after every write to concepts, documents or examples."""
    with connection.cursor() as cursor:
        # The sum tells apart what a slow transaction, whose number is an old one, adds from what compacting takes away.
        cursor.execute(
            "SELECT (SELECT row(count(*), sum(transaction))::text FROM termbase_change),"
            " (SELECT row(count(*), max(id))::text FROM termbase_example),"
            " (SELECT row(count(*), max(id))::text FROM termbase_termfrequency),"
            " (SELECT max(id) FROM termbase_revision WHERE model = 'document')"
        )
        numbers = cursor.fetchone()
    return hashlib.sha256(f"{Now.read().epoch} {numbers}".encode()).hexdigest()[:24]


def _with_those_below(key: str) -> set[int]:
    wanted = {_known(SubjectField.objects.all(), "subject_field", key)}
    children = list(SubjectField.objects.values_list("pk", "parent_id"))
    while new := {child for child, parent in children if parent in wanted} - wanted:
        wanted |= new
    return wanted


def _known(rows: "QuerySet[SubjectField] | QuerySet[Document]", name: str, key: str) -> int:
    found: int | None = rows.filter(key=key).values_list("pk", flat=True).first()
    if found is None:
        raise InvalidInput(f"There is no {name} “{key}”.", fields={name: ["is not known"]})
    return found


def hits(query: search.Query) -> list[str]:
    """The keys of the first MOST_HITS concepts that a look-up finds, in its order."""
    keys: list[str] = []
    cursor = ""
    while len(keys) < MOST_HITS:
        page = search.lookup_page(replace(query, limit=search.MAX_LIMIT, cursor=cursor), record=False)
        keys += [hit.concept.key for hit in page.hits]
        cursor = page.next
        if not cursor:
            break
    return keys[:MOST_HITS]
