"""A document as lines of words, and all stretches of words that could be terms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from termbase.harvest.candidates.values import Paragraph, Source
from termbase.harvest.candidates.words import (
    AFFIXES,
    BREAK,
    FUNCTION_WORDS,
    OPENERS,
    Word,
    words_of,
)
from termbase.text.normalise import Normalised, normalise_with_offsets
from termbase.vocabulary import Badge

LONGEST_WORDS, LONGEST_CHARACTERS = 16, 36
LONGEST_NAME = 90
"""Of a title, quotation or heading, in characters of its key; longer ones are sentences."""

_INSIDE = frozenset("、-·/%")
_NEVER_FIRST = ("u", "uj", "ul", "uz", "ug", "ud", "uv", "c", "y", "e", "o", "x", "w", "q", "k")
_NEVER_LAST = ("u", "uj", "ul", "uz", "ug", "ud", "uv", "c", "p", "d", "r", "y", "e", "o", "x", "w")
_NAMES = (
    (re.compile(r"《((?:[^《》]|《[^《》]*》)+)》"), Badge.TITLE),
    (re.compile(r"〈([^〈〉]+)〉"), Badge.TITLE),
    (re.compile(r"“([^“”]+)”|「([^「」]+)」|\"([^\"]+)\""), Badge.QUOTED),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph with its key and the words of it; `breaks[i]` where no candidate may hold word i."""

    paragraph: Paragraph
    normalised: Normalised
    words: list[Word]
    breaks: list[bool]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words [first, last] of a line of a document."""

    line: int
    first: int
    last: int


def lines_of(source: Source) -> list[Line]:
    """The lines of a document."""
    lines = []
    for paragraph in source.paragraphs:
        normalised = normalise_with_offsets(paragraph.text)
        words = words_of(normalised.key)
        lines.append(Line(paragraph, normalised, words, [_breaks(word) for word in words]))
    return lines


def stretches(number: int, line: Line) -> Iterator[Stretch]:
    """The stretches of a line that begin and end as terms may and run over no break."""
    words, breaks = line.words, line.breaks
    lasts = [not breaks[at] and _may_end(word) for at, word in enumerate(words)]
    for first, word in enumerate(words):
        if breaks[first] or not _may_begin(word):
            continue
        shortest = 2 if word.text in OPENERS and word.text not in AFFIXES else 0
        for last in range(first, min(len(words), first + LONGEST_WORDS)):
            length = words[last].end - word.start
            if breaks[last] or length > LONGEST_CHARACTERS:
                break
            if lasts[last] and length > 1 and last - first >= shortest:
                yield Stretch(number, first, last)


def named(number: int, line: Line) -> Iterator[tuple[Stretch, Badge]]:
    """The stretches between title marks or quotation marks, and the whole of a heading or list item."""
    text = line.paragraph.text
    for pattern, badge in _NAMES:
        for match in pattern.finditer(text):
            inside = match.span(match.lastindex or 0)
            if stretch := _within(number, line, *line.normalised.key_span(*inside)):
                yield stretch, badge
    if line.paragraph.kind in ("heading", "item"):
        key = line.normalised.key
        end = len(key.rstrip("。；，：;:,. "))
        if stretch := _within(number, line, 0, end):
            yield stretch, Badge.HEADING


def _within(number: int, line: Line, start: int, end: int) -> Stretch | None:
    """The words of the key's span [start, end) if they are no more than a name has and fill it."""
    if not 2 <= end - start <= LONGEST_NAME:
        return None
    inside = [at for at, word in enumerate(line.words) if word.start >= start and word.end <= end]
    if not inside or line.words[inside[0]].start != start or line.words[inside[-1]].end != end:
        return None
    return Stretch(number, inside[0], inside[-1])


def _breaks(word: Word) -> bool:
    return BREAK in word.text or (word.tag == "x" and not word.text[0].isalnum() and word.text not in _INSIDE)


def _may_begin(word: Word) -> bool:
    if word.text in OPENERS:
        return True
    return word.text not in FUNCTION_WORDS and word.tag not in _NEVER_FIRST


def _may_end(word: Word) -> bool:
    return word.text not in FUNCTION_WORDS and word.tag not in _NEVER_LAST
