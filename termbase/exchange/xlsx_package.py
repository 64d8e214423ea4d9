"""Whether a file is a workbook (XLSX) that may be opened: its parts are unpacked and looked through first.

The reader of workbooks holds a sheet as a full rectangle, and an allocation that fails there ends the process; so what
a few bytes can ask for is counted here, block by block, whatever the file says of its own sizes and parts.
"""

import io
import re
import zipfile
import zlib
from typing import IO

from termbase.errors import UnreadableFile

MAX_UNPACKED = 400_000_000
"""Bytes of all parts; a table of 800,000 rows has about that."""
MAX_GROWTH, FREE_TO_GROW = 200, 20_000_000
"""How many times as large as the file its parts may be once they have more bytes than this; of a table, 50 is much."""
MAX_PARTS = 2_000
MAX_CELLS = 24_000_000
"""Of the rectangle that holds all cells of a sheet: all rows of a sheet with all columns of the lossless table."""
MAX_MERGED = 100_000
"""Ranges of merged cells in a part; they are held in memory all at once."""
MAX_ELEMENT = 2_000_000
"""Bytes of a tag with the text after it."""
_BLOCK = 1 << 17
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell[\s>/]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_PLACED = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?r\s*=\s*["']([A-Z]{1,3}[0-9]{1,7})["']""")
_SHEET = re.compile(r"/?xl/worksheets/.+\.xml", re.IGNORECASE)
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check(stream: IO[bytes]) -> None:
    """Raises `UnreadableFile` where `stream`, which must be seekable, is no workbook, or one with too much in it."""
    start = stream.tell()
    head = stream.read(8)
    stream.seek(start)
    if head == _OLD:
        raise _unreadable("is an old (.xls) or encrypted workbook; save it as .xlsx without a password")
    if not head.startswith(b"PK"):
        raise _unreadable("is not a workbook (.xlsx)")
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_parts(archive, stream.seek(0, io.SEEK_END) - start)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _unreadable("is a broken workbook") from error
    finally:
        stream.seek(start)


def _check_parts(archive: zipfile.ZipFile, size: int) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "mimetype" in names:
        raise _unreadable("is an OpenDocument file; save it as .xlsx")
    if "xl/workbook.bin" in names:
        raise _unreadable("is a binary workbook (.xlsb); save it as .xlsx")
    if "xl/workbook.xml" not in names:
        raise _unreadable("is not a workbook (.xlsx)")
    if len(parts) > MAX_PARTS:
        raise _unreadable(f"has more than {MAX_PARTS} parts")
    most = min(MAX_UNPACKED, max(FREE_TO_GROW, MAX_GROWTH * size))
    unpacked = 0
    for part in parts:
        # Any part can be called a sheet by another; formulas alone have a meaning elsewhere too.
        scan = _Scan(is_sheet=bool(_SHEET.fullmatch(part.filename)))
        with archive.open(part) as content:
            while block := content.read(_BLOCK):
                unpacked += len(block)
                if unpacked > most:
                    raise _unreadable(f"holds more than {most // 1_000_000} MB unpacked")
                scan.feed(block)
        scan.finish()


class _Scan:
    """The extent of the cells in a part, by the places that they name and by counting those that name none."""

    def __init__(self, *, is_sheet: bool) -> None:
        self._is_sheet = is_sheet
        self._rest = b""
        self._row = self._column = 0
        self._rows = self._cells_in_row = self._merged = 0

    def feed(self, block: bytes) -> None:
        """Look through a block; a tag that it does not end waits for the next."""
        data = self._rest + block
        cut = max(data.rfind(b"<"), 0)
        self._look(data[:cut])
        self._rest = data[cut:]
        if len(self._rest) > MAX_ELEMENT:
            raise _unreadable("has a cell without end")

    def finish(self) -> None:
        """Look through what is left."""
        self._look(self._rest)

    def _look(self, xml: bytes) -> None:
        if self._is_sheet and (formula := _FORMULA.search(xml)):
            cells = _PLACED.findall(xml[: formula.start()])
            place = f" (in {cells[-1].decode()})" if cells else ""
            raise _unreadable(f"has a sheet with formulas{place}; paste them as values")
        self._merged += len(_MERGED.findall(xml))
        if self._merged > MAX_MERGED:
            raise _unreadable(f"has more than {MAX_MERGED:,} merged cells")
        for letters, digits in set(_PLACE.findall(xml)):
            self._row = max(self._row, int(digits[:9]))
            self._column = max(self._column, _number(letters[:9]))
        first, *rows = _ROW.split(xml)
        self._rows += len(rows)
        self._count(first, self._cells_in_row)
        for row in rows:
            self._count(row, 0)
        if (self._row + self._rows) * self._column > MAX_CELLS:
            raise _unreadable(f"has a sheet of more than {MAX_CELLS // 1_000_000} million cells")

    def _count(self, row: bytes, before: int) -> None:
        self._cells_in_row = before + len(_CELL.findall(row))
        self._column = max(self._column, self._cells_in_row)


def _number(letters: bytes) -> int:
    """Of a column: 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _unreadable(problem: str) -> UnreadableFile:
    return UnreadableFile(f"The file {problem}.", fields={"file": [problem]})
