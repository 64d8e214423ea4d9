"""MultiTerm XML: as real exports are, and as an independent schema has it."""

import io
from dataclasses import replace

import pytest
from lxml import etree

from termbase.exchange import multiterm, term_table
from termbase.exchange.entry import Entry, EntryDefinition, EntryTerm, Problem
from termbase.exchange.options import ReadOptions
from tests.conftest import ROOT
from tests.exchange.test_tbx import ENTRY


def read(data, **options):
    items = list(multiterm.read(io.BytesIO(data), ReadOptions(**options)))
    return [item for item in items if isinstance(item, Entry)], [item for item in items if isinstance(item, Problem)]


def written(entries):
    stream = io.BytesIO()
    multiterm.write(stream, entries)
    return stream.getvalue()


def file_of(concept="", term="", language='<language type="English" lang="EN"/>'):
    group = f"<languageGrp>{language}<termGrp><term>office</term>{term}</termGrp></languageGrp>"
    return f"<mtf><conceptGrp><concept>1</concept>{concept}{group}</conceptGrp></mtf>".encode()


def field(name, value, inner=""):
    return f'<descripGrp><descrip type="{name}">{value}</descrip>{inner}</descripGrp>'


def test_everything_comes_back():
    data = written([ENTRY])
    assert data.startswith(b"\xff\xfe"), "UTF-16 with its mark, as MultiTerm writes it"
    (entry,), _ = read(data)
    definitions = tuple(sorted(ENTRY.definitions, key=lambda definition: definition.language, reverse=True))
    assert replace(entry, line=0, definitions=definitions) == replace(ENTRY, definitions=definitions)
    assert set(entry.definitions) == set(ENTRY.definitions)


def test_under_an_independent_schema(shared):
    schema = etree.RelaxNG(etree.parse(str(shared / "schemas" / "own_multiterm_min.rng")))
    with (ROOT / "fixtures" / "termbase.csv").open("rb") as stream:
        schema.assertValid(etree.fromstring(written([*term_table.read(stream), replace(ENTRY, key="c99999")])))


@pytest.mark.parametrize(
    ("term", "values", "remarks"),
    [
        (field("Status", "Preferred"), {"administrative_status": "preferred"}, []),
        (field("STATUS", "forbidden"), {"administrative_status": "deprecated"}, []),
        (field("Status", "discussed"), {"note": "Status: discussed"}, ["Status"]),
        (field("Part of Speech", "Noun"), {"part_of_speech": "noun"}, []),
        (field("Comment", "one") + field("Note", "two"), {"note": "one\ntwo"}, []),
        (field("Gender", "m"), {"note": "Gender: m"}, ["Gender"]),
        (field("Note", 'see <xref Tlink="English:agency">agency</xref>!'), {"note": "see agency!"}, []),
        (field("Note", "one", field("By", "me")), {"note": "one\nBy: me"}, ["By"]),
        (
            field("Note", "one", field("By", "me", field("On", "Monday"))),
            {"note": "one\nBy: me\nOn: Monday"},
            ["By", "On"],
        ),
        (field("Status", "To be avoided"), {"administrative_status": "deprecated"}, []),
        (field("Context", "An office.", field("Source", "A")), {"note": "Context: An office. (A)"}, ["Context"]),
        ("<transacGrp><transac type='origination'>li</transac></transacGrp>", {}, ["transacGrp"]),
    ],
)
def test_fields_of_a_term(term, values, remarks):
    (entry,), problems = read(file_of(term=term))
    assert entry.terms == (replace(EntryTerm("en", "office"), **values),)
    assert [problem.field for problem in problems if problem.field not in ("language", "concept")] == remarks


def test_fields_of_a_concept():
    concept = (
        field("Subject", "law") + field("Definition", "An office.", field("Source", "A/1")) + field("Project", "P")
    )
    (entry,), problems = read(file_of(concept))
    assert (entry.subject_field, entry.note) == ("law", "Project: P")
    assert entry.definitions == (EntryDefinition("en", "An office.", "A/1"),)
    assert "Project" in [problem.field for problem in problems]


def test_what_the_options_say_of_fields_and_languages():
    data = file_of(
        field("Thema", "law") + field("Owner", "me"),
        field("Bemerkung zum Gebrauch", "Short.") + field("Kontext", "The office."),
        language='<language type="Englisch" lang="XX"/>',
    )
    names = {"Thema": "subject_field", "Owner": "", "Bemerkung zum Gebrauch": "usage_note", "Kontext": "examples"}
    (entry,), problems = read(data, fields=names, languages={"Englisch": "en"})
    assert (entry.subject_field, entry.note) == ("law", "")
    assert entry.terms == (EntryTerm("en", "office", usage_note="Short.", note="Kontext: The office."),)
    assert [problem.field for problem in problems] == ["Kontext", "concept"], "and that a number is no key"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ('<language type="Chinese (PRC)" lang="ZH-CN"/>', "zh-Hans"),
        ('<language type="Chinese (Taiwan)" lang="ZH-TW"/>', "zh-Hant"),
        ('<language type="Chinese" lang="ZH"/>', "zh-Hans"),
        ('<language type="Chinese (Hong Kong SAR)"/>', "zh-Hant"),
        ('<language type="English (United Kingdom)" lang="EN-GB"/>', "en"),
    ],
)
def test_languages(language, expected):
    (entry,), _ = read(file_of(language=language))
    assert [term.language for term in entry.terms] == [expected]


def test_the_number_of_a_concept_is_no_key_of_ours():
    """Else the first concept of any file would overwrite c1."""
    assert read(file_of())[0][0].key == "id-1"
    assert read(file_of(field("Key", "c0001")))[0][0].key == "c0001"
