"""Languages: what a name stands for, and which one a text is in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.text.languages import EN, EXPANSIONS, ZH_HANS, ZH_HANT, counterpart, language_of, language_of_prose


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("毒罪办", "zh", id="Simplified"),
        pytest.param("毒罪辦", "zh", id="Traditional"),
        pytest.param("UNODC办公室", "zh", id="one ideograph is enough"),
        pytest.param("UNODC", "en", id="Latin"),
        pytest.param("", "en", id="nothing"),
        pytest.param("。，", "en", id="Chinese punctuation alone"),
    ],
)
def test_language_of(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("Not 法律援助, which is “legal aid”.", "en", id="English that quotes Chinese"),
        pytest.param("见 E/CN.7/2015/8；应使用职司委员会。", "zh", id="Chinese that quotes a symbol"),
        pytest.param("不译作 legal aid（法律援助）。", "zh", id="Chinese that quotes English"),
        pytest.param("2021.", "en", id="no letters"),
    ],
)
def test_language_of_prose(text, language):
    assert language_of_prose(text) == language


@pytest.mark.parametrize(
    ("language", "other"),
    [(EN, "zh"), ("zh", EN), (ZH_HANS, EN), (ZH_HANT, EN)],
)
def test_counterpart(language, other):
    assert counterpart(language) == other


def test_zh_is_both_scripts():
    assert EXPANSIONS["zh"] == (ZH_HANS, ZH_HANT)


def test_every_other_name_is_itself():
    assert {name: languages for name, languages in EXPANSIONS.items() if name != "zh"} == {
        name: (name,) for name in (ZH_HANS, ZH_HANT, EN)
    }


@given(st.text())
def test_both_sides_of_a_text_can_be_asked_for(text):
    language = language_of(text)
    assert {language, counterpart(language)} == {"zh", EN}
    assert {language, counterpart(language)} <= EXPANSIONS.keys()
