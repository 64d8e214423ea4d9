"""Edits marked in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.text.edits import edits


def shown(pieces):
    """The text with what changed in brackets."""
    return "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("old", "new", "before", "after", "why"),
    [
        ("毒品", "毒品", "毒品", "毒品", "nothing changed"),
        ("毒罪办公室", "毒罪办", "毒罪办[公室]", "毒罪办", "Chinese by the character"),
        ("foreign fighter", "foreign fighters", "foreign [fighter]", "foreign [fighters]", "English by the word"),
        ("foreign fighter", "foreign terrorist fighter", "foreign fighter", "foreign [terrorist ]fighter", "put in"),
        ("UNODC办事处", "UNODC的办事处", "UNODC办事处", "UNODC[的]办事处", "a word ends where Chinese begins"),
        ("drug", "毒品", "[drug]", "[毒品]", "nothing in common"),
        ("", "drug", "", "[drug]", "new"),
        ("drug", "", "[drug]", "", "gone"),
        ("a b c d e f", "u v w x y f", "[a b c d e f]", "[u v w x y f]", "too unlike to be read in pieces"),
    ],
)
def test_edits(old, new, before, after, why):
    assert tuple(map(shown, edits(old, new))) == (before, after), why


def test_a_long_text_is_marked_whole():
    old, new = "毒品 " * 3_000, "毒品。" * 3_000
    assert [len(pieces) for pieces in edits(old, new)] == [1, 1]


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_are_the_texts(old, new):
    before, after = edits(old, new)
    assert "".join(piece.text for piece in before) == old
    assert "".join(piece.text for piece in after) == new
