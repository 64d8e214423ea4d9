"""Tables in files of text: commas, semicolons or tabs between the cells, a row a term or a row a concept.

Written are CSV and TSV with one row a term, which lose nothing, and a CSV that a spreadsheet opens as it is: with a
byte-order mark, and an apostrophe before what the spreadsheet would take for a formula.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import IO

from termbase.errors import UnreadableFile
from termbase.exchange import tables, term_rows
from termbase.exchange.columns import Column
from termbase.exchange.encodings import UTF_8, lines, opened, seekable
from termbase.exchange.entry import Entry, Problem, Read
from termbase.exchange.losses import Losses
from termbase.exchange.options import ReadOptions, WriteOptions
from termbase.exchange.term_rows import COLUMNS, HOLDS, Cells

__all__ = ["COLUMNS", "HOLDS", "columns", "read", "write", "write_for_spreadsheets", "write_tsv"]

_MARK = "\ufeff"
_DELIMITERS = ",;\t"
_SEPARATOR = re.compile(r'"?sep=([,;\t|])"?\s*', re.IGNORECASE)
# What a spreadsheet takes for a formula; apostrophes before it are counted in, so that each one stays.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"''*[=+\-@\t\r]")


@dataclass(slots=True)
class _File:
    """Rows under way; `skipped` lines stand before the headings, `problems` are of rows that are none."""

    rows: Iterator[Cells] = field(default_factory=lambda: iter(()))
    guarded: bool = False
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)

    def headings(self) -> tuple[int, Sequence[str]]:
        """The row of the headings, with its number."""
        row, self.rows = tables.headed(self.rows)
        return row


def read(stream: IO[bytes], options: ReadOptions = ReadOptions()) -> Read:
    """Entries of a table in any encoding, its cells parted by whichever of comma, semicolon and tab its headings show.

    Raises `UnreadableFile` for what is no text, headings that say nothing, a cell or line without end, and a quotation
    that is not closed.
    """
    with seekable(stream) as content:
        yield from _read(content, options)


def _read(content: IO[bytes], options: ReadOptions) -> Read:
    marked = _is_marked(content)
    with opened(content, options.encoding) as (text, encoding):
        if encoding != UTF_8:
            yield Problem(1, "", "encoding", f"read as {encoding}", refuses=False)
        file = _file(text, guarded=marked or encoding != UTF_8)
        line, names = file.headings()
        for item in tables.entries_of(tables.recognised(names, options), file.rows, options, line):
            yield from _drained(file.problems)
            yield item
        yield from _drained(file.problems)


def columns(stream: IO[bytes], options: ReadOptions = ReadOptions()) -> tuple[Column, ...]:
    """The headings of a table with what they are taken as; raises `UnreadableFile` as `read` does."""
    with opened(stream, options.encoding) as (text, _):
        return tables.understood(_file(text, guarded=False).headings()[1], options)


def write(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """CSV in UTF-8, RFC 4180."""
    return _write(stream, entries, delimiter=",")


def write_tsv(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """The same with tabs; a cell that holds a tab or a line break is quoted."""
    return _write(stream, entries, delimiter="\t")


def write_for_spreadsheets(
    stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()
) -> Losses:
    """CSV that a spreadsheet opens in the right encoding and without running anything; `read` undoes both."""
    stream.write(_MARK.encode())
    return _write(stream, entries, delimiter=",", guarded=True)


def guard(cell: str) -> str:
    """`cell` so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _write(stream: IO[bytes], entries: Iterable[Entry], *, delimiter: str, guarded: bool = False) -> Losses:
    losses = Losses()
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in losses.watched(entries, HOLDS):
        for row in term_rows.rows_of(entry):
            cells = [row.get(name, "") for name in COLUMNS]
            writer.writerow([guard(cell) for cell in cells] if guarded else cells)
    text.detach()
    return losses


def _is_marked(content: IO[bytes]) -> bool:
    start = content.tell()
    mark = content.read(3)
    content.seek(start)
    return mark == _MARK.encode()


def _file(text: io.TextIOWrapper, *, guarded: bool) -> _File:
    file = _File()
    rest = lines(text)
    first = ""
    for first in rest:
        if first.strip():
            break
        file.skipped += 1
    if separator := _SEPARATOR.fullmatch(first):
        delimiter = separator[1]
        file.skipped += 1
    else:
        delimiter, rest = _delimiter(first), chain([first], rest)
    # A plain table with commas comes from a program, which means an apostrophe where it writes one.
    file.guarded = guarded or delimiter == ";"
    file.rows = _rows(file, rest, delimiter)
    return file


def _delimiter(headings: str) -> str:
    unquoted = re.sub(r'"[^"]*"', "", headings)
    return max(_DELIMITERS, key=unquoted.count)


def _rows(file: _File, rest: Iterable[str], delimiter: str) -> Iterator[Cells]:
    csv.field_size_limit(tables.MAX_CELL)
    reader = csv.reader(rest, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            line = file.skipped + reader.line_num
            if "expected after" not in str(error):
                raise UnreadableFile(f"Line {line}: {error}.") from error
            # The quotation ends in the middle of a cell; the next line is a row again.
            file.problems.append(Problem(line, "", "", f"the row is no CSV: {error}"))
            continue
        if file.guarded:
            cells = [cell[1:] if _GUARDED.match(cell) else cell for cell in cells]
        yield file.skipped + reader.line_num, cells


def _drained(problems: list[Problem]) -> Iterator[Problem]:
    while problems:
        yield problems.pop(0)
