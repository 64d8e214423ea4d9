"""A table, from whatever kind of file, as entries: its headings say whether a row is a term or a concept."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from termbase.errors import UnreadableFile
from termbase.exchange import concept_rows, term_rows
from termbase.exchange.columns import Column, columns
from termbase.exchange.entry import Problem, Read
from termbase.exchange.options import ReadOptions
from termbase.exchange.term_rows import Cells

MAX_CELL = 100_000
"""In characters; a longer one is no term and no note."""
MAX_COLUMNS = 1_000
_SHOWN = 60
_MOST_SHOWN = 20
_MOST_TITLES = 10
"""Rows that may stand above the headings."""


def entries_of(known: Sequence[Column], rows: Iterable[Cells], options: ReadOptions, line: int = 1) -> Read:
    """The entries of a table with the headings `known` on `line`, and problems of the headings."""
    by_concept = _is_by_concept(known)
    yield from _problems(known, line, "concept_note" if by_concept else "note")
    yield from (concept_rows if by_concept else term_rows).entries_of(known, rows, options)


def recognised(names: Sequence[str], options: ReadOptions) -> tuple[Column, ...]:
    """The columns with these headings.

    Raises `UnreadableFile` where they name neither the text and language of a term nor languages.
    """
    if not names:
        raise UnreadableFile("The file is empty.", fields={"header": ["is empty"]})
    known = understood(names, options)
    fields = {column.field for column in known}
    missing = [name for name in ("language", "text") if name not in fields]
    if missing and not _is_by_concept(known):
        shown = ", ".join(f"“{name[:_SHOWN]}”" for name in names[:_MOST_SHOWN])
        message = f"The headings have no {' and no '.join(missing)}, and name no languages; say what they stand for"
        pairs = " A list of pairs without headings, with tabs, is of the format omegat." if len(names) in (2, 3) else ""
        raise UnreadableFile(f"{message}: {shown}.{pairs}", fields={"header": missing})
    return known


def headed(rows: Iterator[Cells]) -> tuple[Cells, Iterator[Cells]]:
    """The row of headings, with its number from 1, and the rows below it; (1, []) for a table without rows.

    It is the first that is not blank; rows of one cell above a wider one, where they name no language, are a title.
    """
    looked_at: list[Cells] = []
    for row in islice(rows, _MOST_TITLES):
        if not looked_at and not _filled(row):
            continue
        looked_at.append(row)
        if _filled(row) > 1 or _names_language(row):
            break
    at = len(looked_at) - 1 if looked_at and _filled(looked_at[-1]) > 1 else 0
    return (looked_at[at], chain(looked_at[at + 1 :], rows)) if looked_at else ((1, []), rows)


def _filled(row: Cells) -> int:
    return sum(bool(cell.strip()) for cell in row[1])


def _names_language(row: Cells) -> bool:
    return _is_by_concept(columns(row[1], ReadOptions()))


def understood(names: Sequence[str], options: ReadOptions) -> tuple[Column, ...]:
    """The columns with these headings; one that means nothing in a table of this kind is an unknown one."""
    if len(names) > MAX_COLUMNS:
        raise UnreadableFile(f"There are more than {MAX_COLUMNS} columns.", fields={"header": ["too many"]})
    if any("\0" in name for name in names):
        raise UnreadableFile("A heading holds a null character.", fields={"header": ["holds a null character"]})
    known = columns(names, options)
    if _is_by_concept(known):
        fields = concept_rows.UNDERSTOOD
        return tuple(c if c.language or c.of_before or c.field in fields else _unknown(c) for c in known)
    return tuple(c if c.field in term_rows.UNDERSTOOD and not c.language else _unknown(c) for c in known)


def _is_by_concept(known: Sequence[Column]) -> bool:
    return any(column.language and column.field == "text" for column in known)


def _unknown(column: Column) -> Column:
    return Column(column.name, left_out=column.left_out)


def _problems(known: Sequence[Column], line: int, note: str) -> Iterable[Problem]:
    for name in dict.fromkeys(column.name for column in known if column.unknown):
        message = f"is no known heading; what stands under it is kept in {note}"
        yield Problem(line, "", name[:_SHOWN], message, refuses=False)
    if not any(column.field == "concept" for column in known):
        yield Problem(line, "", "concept", "is no column; every concept gets a new key", refuses=False)
