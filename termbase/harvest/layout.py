"""The lines of a text taken from a PDF: page furniture apart, layout measured, paragraphs joined."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from termbase.text.normalise import HAN

RemovedKind = Literal["control", "url", "furniture", "mark", "label"]

_WIDE_POINTS = r"\u2014\u2018\u2019\u201c\u201d\u2026\u3001-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff65"
_WIDE = re.compile(f"[{HAN}{_WIDE_POINTS}]")
_BETWEEN_WIDE = re.compile(rf"(?<=[{HAN}{_WIDE_POINTS}])\s+(?=[{HAN}{_WIDE_POINTS}])")
TERMINAL = "。；：，！？.;:,!?"
_CLOSERS = "”’」』）)》〉"
_OPENERS = "《〈（("

# Widths as these documents are set: a Han character is 4, a Latin letter or digit 2, a space 1.
_HAN_WIDTH = 4
# A first-line indent of two Han characters comes out as one or two spaces.
_INDENT_WIDTH = 8
# No page sets a hundred Han characters to a line.
_WIDEST = 400

# Characters of no width and controls: left by the extraction, meaningless in a text.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffe\uffff]"
)
_URL = re.compile(r"(?:https?://|www\.)\S+$")
_SYMBOL = r"[A-Z]{1,6}(?:/[A-Za-z0-9.()*-]+)+"
_FURNITURE = re.compile(
    rf"(?:{_SYMBOL}(?:(?:\s*[,，;]\s*|\s+){_SYMBOL})*(?:\s+\d{{1,4}})?"  # a running head: E/2024/30
    r"|(?:[A-Z]{1,4}\.)?\d{2}-\d{5,6}(?:\s*\([A-Z]\))?(?:\s+[\d/]+)*"  # a job number: 19-17644 2/18
    r"|\d{1,4}/\d{1,4}\s+(?:[A-Z]{1,4}\.)?\d{2}-\d{5,6}"
    r"|\*\d{7}\*|请回收.{0,2}|(?:\*\s+){2,}\*"
    r"|(?:Distr\.|Original|分发|原文|原件)\s*[:：].{0,24}|Chinese)$"
)
_CONTENTS_ENTRY = re.compile(r"(?:\.{4}|…{2}|(?: \.){4}) *\d{1,4}$")
_PAGE_NUMBER = re.compile(r"\d{1,4}$|\d{1,4}/\d{1,4}$|-\s*\d{1,4}\s*-$|第\s*\d{1,4}\s*页$")
_HALF_PAGE = 15  # lines
RULE = re.compile(r"[_─—―-]{5,}$")

_HAN_NUMBER = "[一二三四五六七八九十百]"
NUMBERED = re.compile(r"(\d{1,3})\.(?:\s+|(?=[^\d\s.]))(?=\S)")
LETTERED = re.compile(rf"(?:[(（]([a-z]{{1,4}}|\d{{1,2}})[)）]\s+|[(（]({_HAN_NUMBER}{{1,3}})[)）]\s*)(?=\S)")
BULLETED = re.compile(r"[·•●▪◦‣*–—-]\s+(?=\S)")
SECTION = re.compile(rf"({_HAN_NUMBER}{{1,4}}|[A-Z]|[IVX]{{2,5}})[.．、]\s*(?=[{HAN}《“（])")
CHAPTER = re.compile(rf"(第\s*(?:{_HAN_NUMBER}{{1,4}}|\d{{1,3}})\s*[章编篇部分节]+)(?:\s|$)")
PART = re.compile(
    rf"((?:决议|决定|公约|议定书|宣言)(?:订正|修订)?草案\s*(?:{_HAN_NUMBER}{{0,3}}|\d{{1,2}})"
    rf"|第\s*[\d/.]+\s*号\s*(?:决议|决定)|(?:附件|附录|附文)\s*(?:{_HAN_NUMBER}{{0,3}}|\d{{1,2}}))$"
)
# The body that speaks opens a resolution, alone on its line: 大会，
SPEAKER = re.compile(rf"[{HAN}]{{0,14}}(?:大[会會]|委[员員][会會]|理事[会會]|[会會][议議])，$")
_BREAKS = (NUMBERED, BULLETED, SECTION, CHAPTER, PART, SPEAKER)

_FIRST_TOKEN = re.compile(
    r"[A-Za-zÀ-ɏ0-9][^\s\u2e80-\uffef]*[\u3001\u3002\uff0c\uff1b\uff1a]?|[（(《“〈]*.[，。；：、）》”！？〉)]*"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: its number from 1, its indent in spaces, the blank rows above it (`gap`).

    `trailing` says that white space ends it.
    """

    number: int
    text: str
    indent: int
    trailing: bool
    gap: int
    page_top: bool = False


