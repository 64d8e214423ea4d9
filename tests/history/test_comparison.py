"""Two people's changes to one thing, field by field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.history.comparison import Verdict, compare

ROW = ("term", 1)


@pytest.mark.parametrize(
    ("seen", "theirs", "mine", "shown", "verdict", "why"),
    [
        ("a", "a", "a", "a", None, "nobody changed it"),
        ("a", "b", "a", "b", Verdict.THEIRS, "they did"),
        ("a", "a", "b", "b", Verdict.MINE, "I did"),
        ("a", "b", "c", "c", Verdict.BOTH, "both did: mine is in the form, theirs beside it"),
        ("a", "b", "b", "b", Verdict.THEIRS, "both alike"),
        ("a", "", "b", "b", Verdict.BOTH, "they emptied it"),
        ("a", "b", "", "", Verdict.BOTH, "I emptied it"),
    ],
)
def test_a_field(seen, theirs, mine, shown, verdict, why):
    merged = compare({ROW: {"text": seen}}, {ROW: {"text": theirs}}, {ROW: {"text": mine}})
    assert merged.rows == {ROW: {"text": shown}}, why
    assert [difference.verdict for difference in merged.differences] == ([verdict] if verdict else []), why


def test_what_the_form_does_not_show_is_theirs():
    merged = compare(
        {ROW: {"text": "a", "review_status": "proposed"}},
        {ROW: {"text": "a", "review_status": "approved"}},
        {ROW: {"text": "b"}},
    )
    assert merged.rows[ROW] == {"text": "b", "review_status": "approved"}
    assert {d.field: d.verdict for d in merged.differences} == {"text": Verdict.MINE, "review_status": Verdict.THEIRS}


def test_a_row_they_added():
    merged = compare({}, {ROW: {"text": "a", "note": ""}}, {})
    assert merged.rows == {ROW: {"text": "a", "note": ""}}
    assert [(d.field, d.verdict) for d in merged.differences] == [("text", Verdict.THEIRS)]


def test_a_row_they_took_out():
    merged = compare({ROW: {"text": "a"}}, {}, {ROW: {"text": "a"}})
    assert (merged.rows, merged.again) == ({}, {})
    assert [d.verdict for d in merged.differences] == [Verdict.THEIRS]


def test_a_row_they_took_out_and_i_changed_is_a_new_one():
    merged = compare({ROW: {"text": "a", "note": "n"}}, {}, {ROW: {"text": "b"}})
    assert merged.again == {ROW: {"text": "b", "note": "n"}}
    assert merged.differences[0].verdict is Verdict.BOTH


def test_a_row_i_take_out_and_they_changed_is_shown_as_it_is_now():
    merged = compare({ROW: {"text": "a"}}, {ROW: {"text": "b"}}, {ROW: None})
    assert merged.rows == {ROW: {"text": "b"}}
    assert merged.differences[0].verdict is Verdict.BOTH


TEXTS = st.dictionaries(st.sampled_from(["text", "note", "source"]), st.sampled_from("abc"), min_size=3)
ROWS = st.dictionaries(st.sampled_from([("term", 1), ("term", 2), ("definition", 1)]), TEXTS)


@given(ROWS, ROWS)
def test_who_has_changed_nothing_overwrites_nothing(seen, theirs):
    assert compare(seen, theirs, seen).rows == theirs


@given(ROWS, ROWS)
def test_where_nobody_else_was_at_work_all_is_mine(seen, mine):
    mine = {row: texts for row, texts in mine.items() if row in seen}
    merged = compare(seen, seen, mine)
    assert merged.rows == {row: mine.get(row, texts) for row, texts in seen.items()}
    assert all(difference.verdict is Verdict.MINE for difference in merged.differences)
