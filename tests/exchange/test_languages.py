"""Codes and names of languages."""

import pytest

from termbase.exchange.languages import language_from, with_region


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("zh-Hans", "zh-Hans"),
        ("zh_CN", "zh-Hans"),
        ("ZH-CN", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("cmn", "zh-Hans"),
        ("zho", "zh-Hans"),
        ("Chinese (PRC)", "zh-Hans"),
        ("Chinese (Simplified, China)", "zh-Hans"),
        ("中文（简体）", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh_HK", "zh-Hant"),
        ("zh-Hant-TW", "zh-Hant"),
        ("Chinese (Taiwan)", "zh-Hant"),
        ("繁體中文", "zh-Hant"),
        ("en", "en"),
        (" EN-gb ", "en"),
        ("en_US", "en"),
        ("English (United Kingdom)", "en"),
        ("英文", "en"),
        pytest.param("fr", "", id="another language"),
        pytest.param("enm", "", id="Middle English begins alike"),
        pytest.param("zha", "", id="Zhuang begins alike"),
        pytest.param("yue", "", id="Cantonese is not Chinese as the termbase has it"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_read(name, expected):
    assert language_from(name) == expected


def test_written():
    assert [with_region(code) for code in ("zh-Hans", "zh-Hant", "en")] == ["zh-CN", "zh-TW", "en"]
    assert [with_region(code, "zh") for code in ("zh-Hans", "zh-Hant", "en")] == ["zh", "zh-TW", "en"]
