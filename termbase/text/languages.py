"""The languages of the termbase as BCP 47 tags, and which one a text is in."""

import re

from termbase.text.normalise import HAN, has_han

ZH_HANS = "zh-Hans"
ZH_HANT = "zh-Hant"
EN = "en"

EXPANSIONS: dict[str, tuple[str, ...]] = {
    "zh": (ZH_HANS, ZH_HANT),
    ZH_HANS: (ZH_HANS,),
    ZH_HANT: (ZH_HANT,),
    EN: (EN,),
}
"""What a caller may name as a language, with the languages it stands for; `zh` is both scripts."""

_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile("[A-Za-z]")


def language_of(text: str) -> str:
    """`zh` if an ideograph stands in `text`, else `en`."""
    return "zh" if has_han(text) else EN


def language_of_prose(text: str) -> str:
    """The language of a remark that may quote the other one: an English word has about twice a Chinese one's letters.

    Shape: `zh` or `en`; `en` for a text without letters.
    """
    return "zh" if 2 * len(_HAN.findall(text)) > len(_LATIN.findall(text)) else EN


def counterpart(language: str) -> str:
    """The other side of the language pair: `en` for any Chinese, `zh` for English."""
    return "zh" if language == EN else EN