@dataclass(frozen=True, slots=True)
class Removed:
    """Characters deliberately taken out of the running text, and the line they stood in."""

    kind: RemovedKind
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Layout:
    """What was measured in one text.

    `full` is the width of a full line, `usual_gap` the blank rows between two lines, `gapped` whether there
    are wider gaps; `wrapped` says that a paragraph takes several lines, `marked` that a space at the end of a
    line ends it; `margin` is the indent of a line that goes on.
    """

    full: int
    usual_gap: int
    wrapped: bool
    marked: bool
    margin: int
    gapped: bool

    def parted(self, line: Line) -> bool:
        """Whether more than the usual gap stands above the line."""
        return line.gap > self.usual_gap


def read_lines(text: str) -> tuple[list[Line], list[Removed]]:
    """The lines that hold anything, stripped, and the invisible characters taken out of them."""
    lines: list[Line] = []
    removed: list[Removed] = []
    gap = 0
    for number, raw in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        seen = visible(raw)
        if len(seen) < len(raw):
            removed += [Removed("control", char, number) for char in _INVISIBLE.findall(raw)]
        stripped = seen.strip()
        if not stripped:
            gap += 1
            continue
        lead = seen[: len(seen) - len(seen.lstrip())]
        # pdftotext begins a page with a form feed.
        top = "\f" in lead
        indent = sum(2 if char == "\u3000" else 1 for char in lead if char not in "\f\v")
        lines.append(Line(number, stripped, indent, seen[-1].isspace(), gap, top))
        gap = 0
    return lines, removed


def visible(text: str) -> str:
    """`text` without characters of no width and controls, line breaks and tabs excepted."""
    return _INVISIBLE.sub("", text)


def take_out_furniture(lines: list[Line]) -> tuple[list[Line], list[Removed]]:
    """Without address lines, running heads and feet, page numbers and entries of contents.

    The line after them begins a page; so does one directly under another where blank rows part the lines.
    """
    furniture = _furniture(lines)
    doubled = _is_doubled(lines)
    kept: list[Line] = []
    removed: list[Removed] = []
    page_top = False
    for at, line in enumerate(lines):
        if at in furniture:
            removed.append(Removed(furniture[at], line.text, line.number))
            page_top = True
            continue
        seam = doubled and line.gap == 0 and at > 0
        top = page_top or seam or line.page_top
        # In the first line of a page the extraction adds one space.
        indent = max(line.indent - 1, 0) if seam else line.indent
        line = replace(line, page_top=top, indent=indent)
        page_top = False
        if top and _repeats_table_head(line, kept):
            removed.append(Removed("furniture", line.text, line.number))
            page_top = True
        else:
            kept.append(line)
    return kept, removed


def _furniture(lines: list[Line]) -> dict[int, RemovedKind]:
    """What each line is that is no text, by its place in `lines`."""
    found: dict[int, RemovedKind] = {}
    for at, line in enumerate(lines):
        if _URL.match(line.text):
            found[at] = "url"
        elif _is_furniture(line.text):
            found[at] = "furniture"
    numbers = [at for at, line in enumerate(lines) if _PAGE_NUMBER.match(line.text)]
    counting = _counting(lines, numbers)
    # A number alone on its line is a page's beside other furniture, at the very end, or in their sequence.
    beside = {at for at in numbers if at - 1 in found or at + 1 in found or at == len(lines) - 1}
    return found | dict.fromkeys(beside | counting, "furniture")


