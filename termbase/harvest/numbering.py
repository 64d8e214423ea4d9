"""What a passage is in its document, heading or paragraph or item, and the number it is cited by."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from termbase.harvest.layout import (
    BULLETED,
    CHAPTER,
    LETTERED,
    NUMBERED,
    PART,
    SECTION,
    SPEAKER,
    TERMINAL,
    Layout,
    Passage,
    Removed,
    close_up,
    width,
)

BlockKind = Literal["heading", "paragraph", "item", "footnote"]
_Style = Literal["", "number", "letter", "bullet", "section", "chapter", "part"]

_LABELS: tuple[tuple[_Style, re.Pattern[str]], ...] = (
    ("number", NUMBERED),
    ("letter", LETTERED),
    ("bullet", BULLETED),
    ("section", SECTION),
)
_CLOSING = "”’）)》〉」』"
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_HEADING_LINES = 4
_LISTED_LINES = 2
_LONGEST_NUMBER = 60


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or footnote: one line of text, and the line of the file it begins in.

    `number` is unique in its document: `12`, `2(a)`, `pp4`, `op3`, `fn7`; after the printed name of the part
    where numbers begin again in one, `决议草案一 op3`; of a heading its place, `二.A`; "" where nothing is
    printed. `under` is what a paragraph or item without its own number is cited by. `line` counts from 1.
    """

    kind: BlockKind
    number: str
    text: str
    line: int
    under: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage with its label apart; `listed` is an item without a label, such as a name in a list."""

    line: int
    style: _Style
    label: str
    text: str
    parted: bool
    heading: bool = False
    listed: bool = False

    @property
    def punctuated(self) -> bool:
        """Whether it ends as a sentence or clause does."""
        return (self.text.rstrip(_CLOSING) or self.text)[-1] in TERMINAL


def label_passages(
    passages: list[Passage], layout: Layout, headings: Sequence[bool | None] = ()
) -> tuple[list[Entry], list[Removed]]:
    """Each passage with its label apart, and told whether it is a heading or an item without a label.

    `headings` says of each passage whether it is a heading, None where that is not known; empty if nothing is.
    """
    known = headings or [None] * len(passages)
    pairs = [(_labelled(passage), is_heading) for passage, is_heading in zip(passages, known, strict=True)]
    labelled = [(entry, label, is_heading) for (entry, label), is_heading in pairs if entry.text]
    removed = [label for _, label, _ in labelled if label]
    found: list[Entry] = []
    for at, (entry, _, is_heading) in enumerate(labelled):
        below = labelled[at + 1][0] if at + 1 < len(labelled) else None
        if is_heading is None:
            entry = _classified(entry, found[-1] if found else None, below, layout)
        found.append(replace(entry, heading=is_heading) if is_heading is not None else entry)
    return found, removed


def _labelled(passage: Passage) -> tuple[Entry, Removed | None]:
    """The passage's entry, and its label where that is no part of the text."""
    text = close_up(passage.text)
    names: tuple[tuple[_Style, re.Pattern[str]], ...] = (("chapter", CHAPTER), ("part", PART))
    for style, pattern in names:
        if match := pattern.match(text):
            return Entry(passage.line, style, "".join(match.group(1).split()), text, passage.parted), None
    for style, pattern in _LABELS:
        if match := pattern.match(text):
            label = next(filter(None, match.groups()), "")
            entry = Entry(passage.line, style, label, text[match.end() :], passage.parted)
            return entry, Removed("label", match.group(), passage.line)
    return Entry(passage.line, "", "", text, passage.parted), None


def _classified(entry: Entry, above: Entry | None, below: Entry | None, layout: Layout) -> Entry:
    """A heading has no full stop and stands apart or follows a heading; what follows a colon is a list."""
    if entry.punctuated or entry.style in ("letter", "bullet"):
        return entry
    short = width(entry.text) <= _HEADING_LINES * layout.full
    apart = not layout.gapped or (below is not None and below.parted)
    if entry.style == "number":
        return replace(entry, heading=short and apart)
    if entry.style:
        return replace(entry, heading=short)
    listing = above is not None and not entry.parted and (above.listed or above.text.endswith(("：", ":")))
    if short and not listing and (apart or entry.parted or above is None or above.heading):
        return replace(entry, heading=True)
    return replace(entry, listed=width(entry.text) <= _LISTED_LINES * layout.full)


def number_entries(entries: list[Entry]) -> list[Block]:
    """The blocks, each with the number it is cited by."""
    numbering = _Numbering()
    return [numbering.block(entry) for entry in entries]


def unique_numbers(blocks: list[Block]) -> list[Block]:
    """A number that comes again is told apart by how often it came: fn*, fn*[2]."""
    seen: Counter[str] = Counter()
    told: list[Block] = []
    for block in blocks:
        seen[block.number] += 1
        number = block.number
        if number and seen[number] > 1:
            number += f"[{seen[number]}]"
        told.append(replace(block, number=number if len(number) <= _LONGEST_NUMBER else ""))
    return told


