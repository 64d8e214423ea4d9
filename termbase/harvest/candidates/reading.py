"""A document as lines of words, and all stretches of words that could be terms."""

import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from operator import attrgetter
from typing import NamedTuple

from termbase.harvest.candidates.values import Paragraph
from termbase.harvest.candidates.words import AFFIXES, BREAK, OPENERS, Form, Word, words_of
from termbase.text.normalise import Normalised, normalise_with_offsets
from termbase.text.sentences import sentence_spans
from termbase.vocabulary import Badge, PassageKind

LONGEST_WORDS, LONGEST_CHARACTERS = 16, 36
LONGEST_NAME = 90
"""Of a title, quotation or heading, in characters of its key; longer ones are sentences."""
ENUMERATION = "、"

_start = attrgetter("start")
_INSIDE = frozenset("、-·/%")
_NEVER_FIRST = frozenset(["u", "uj", "ul", "uz", "ug", "ud", "uv", "c", "y", "e", "o", "x", "w", "q", "k"])
_NEVER_LAST = frozenset(["u", "uj", "ul", "uz", "ug", "ud", "uv", "c", "p", "d", "r", "y", "e", "o", "x", "w"])
_TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_NAMES = (
    (_TITLE, Badge.TITLE),
    (re.compile(r"〈([^〈〉]+)〉"), Badge.TITLE),
    (re.compile(r"“([^“”]+)”|「([^「」]+)」|\"([^\"]+)\""), Badge.QUOTED),
)
_SHORT_FORM = re.compile(
    r"[（(](?:以?下?简?称(?:为|作)?)?[“\"「《]?((?:[^（）()“”\"《》，。；：]){2,16})[”\"」》]?[）)]"
)


class Stretch(NamedTuple):
    """Words [first, last] of a line of a document."""

    line: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph with its key and the words of it.

    `breaks[i]`: no candidate may hold word i. `titles[i]`: the first and last word of the title between marks that goes
    on from word i - 1 to word i.
    """

    paragraph: Paragraph
    normalised: Normalised
    words: list[Word]
    breaks: list[bool]
    titles: dict[int, tuple[int, int]]

    def key_of(self, stretch: Stretch) -> str:
        """The key of a stretch of this line."""
        return self.normalised.key[self.words[stretch.first].start : self.words[stretch.last].end]

    def span_of(self, stretch: Stretch) -> tuple[int, int]:
        """The span of the paragraph's text that a stretch of this line came from, with both marks of a title in it."""
        text = self.paragraph.text
        start, end = self.normalised.span(self.words[stretch.first].start, self.words[stretch.last].end)
        for opening, closing in ("《》", "〈〉"):
            missing = text.count(closing, start, end) - text.count(opening, start, end)
            if missing > 0 and text[start - 1 : start] == opening:
                start -= 1
            elif missing < 0 and text[end : end + 1] == closing:
                end += 1
        return start, end

    def cuts_title(self, first: int, last: int) -> bool:
        """Whether words [first, last] hold the end of a title without its beginning, or the beginning alone."""
        begun, ended = self.titles.get(first), self.titles.get(last + 1)
        return (begun is not None and begun[1] < last) or (ended is not None and ended[0] > first)


@dataclass(slots=True)
class Piece:
    """A stretch of words wherever it stands; how often it is a name of some sort; what it is short for."""

    forms: tuple[Form, ...]
    places: list[Stretch] = field(default_factory=list)
    names: Counter[Badge] = field(default_factory=Counter)
    short_for: Stretch | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A document: its lines, its pieces by key, and how often each word stands in it."""

    lines: list[Line]
    pieces: dict[str, Piece]
    words: Counter[str]
    _sentences: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def sentence_at(self, line: int, at: int) -> tuple[int, int]:
        """The span of the sentence of a line's text that holds the offset `at`."""
        spans = self._sentences.get(line)
        if spans is None:
            spans = self._sentences[line] = sentence_spans(self.lines[line].paragraph.text)
        return spans[max(0, bisect_right(spans, (at, sys.maxsize)) - 1)]

    @property
    def total(self) -> int:
        """How many words it has."""
        return self.words.total()


def read(paragraphs: Sequence[Paragraph]) -> Reading:
    """All that could be terms in these paragraphs, in the order in which they begin."""
    lines = [_line(paragraph) for paragraph in paragraphs]
    pieces: dict[str, Piece] = {}
    for number, line in enumerate(lines):
        for stretch in _stretches(number, line):
            _piece(pieces, line, stretch).places.append(stretch)
        for stretch, badge in [*_named(number, line), *_listed(number, line)]:
            _named_piece(pieces, line, stretch, badge)
        for full, short in _shortened(number, line):
            _named_piece(pieces, line, full, Badge.FULL_FORM)
            _named_piece(pieces, line, short, Badge.SHORT_FORM).short_for = full
    return Reading(lines, pieces, Counter(word.form.text for line in lines for word in line.words))


def _line(paragraph: Paragraph) -> Line:
    normalised = normalise_with_offsets(paragraph.text)
    words = words_of(normalised.key)
    breaks = [_breaks(word.form) for word in words]
    return Line(paragraph, normalised, words, breaks, dict(_titles(paragraph.text, normalised, words)))


