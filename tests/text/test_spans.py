"""Spans: markup left out, UTF-16 offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.text.spans import Utf16, without


@pytest.mark.parametrize(
    ("text", "skipped", "left", "positions"),
    [
        pytest.param("abc", [], "abc", [0, 1, 2], id="nothing"),
        pytest.param("a<b>c", [(1, 4)], "ac", [0, 4], id="a tag"),
        pytest.param("a<b>c", [(1, 3), (2, 4)], "ac", [0, 4], id="overlapping"),
        pytest.param("a<b>c", [(3, 4), (1, 3)], "ac", [0, 4], id="in any order"),
        pytest.param("a<b>c", [(2, 2)], "a<b>c", [0, 1, 2, 3, 4], id="empty"),
        pytest.param("abc", [(0, 3)], "", [], id="all of it"),
    ],
)
def test_without(text, skipped, left, positions):
    visible, at = without(text, skipped)
    assert (visible, list(at)) == (left, positions)


@given(st.text(alphabet=st.sampled_from("a毒\U00020000😀")), st.data())
def test_utf16_counts_as_utf16_does(text, data):
    units = Utf16(text)
    offset = data.draw(st.integers(0, len(text)))
    expected = len(text[:offset].encode("utf-16-le")) // 2
    assert units.from_code_points(offset) == expected
    assert units.to_code_points(expected) == offset
    assert units.length == len(text.encode("utf-16-le")) // 2


def test_half_a_character_is_no_offset():
    with pytest.raises(ValueError, match="middle"):
        Utf16("a😀b").to_code_points(2)
