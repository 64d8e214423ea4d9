"""The languages of the termbase as BCP 47 tags, and which one a text is in."""

from termbase.text.normalise import has_han

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


def language_of(text: str) -> str:
    """`zh` if an ideograph stands in `text`, else `en`."""
    return "zh" if has_han(text) else EN


def counterpart(language: str) -> str:
    """The other side of the language pair: `en` for any Chinese, `zh` for English."""
    return "zh" if language == EN else EN
