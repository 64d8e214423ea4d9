"""Workbooks (XLSX): written with one row a term, which loses nothing, or one row a concept, for people; read as either.

Every cell is written as text, so that nothing becomes a formula, a number or a link.
"""

import datetime
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import xlsxwriter
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook
from xlsxwriter.worksheet import Worksheet

from termbase.errors import UnreadableFile
from termbase.exchange import concept_rows, tables, term_rows, xlsx_package
from termbase.exchange.columns import Column, column
from termbase.exchange.encodings import seekable
from termbase.exchange.entry import Entry, Problem, Read
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import ReadOptions, WriteOptions
from termbase.exchange.term_rows import Cells

MAX_ROWS = 1_048_576
"""Of a sheet; what is more goes on in the next sheet."""
MAX_CELL = 32_767
"""Characters, as UTF-16 has them, that a spreadsheet takes into a cell."""
_WIDTHS = {"text": 40, "note": 40, "source": 30}
_IN_MEMORY = 5_000_000
# A workbook says when it was made; the same entries are to give the same bytes.
_MADE_AT = datetime.datetime(2000, 1, 1)
# The reader has no way to say these two, and XML none to write them.
_UNWRITABLE = dict.fromkeys((0xFFFE, 0xFFFF))

Rows = Callable[[Entry], Iterator[dict[str, str]]]


def write_terms(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """A workbook with one row a term and the columns of the CSV."""
    losses = Losses()
    _write(stream, losses.watched(entries, term_rows.HOLDS), term_rows.COLUMNS, term_rows.rows_of, losses)
    return losses


def write_concepts(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """A workbook with one row a concept; terms that are not approved are left out, proposed ones as `options` say."""
    losses = Losses()
    shown = concept_rows.shown(losses.watched(entries, concept_rows.HOLDS), options, losses)
    _write(stream, shown, concept_rows.COLUMNS, concept_rows.rows_of, losses)
    return losses


def read(stream: IO[bytes], options: ReadOptions = ReadOptions()) -> Read:
    """Entries of all sheets that hold a table; a sheet is in memory as a whole, within the limits of `xlsx_package`.

    Raises `UnreadableFile` for what is no XLSX or has too much in it, for formulas, and where no sheet has headings
    that say what a term is.
    """
    found = ""
    refusal = UnreadableFile("The workbook is empty.", fields={"header": ["is empty"]})
    for sheet in _sheets(stream):
        line, names, rows = _table(sheet)
        if not names:
            continue
        try:
            known = tables.recognised(names, options)
        except UnreadableFile as error:
            refusal = error
            yield Problem(line, "", "", f"the sheet “{sheet.name}” has no headings of a table", refuses=False)
            continue
        if found:
            yield Problem(line, "", "", f"from here on, lines are those of the sheet “{sheet.name}”", refuses=False)
        found = sheet.name
        yield from tables.entries_of(known, rows, options, line)
    if not found:
        raise refusal


def columns(stream: IO[bytes], options: ReadOptions = ReadOptions()) -> tuple[Column, ...]:
    """The headings of the first sheet that has any, with what they are taken as; raises `UnreadableFile` as `read`."""
    names = next((names for sheet in _sheets(stream) if (names := _table(sheet)[1])), [])
    return tables.understood(names, options)


def _write(stream: IO[bytes], entries: Iterable[Entry], names: Sequence[str], rows_of: Rows, losses: Losses) -> None:
    with tempfile.TemporaryDirectory() as folder, tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        workbook = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False})
        workbook.set_properties({"created": _MADE_AT})
        sheet = _Sheet(workbook, names)
        for entry in entries:
            rows = list(rows_of(entry))
            if sheet.row + len(rows) > MAX_ROWS:
                sheet = _Sheet(workbook, names)
            for row in rows:
                sheet.write(row, losses)
        workbook.close()
        file.seek(0)
        shutil.copyfileobj(file, stream)


