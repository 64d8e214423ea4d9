"""The reading of a Chinese term in pinyin, as a first guess for an editor."""

from pypinyin import Style, lazy_pinyin


def reading_of(text: str) -> str:
    """The pinyin of `text` with tone marks, syllables separated by spaces; what is not Chinese stays as it is.

    pypinyin reads by phrase, so that 银行 gives háng and 行动 xíng; names may still come out wrong.
    """
    syllables = (syllable.strip() for syllable in lazy_pinyin(text, style=Style.TONE))
    return " ".join(syllable for syllable in syllables if syllable)
