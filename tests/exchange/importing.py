"""What the tests of the importer share: entries, and what the database holds of them."""

from dataclasses import replace

from termbase.exchange import exporter
from termbase.exchange.entry import Entry, EntryDefinition, EntryTerm
from termbase.models import Concept, ConceptRelation, Definition, Term

OFFICE = EntryTerm("en", "office", administrative_status="preferred", source="A/1", review_status="approved")
BUREAU = EntryTerm("en", "bureau")
ZH = EntryTerm("zh-Hans", "毒罪办", administrative_status="preferred", reading="dú zuì bàn", reliability=4)
DEFINITION = EntryDefinition("en", "An office.", "A/1")
ENTRY = Entry("c1", note="one", terms=(OFFICE, ZH), definitions=(DEFINITION,), line=2)
OTHER = Entry("c2", terms=(BUREAU,), line=5)


def counts(report):
    return {name: n for name in ("new", "changed", "same", "refused") if (n := getattr(report, name))}


def stored():
    return list(exporter.entries(Concept.objects.all()))


def versions():
    return dict(Concept.objects.values_list("key", "version"))


def rows():
    """Everything that an import may write, as it stands."""
    return [list(model.objects.order_by("pk").values()) for model in (Concept, Term, Definition, ConceptRelation)]


def in_order(entry):
    return replace(
        entry,
        terms=tuple(sorted(entry.terms, key=lambda term: term.language)),
        definitions=tuple(sorted(entry.definitions, key=lambda definition: definition.language)),
        relations=tuple(sorted(entry.relations, key=lambda relation: (relation.relation_type, relation.target))),
    )
