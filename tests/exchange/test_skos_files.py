"""The termbase as a SKOS scheme: what an independent reader understands, and the conditions that SKOS sets."""

import io
from dataclasses import replace

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from rdflib import Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS

from termbase.exchange import skos_files
from termbase.exchange.entry import Entry, EntryRelation
from termbase.exchange.options import WriteOptions
from tests.exchange.glossaries import ENTRIES, term, written
from tests.exchange.strategies import termbases

# rdflib's reader of JSON-LD stands on a class that rdflib itself gives up.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
BASE = "https://terms.example.org/"
SCHEME = URIRef(BASE)
WRITERS = [("turtle", skos_files.write_turtle), ("json-ld", skos_files.write_json_ld)]


def concept(key):
    return URIRef(f"{BASE}concepts/{key}")


def entry(key, *relations):
    terms = (term("en", f"term {key}"),)
    return Entry(key, terms=terms, relations=tuple(EntryRelation(*relation.split()) for relation in relations))


def graph(entries, kind="turtle", **options):
    write = dict(WRITERS)[kind]
    text, losses = written(write, entries, base=BASE, **options)
    return rdflib.Graph().parse(data=text, format=kind), losses


@pytest.mark.parametrize("kind", dict(WRITERS))
def test_the_scheme_and_its_concepts(kind):
    found, losses = graph(ENTRIES, kind, title="Terms")
    assert found.value(SCHEME, DCTERMS.title) == Literal("Terms")
    concepts = {f"c{n}" for n in (1, 2, 3, 4, 5, 6, 8)}
    assert set(found.subjects(RDF.type, SKOS.Concept)) == {concept(key) for key in concepts}
    assert set(found.objects(SCHEME, SKOS.hasTopConcept)) == {concept(key) for key in concepts}
    assert set(found.objects(concept("c1"), SKOS.prefLabel)) == {
        Literal("毒品和犯罪问题办公室", lang="zh-Hans"),
        Literal("毒品和犯罪問題辦公室", lang="zh-Hant"),
        Literal("Office on Drugs and Crime", lang="en"),
    }
    assert set(found.objects(concept("c1"), SKOS.hiddenLabel)) == {Literal("毒办", lang="zh-Hans")}
    assert losses.items() >= {("concept", "withdrawn"): 1, ("text", "not_approved"): 2}.items()


def test_both_say_the_same():
    several = [*ENTRIES, entry("d1", "broader c1", "related c2", "see_also c3")]
    assert isomorphic(graph(several)[0], graph(several, "json-ld")[0])


def test_a_concept_without_a_preferred_term_is_left_out_and_told():
    found, losses = graph([Entry("c1", terms=(term("en", "a", "admitted"),)), entry("c2", "broader c1")])
    assert set(found.subjects(RDF.type, SKOS.Concept)) == {concept("c2")}
    assert losses == {("concept", "no_label"): 1, ("relations", "no_place"): 1, ("source", "no_place"): 2}


def test_relations_forward_and_back():
    found, _ = graph([entry("c1", "broader c2"), entry("c2", "see_also c1", "related c3"), entry("c3")])
    assert (concept("c1"), SKOS.broader, concept("c2")) in found
    assert (concept("c2"), RDFS.seeAlso, concept("c1")) in found
    assert (concept("c2"), SKOS.related, concept("c3")) in found
    assert set(found.objects(SCHEME, SKOS.hasTopConcept)) == {concept("c2"), concept("c3")}
    assert set(found.objects(None, SKOS.topConceptOf)) == {SCHEME}


@pytest.mark.parametrize(
    ("entries", "kept"),
    [
        pytest.param([entry("a", "broader b"), entry("b", "broader a")], {"a b"}, id="two in a circle"),
        pytest.param(
            [entry("a", "broader b"), entry("b", "broader c"), entry("c", "broader a")], {"a b", "b c"}, id="three"
        ),
        pytest.param([entry("a", "broader a")], set(), id="itself"),
        pytest.param(
            [entry("a", "broader b", "broader c"), entry("b", "broader c"), entry("c")],
            {"a b", "a c", "b c"},
            id="two ways up are no circle",
        ),
    ],
)
def test_nothing_is_broader_than_itself(entries, kept):
    found, losses = graph(entries)
    assert {f"{s.rsplit('/')[-1]} {o.rsplit('/')[-1]}" for s, o in found.subject_objects(SKOS.broader)} == kept
    assert losses.get(("relations", "contradiction"), 0) == sum(len(e.relations) for e in entries) - len(kept)


@pytest.mark.parametrize("related", ["a related c", "c related a"])
def test_what_is_broader_is_not_also_related(related):
    key, _, target = related.split()
    entries = [entry("a", "broader b"), entry("b", "broader c"), entry("c"), entry("d", "related a")]
    named = EntryRelation("related", target)
    entries = [replace(item, relations=(*item.relations, *([named] * (item.key == key)))) for item in entries]
    found, losses = graph(entries)
    assert set(found.subject_objects(SKOS.related)) == {(concept("d"), concept("a"))}
    assert losses["relations", "contradiction"] == 1


def test_a_long_chain():
    """No depth of a hierarchy is too deep."""
    entries = [entry(f"c{n:05d}", f"broader c{n + 1:05d}") for n in range(3_000)]
    text, losses = written(skos_files.write_turtle, entries, base=BASE)
    assert text.count("skos:broader") == 2_999
    assert losses["relations", "no_place"] == 1


def test_addresses_are_quoted():
    strange = Entry("c1", subject_field="a b>", terms=(term("en", "a"),), relations=())
    found, _ = graph([strange])
    assert set(found.objects(concept("c1"), DCTERMS.subject)) == {URIRef(f"{BASE}subjects/a%20b%3E")}


def valid(shared, data):
    pyshacl = pytest.importorskip("pyshacl", reason="needs pyshacl")
    shapes = rdflib.Graph().parse(shared / "schemas" / "own_skos_shapes.ttl")
    conforms, _, report = pyshacl.validate(data, shacl_graph=shapes)
    assert conforms, report


def test_valid_by_the_shapes(shared):
    valid(shared, graph([*ENTRIES, entry("d1", "broader c1", "related c2")])[0])


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(termbases)
def test_valid_by_the_shapes_whatever_the_termbase(shared, several):
    single = [one_preferred(item) for item in several]
    valid(shared, graph(single)[0])
    assert isomorphic(graph(single)[0], graph(single, "json-ld")[0])


def one_preferred(item):
    """As the database has it: one preferred term in a language."""
    kept, seen = [], set()
    for t in item.terms:
        if t.administrative_status != "preferred" or t.language not in seen:
            kept.append(t)
        if t.administrative_status == "preferred":
            seen.add(t.language)
    return Entry(item.key, item.subject_field, item.note, tuple(kept), item.definitions, item.relations)


def test_entries_are_written_as_they_come():
    stream = io.BytesIO()

    def entries():
        for n in range(3):
            yield entry(f"c{n}")
            assert f"concepts/c{n - 1}>".encode() in stream.getvalue() or n == 0

    skos_files.write_turtle(stream, entries(), WriteOptions())
