"""Numbers that somebody has sent as text."""

import pytest

from termbase.text.numbers import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("0042", 42),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),  # Beyond what a column may hold.
        ("9" * 5_000, None),  # Python itself refuses to read it.
        ("", None),
        ("-1", None),
        ("1.0", None),
        (" 1", None),
        ("²", None),  # A digit, and no number.
        ("٣", None),  # A number to Python, which nobody here sends.
    ],
)
def test_whole_number(text, number):
    assert whole_number(text) == number
