"""Showing Simplified Chinese in Traditional characters, for readers; matching keys go the other way."""

from functools import cache

from opencc import OpenCC


def to_traditional(text: str) -> str:
    """`text` in Traditional characters, chosen by phrase (OpenCC's s2t): 发展 gives 發展 but 头发 頭髮."""
    return str(_converter().convert(text))


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")
