"""JSON Lines: everything that an entry has, for scripts."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.errors import UnreadableFile
from termbase.exchange import json_lines
from termbase.exchange.entry import FIELDS, Entry, EntryExample, EntryRelation, EntryTerm, Problem
from tests.exchange.glossaries import ENTRIES, read, written

FULL = replace(
    ENTRIES[0],
    subject_field="bodies",
    note="n",
    relations=(EntryRelation("broader", "c2"),),
    examples=(EntryExample("zh-Hans", "毒罪办", "毒罪办支持。", "The Office supports.", "A/1, 3"),),
)


def test_an_object_a_line():
    text, losses = written(json_lines.write, [FULL, ENTRIES[1]])
    first, second = [json.loads(line) for line in text.splitlines()]
    assert losses == {}
    assert (first["concept"], first["concept_note"], first["relations"]) == (
        "c1",
        "n",
        [{"relation_type": "broader", "target": "c2"}],
    )
    assert first["terms"][0].keys() <= set(FIELDS)
    assert first["examples"][0]["translation"] == "The Office supports."
    assert first.keys() == second.keys(), "one shape"
    assert "毒罪办" in text, "nothing is escaped that need not be"


def test_everything_comes_back():
    back = read(json_lines.read, written(json_lines.write, [FULL])[0])
    assert back == [replace(FULL, line=1)]


TERMS = '"terms": [{"language": "en", "text": "office"}]'
ENTRY = Entry("c1", terms=(EntryTerm("en", "office"),), line=1)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(f'{{"concept": "c1", {TERMS}}}', [ENTRY], id="what it needs"),
        pytest.param(
            f'\n {{"concept": " c1 ", "concept_note": null, {TERMS}}}\r\n\n', [replace(ENTRY, line=2)], id="space"
        ),
        pytest.param(
            f'{{"concept": "17", {TERMS}}}',
            [
                Problem(1, "id-17", "concept", "“17” is no key; it became id-17, and others likewise", refuses=False),
                replace(ENTRY, key="id-17"),
            ],
            id="an id that is no key",
        ),
        pytest.param(
            f'{{"concept": "c1", "colour": 1, {TERMS}}}',
            [Problem(1, "c1", "colour", "is no field, and was left out", refuses=False), ENTRY],
            id="a field that nobody knows",
        ),
        pytest.param(
            '{"concept": "c1", "terms": [{"language": "en", "text": "office", "reliability": 9}]}',
            [replace(ENTRY, terms=(EntryTerm("en", "office", reliability=9),))],
            id="no grade, to be kept as a note",
        ),
    ],
)
def test_read(line, expected):
    assert read(json_lines.read, line) == expected


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('{"concept": 1}', "concept"),
        ('{"concept": "c1", "terms": {}, "x": 1}', ""),
        ('{"concept": "c1", "terms": "office"}', "terms"),
        ('{"concept": "c1", "terms": ["office"]}', "terms"),
        ('{"concept": "c1", "terms": [{"language": 1}]}', "language"),
        ('{"concept": "c1", "terms": [{"reliability": "4"}]}', "reliability"),
        ('{"concept": "c1", "terms": [{"reliability": true}]}', "reliability"),
        ('{"concept": "c1", "terms": [{"reliability": 1.5}]}', "reliability"),
        ('{"concept": "c1", "definitions": [{"text": []}]}', "text"),
        ("[]", ""),
        ("{", ""),
        ('"\\ud800"', ""),
        ("[" * 100_000, ""),
    ],
)
def test_a_bad_line_is_told_and_the_next_one_read(line, field):
    items = read(json_lines.read, f'{{"concept": "c0", {TERMS}}}\n{line}\n{{"concept": "c1", {TERMS}}}\n')
    entries = [item for item in items if isinstance(item, Entry)]
    assert [entry.line for entry in entries if entry.terms] == [1, 3]
    problems = [item for item in items if isinstance(item, Problem)]
    if field:
        assert [(problem.line, problem.field, problem.refuses) for problem in problems] == [(2, field, True)]
    else:
        assert problems


@pytest.mark.parametrize("data", ["concept,language,text\n", "[1]\n", "{\n"])
def test_unreadable(data):
    with pytest.raises(UnreadableFile):
        read(json_lines.read, data)


def test_only_what_a_line_has_is_given():
    (entry,) = read(json_lines.read, f'{{"concept": "c1", "concept_note": "", {TERMS}}}')
    assert entry.given == {"concept", "concept_note", "language", "text"}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FIELDS, "terms", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*FIELDS, "terms", "definitions", "x"]), values, max_size=6))
def test_any_object_is_read_or_told(found):
    items = read(json_lines.read, json.dumps(found))
    assert items
    assert all(isinstance(item, Entry | Problem) for item in items)