def _titles(text: str, normalised: Normalised, words: list[Word]) -> Iterator[tuple[int, tuple[int, int]]]:
    for match in _TITLE.finditer(text):
        start, end = normalised.key_span(*match.span())
        first, after = bisect_left(words, start, key=_start), bisect_left(words, end, key=_start)
        for at in range(first + 1, after):
            yield at, (first, after - 1)


def _piece(pieces: dict[str, Piece], line: Line, stretch: Stretch) -> Piece:
    key = line.key_of(stretch)
    if (piece := pieces.get(key)) is None:
        forms = tuple(word.form for word in line.words[stretch.first : stretch.last + 1])
        piece = pieces[key] = Piece(forms)
    return piece


def _named_piece(pieces: dict[str, Piece], line: Line, stretch: Stretch, badge: Badge) -> Piece:
    piece = _piece(pieces, line, stretch)
    piece.names[badge] += 1
    # One that begins and ends as terms may is there already, among the line's other places of this key.
    here = takewhile(lambda place: place.line == stretch.line, reversed(piece.places))
    if stretch not in here:
        piece.places.append(stretch)
    return piece


def _stretches(number: int, line: Line) -> Iterator[Stretch]:
    """The stretches that begin and end as terms may and run over no break."""
    words, breaks = line.words, line.breaks
    may_end = [not breaks[at] and _may_end(word.form) for at, word in enumerate(words)]
    for first, word in enumerate(words):
        if breaks[first] or not _may_begin(word.form):
            continue
        # What opens a relative clause opens a term of three words or more.
        earliest = first + 2 if word.form.text in OPENERS and word.form.text not in AFFIXES else first
        for last in range(first, min(len(words), first + LONGEST_WORDS)):
            length = words[last].end - word.start
            if breaks[last] or length > LONGEST_CHARACTERS:
                break
            if may_end[last] and length > 1 and last >= earliest and not line.cuts_title(first, last):
                yield Stretch(number, first, last)


def _named(number: int, line: Line) -> Iterator[tuple[Stretch, Badge]]:
    """The stretches between title marks or quotation marks."""
    for pattern, badge in _NAMES:
        for match in pattern.finditer(line.paragraph.text):
            stretch = _within(number, line, *line.normalised.key_span(*match.span(match.lastindex or 0)))
            # Quotation marks stand about words that are no name too: “共同的”.
            if stretch and (badge is Badge.TITLE or _may_end(line.words[stretch.last].form)):
                yield stretch, badge


def _listed(number: int, line: Line) -> Iterator[tuple[Stretch, Badge]]:
    """The whole of a heading or list item."""
    if line.paragraph.kind in (PassageKind.HEADING, PassageKind.ITEM):
        end = len(line.normalised.key.rstrip("。；，：;:,. "))
        if stretch := _within(number, line, 0, end):
            yield stretch, Badge.HEADING


def _shortened(number: int, line: Line) -> Iterator[tuple[Stretch, Stretch]]:
    """X（Y）: what Y may be short for, and Y."""
    for match in _SHORT_FORM.finditer(line.paragraph.text):
        short = _within(number, line, *line.normalised.key_span(*match.span(1)))
        before = _last_word_before(line, line.normalised.key_span(match.start(), match.end())[0])
        if short is not None and before >= 0:
            for full in _full_forms(number, line, before, line.key_of(short)):
                yield full, short


def _full_forms(number: int, line: Line, last: int, short: str) -> Iterator[Stretch]:
    """The tightest stretch up to word `last` that `short` may be short for, and with the body or place before it.

    It begins with a word that holds the first character of `short`, and holds all of them in order.
    """
    for first in range(last, max(-1, last - LONGEST_WORDS), -1):
        full = Stretch(number, first, last)
        if line.breaks[first]:
            return
        if short[0] in line.words[first].form.text and is_short_for(short, line.key_of(full)):
            yield full
            if first and line.words[first - 1].form.word_class in ("organization", "place"):
                yield Stretch(number, first - 1, last)
            return


def is_short_for(short: str, full: str) -> bool:
    """Whether `full` holds the characters of `short` in order, and more."""
    rest = iter(full)
    return len(short) < len(full) and all(character in rest for character in short)


def _last_word_before(line: Line, at: int) -> int:
    """The number of the word that ends at the key's offset `at`, -1 for none."""
    number = bisect_left(line.words, at, key=_start) - 1
    return number if number >= 0 and line.words[number].end == at else -1


def _within(number: int, line: Line, start: int, end: int) -> Stretch | None:
    """The words that fill the key's span [start, end), if they are no more than a name has."""
    if not 2 <= end - start <= LONGEST_NAME:
        return None
    first = bisect_left(line.words, start, key=_start)
    last = bisect_left(line.words, end, key=_start) - 1
    if first > last or line.words[first].start != start or line.words[last].end != end:
        return None
    if line.words[first].form.text.isspace() or line.words[last].form.text.isspace():
        return None
    return Stretch(number, first, last)


def _breaks(form: Form) -> bool:
    return BREAK in form.text or (form.tag == "x" and not form.text[0].isalnum() and form.text not in _INSIDE)


def _may_begin(form: Form) -> bool:
    return form.text in OPENERS or not (form.is_function or form.tag in _NEVER_FIRST)


def _may_end(form: Form) -> bool:
    return not (form.is_function or form.tag in _NEVER_LAST)
