"""Radicals of PDFs as ideographs."""

import pytest

from termbase.text.radicals import without_radicals


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("⽅案", "方案", "a Kangxi radical, which NFKC knows"),
        ("司⻓", "司长", "of the supplement, which it does not"),
        ("⻆度", "角度", "another"),
        ("⼀⼆", "一二", "figures"),
        ("豈", "豈", "a compatibility ideograph"),
        ("方案 UNODC ①", "方案 UNODC ①", "all else stays, also what NFKC would change"),
    ],
)
def test_radicals(text, expected, why):
    assert without_radicals(text) == expected, why
