"""The numbers that Word prints before paragraphs: they are not in the text, but in lists that count."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HAN_DIGITS = "〇一二三四五六七八九"
_ROMANS = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LEVELS = 9
_MOST = 3_000


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts: where from, in which figures, and what is printed (`（%1）`)."""

    start: int
    style: str
    text: str
    legal: bool = False


@dataclass(slots=True)
class Lists:
    """The lists of a document, and how far each has counted."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    restarts: dict[tuple[str, int], int] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def label(self, number: str, depth: int) -> str:
        """What is printed before the next paragraph of list `number` at `depth`, from 0; empty for an unknown list."""
        abstract = self.abstract.get(number, "")
        levels = self.levels.get(abstract, {})
        if depth not in levels:
            return ""
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        if number not in self._begun:
            # Lists made of one pattern count on, unless this one says that it begins anew.
            self._begun.add(number)
            for level in range(_LEVELS):
                if (number, level) in self.restarts:
                    counts[level] = self.restarts[number, level] - 1
        last = counts[depth]
        counts[depth] = levels[depth].start if last is None else last + 1
        counts[depth + 1 :] = [None] * (_LEVELS - depth - 1)
        return _printed(levels, counts, depth)


def lists_of(root: etree._Element) -> Lists:
    """The lists of a document's numbering part."""
    found = Lists()
    for pattern in root.iterfind(f"{W}abstractNum"):
        found.levels[pattern.get(f"{W}abstractNumId", "")] = dict(_levels(pattern))
    for number in root.iterfind(f"{W}num"):
        name = number.get(f"{W}numId", "")
        found.abstract[name] = value_of(number, "abstractNumId")
        for override in number.iterfind(f"{W}lvlOverride"):
            start = value_of(override, "startOverride")
            if start:
                found.restarts[name, whole(override.get(f"{W}ilvl", "0"))] = whole(start)
    return found


def _levels(pattern: etree._Element) -> Iterator[tuple[int, Level]]:
    for level in pattern.iterfind(f"{W}lvl"):
        depth = whole(level.get(f"{W}ilvl", "0"))
        if depth < _LEVELS:
            start, legal = whole(value_of(level, "start") or "1"), level.find(f"{W}isLgl") is not None
            yield depth, Level(start, value_of(level, "numFmt"), value_of(level, "lvlText"), legal)


def value_of(parent: etree._Element, name: str) -> str:
    """The `w:val` of a child; empty without one."""
    child = parent.find(f"{W}{name}")
    return "" if child is None else child.get(f"{W}val", "")


def whole(value: str) -> int:
    """A number that a file gives, 0 for what is none and for one beyond all sense."""
    number = int(value) if re.fullmatch(r"\d{1,5}", value) else 0
    return number if number < _MOST else 0


def _printed(levels: dict[int, Level], counts: list[int | None], depth: int) -> str:
    level = levels[depth]
    if level.style == "bullet":
        return "•"
    if level.style == "none":
        return ""

    def figure(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        style = "decimal" if level.legal or at not in levels else levels[at].style
        count = counts[at] if at < _LEVELS else None
        return figures(count if count is not None else 1, style)

    return re.sub("%([1-9])", figure, level.text).strip()


def figures(number: int, style: str) -> str:
    """A number in the figures of a `w:numFmt`; Arabic ones for a style that is not known."""
    if style in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if style == "lowerLetter" else letter.upper()
    if style in ("lowerRoman", "upperRoman"):
        return _roman(number) if style == "lowerRoman" else _roman(number).upper()
    if style.startswith(("chinese", "japanese", "taiwanese", "ideograph")) and number < 100:
        return _han(number)
    return str(number)


def _roman(number: int) -> str:
    letters = ""
    for value, letter in _ROMANS:
        letters += letter * (number // value)
        number %= value
    return letters


def _han(number: int) -> str:
    tens, units = divmod(number, 10)
    of_tens = ("" if tens == 1 else _HAN_DIGITS[tens]) + "十" if tens else ""
    return of_tens + (_HAN_DIGITS[units] if units or not tens else "")


def in_brackets(label: str) -> str:
    """`label` as documents of the United Nations print it: a) and 1) in brackets, 一、 with its mark."""
    plain = re.fullmatch(r"([A-Za-z]{1,4}|\d{1,2}|[一二三四五六七八九十]{1,3})[)）]", label)
    return f"({plain[1]})" if plain else label
