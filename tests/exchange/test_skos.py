"""SKOS: what an independent reader understands of it."""

import json

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS

from termbase.exchange import skos
from termbase.exchange.entry import Entry, EntryDefinition, EntryRelation, EntryTerm

# rdflib's reader of JSON-LD stands on a class that rdflib itself gives up.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")

BASE = "https://terms.example.org/"
CONCEPT = URIRef(BASE + "concepts/c0003")
CONCEPT_1 = URIRef(BASE + "concepts/c1")
APPROVED = {"source": "A/CONF.234/7", "review_status": "approved"}
ENTRY = Entry(
    key="c0003",
    subject_field="terrorism",
    note='With "quotes", a \\ and\na second line.',
    terms=(
        EntryTerm(
            "zh-Hans", "外国恐怖主义作战人员", administrative_status="preferred", usage_note="见决议。", **APPROVED
        ),
        EntryTerm("zh-Hans", "外国恐怖分子战士", administrative_status="deprecated", **APPROVED),
        EntryTerm("en", "foreign terrorist fighter", administrative_status="preferred", **APPROVED),
        EntryTerm("en", "FTF", administrative_status="admitted", **APPROVED),
        EntryTerm("en", "terrorist tourist", administrative_status="superseded", **APPROVED),
        EntryTerm("en", "only proposed", administrative_status="admitted"),
    ),
    definitions=(EntryDefinition("en", "A person who travels.", "S/RES/2178"),),
    relations=(
        EntryRelation("broader", "c0004"),
        EntryRelation("related", "c0005"),
        EntryRelation("see_also", "c0006"),
    ),
)
EXPECTED = {
    (RDF.type, SKOS.Concept),
    (SKOS.inScheme, URIRef(BASE)),
    (DCTERMS.identifier, Literal("c0003")),
    (DCTERMS.subject, URIRef(BASE + "subjects/terrorism")),
    (SKOS.prefLabel, Literal("外国恐怖主义作战人员", lang="zh-Hans")),
    (SKOS.hiddenLabel, Literal("外国恐怖分子战士", lang="zh-Hans")),
    (SKOS.prefLabel, Literal("foreign terrorist fighter", lang="en")),
    (SKOS.altLabel, Literal("FTF", lang="en")),
    (SKOS.hiddenLabel, Literal("terrorist tourist", lang="en")),
    (SKOS.scopeNote, Literal("外国恐怖主义作战人员: 见决议。")),
    (SKOS.definition, Literal("A person who travels.", lang="en")),
    (SKOS.note, Literal(ENTRY.note)),
    (SKOS.broader, URIRef(BASE + "concepts/c0004")),
    (SKOS.related, URIRef(BASE + "concepts/c0005")),
    (RDFS.seeAlso, URIRef(BASE + "concepts/c0006")),
}
FORMATS = [("turtle", skos.turtle), ("json-ld", skos.json_ld)]


def read(format_name, text):
    return rdflib.Graph().parse(data=text, format=format_name)


@pytest.mark.parametrize(("format_name", "write"), FORMATS)
def test_every_statement_arrives_and_no_other(format_name, write):
    graph = read(format_name, write(ENTRY, BASE))
    assert set(graph.predicate_objects(CONCEPT)) == EXPECTED
    assert len(graph) == len(EXPECTED)


@pytest.mark.parametrize(("format_name", "write"), FORMATS)
def test_a_bare_concept(format_name, write):
    graph = read(format_name, write(Entry(key="c1"), BASE))
    assert (URIRef(BASE + "concepts/c1"), RDF.type, SKOS.Concept) in graph


@pytest.mark.parametrize(("format_name", "write"), FORMATS)
def test_of_an_entry_that_nobody_has_approved_nothing_is_said(format_name, write):
    entry = Entry(
        key="c1",
        note="A remark.",
        terms=(EntryTerm("en", "office"),),
        definitions=(EntryDefinition("en", "A place."),),
        relations=(EntryRelation("related", "c2"),),
    )
    said = set(read(format_name, write(entry, BASE)).predicates(CONCEPT_1))
    assert said == {RDF.type, SKOS.inScheme, DCTERMS.identifier}


def test_json_ld_is_json():
    assert json.loads(skos.json_ld(ENTRY, BASE))["@id"] == str(CONCEPT)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_any_text_comes_back_as_it_was(note):
    entry = Entry(key="c1", note="x" + note, terms=(EntryTerm("en", "office", **APPROVED),))
    for format_name, write in FORMATS:
        (found,) = read(format_name, write(entry, BASE)).objects(URIRef(BASE + "concepts/c1"), SKOS.note)
        assert str(found) == entry.note
