"""Codes and names of languages as files have them, strict when written and lenient when read."""

import re
from functools import lru_cache

from termbase.text.languages import EN, ZH_HANS, ZH_HANT, language_of

_SIMPLIFIED = """zh zh-cn zh-hans zh-hans-cn zh-sg zh-hans-sg zh-my zh-chs cmn cmn-hans zho chi chinese 中文 汉语 漢語
    简体 简体中文 中文(简体) chinese-(prc) chinese-(simplified) chinese-simplified simplified-chinese chinese-(china)
    chinese-(singapore) chinese-(people's-republic-of-china) chinese-(simplified,-china)"""
_TRADITIONAL = """zh-tw zh-hant zh-hant-tw zh-hk zh-hant-hk zh-mo zh-hant-mo zh-cht cmn-hant 繁体 繁體 繁体中文 繁體中文
    中文(繁体) 中文(繁體) chinese-(taiwan) chinese-(traditional) chinese-traditional traditional-chinese
    chinese-(hong-kong) chinese-(hong-kong-sar) chinese-(macao) chinese-(macau) chinese-(traditional,-taiwan)"""
_ENGLISH = """en eng english 英文 英语 英語 english-(us) english-(usa) english-(uk) english-(gb) english-(united-states)
    english-(united-kingdom)"""
_NAMED = (
    dict.fromkeys(_SIMPLIFIED.split(), ZH_HANS)
    | dict.fromkeys(_TRADITIONAL.split(), ZH_HANT)
    | dict.fromkeys(_ENGLISH.split(), EN)
)
# Headings of columns leave the brackets away.
_KNOWN = _NAMED | {re.sub(r"[(),]", "", name): language for name, language in _NAMED.items()}
# A subtag is a script, a region or a registered variant; `en_note` is a heading and no language.
_ENGLISH_FORMS = re.compile(
    r"(en|eng)(-latn)?(-([a-z]{2}|[0-9]{3}))?(-(oxendict|oed|scotland|x-.+))*|english(-\(.*\))?"
)
_REGION = re.compile(r"[A-Za-z][-_]([A-Za-z]{2})$")
_LONGEST = 100
_REGIONS = {ZH_HANS: "zh-CN", ZH_HANT: "zh-TW", EN: EN}


def language_from(name: str) -> str:
    """The language of the termbase that a file's code or name stands for, in any spelling; empty where none does.

    `zh_CN`, `ZH-CN`, `zh-Hans`, `Chinese (PRC)` and `中文` are Simplified, `zh-TW` and `zh_HK` Traditional Chinese; all
    of `en-GB`, `en_US` and `English (United Kingdom)` are English.
    """
    return _language_from(name) if len(name) <= _LONGEST else ""


@lru_cache(maxsize=1_000)
def _language_from(name: str) -> str:
    plain = re.sub(r"[\s_]+", "-", name.strip().replace("（", "(").replace("）", ")")).casefold()
    if plain in _KNOWN:
        return _KNOWN[plain]
    return EN if _ENGLISH_FORMS.fullmatch(plain) else ""


def region_of(name: str) -> str:
    """The region that a code ends in, as `GB` for `en_gb`; blank where it has none."""
    found = _REGION.search(name) if len(name) <= _LONGEST else None
    return found[1].upper() if found else ""


def by_script(text: str) -> str:
    """The language of a text of which nothing is said: by its characters, Chinese as Simplified."""
    return EN if language_of(text) == EN else ZH_HANS


def with_region(language: str, chinese: str = "") -> str:
    """The code that most tools know the language by: `zh-CN`, `zh-TW`, `en`; `chinese`, if given, for Simplified."""
    return chinese if chinese and language == ZH_HANS else _REGIONS[language]
