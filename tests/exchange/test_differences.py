"""What a file says otherwise than the termbase, and what becomes of both under each decision."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.exchange.differences import as_proposed, changes, resolved
from termbase.exchange.entry import EVERYTHING, Entry, EntryDefinition, EntryRelation, EntryTerm
from termbase.exchange.stored import from_json, to_json
from tests.exchange.strategies import entries

ZH = EntryTerm(
    "zh-Hans", "毒品", administrative_status="preferred", source="A/1", review_status="approved", reliability=3
)
EN = EntryTerm("en", "drug", administrative_status="preferred", source="A/1", review_status="approved")
DRAFT = EntryTerm("en", "narcotic", source="A/2", usage_note="")
DEFINITION = EntryDefinition("en", "A substance.", "A/1")
HERE = Entry("c1", subject_field="crime", note="", terms=(ZH, EN, DRAFT), definitions=(DEFINITION,))
FILE = Entry("c1", terms=(ZH,), given=EVERYTHING - {"subject_field", "concept_note", "withdrawn_at", "replaced_by"})


def file(*terms, **values):
    return replace(FILE, terms=terms, **values)


NEW = EntryTerm("en", "illicit drug", review_status="proposed")
# (why, entry of the file, is it in conflict,
#  for fill, overwrite and propose what is written: (text, field, value), or None for nothing)
SITUATIONS = [
    ("nothing else", file(ZH), False, None, None, None),
    (
        "a term more",
        file(ZH, NEW),
        False,
        [("illicit drug", "administrative_status", "admitted")],
        [("illicit drug", "administrative_status", "admitted")],
        [("illicit drug", "review_status", "proposed")],
    ),
    (
        "a blank of an approved term filled",
        file(replace(EN, usage_note="legal")),
        False,
        [("drug", "usage_note", "legal")],
        [("drug", "usage_note", "legal")],
        None,
    ),
    ("an approved value replaced", file(replace(EN, source="B")), True, None, [("drug", "source", "B")], None),
    ("an approved value cleared", file(replace(EN, source="")), True, None, [("drug", "source", "")], None),
    ("a proposed value replaced", file(replace(DRAFT, source="B")), False, None, [("narcotic", "source", "B")], None),
    (
        "another term to prefer",
        file(replace(NEW, administrative_status="preferred")),
        True,
        [("illicit drug", "administrative_status", "admitted")],
        [("illicit drug", "administrative_status", "preferred"), ("drug", "administrative_status", "admitted")],
        [("illicit drug", "administrative_status", "admitted")],
    ),
    (
        "a term of one's own to prefer",
        file(replace(DRAFT, administrative_status="preferred")),
        True,
        None,
        [("narcotic", "administrative_status", "preferred"), ("drug", "administrative_status", "admitted")],
        None,
    ),
    ("a blank reading", file(replace(ZH, reading="")), False, None, None, None),
]


@pytest.mark.parametrize(
    ("entry", "conflict", "fill", "overwrite", "propose"),
    [pytest.param(*case[1:], id=case[0]) for case in SITUATIONS],
)
def test_situations(entry, conflict, fill, overwrite, propose):
    entry = as_proposed(entry)
    wanted = resolved(entry, HERE, "overwrite")
    found = changes(HERE, wanted) if wanted else []
    assert any(change.conflict for change in found) == conflict
    assert resolved(entry, HERE, "skip") is None
    for action, expected in (("fill", fill), ("overwrite", overwrite), ("propose", propose)):
        written = resolved(entry, HERE, action)
        assert (written is None) == (expected is None), action
        by_text = {term.text: term for term in written.terms} if written else {}
        for text, name, value in expected or ():
            assert getattr(by_text[text], name) == value, action
        preferred = [term for term in by_text.values() if term.administrative_status == "preferred"]
        assert len({term.language for term in preferred}) == len(preferred), action


# (why, what the file gives of the concept, conflict, fill, overwrite)
OF_CONCEPT = [
    ("another subject field", {"subject_field": "law"}, {"subject_field"}, "approved", "crime", "law"),
    ("a note where there is none", {"note": "new"}, {"concept_note"}, "", "new", "new"),
    ("no subject field", {"subject_field": ""}, {"subject_field"}, "approved", "crime", ""),
    ("withdrawn", {"withdrawn_at": "2026-01-31T00:00:00+00:00"}, {"withdrawn_at"}, "approved", None, "2026-01-31T00"),
]


@pytest.mark.parametrize(
    ("values", "given_too", "conflict", "fill", "overwrite"),
    [pytest.param(*case[1:], id=case[0]) for case in OF_CONCEPT],
)
def test_of_the_concept(values, given_too, conflict, fill, overwrite):
    entry = replace(FILE, **values, given=FILE.given | given_too)
    name = next(iter(values))
    (change,) = changes(HERE, resolved(entry, HERE, "overwrite"))
    assert change.conflict == conflict
    for action, expected in (("fill", fill), ("overwrite", overwrite)):
        written = resolved(entry, HERE, action) or HERE
        assert getattr(written, name).startswith(expected or "")


def test_what_a_file_does_not_give_stays():
    entry = replace(FILE, terms=(EntryTerm("en", "drug"),), given=frozenset({"concept", "language", "text"}))
    assert resolved(entry, HERE, "overwrite") is None


def test_newer_than_the_file():
    """A value that would replace a proposed one, too, is in conflict where that has changed since the export."""
    wanted = resolved(file(replace(DRAFT, source="B", usage_note="x")), HERE, "overwrite")
    found = {change.field: change.conflict for change in changes(HERE, wanted, newer=True)}
    assert found == {"source": "changed_since", "usage_note": ""}


def test_definitions_and_relations():
    other = EntryDefinition("en", "Another.")
    entry = file(ZH, definitions=(replace(DEFINITION, source="B"), other), relations=(EntryRelation("related", "c2"),))
    found = [(c.what, c.title, c.field, c.conflict) for c in changes(HERE, resolved(entry, HERE, "overwrite"))]
    assert found == [
        ("definition", "A substance.", "definition_source", "approved"),
        ("definition", "Another.", "", ""),
        ("relation", "c2", "", ""),
    ]
    assert resolved(entry, HERE, "fill").definitions == (DEFINITION, other)
    assert resolved(entry, HERE, "propose") is None


def test_a_new_concept():
    assert resolved(HERE, None, "overwrite") == HERE
    assert resolved(HERE, None, "skip") is None
    assert {term.review_status for term in resolved(HERE, None, "propose").terms} == {"proposed"}
    assert [change.title for change in changes(None, HERE) if change.what == "term" and not change.field] == [
        "毒品",
        "drug",
        "narcotic",
    ]


actions = st.sampled_from(["fill", "overwrite", "propose"])


@st.composite
def pairs(draw):
    """An entry of a file and a concept that share some of their parts."""
    entry, current, other = (draw(entries()) for _ in range(3))
    shared = [
        replace(term, text=known.text, language=known.language)
        for term, known in zip(other.terms, current.terms, strict=False)
    ]
    terms = {(term.language, term.text): term for term in (*entry.terms, *shared)}
    definitions = {(d.language, d.text): d for d in (*entry.definitions, *current.definitions[:1])}
    return replace(entry, terms=tuple(terms.values()), definitions=tuple(definitions.values())), current


@given(pairs(), actions)
def test_written_once_there_is_nothing_left_to_write(pair, action):
    """What a decision makes of the two, it makes again of what has come of them."""
    entry, current = pair
    written = resolved(replace(entry, key=current.key), current, action)
    if written is None:
        return
    terms = {(term.language, term.text): term for term in current.terms}
    terms |= {(term.language, term.text): term for term in written.terms}
    definitions = {(d.language, d.text): d for d in current.definitions}
    definitions |= {(d.language, d.text): d for d in written.definitions}
    after = replace(
        written,
        terms=tuple(terms.values()),
        definitions=tuple(definitions.values()),
        relations=tuple(dict.fromkeys((*current.relations, *written.relations))),
    )
    assert resolved(replace(entry, key=current.key), after, action) is None


@given(pairs())
def test_filling_replaces_nothing(pair):
    entry, current = pair
    written = resolved(entry, current, "fill")
    assert [change for change in (changes(current, written) if written else []) if change.before] == []


@given(entries())
def test_stored_and_read_again(entry):
    again = from_json(to_json(entry))
    assert (again, again.given) == (entry, entry.given)