def _counting(lines: list[Line], numbers: list[int]) -> set[int]:
    """The places of numbers that go up by one, at least half a page apart."""
    plain = [at for at in numbers if lines[at].text.isdecimal()]
    pairs = [
        (at, after)
        for at, after in pairwise(plain)
        if int(lines[at].text) + 1 == int(lines[after].text) and after - at >= _HALF_PAGE
    ]
    return {at for pair in pairs for at in pair}


def _is_furniture(text: str) -> bool:
    return bool(_FURNITURE.match(text[:120]) or _CONTENTS_ENTRY.search(text[-20:]))


def _repeats_table_head(line: Line, above: list[Line]) -> bool:
    """A table that goes on over the page prints its heads, two columns or more, again."""
    columns = line.text.split()
    if len(columns) < 2 or line.text[-1] in TERMINAL or begins_entry(line):
        return False
    return any(line.text == other.text for other in above[-60:])


def _is_doubled(lines: list[Line]) -> bool:
    """Whether a blank row stands between any two lines, as in most texts of this kind."""
    return sum(line.gap > 0 for line in lines[1:]) > 0.6 * max(len(lines) - 1, 1)


def measure(lines: list[Line]) -> Layout:
    """The layout of the text whose lines, furniture taken out, these are."""
    full = _full_width(lines)
    long = [line for line in lines if width(line.text) >= 0.9 * full]
    margin = Counter(line.indent for line in long).most_common(1)[0][0] if long else 0
    usual_gap = 1 if _is_doubled(lines) else 0
    gapped = any(line.gap > usual_gap for line in lines[1:] if not line.page_top)
    return Layout(full, usual_gap, _is_wrapped(lines, full), _marks_ends(lines, full), margin, gapped)


