"""The first guess at a reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.text.pinyin import reading_of


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        pytest.param("毒罪办", "dú zuì bàn", id="tone marks, syllables apart"),
        pytest.param("毒罪辦", "dú zuì bàn", id="Traditional"),
        pytest.param("女性", "nǚ xìng", id="ü"),
        pytest.param("为了", "wèi le", id="a neutral tone has no mark"),
        pytest.param("银行", "yín háng", id="行 is háng in a bank"),
        pytest.param("行动", "xíng dòng", id="行 is xíng in an action"),
        pytest.param("调查", "diào chá", id="调 is diào in an inquiry"),
        pytest.param("UNODC", "UNODC", id="Latin stays as it is"),
        pytest.param("UNODC办公室", "UNODC bàn gōng shì", id="Latin beside Chinese"),
        pytest.param("联合国 12 号", "lián hé guó 12 hào", id="white space is not doubled"),
        pytest.param("", "", id="nothing"),
        pytest.param("  ", "", id="white space alone"),
    ],
)
def test_reading(text, reading):
    assert reading_of(text) == reading


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1))
def test_a_syllable_for_each_character(text):
    assert len(reading_of(text).split(" ")) == len(text)


@given(st.text())
def test_white_space_is_trimmed(text):
    reading = reading_of(text)
    assert reading == reading.strip()
