"""Files of aligned sentences, Chinese and English: TMX and tables of two or three columns, read as a stream."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from termbase.harvest.formats.refusal import refused
from termbase.harvest.formats.xml import OPTIONS, local, refuse_entities
from termbase.harvest.layout import visible
from termbase.models.matching import is_clean
from termbase.text.encodings import UnknownEncoding, decode
from termbase.text.normalise import has_han

SUFFIXES = (".tmx", ".tsv", ".txt")
LONGEST = 20_000
"""Characters of a sentence; a longer one is no sentence, and would be held in memory."""
_LONGEST_NUMBER = 60
_LONGEST_LINE = 3 * LONGEST
_MOST_EVENTS = 100_000
_SAMPLE_BYTES = 200_000
_SAMPLE_ROWS = 200
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Pair:
    """A Chinese sentence and its translation; `number` is what the file calls it, "" for nothing."""

    text: str
    translation: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is refused: where, from 1, and why."""

    row: int
    message: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.message}"


def read(path: Path, encoding: str = "") -> Iterator[Pair | Problem]:
    """The pairs of a file one by one, a `Problem` for each row that is none.

    Raises `UnreadableFile` where the file as a whole cannot be read, also in the midst of it.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise refused(f"is none of {', '.join(SUFFIXES)}")
    with path.open("rb") as stream:
        if not stream.read(1):
            raise refused("is empty")
        stream.seek(0)
        yield from _tmx(stream) if suffix == ".tmx" else _table(stream, encoding)


def _pair(row: int, text: str, translation: str, number: str = "") -> Pair | Problem:
    text, translation = _tidied(text), _tidied(translation)
    if not text or not translation:
        return Problem(row, "one of the languages is empty")
    if len(text) > LONGEST or len(translation) > LONGEST:
        return Problem(row, f"a sentence is longer than {LONGEST} characters")
    if not has_han(text):
        return Problem(row, "what should be Chinese has no Chinese character")
    if not is_clean(text) or not is_clean(translation):
        return Problem(row, "holds control characters")
    return Pair(text, translation, _tidied(number)[:_LONGEST_NUMBER])


def _tidied(text: str) -> str:
    return " ".join(visible(text).split())


def _tmx(stream: BinaryIO) -> Iterator[Pair | Problem]:
    """Units one after the other; each is dropped from memory when it has been read."""
    row = waiting = 0
    try:
        for event, element in etree.iterparse(stream, events=("start", "end"), **OPTIONS):
            waiting += 1
            if event == "start" and element.getparent() is None:
                refuse_entities(element)
                if local(element) != "tmx":
                    raise refused("is no TMX")
            elif event == "end" and local(element) == "tu":
                row += 1
                yield _unit(row, element)
                _drop(element)
                waiting = 0
            elif waiting > _MOST_EVENTS:
                raise refused("is no TMX that can be read: it goes on and on without a unit")
    except etree.XMLSyntaxError as error:
        raise refused(f"is not well-formed XML, after {row} units") from error


def _drop(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _unit(row: int, unit: etree._Element) -> Pair | Problem:
    texts: dict[str, str] = {}
    for variant in unit:
        if local(variant) == "tuv":
            language = (variant.get(_XML_LANG) or variant.get("lang") or "").lower().replace("_", "-").split("-")[0]
            segment = next((child for child in variant if local(child) == "seg"), None)
            if segment is not None and language in ("zh", "en"):
                texts.setdefault(language, _visible(segment))
    if len(texts) < 2:
        return Problem(row, "has not both Chinese and English")
    return _pair(row, texts["zh"], texts["en"], unit.get("tuid", ""))


def _visible(element: etree._Element) -> str:
    """The text of a segment; the codes of its tool (`bpt`, `ph`, …) are no text."""
    pieces = [element.text or ""]
    for child in element:
        # A reference to an entity that is not declared has no name of its own.
        if isinstance(child.tag, str) and local(child) not in _CODES:
            pieces.append(_visible(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _table(stream: BinaryIO, encoding: str) -> Iterator[Pair | Problem]:
    """Rows of two columns, or three of which the one that is neither language names the place."""
    codec = _codec(stream, encoding)
    with io.TextIOWrapper(stream, encoding=codec, errors="strict") as text:
        try:
            rows = _rows(text)
            sample = list(islice(rows, _SAMPLE_ROWS))
            columns = _columns(sample)
            for row, cells in enumerate(chain(sample, rows), start=1):
                if any(cells):
                    yield _of_row(row, cells, columns)
        except UnicodeDecodeError as error:
            raise refused(f"is not in {error.encoding} throughout; say which encoding it is in", "encoding") from error


def _rows(text: io.TextIOWrapper) -> Iterator[list[str]]:
    """As such files are written: tabs between, nothing quoted."""
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE and not line.endswith("\n"):
            raise refused(f"has a line of more than {_LONGEST_LINE} characters")
        yield line.rstrip("\r\n").split("\t")


@dataclass(frozen=True, slots=True)
class _Columns:
    chinese: int
    english: int
    number: int | None
    width: int


def _of_row(row: int, cells: list[str], columns: _Columns) -> Pair | Problem:
    if len(cells) != columns.width:
        return Problem(row, f"has {len(cells)} columns, not {columns.width}")
    number = cells[columns.number] if columns.number is not None else ""
    return _pair(row, cells[columns.chinese], cells[columns.english], number)


def _columns(sample: list[list[str]]) -> _Columns:
    """Which column is which: Chinese is the one with Chinese characters, English the longer of the others."""
    widths = [len(cells) for cells in sample if any(cells)]
    width = max(set(widths), key=widths.count, default=0)
    rows = [cells for cells in sample if len(cells) == width]
    if width not in (2, 3):
        raise refused("has not two or three columns with tabs between")
    cells_of = [[cells[at] for cells in rows if cells[at].strip()] for at in range(width)]
    han = [sum(map(has_han, cells)) for cells in cells_of]
    chinese = max(range(width), key=han.__getitem__)
    others = sorted((at for at in range(width) if at != chinese), key=lambda at: sum(map(len, cells_of[at])))
    if han[chinese] * 2 < len(cells_of[chinese]) or not han[chinese]:
        raise refused("has no column of Chinese")
    if han[others[-1]] * 2 > len(cells_of[others[-1]]) or not cells_of[others[-1]]:
        raise refused("has no column of English")
    return _Columns(chinese, others[-1], others[0] if width == 3 else None, width)


def _codec(stream: BinaryIO, encoding: str) -> str:
    """The codec of a table by its beginning, cut where a line ends; the rest is read strictly in the same."""
    head = stream.read(_SAMPLE_BYTES)
    stream.seek(0)
    unit = b"\n\0" if head.startswith(codecs.BOM_UTF16_LE) else b"\n"
    whole = head if len(head) < _SAMPLE_BYTES else head[: head.rfind(unit) + len(unit)]
    try:
        found = decode(whole, encoding).encoding
    except UnknownEncoding as error:
        possible = f"; say which it is: {', '.join(error.possible)}" if error.possible else ""
        raise refused(f"{error}{possible}", "file" if error.binary else "encoding") from error
    if found == "utf-16" and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refused("is in UTF-16 without a byte-order mark; save it as UTF-8")
    return {"utf-8": "utf-8-sig", "big5": "big5hkscs"}.get(found, found)
