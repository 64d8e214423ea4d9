"""The n-grams of a key, and those that a query asks for."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from termbase.text.ngrams import indexed_ngrams, required_ngrams, seams, short_words
from termbase.text.normalise import HAN, has_han, normalise

WORD = re.compile(rf"[^\W_{HAN}]+")
keys = (st.text() | st.text(alphabet=st.sampled_from("毒罪办公室abc1 -'·é々〇"))).map(normalise)


@pytest.mark.parametrize(
    ("key", "grams"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("毒", ["毒"], id="one Han character is itself"),
        pytest.param("毒罪办", ["办", "毒", "毒罪", "罪", "罪办"], id="characters and pairs"),
        pytest.param("毒毒毒", ["毒", "毒毒"], id="without repetition"),
        pytest.param("un", [" u", " un"], id="a short word by its beginning"),
        pytest.param("ftfs", [" f", " ft", "ftf", "tfs"], id="triples and the beginning"),
        pytest.param("un毒", [" u", " un", "毒"], id="scripts do not mix in one n-gram"),
        pytest.param("罪-办", ["办", "罪"], id="nor does punctuation"),
        pytest.param("12 b", [" 1", " 12", " b"], id="figures are words"),
        pytest.param("...", [], id="punctuation alone"),
    ],
)
def test_indexed(key, grams):
    assert indexed_ngrams(key) == sorted(grams)


@pytest.mark.parametrize(
    ("query", "grams"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("毒", ["毒"], id="one Han character"),
        pytest.param("毒罪办", ["毒罪", "罪办"], id="pairs only: they are rarer"),
        pytest.param("un", [" un"], id="a short word asks for a beginning"),
        pytest.param("u", [" u"], id="one letter too"),
        pytest.param("fight", ["fig", "ght", "igh"], id="triples only"),
        pytest.param("第5条", [" 5", "条", "第"], id="each run by itself"),
        pytest.param("·", [], id="punctuation cannot be answered"),
    ],
)
def test_required(query, grams):
    assert required_ngrams(query) == sorted(grams)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        pytest.param("money laundering", ["ey la"], id="two letters of either word"),
        pytest.param("ab cd ef", ["ab cd", "cd ef"], id="seams share words"),
        pytest.param("a laundering", [], id="a word of one letter"),
        pytest.param("anti-money", [], id="a hyphen is none"),
        pytest.param("毒罪办", [], id="Chinese has none"),
    ],
)
def test_seams(key, expected):
    assert seams(key) == expected


@given(keys, st.data())
def test_a_key_that_holds_the_query_has_its_seams(key, data):
    start = data.draw(st.integers(0, len(key)))
    query = normalise(key[start : data.draw(st.integers(start, len(key)))])
    assume(query in key)
    assert set(seams(query)) <= set(seams(key))


@given(keys, st.data())
def test_only_short_words_may_be_lacking_where_a_key_holds_the_query(key, data):
    start = data.draw(st.integers(0, len(key)))
    query = normalise(key[start : data.draw(st.integers(start, len(key)))])
    assume(query in key)
    required = required_ngrams(query)
    assert set(required) - set(short_words(required)) <= set(indexed_ngrams(key))


@given(keys, st.data())
def test_a_key_that_holds_the_query_has_what_it_requires(key, data):
    start = data.draw(st.integers(0, len(key)))
    query = normalise(key[start : data.draw(st.integers(start, len(key)))])
    at = key.find(query)
    # Short words ask for words that begin with them, so the query's first one begins a word here.
    first = WORD.match(query)
    assume(not (first and len(first[0]) < 3 and at > 0 and WORD.match(key[at - 1])))
    assert set(required_ngrams(query)) <= set(indexed_ngrams(key))


@given(keys)
def test_a_query_for_a_whole_key_finds_it(key):
    assert set(required_ngrams(key)) <= set(indexed_ngrams(key))


@given(keys)
def test_only_keys_without_letters_and_figures_cannot_be_found(key):
    grams = indexed_ngrams(key)
    assert grams == sorted(set(grams))
    assert bool(grams) == any(WORD.match(c) or has_han(c) for c in key)
