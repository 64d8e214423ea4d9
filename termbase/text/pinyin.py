"""Pinyin: the reading of a Chinese term as a first guess for an editor, and pinyin as a reader types it."""

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

_TONE_NUMBER = re.compile(r"(?<=[a-z])[1-5](?![0-9])")
# Keyboards have no ü.
_V_FOR_U = re.compile(r"(?<=[ln])v")
_PINYIN = re.compile(r"[a-z0-9' -]+")


def reading_of(text: str) -> str:
    """The pinyin of `text` with tone marks, syllables separated by spaces; what is not Chinese stays as it is.

    pypinyin reads by phrase, so that 银行 gives háng and 行动 xíng; names may still come out wrong.
    """
    syllables = (syllable.strip() for syllable in lazy_pinyin(text, style=Style.TONE))
    return " ".join(syllable for syllable in syllables if syllable)


def typed_pinyin(query: str) -> str:
    """A normalised query as pinyin without tones and spaces: `duzuiban` for *dú zuì bàn*, *du2zui4ban4*, *du zui ban*.

    Empty where it cannot be pinyin, or has a single letter. ü counts as u: some type v for it, some u. The columns that
    it is compared with are made by the database functions `termbase_pinyin` and `termbase_initials`.
    """
    decomposed = unicodedata.normalize("NFD", query)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    if not _PINYIN.fullmatch(plain):
        return ""
    letters = re.sub("[^a-z0-9]", "", _TONE_NUMBER.sub("", plain))
    return _V_FOR_U.sub("u", letters) if sum(map(str.isalpha, letters)) > 1 else ""
