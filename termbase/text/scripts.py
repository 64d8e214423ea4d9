"""Showing Simplified Chinese in Traditional characters, for readers; matching keys go the other way."""

from functools import cache, lru_cache

from opencc import OpenCC

from termbase.text.languages import ZH_HANS, ZH_HANT


def to_traditional(text: str) -> str:
    """`text` in Traditional characters, chosen by phrase (OpenCC's s2t): 发展 gives 發展 but 头发 頭髮."""
    return str(_converter().convert(text))


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


def script_of(text: str) -> str:
    """`zh-Hant` where more characters of a Chinese text are Traditional alone than Simplified alone, else `zh-Hans`."""
    traditional = sum(one != other for one, other in zip(text, map(_simplified, text), strict=True))
    simplified = sum(one != other for one, other in zip(text, map(_traditional, text), strict=True))
    return ZH_HANT if traditional > simplified else ZH_HANS


@lru_cache(maxsize=20_000)
def _simplified(character: str) -> str:
    return str(_to_simplified().convert(character))


@lru_cache(maxsize=20_000)
def _traditional(character: str) -> str:
    return to_traditional(character)


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")
