"""The matcher against its definition, on made-up terms and texts."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.recognition import matcher as module
from termbase.recognition.matcher import Entry, Index, Matcher
from termbase.text import english
from termbase.text.normalise import normalise, normalise_with_offsets


def entries(*texts, approved=True, first=0, english_terms=False):
    key = english.key_of if english_terms else normalise
    return [Entry(key(text), first + n, 100 + first + n, approved) for n, text in enumerate(texts)]


def found(matcher, text, **options):
    prepared = normalise_with_offsets(text)
    return [(text[match.start : match.end], *match.terms) for match in matcher.find(prepared, **options)]


@pytest.mark.parametrize(
    ("terms", "text", "expected", "why"),
    [
        (
            ["大会", "预防犯罪大会"],
            "预防犯罪大会和大会",
            ["预防犯罪大会", "大会"],
            "the longest, and the other where it is alone",
        ),
        (["国际法", "法治"], "国际法治", ["国际法"], "of two that cross the longer"),
        (["国际", "法治国", "国家"], "国际法治国家", ["国际", "法治国"], "what loses gives nothing up to a third"),
        (["毒品"], "毒 \n品", ["毒 \n品"], "over a line break, in the caller's own characters"),
        (["毒罪办"], "毒罪辦", ["毒罪辦"], "Traditional characters stay as they are"),
        (["8世纪"], "18世纪", [], "a number is no part of another"),
        (["IS"], "ISIL 和 is", ["is"], "a Latin word neither"),
        ([], "毒品", [], "no terms"),
        (["毒品"], "", [], "no text"),
    ],
)
def test_finds(terms, text, expected, why):
    assert [surface for surface, *_ in found(Matcher(Index(entries(*terms))), text)] == expected, why


def test_nested_on_request_and_marked():
    matcher = Matcher(Index(entries("大会", "预防犯罪大会", "犯罪")))
    matches = matcher.find(normalise_with_offsets("预防犯罪大会"), nested=True)
    assert [(m.start, m.end, m.nested) for m in matches] == [(0, 6, False), (2, 4, True), (4, 6, True)]


def test_crossed_is_marked():
    (match,) = Matcher(Index(entries("国际法", "法治"))).find(normalise_with_offsets("国际法治"))
    assert match.crossed
    (match,) = Matcher(Index(entries("国际法", "法治"))).find(normalise_with_offsets("国际法"))
    assert not match.crossed


def test_homographs_come_together():
    index = Index([Entry("决定", 1, 10, True), Entry("决定", 2, 20, True)])
    (match,) = Matcher(index).find(normalise_with_offsets("决定"))
    assert (match.terms, match.concepts) == ((1, 2), (10, 20))


def test_proposed_terms_take_nothing_from_approved_ones_unless_asked_for():
    index = Index([*entries("毒品"), *entries("毒品犯罪", approved=False, first=5)])
    assert found(Matcher(index), "毒品犯罪") == [("毒品", 0)]
    assert found(Matcher(index), "毒品犯罪", proposed=True) == [("毒品犯罪", 5)]


def test_one_key_approved_in_one_concept_and_proposed_in_another():
    index = Index([Entry("决定", 1, 10, True), Entry("决定", 2, 20, False)])
    assert found(Matcher(index), "决定") == [("决定", 1)]
    assert found(Matcher(index), "决定", proposed=True) == [("决定", 1, 2)]


def test_an_overlay_hides_and_adds():
    base = Index([*entries("毒品", "犯罪"), Entry("犯罪", 7, 107, True)])
    overlay = Index([Entry("毒品犯罪", 8, 100, True), Entry("犯罪", 9, 109, True)])
    matcher = Matcher(base, overlay, hidden={100, 101, 109})
    assert found(matcher, "毒品犯罪和犯罪和毒品") == [("毒品犯罪", 8), ("犯罪", 7, 9)]


def test_english_words():
    index = Index(entries("foreign terrorist fighter", "terrorist", "ISIL", english_terms=True))
    text = "Foreign Terrorist\nFighters fired missiles; ISIL's terrorists."
    matches = Matcher(index).find(english.words(text))
    assert [text[m.start : m.end] for m in matches] == ["Foreign Terrorist\nFighters", "ISIL's", "terrorists"]


small = st.text(alphabet="天地人和", min_size=1, max_size=4)


def by_definition(terms, text):
    """All places longest first, then from the left, each kept if it overlaps none that is kept."""
    places = [
        (start, start + len(term)) for term in set(terms) for start in range(len(text)) if text.startswith(term, start)
    ]
    kept = []
    for place in sorted(places, key=lambda p: (p[0] - p[1], p[0])):
        if all(place[1] <= start or end <= place[0] for start, end in kept):
            kept.append(place)
    crossed = {(s, e) for (s, e), (a, b) in itertools.product(kept, places) if (a < s < b < e) or (s < a < e < b)}
    return sorted((*place, place in crossed) for place in kept)


@given(st.lists(small, max_size=8), st.text(alphabet="天地人和", max_size=24))
def test_as_defined(terms, text):
    matcher = Matcher(Index(entries(*terms)))
    matches = matcher.find(normalise_with_offsets(text))
    assert [(m.start, m.end, m.crossed) for m in matches] == by_definition(terms, text)
    nested = matcher.find(normalise_with_offsets(text), nested=True)
    assert [m for m in nested if not m.nested] == matches


@given(
    st.lists(small, max_size=8),
    st.lists(small, max_size=4),
    st.sets(st.integers(100, 108)),
    st.text("天地人和", max_size=24),
)
def test_base_and_overlay_find_what_one_index_of_both_finds(base, added, hidden, text):
    old, new = entries(*base), entries(*added, first=50)
    both = Matcher(Index([entry for entry in old if entry.concept not in hidden] + new))
    apart = Matcher(Index(old), Index(new), hidden)
    prepared = normalise_with_offsets(text)
    for nested in (False, True):
        one, other = (
            [m._replace(terms=set(m.terms), concepts=set(m.concepts)) for m in matcher.find(prepared, nested=nested)]
            for matcher in (both, apart)
        )
        assert one == other


@given(st.lists(small, max_size=12), st.text(alphabet="天地人和", max_size=24))
def test_as_many_automata_find_what_one_finds(terms, text):
    prepared = normalise_with_offsets(text)
    one = Matcher(Index(entries(*terms)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SHARD", 2)
        patch.setattr(module, "_CHUNK", 3)
        assert Matcher(Index(entries(*terms))).find(prepared) == one.find(prepared)


@given(st.lists(st.text("天地人和aA1 ", min_size=1, max_size=4), max_size=8), st.text("天地人和aA1 \n", max_size=24))
def test_the_quick_way_finds_what_the_whole_resolution_finds(terms, text):
    """Among Latin letters and figures too, where not every place is a whole word."""
    matcher = Matcher(Index(entries(*terms)))
    for prepared in (normalise_with_offsets(text), english.words(text)):
        nested = matcher.find(prepared, nested=True)
        assert [match for match in nested if not match.nested] == matcher.find(prepared)


def test_what_is_remembered_of_the_terms_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "_REMEMBERED", 2)
    matcher = Matcher(Index(entries("天", "地", "人")))
    for _ in range(2):
        assert [pk for _, pk in found(matcher, "天地人")] == [0, 1, 2]
        assert len(matcher._known[False]) <= 2
