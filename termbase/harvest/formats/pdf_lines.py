"""The lines of a PDF as they are printed: `python -m termbase.harvest.formats.pdf_lines` reads one, writes its text.

It runs in a process of its own with limits (`pdf.py`), because a PDF may be made to use up time and memory. Characters
are put into lines by where they stand, as the cleaner of texts goes by lines: indents become spaces, wider gaps blank
lines, a new page a form feed; raised figures, which mark footnotes, become superscripts.
"""

import io
import logging
import statistics
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import BinaryIO

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer, LTItem
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from termbase.harvest.formats.refusal import MAX_CHARACTERS
from termbase.text.radicals import without_radicals

# In parts of the type size. Fonts of one line differ a little in their baselines; a raised figure stands well above.
_SAME_LINE, _RAISED, _HIGHEST = 0.25, 0.12, 0.9
_SMALL = 0.87
_WORD_GAP, _COLUMN_GAP = 0.2, 1.5
# Of the usual distance of lines.
_PARTED = 1.4
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_FIRST_WIDE = "\u2e80"
_DEEPEST_INDENT = 40
MAX_MEMORY = 2_000_000_000
"""Bytes of address space."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character at [x0, x1) on the baseline y, in points from the lower left; `size` is that of its type."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    raised: bool = False


@dataclass(slots=True)
class Row:
    """What stands on one baseline, as it came."""

    y: float
    size: float
    glyphs: list[Glyph] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Where it begins."""
        return min(glyph.x0 for glyph in self.glyphs)


def text_of(stream: BinaryIO) -> Iterator[str]:
    """The lines of each page, page by page; raises whatever pdfminer does for a file that it cannot read."""
    document = PDFDocument(PDFParser(stream))
    resources = PDFResourceManager(caching=True)
    device = PDFPageAggregator(resources, laparams=None)
    interpreter = PDFPageInterpreter(resources, device)
    for page in PDFPage.create_pages(document):
        interpreter.process_page(page)
        yield "\n".join(lines(rows(_glyphs(device.get_result()))))


def _glyphs(item: LTItem) -> Iterator[Glyph]:
    if isinstance(item, LTChar) and item.upright:
        yield Glyph(without_radicals(item.get_text()), item.x0, item.x1, item.matrix[5], item.size)
    elif isinstance(item, LTContainer):
        for child in item:
            yield from _glyphs(child)


def rows(glyphs: Iterable[Glyph]) -> list[Row]:
    """The glyphs by baseline, in the order in which the file has them: that of reading, with columns one by one."""
    found: list[Row] = []
    for glyph in glyphs:
        row = found[-1] if found else None
        if row is None or not _belongs(glyph, row):
            # A cell of a table goes beside the cell before it, even if that had several lines.
            row = next((r for r in found[-3:] if _on_line(glyph, r) and glyph.x0 >= r.glyphs[-1].x1), None)
        if row is None:
            row = Row(glyph.y, glyph.size)
            found.append(row)
        _put(glyph, row)
    return [row for row in found if any(not glyph.text.isspace() for glyph in row.glyphs)]


def _on_line(glyph: Glyph, row: Row) -> bool:
    return abs(glyph.y - row.y) <= _SAME_LINE * max(row.size, glyph.size)


def _belongs(glyph: Glyph, row: Row) -> bool:
    """Whether it stands on the row's baseline, or raised over it right beside what is there."""
    if _on_line(glyph, row):
        return True
    beside = abs(glyph.x0 - row.glyphs[-1].x1) <= 2 * max(row.size, glyph.size)
    small, other = sorted((glyph.size, row.size))
    lift = (glyph.y - row.y) if glyph.size <= row.size else (row.y - glyph.y)
    return beside and small <= _SMALL * other and -_SAME_LINE * other <= lift <= _HIGHEST * other


def _put(glyph: Glyph, row: Row) -> None:
    if glyph.size > row.size / _SMALL:
        # The row began with a raised mark, as a footnote does.
        row.glyphs = [_lifted(one, glyph.y, glyph.size) for one in row.glyphs]
        row.y, row.size = glyph.y, glyph.size
    else:
        glyph = _lifted(glyph, row.y, row.size)
    # Some programs print bold type by printing it twice.
    if not any(one.text == glyph.text and abs(one.x0 - glyph.x0) < 0.1 * row.size for one in row.glyphs[-2:]):
        row.glyphs.append(glyph)


def _lifted(glyph: Glyph, y: float, size: float) -> Glyph:
    raised = glyph.size <= _SMALL * size and glyph.y - y >= _RAISED * size
    return Glyph(glyph.text, glyph.x0, glyph.x1, glyph.y, glyph.size, raised) if raised else glyph


def lines(page: list[Row]) -> Iterator[str]:
    """The rows of a page as lines with their indents, blank lines where the distance is wider than usual."""
    if not page:
        return
    falls = [above.y - below.y for above, below in pairwise(page) if above.y > below.y]
    usual = statistics.median(falls) if falls else 0.0
    left = min(row.left for row in page)
    for at, row in enumerate(page):
        fall = page[at - 1].y - row.y if at else 0.0
        if at and (fall > _PARTED * usual or fall < -usual):
            yield ""
        indent = round(2 * (row.left - left) / row.size) if row.size else 0
        yield " " * min(indent, _DEEPEST_INDENT) + _text(row)


def _text(row: Row) -> str:
    pieces: list[str] = []
    before: Glyph | None = None
    for glyph in sorted(row.glyphs, key=lambda one: one.x0):
        if before is not None:
            pieces.append(_between(before, glyph, row.size))
        pieces.append(glyph.text.translate(_SUPERSCRIPTS) if glyph.raised else glyph.text)
        before = glyph
    return "".join(pieces).lstrip()


def _between(left: Glyph, right: Glyph, size: float) -> str:
    """The white space that a gap stands for, where the file has none of its own."""
    gap = right.x0 - left.x1
    if left.text.isspace() or right.text.isspace() or right.raised:
        return ""
    if gap > _COLUMN_GAP * size:
        return "  "
    narrow = left.text[-1:] < _FIRST_WIDE and right.text[:1] < _FIRST_WIDE
    return " " if narrow and gap > _WORD_GAP * size else ""


class TooLong(Exception):
    """More text than a document may have."""


def main() -> None:
    """From standard input to standard output, UTF-8; the error's name alone goes to standard error, exit code 1."""
    _limit_memory()
    # What is odd in a file is not for the log: it would fill with every font.
    logging.disable(logging.CRITICAL)
    left = MAX_CHARACTERS
    try:
        for page in text_of(io.BytesIO(sys.stdin.buffer.read())):
            left -= len(page)
            if left < 0:
                raise TooLong
            sys.stdout.buffer.write(f"{page}\n\f".encode("utf-8", "replace"))
    except Exception as error:
        # pdfminer lets nearly any error through that a broken file may cause.
        sys.stderr.write(type(error).__name__)
        sys.exit(1)


def _limit_memory() -> None:
    """Where the system can: a small file may unpack to more than the machine has."""
    with suppress(ImportError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


if __name__ == "__main__":
    main()
