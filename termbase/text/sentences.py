"""Cutting a passage into sentences, Chinese and English."""

import re
from collections import Counter
from collections.abc import Iterator

_OPENING = {"“": "”", "《": "》", "〈": "〉", "（": "）", "(": ")", "‘": "’", "「": "」", "『": "』"}
_ENDS = "。；？！"
_CLOSERS = "”’》〉）)」』"
# A full stop ends an English sentence before white space and a capital, quote or bracket, unless an abbreviation or an
# initial stands before it.
_ENGLISH_END = re.compile(r"[.?!][\"'”’)]*(?=\s+[\"'“‘(]?[A-Z\d])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|No|Nos|art|arts|para|paras|vol|chap|sect|Mr|Mrs|Ms|Dr|St|cf|vs|etc|e\.g|i\.e))$"
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The code-point spans of the sentences of one passage, in order, without the white space around them.

    A Chinese sentence ends at 。；？！ outside quotation marks, title marks and brackets (those that are closed in this
    passage), so that a resolution's clause, which ends at ；, is one; an English one at a full stop, ? or !.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*sorted({*_chinese_ends(text), *_english_ends(text)}), len(text)]:
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            first = start + len(piece) - len(piece.lstrip())
            spans.append((first, first + len(stripped)))
        start = end
    return spans


def _chinese_ends(text: str) -> Iterator[int]:
    enclosed = _enclosed(text)
    at = 0
    while at < len(text):
        if text[at] in _ENDS and not enclosed[at]:
            at += 1
            while at < len(text) and (text[at] in _ENDS or (text[at] in _CLOSERS and not enclosed[at])):
                at += 1
            yield at
        else:
            at += 1


def _english_ends(text: str) -> Iterator[int]:
    for match in _ENGLISH_END.finditer(text):
        before = text[max(0, match.start() - 8) : match.start()]
        if text[match.start()] != "." or not _ABBREVIATION.search(before):
            yield match.end()


def _enclosed(text: str) -> list[bool]:
    """For each character, whether it stands inside a pair of marks; a mark without its partner encloses nothing."""
    depth_change = [0] * (len(text) + 1)
    open_marks: list[tuple[str, int]] = []
    expected: Counter[str] = Counter()
    for at, character in enumerate(text):
        if character in _OPENING:
            open_marks.append((_OPENING[character], at))
            expected[_OPENING[character]] += 1
        elif expected[character]:
            closer = ""
            while closer != character:
                closer, start = open_marks.pop()
                expected[closer] -= 1
            depth_change[start] += 1
            depth_change[at + 1] -= 1
    enclosed: list[bool] = []
    depth = 0
    for change in depth_change[:-1]:
        depth += change
        enclosed.append(depth > 0)
    return enclosed