class _Numbering:
    """Where in the document the numbering stands: headings, part with its own numbers, paragraph, item."""

    def __init__(self) -> None:
        self.path: list[tuple[str, str]] = []  # style and label of the headings above
        self.parts: Counter[str] = Counter()
        self.prefix = ""  # of a chapter whose numbers begin again
        self.main = 0  # the last number of the document's own paragraphs
        self.inner = 0  # the last number in a part or list
        self.preamble: int | None = None  # the last preambular paragraph, None outside a resolution
        self.listing = ""  # the paragraph whose numbered list goes on
        self.parent = ""  # what lettered items belong to
        self.items: list[tuple[str, str]] = []
        self.after_heading = True

    @property
    def part(self) -> str:
        """The part the text stands in, "" outside one."""
        return next((label for style, label in reversed(self.path) if style == "part"), "")

    def block(self, entry: Entry) -> Block:
        """The block of the entry that comes next."""
        if entry.heading:
            return Block("heading", self._heading(entry), entry.text, entry.line)
        kind: BlockKind = "item" if entry.listed or entry.style in ("letter", "bullet") else "paragraph"
        number = self._number(entry)
        if entry.style == "number" and self.listing:
            kind = "item"
        under = "" if number else self.parent or self.part
        self.after_heading = False
        return Block(kind, number, entry.text, entry.line, under)

    def _number(self, entry: Entry) -> str:
        if entry.style == "number":
            return self._paragraph(self._counted(int(entry.label)))
        if entry.style == "letter":
            return self._item(entry.label)
        if entry.style == "section":
            return self._paragraph(self._named(entry.label))
        if entry.style or entry.listed:
            return ""
        if self.after_heading:
            self.parent, self.items = self.part, []
            if SPEAKER.match(entry.text):
                self.preamble, self.inner = 0, 0
                return ""
        if self.preamble is not None and self.inner == 0:
            self.preamble += 1
            return self._paragraph(self._named(f"pp{self.preamble}"))
        return ""

    def _paragraph(self, number: str) -> str:
        self.parent, self.items = number, []
        return number

    def _named(self, label: str) -> str:
        return f"{self.part} {label}".lstrip()

    def _counted(self, number: int) -> str:
        """The number of a numbered paragraph: next in its list, resolution or part, else of the document."""
        if self.listing and number == self.inner + 1:
            self.inner = number
            return f"{self.listing}({number})"
        self.listing = ""
        enclosed = bool(self.part) or self.preamble is not None
        if enclosed and (number == self.inner + 1 or number != self.main + 1):
            self.inner = number
            return self._named(f"op{number}" if self.preamble is not None else str(number))
        if enclosed:
            self._leave_part()
        return self._counted_in_document(number)

    def _counted_in_document(self, number: int) -> str:
        if number == 1 and self.main > 0 and not self.after_heading:
            # 1. after paragraph 168, with no heading between: an agenda quoted in it.
            self.listing, self.inner = self.prefix + str(self.main), 1
            return f"{self.listing}(1)"
        if number == 1 and self.main > 0:
            self.prefix = f"{self._place()} " if self.path else ""
        self.main = number
        return f"{self.prefix}{number}"

    def _leave_part(self) -> None:
        while self.part:
            self.path.pop()
        self.preamble, self.inner = None, 0

    def _heading(self, entry: Entry) -> str:
        self.after_heading = True
        self.listing = ""
        if not entry.style:
            return ""
        before = self.part
        style, label = self._level(entry), entry.label
        levels = [each for each, _ in self.path]
        if style in levels:
            del self.path[levels.index(style) :]
        if style == "part":
            self.parts[label] += 1
            label += f"[{self.parts[label]}]" if self.parts[label] > 1 else ""
        self.path.append((style, label))
        self.parent, self.items = self.part, []
        if self.part != before or style == "chapter":
            self.preamble, self.inner = None, 0
        return self._place()

    def _place(self) -> str:
        """The labels of the headings from the part, or from the top, down."""
        styles = [style for style, _ in self.path]
        start = len(styles) - 1 - styles[::-1].index("part") if "part" in styles else 0
        return ".".join(label for _, label in self.path[start:])

    def _level(self, entry: Entry) -> str:
        """The style of a heading; of a section also whether it is 一, A or II: each is a level of its own."""
        if entry.style != "section":
            return entry.style
        if not entry.label.isascii():
            return "han"
        letter = dict(self.path).get("latin", "")
        follows = len(entry.label) == 1 and letter and ord(entry.label) == ord(letter[-1]) + 1
        return "roman" if set(entry.label) <= set("IVX") and not follows else "latin"

    def _item(self, label: str) -> str:
        """(a) under its paragraph, (i) under its (a); i after h is a letter."""
        last = dict(self.items)
        style = "digit" if label.isdecimal() else "latin" if label.isascii() else "han"
        if label in _ROMANS and not _comes_after(label, last.get("latin", "")):
            style = "roman"
        levels = [each for each, _ in self.items]
        if style in levels:
            del self.items[levels.index(style) :]
        self.items.append((style, label))
        return self.parent + "".join(f"({each})" for _, each in self.items)


def _comes_after(label: str, last: str) -> bool:
    return len(label) == 1 and len(last) == 1 and ord(label) == ord(last) + 1
