"""Traditional characters on display."""

import pytest

from termbase.text.normalise import normalise
from termbase.text.scripts import to_traditional


@pytest.mark.parametrize(
    ("simplified", "traditional", "reason"),
    [
        ("联合国毒品和犯罪问题办公室", "聯合國毒品和犯罪問題辦公室", "one by one"),
        ("发展", "發展", "a character with two Traditional ones"),
        ("头发", "頭髮", "by the phrase, not the character"),
        ("UNODC 2030", "UNODC 2030", "no ideograph, no change"),
        ("", "", "nothing"),
    ],
)
def test_by_phrase(simplified, traditional, reason):
    assert to_traditional(simplified) == traditional, reason


def test_what_is_shown_finds_the_term_again():
    assert normalise(to_traditional("发展中国家的头发")) == normalise("发展中国家的头发")