class _Sheet:
    """A sheet under way; rows are written one after the other and not held."""

    def __init__(self, workbook: xlsxwriter.Workbook, names: Sequence[str]) -> None:
        number = len(workbook.worksheets()) + 1
        self._sheet: Worksheet = workbook.add_worksheet("Terms" if number == 1 else f"Terms {number}")
        self._names = names
        self.row = 0
        self._sheet.freeze_panes(1, 1)
        for at, name in enumerate(names):
            self._sheet.set_column(at, at, _WIDTHS.get(name, 18))
        self._write_row(names)

    def write(self, row: dict[str, str], losses: Losses) -> None:
        """Write a row by the names of its columns; a cell too long is cut, and counted."""
        self._write_row([_fitted(name, row.get(name, ""), losses) for name in self._names])

    def _write_row(self, cells: Sequence[str]) -> None:
        for at, cell in enumerate(cells):
            if cell:
                self._sheet.write_string(self.row, at, cell)
        self.row += 1


def _fitted(name: str, cell: str, losses: Losses) -> str:
    writable = cell.translate(_UNWRITABLE)
    if writable != cell:
        losses.add(_field(name), LossReason.CHARACTERS)
    if len(writable) * 2 <= MAX_CELL or len(encoded := writable.encode("utf-16-le")) <= 2 * MAX_CELL:
        return writable
    losses.add(_field(name), LossReason.TOO_LONG)
    return encoded[: 2 * MAX_CELL].decode("utf-16-le", errors="ignore")


def _field(name: str) -> str:
    return column(name, ReadOptions()).field


def _sheets(stream: IO[bytes]) -> Iterator[CalamineSheet]:
    """The sheets in order, opened one by one."""
    with seekable(stream) as content:
        xlsx_package.check(content)
        with _as_unreadable():
            workbook = CalamineWorkbook.from_filelike(content)
        for name in workbook.sheet_names:
            with _as_unreadable():
                sheet = workbook.get_sheet_by_name(name)
            yield sheet


@contextmanager
def _as_unreadable() -> Iterator[None]:
    try:
        yield
    except CalamineError as error:
        raise _broken(error) from error
    except BaseException as error:
        # What goes wrong inside the reader, which is written in Rust, is no Exception.
        if type(error).__name__ == "PanicException":
            raise _broken(error) from error
        raise


def _broken(error: BaseException) -> UnreadableFile:
    problem = f"is a broken workbook: {str(error)[:100]}"
    return UnreadableFile(f"The file {problem}.", fields={"file": [problem]})


def _table(sheet: CalamineSheet) -> tuple[int, Sequence[str], Iterator[Cells]]:
    """The row of the headings, its number from 1, and the rows below it."""
    (line, names), rows = tables.headed(_rows(sheet))
    return line, names, rows


def _rows(sheet: CalamineSheet) -> Iterator[Cells]:
    if sheet.start is None:
        return
    merged = _Merged(sheet)
    for line, values in enumerate(sheet.iter_rows(), start=1):
        cells = merged.filled(line, [_text(value) for value in values])
        if any(len(cell) > tables.MAX_CELL for cell in cells):
            raise UnreadableFile(f"Line {line}: a cell is longer than {tables.MAX_CELL} characters.")
        yield line, cells


class _Merged:
    """Cells that are one over several rows: what stands in the first goes for each row that has anything else."""

    def __init__(self, sheet: CalamineSheet) -> None:
        first_column = sheet.start[1] if sheet.start else 0
        self._last_rows = {
            (top + 1, left - first_column): bottom + 1
            for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ()
            if bottom > top and first_column <= left < first_column + sheet.width
        }
        self._columns = sorted({at for _, at in self._last_rows})
        self._open: dict[int, tuple[int, str]] = {}

    def filled(self, line: int, cells: list[str]) -> list[str]:
        """The cells of a row; rows are given in order."""
        has_any = any(cells)
        for at in self._columns:
            last, value = self._open.get(at, (0, ""))
            if (line, at) in self._last_rows:
                self._open[at] = (self._last_rows[line, at], cells[at])
            elif line <= last and has_any and not cells[at]:
                cells[at] = value
        return cells


def _text(value: object) -> str:
    """A cell as text: whole numbers without a decimal point, dates as ISO 8601 has them."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)