def _full_width(lines: list[Line]) -> int:
    """The commonest width, to one Han character, of the longer half of the lines."""
    widths = sorted(width(line.text) for line in lines)
    longer = Counter(each // _HAN_WIDTH for each in widths[len(widths) // 2 :])
    if not longer:
        return 0
    most = max(longer.values())
    return max(bucket for bucket, count in longer.items() if count == most) * _HAN_WIDTH + _HAN_WIDTH - 1


def _is_wrapped(lines: list[Line], full: int) -> bool:
    """Whether lines end at a margin, rather than with the paragraph; small type holds a quarter more."""
    beyond = sum(width(line.text) > 1.35 * full for line in lines)
    return full <= _WIDEST and beyond <= 0.1 * len(lines)


def _marks_ends(lines: list[Line], full: int) -> bool:
    """A space at the end means something where short lines have it and full lines in mid-sentence do not."""
    short = [line.trailing for line in lines if width(line.text) < 0.7 * full]
    long = [line for line in lines if width(line.text) >= 0.9 * full]
    running = [line.trailing for line in long if line.text[-1] not in TERMINAL]
    return bool(short) and sum(short) > 0.8 * len(short) and sum(running) < 0.2 * len(running) + 1


def width(text: str) -> int:
    """How much room a text takes, a Han character counting 4."""
    narrow = len(text.encode("latin-1", "ignore"))
    return _HAN_WIDTH * len(text) - 2 * narrow - text.count(" ")


def begins_entry(line: Line) -> bool:
    """Whether it begins with a number, letter, bullet or name that opens a paragraph, item or heading."""
    return _begins_break(line) or bool(LETTERED.match(line.text))


def _begins_break(line: Line) -> bool:
    """Whether the line begins with what never stands inside a sentence, as (b) may."""
    return any(pattern.match(line.text) for pattern in _BREAKS)


def goes_on(above: Line, below: Line, layout: Layout) -> bool:
    """Whether `below` continues the paragraph of `above`."""
    if not layout.wrapped:
        return False
    if layout.marked and not above.trailing:
        return below.page_top or not layout.parted(below)
    if layout.parted(below) and not below.page_top:
        return False
    # Inside a symbol, and before what is added to a name in brackets.
    if not begins_entry(below) and (
        above.text[-1] in "/-" or (below.text[0] in "（(" and above.text[-1] not in TERMINAL)
    ):
        return True
    if layout.marked:
        return _wraps_with_space(above, below, layout)
    return _goes_on_unmarked(above, below, layout)


def _wraps_with_space(above: Line, below: Line, layout: Layout) -> bool:
    """A full line keeps its space where it wraps between Latin words, after a mark, in a centred title."""
    if above.text[-1] in TERMINAL or below.indent > layout.margin or begins_entry(below):
        return False
    return not _has_room(above, below, layout)


def _goes_on_unmarked(above: Line, below: Line, layout: Layout) -> bool:
    """Where ends are not marked: by the room left, punctuation, indent and what `below` begins with."""
    ended = above.text.rstrip(_CLOSERS)[-1:] in TERMINAL
    room = _has_room(above, below, layout)
    if _begins_break(below):
        return False
    if LETTERED.match(below.text):
        return not ended and not room
    if below.indent > layout.margin:
        # One space only may be the page top's own, where blank rows do not show the page.
        return not ended and not room and below.indent == layout.margin + 1
    if not ended:
        return _unclosed(above.text) or _taken(above) >= 0.6 * layout.full
    # A comma ends a paragraph in a preamble only, and there most often short of the margin.
    return not room or (above.text[-1] in "，、" and _taken(above) >= 0.9 * layout.full)


def _taken(line: Line) -> int:
    return width(line.text) + (_INDENT_WIDTH if line.indent or NUMBERED.match(line.text) else 0)


def _has_room(above: Line, below: Line, layout: Layout) -> bool:
    """Whether the first word of `below` had room on the line above, which was then ended on purpose."""
    token = _FIRST_TOKEN.match(below.text)
    needed = width(token.group()) if token else 0
    return _taken(above) + needed + _HAN_WIDTH <= layout.full


def _unclosed(text: str) -> bool:
    return sum(text.count(mark) for mark in _OPENERS) > sum(text.count(mark) for mark in "》〉）)")


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines joined to one: `starts` holds offset and number of each, `parted` tells of a wide gap above."""

    text: str
    starts: tuple[tuple[int, int], ...]
    parted: bool

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.starts[0][1]


def join_lines(lines: list[Line], layout: Layout) -> list[Passage]:
    """The paragraphs, headings and items: each line joined to the one it goes on from."""
    return [as_passage(group, layout) for group in _groups(lines, layout)]


def _groups(lines: list[Line], layout: Layout) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        if group and not goes_on(group[-1], line, layout):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def as_passage(lines: list[Line], layout: Layout) -> Passage:
    """The lines, known to belong together, as one."""
    parts: list[str] = []
    starts: list[tuple[int, int]] = []
    length = 0
    for above, line in zip([None, *lines], lines, strict=False):
        gap = _between(above.text, line.text) if above else ""
        starts.append((length + len(gap), line.number))
        parts += [gap, line.text]
        length += len(gap) + len(line.text)
    return Passage("".join(parts), tuple(starts), layout.parted(lines[0]))


def _between(left: str, right: str) -> str:
    """A space between two Latin words; none beside a Han character or in a symbol cut at stroke or hyphen."""
    edges = left[-1] + right[0]
    return "" if "/" in edges or "-" in edges or _WIDE.search(edges) else " "


def close_up(text: str) -> str:
    """Without the spaces that justification leaves between Han characters; a table's columns keep theirs."""
    text = re.sub(r"\s+", " ", text).strip()
    words = text.split(" ")
    if any(mark in text for mark in "，。；：、") or max(map(len, words)) == 1:
        return _BETWEEN_WIDE.sub("", text)
    return text
