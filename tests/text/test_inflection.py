"""The forms of a whole English term that look-up takes for the term itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.text.inflection import inflected
from termbase.text.normalise import normalise
from termbase.text.stems import compound

TERMS = [
    ("member states", "Member State", "the last word"),
    ("member state", "Member States", "and the other way round"),
    ("foreign terrorist fighters", "foreign terrorist fighter", "of three words"),
    ("treaty bodies", "treaty body", "-ies"),
    ("treaty body", "treaty bodies", "and back"),
    ("legal processes", "legal process", "-es"),
    ("ministers of justice", "Minister of Justice", "a word before"),
    ("heads of states", "Head of State", "one before and the last"),
    ("child soldier", "children soldiers", "an irregular plural"),
    ("policewomen", "policewoman", "another"),
    ("organised groups", "organized group", "and -ise"),
    ("money laundering", "money-laundering", "a hyphen"),
]


@pytest.mark.parametrize(("query", "term", "why"), TERMS, ids=[f"{query}: {why}" for query, _, why in TERMS])
def test_is_the_term(query, term, why):
    assert compound(normalise(term)) in inflected(normalise(query))


@pytest.mark.parametrize(
    ("query", "term", "why"),
    [
        ("better law", "good law", "degree is no number"),
        ("operative", "operation", "nor is what stems have in common"),
        ("people", "person", "nor another word"),
        ("legal person", "legal persons act", "a word more"),
        ("states members", "member state", "the order of words"),
    ],
)
def test_is_none(query, term, why):
    assert compound(normalise(term)) not in inflected(normalise(query))


@given(st.text(max_size=80))
def test_the_query_itself_is_among_its_forms(text):
    key = normalise(text)
    assert not compound(key) or compound(key) in inflected(key)
    assert len(inflected(key)) < 100
    assert "" not in inflected(key)


def test_chinese_has_none():
    assert inflected("会员国") == []
