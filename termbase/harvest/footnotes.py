"""Footnotes set apart from the running text, and their marks found in it."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from termbase.harvest.layout import (
    RULE,
    TERMINAL,
    Layout,
    Line,
    Passage,
    Removed,
    as_passage,
    begins_entry,
    goes_on,
)
from termbase.text.normalise import HAN

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LABEL = re.compile(rf"(\d{{1,3}}|[a-z]|\*{{1,4}}|[{_SUPERSCRIPTS}]{{1,3}})(?:\s+|(?=[{HAN}《“]))(?=\S)")
_PLAIN = str.maketrans(_SUPERSCRIPTS, "0123456789")
_CLOSING = "》〉”’）)」』]>"

# A number that counts or dates something is no mark. Some words only begin like a measure: 人们, 国家.
_COUNTS = re.compile(
    r"\s*(?:年(?!度|轻)|月|日(?!本|内瓦)|号(?!召)|條|条(?!约|件)|项(?!目)|[個届屆國餘萬万亿卷页段節节吨]|个(?!人|别|体)"
    r"|人(?![们权类口士体民])|名(?![单称额义])|起(?![诉草源见到])|款(?!项)|次(?!区域)|国(?![家际内会籍])"
    r"|多(?![边数种样])|余|时(?!间)"
    r"|分(?![别享发析])|周(?!期)|天(?!然)|种(?!族)|家(?!庭)|份|位(?!于)|章(?!程)|级(?!别)|类(?!似)|场(?!所)|期(?![间待])"
    r"|成(?![员果功为])|部(?![门长分队])|[枚辆封米架艘座笔岁倍]|[%％‰]|世纪|小时|美元|欧元|公[里斤顷])"
    r"|[.,．]|[-–/]|\s*[（(]\d|、\s*\d|\s*[和至到与及]\s*\d"
)
# Before a number that belongs to the sentence: a noun that is numbered, or an enumeration.
_NUMBERED = re.compile(
    r"(?:第|附件|附录|附表|目标|项目|编号|工作组|讲习班|专题|小组|类型|阶段|(?<![公条合])约|\d\s*[、，,；和至到与及])$"
)
_TOKEN = re.compile(
    r"(?:(?<=[^\x00-\x7f])|(?<=[)\]>])|(?<=[》”）)、，；。：] ))"  # close up, or after a stop and a space
    r"(?:\d{1,3}|[a-z])(?![A-Za-z0-9])"
)
# A mark run into the number after it: note 19 before 7,000 is printed 197,000.
_GLUED = re.compile(r"(?<=[》”）)、，；。：])\d{2,5}(?=(?:,\d{3})+(?![\d,]))")
_APART = re.compile(rf"[{HAN}] +\d")
_CLOSE_UP = re.compile(rf"[{HAN}]\d")
_SIGN = re.compile(rf"(?<=[{HAN}、，；。：》”）)\]])\*{{1,4}}|(?<=[^\x00-\x7f])[{_SUPERSCRIPTS}]+")

_POINTS = "、，；。：！？"
_UNRULED_REACH = 80  # lines between a mark and its note: two pages
_EXPECTED = 1  # grade enough for the first mark of a note, looked for where it must stand
_REPEATED = 3  # for the same mark again on the page of its note
_SURE = 4  # for a mark used again further on, and for one whose note is not in the text


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: its label in plain digits, and the line where its block of footnotes begins."""

    label: str
    passage: Passage
    block: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What may be a footnote mark: `start` and `end` in the text of a passage, `line` of the raw file."""

    passage: int
    start: int
    end: int
    label: str
    line: int
    grade: int


@dataclass(frozen=True, slots=True)
class _Chain:
    """Marks in ascending order, the last first, and the sum of their grades."""

    total: int
    mark: Mark | None
    rest: "_Chain | None"

    def marks(self) -> Iterator[Mark]:
        chain: _Chain | None = self
        while chain and chain.mark:
            yield chain.mark
            chain = chain.rest


def take_out_footnotes(lines: list[Line], layout: Layout) -> tuple[list[Line], list[Note], list[Removed]]:
    """The running text, the footnotes, and the rules above them with the labels in front of them."""
    body: list[Line] = []
    notes: list[Note] = []
    removed: list[Removed] = []
    lines = list(lines)
    ruled = any(RULE.match(line.text) for line in lines)
    at = 0
    while at < len(lines):
        line = lines[at]
        if RULE.match(line.text):
            removed.append(Removed("furniture", line.text, line.number))
            at += 1
        elif not _begins_unruled(lines, at, layout, body, notes, ruled=ruled):
            body.append(line)
            at += 1
            continue
        at, entries = _read_block(lines, at, layout)
        for entry in entries:
            removed.append(Removed("label", _label(entry[0].text), entry[0].number))
            notes.append(_note(entry, line.number, layout))
        if at < len(lines):
            lines[at] = replace(lines[at], page_top=True)
    return body, notes, removed


def _begins_unruled(
    lines: list[Line], at: int, layout: Layout, body: list[Line], notes: list[Note], *, ruled: bool
) -> bool:
    """Whether a footnote begins with no rule above: with a star or letter after its mark, a number in order.

    A raised number does so anywhere, a plain one only, indented, in a text that has no rules at all (`ruled`). `body`
    is the running text above, `notes` are the notes so far.
    """
    line = lines[at]
    label = _label(line.text)
    starred = label.startswith("*")
    if not label or (at > 0 and not _ended(lines[at - 1], line, layout, starred)):
        return False
    number = _number(label)
    if number is None:
        mark = re.compile(rf"(?:[^\x00-\x7f]|[)\]]){re.escape(label)}(?![*A-Za-z0-9])")
        return any(mark.search(above.text) for above in body[-_UNRULED_REACH:])
    raised = label[0] in _SUPERSCRIPTS and line.text[len(label)].isspace()
    if not raised and (ruled or _COUNTS.match(line.text, len(label)) or line.indent <= layout.margin):
        return False
    last = next((int(note.label) for note in reversed(notes[-20:]) if note.label.isdecimal()), 0)
    return number == last + 1


def _read_block(lines: list[Line], at: int, layout: Layout) -> tuple[int, list[list[Line]]]:
    """The lines of each note from line `at` to the end of the page, and the index of the line after them."""
    entries: list[list[Line]] = []
    while at < len(lines):
        line = lines[at]
        if entries and (line.page_top or RULE.match(line.text)):
            break
        if _label(line.text) and (not entries or _is_next_note(line, entries, layout)):
            entries.append([line])
        elif entries and not begins_entry(line) and goes_on(entries[-1][-1], line, layout):
            entries[-1].append(line)
        else:
            break
        at += 1
    return at, entries


def _is_next_note(line: Line, entries: list[list[Line]], layout: Layout) -> bool:
    """Whether the line begins the next note, rather than going on from the note above with a number."""
    if not _ended(entries[-1][-1], line, layout):
        return False
    number = _number(_label(line.text))
    if number is None:
        return True
    before = [each for entry in entries[-5:] if (each := _number(_label(entry[0].text))) is not None]
    return not before or before[-1] < number <= before[-1] + 5


def _ended(above: Line, line: Line, layout: Layout, starred: bool = False) -> bool:
    """Whether a note may begin after `above`; one with a star also after a title, which has no full stop."""
    if layout.marked and not above.trailing:
        return False
    full_stop = above.text.rstrip(_CLOSING)[-1:] in TERMINAL
    return starred or full_stop or line.indent > layout.margin or layout.parted(line)


def _label(text: str) -> str:
    match = _LABEL.match(text)
    return match.group(1) if match else ""


def _number(label: str) -> int | None:
    plain = label.translate(_PLAIN)
    return int(plain) if plain.isascii() and plain.isdecimal() else None


def _note(lines: list[Line], block: int, layout: Layout) -> Note:
    label = _label(lines[0].text)
    first = replace(lines[0], text=lines[0].text[len(label) :].lstrip())
    return Note(label.translate(_PLAIN), as_passage([first, *lines[1:]], layout), block)


def take_out_marks(passages: list[Passage], notes: list[Note]) -> tuple[list[Passage], list[Removed]]:
    """The passages without the footnote marks in them."""
    found: dict[int, list[Mark]] = {}
    for mark in _marks(passages, notes):
        found.setdefault(mark.passage, []).append(mark)
    removed = [
        Removed("mark", passages[at].text[mark.start : mark.end], mark.line)
        for at, marks in found.items()
        for mark in marks
    ]
    return [_without(passage, found.get(at, [])) for at, passage in enumerate(passages)], removed


def _without(passage: Passage, marks: list[Mark]) -> Passage:
    """The passage with the marks cut out, and with them the space after each."""
    text = passage.text
    pieces: list[str] = []
    end = 0
    for mark in sorted(marks, key=_place):
        pieces.append(text[end : mark.start].rstrip())
        end = mark.end
        while end < len(text) and text[end].isspace():
            end += 1
    return replace(passage, text="".join([*pieces, text[end:]]))


def _marks(passages: list[Passage], notes: list[Note]) -> list[Mark]:
    """Marks in ascending order before their notes; the same marks again; and runs of marks without notes."""
    candidates = sorted(_candidates(passages), key=_place)
    first = list(_first_marks(candidates, notes))
    known = {note.label for note in notes}
    since: dict[str, Mark] = {}
    for mark in first:
        since.setdefault(mark.label, mark)
    sure = [mark for mark in candidates if mark.grade >= _SURE]
    again = [mark for mark in sure if mark.label in since and _place(mark) > _place(since[mark.label])]
    noteless = _noteless([mark for mark in sure if mark.label.isdecimal() and mark.label not in known])
    chosen = {_place(mark): mark for mark in (*noteless, *again, *first)}
    return [*chosen.values(), *_signs(passages)]


def _place(mark: Mark) -> tuple[int, int]:
    return mark.passage, mark.start


def _candidates(passages: list[Passage]) -> Iterator[Mark]:
    """Every number or letter that could be a mark, from what stands before and after it."""
    spaced = _is_spaced(passages)
    for at, passage in enumerate(passages):
        text = passage.text
        for match in _TOKEN.finditer(text):
            if match.start() == 0:
                continue
            start, end = match.span()
            grade = _grade(text[max(0, start - 6) : start], text[end : end + 6], spaced)
            if grade >= _EXPECTED:
                yield Mark(at, start, end, match.group(), _line_at(passage, start), grade)
        yield from _glued(at, passage)


def _glued(at: int, passage: Passage) -> Iterator[Mark]:
    for match in _GLUED.finditer(passage.text):
        digits, start = match.group(), match.start()
        for length in (1, 2):
            if 0 < len(digits) - length <= 3 and digits[length] != "0":
                line = _line_at(passage, start)
                yield Mark(at, start, start + length, digits[:length], line, _EXPECTED)


def _is_spaced(passages: list[Passage]) -> bool:
    """Whether numbers stand apart from Han characters, as in most texts: then one close up is a mark."""
    apart = sum(len(_APART.findall(passage.text)) for passage in passages)
    return apart > 4 * sum(len(_CLOSE_UP.findall(passage.text)) for passage in passages)


def _grade(before: str, after: str, spaced: bool) -> int:
    """How much like a mark: most after a closing mark, least after a Han character; a count not at all."""
    tight = before.rstrip()
    if _COUNTS.match(after) or _NUMBERED.search(tight):
        return 0
    if not tight or (tight[-1] in _POINTS and after and after[0] in _POINTS + _CLOSING):
        return 0
    grade = 4 if tight[-1] in _CLOSING else 3 if tight[-1] in _POINTS or spaced else 2
    if len(tight) < len(before):
        return grade - 2
    return grade + (not after or after[0] in " 《“" + _CLOSING + _POINTS)


def _first_marks(candidates: list[Mark], notes: list[Note]) -> Iterator[Mark]:
    """For each block of notes, its marks between the block before and it, in the order of the notes."""
    lines = [mark.line for mark in candidates]
    blocks: dict[int, list[str]] = {}
    for note in notes:
        blocks.setdefault(note.block, []).append(note.label)
    start = 0
    for block, labels in blocks.items():
        end = bisect_right(lines, block)
        page = candidates[start:end]
        first = _ascending(page, labels)
        yield from first
        found = {mark.label for mark in first}
        chosen = set(map(_place, first))
        again = (mark for mark in page if mark.label in found and mark.grade >= _REPEATED)
        yield from (mark for mark in again if _place(mark) not in chosen)
        start = end


def _ascending(candidates: list[Mark], labels: list[str]) -> list[Mark]:
    """The marks of these labels, in this order, whose grades add up to most."""
    rank = {label: at for at, label in reversed(list(enumerate(labels)))}
    best = [_Chain(0, None, None)] * (len(labels) + 1)
    for mark in candidates:
        if mark.label not in rank:
            continue
        before = best[rank[mark.label]]
        chain = _Chain(before.total + mark.grade, mark, before)
        for at in range(rank[mark.label] + 1, len(best)):
            if best[at].total >= chain.total:
                break
            best[at] = chain
    return list(best[-1].marks())


def _noteless(sure: list[Mark]) -> Iterator[Mark]:
    """Marks whose notes are not in the text: runs of two or more, each one higher than the one before."""
    numbers = [int(mark.label) for mark in sure]
    for at, mark in enumerate(sure):
        after_one = at > 0 and numbers[at - 1] + 1 == numbers[at]
        before_one = at + 1 < len(sure) and numbers[at + 1] - 1 == numbers[at]
        if after_one or before_one:
            yield mark


def _signs(passages: list[Passage]) -> Iterator[Mark]:
    """Stars and raised figures: marks wherever they follow a word."""
    for at, passage in enumerate(passages):
        for match in _SIGN.finditer(passage.text):
            start, end = match.span()
            yield Mark(at, start, end, match.group(), _line_at(passage, start), _SURE)


def _line_at(passage: Passage, offset: int) -> int:
    return passage.starts[bisect_right(passage.starts, (offset, 1 << 60)) - 1][1]
