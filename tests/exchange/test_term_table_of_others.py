"""Term tables of other people and programs: read leniently, and what was made of them is said."""

import io
from dataclasses import replace

import pytest

from termbase.exchange import term_table
from termbase.exchange.columns import column
from termbase.exchange.entry import Entry, EntryDefinition, EntryTerm, Problem
from termbase.exchange.options import ReadOptions
from tests.exchange.term_tables import ENTRY, HEADER, read, unnamed


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"Concept ID;Lang;Term\nc1;EN;office\n", [ENTRY], id="other names, semicolons"),
        pytest.param(b"concept\tlanguage\ttext\r\nc1\ten-GB\toffice\r\n", [ENTRY], id="tabs"),
        pytest.param(b"sep=;\nconcept;language;text\nc1;en;office\n", [replace(ENTRY, line=3)], id="Excel's line"),
        pytest.param(b"\n\nconcept,language,text\nc1,en,office\n", [replace(ENTRY, line=4)], id="empty lines first"),
        pytest.param("概念,语言,术语\nc1,英文,office\n".encode(), [ENTRY], id="Chinese headings"),
        pytest.param(
            "概念,语言,术语\nc1,英文,office\n".encode("gb18030"),
            [Problem(1, "", "encoding", "read as GB18030", refuses=False), ENTRY],
            id="in GB 18030",
        ),
        pytest.param(
            f"{HEADER}\nc1,en,office\n".encode("utf-16"),
            [Problem(1, "", "encoding", "read as UTF-16", refuses=False), ENTRY],
            id="in UTF-16",
        ),
        pytest.param(
            f'{HEADER}\nc2,en,"of"fice\nc1,en,office\n'.encode(),
            [Problem(2, "", "", "the row is no CSV: ',' expected after '\"'"), replace(ENTRY, line=3)],
            id="a quotation that ends too early loses its row alone",
        ),
        pytest.param(
            f"{HEADER},colour,Colour 2\nc1,en,office,red,\n".encode(),
            [
                Problem(1, "", "colour", "is no known heading; what stands under it is kept in note", refuses=False),
                Problem(1, "", "Colour 2", "is no known heading; what stands under it is kept in note", refuses=False),
                replace(ENTRY, terms=(EntryTerm("en", "office", note="colour: red"),)),
            ],
            id="unknown headings",
        ),
        pytest.param(
            f"{HEADER},note,note\nc1,en,office,first,second\n".encode(),
            [replace(ENTRY, terms=(EntryTerm("en", "office", note="first\nnote: second"),))],
            id="a heading twice",
        ),
        pytest.param(
            f'{HEADER},definition\nc1,en,office,"A place\n of work."\n'.encode(),
            [replace(ENTRY, definitions=(EntryDefinition("en", "A place of work."),), line=3)],
            id="a definition of two lines is one",
        ),
        pytest.param(
            f"{HEADER}\nc1,en,office\nc1,fr,bureau\n".encode(),
            [replace(ENTRY, terms=(EntryTerm("en", "office"), EntryTerm("fr", "bureau")))],
            id="a language of others is left for the settler",
        ),
        pytest.param(
            f"{HEADER},English note\nc1,en,office,x\n".encode(),
            [
                Problem(1, "", "English note", "is no known heading; what stands under it is kept in note", False),
                replace(ENTRY, terms=(EntryTerm("en", "office", note="English note: x"),)),
            ],
            id="a heading that would mean something in a table of concepts",
        ),
        pytest.param(
            f"{HEADER},term_type,status\nc1,en,office,Short form,Preferred\n".encode(),
            [
                replace(
                    ENTRY,
                    terms=(EntryTerm("en", "office", term_type="short_form", administrative_status="preferred"),),
                )
            ],
            id="values as people write them",
        ),
        pytest.param(
            "language,text\nzh,毒品\nen,drug\nzh,大会\nen,General Assembly\n".encode(),
            [
                Problem(1, "", "concept", "is no column; every concept gets a new key", refuses=False),
                unnamed(terms=(EntryTerm("zh-Hans", "毒品"), EntryTerm("en", "drug")), line=2),
                unnamed(terms=(EntryTerm("zh-Hans", "大会"), EntryTerm("en", "General Assembly")), line=4),
            ],
            id="no keys: a language that comes back begins a concept",
        ),
        pytest.param(
            "language,text,status\nzh,毒品,\nzh,毒药,deprecated\n,,\nen,drug,\n".encode(),
            [
                Problem(1, "", "concept", "is no column; every concept gets a new key", refuses=False),
                unnamed(
                    terms=(
                        EntryTerm("zh-Hans", "毒品"),
                        EntryTerm("zh-Hans", "毒药", administrative_status="deprecated"),
                    ),
                    line=2,
                ),
                unnamed(terms=(EntryTerm("en", "drug"),), line=5),
            ],
            id="no keys: a status makes a synonym, a blank row an end",
        ),
    ],
)
def test_read_leniently(data, expected):
    assert list(term_table.read(io.BytesIO(data))) == expected


@pytest.mark.parametrize(
    ("key", "expected"), [("c1", "c1"), ("17", "id-17"), ("9f-2", "id-9f-2"), ("a b", "xc8687a08aa5d6ed2")]
)
def test_ids_that_are_no_keys(key, expected):
    """They become keys, the same ones every time, and that is told."""
    *problems, entry = read(f"{HEADER}\n{key},en,office\n")
    assert entry.key == expected
    assert [problem.field for problem in problems] == ([] if key == expected else ["concept"])


def test_fields_and_languages_as_a_person_has_said():
    data = b"Begriff;Sprache;Farbe;Schwere\nOffice;Englisch;red;4\n"
    options = ReadOptions(
        fields={"Begriff": "text", "Sprache": "language", "Farbe": "", "Schwere": "reliability"},
        languages={"Englisch": "en"},
    )
    items = list(term_table.read(io.BytesIO(data), options))
    assert [item for item in items if isinstance(item, Entry)] == [
        unnamed(terms=(EntryTerm("en", "Office", reliability=4),), line=2)
    ]
    assert {item.field for item in items if isinstance(item, Problem)} == {"concept"}
    (entry,) = [item for item in items if isinstance(item, Entry)]
    assert entry.given == {"text", "language", "reliability"}


# (heading, field, language, status, whence)
HEADINGS = [
    ("中文术语", "text", "zh-Hans", "", "a table of an office"),
    ("英文名称", "text", "en", "", "the same"),
    ("简体中文", "text", "zh-Hans", "", "one language with two names in it"),
    ("English term", "text", "en", "", "a list"),
    ("Source term (EN)", "text", "en", "", "a list of a translation agency"),
    ("Term (zh-CN)", "text", "zh-Hans", "", "the same"),
    ("Chinese_PRC", "text", "zh-Hans", "", "memoQ"),
    ("Chinese_PRC_Def", "definition", "zh-Hans", "", "memoQ"),
    ("English_United_States", "text", "en", "", "memoQ"),
    ("Definition (EN)", "definition", "en", "", "a list"),
    ("英文定义", "definition", "en", "", "a table of an office"),
    ("en deprecated", "text", "en", "deprecated", "ours"),
    ("Forbidden Chinese", "text", "zh-Hans", "deprecated", "a style guide"),
    ("Not to be used (English)", "text", "en", "deprecated", "a style guide"),
    ("Entry_ID", "concept", "", "", "memoQ"),
    ("Entry_Subject", "subject_field", "", "", "memoQ"),
    ("Entry_Modifier", "", "", "", "memoQ: no language in it"),
    ("en_note", "note", "en", "", "Phrase: no variant of English"),
    ("en_caseSensitive", "", "", "", "Phrase"),
    ("zh_cn_forbidden", "text", "zh-Hans", "deprecated", "Phrase"),
    ("zhLabel", "text", "zh-Hans", "", "a query of Wikidata"),
    ("English Source", "source", "en", "", "UNTERM"),
    ("ZH - Short form", "text", "zh-Hans", "admitted", "UNTERM"),
    ("EN - Acronym", "text", "en", "admitted", "UNTERM"),
    ("French Term", "", "", "", "UNTERM: none of ours"),
    ("英文备注", "note", "en", "", "a table of an office"),
    ("Engineering term", "", "", "", "a word that begins as one"),
    ("x" * 90 + " (EN)", "", "", "", "a text, no heading"),
]


@pytest.mark.parametrize(("heading", "field", "language", "status"), [case[:4] for case in HEADINGS])
def test_headings_of_others(heading, field, language, status):
    found = column(heading, ReadOptions())
    assert (found.field, found.language, found.status) == (field, language, status)


def test_a_title_above_the_headings():
    data = "Glossary, March 2024;;\n;;\n编号;中文术语;英文术语\n1;保释;bail\n".encode("gb18030")
    items = list(term_table.read(io.BytesIO(data)))
    assert items[-1].terms == (
        EntryTerm("zh-Hans", "保释", administrative_status="preferred"),
        EntryTerm("en", "bail", administrative_status="preferred"),
    )
    assert items[-1].line == 4
    alone = list(term_table.read(io.BytesIO(b"en\nbail\nparole\n")))
    assert [item.terms[0].text for item in alone if isinstance(item, Entry)] == ["bail", "parole"], "no title"


def test_a_definition_in_no_language_is_in_that_of_its_characters():
    (*_, entry) = term_table.read(io.BytesIO(b"en,definition\nbail,A pledge.\n"))
    assert entry.definitions == (EntryDefinition("en", "A pledge."),)


def test_columns_are_listed_with_what_they_are_taken_as():
    found = term_table.columns(io.BytesIO(b"Concept ID,en,zh-TW deprecated,definition,colour\n"))
    assert [(c.name, c.field, c.language, c.status, c.unknown) for c in found] == [
        ("Concept ID", "concept", "", "", False),
        ("en", "text", "en", "", False),
        ("zh-TW deprecated", "text", "zh-Hant", "deprecated", False),
        ("definition", "definition", "", "", False),
        ("colour", "", "", "", True),
    ]
    mapped = term_table.columns(io.BytesIO(b"colour,en\n"), ReadOptions(fields={"colour": ""}))
    assert [(c.name, c.left_out, c.unknown) for c in mapped] == [("colour", True, False), ("en", False, False)]
