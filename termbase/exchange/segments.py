"""Translations as they come from CAT tools, segment by segment: XLIFF 1.2 and 2.x, TMX, bilingual tables.

Pure reading, without Django's settings: the check of a file is done by a client.
"""

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import IO, Literal

from termbase.errors import UnreadableFile
from termbase.exchange import xml_reading
from termbase.exchange.encodings import text_of
from termbase.exchange.languages import language_from
from termbase.exchange.xml_reading import XML_LANG, Element, name_of
from termbase.text.languages import EN, counterpart, language_of

SUFFIXES = (".xlf", ".xliff", ".sdlxliff", ".mqxliff", ".mxliff", ".tmx", ".tsv", ".csv", ".txt")
MAX_TEXT = 1_000_000
"""Characters of a cell of a table; what is longer is no segment."""
MAX_HEADER = 10_000_000
"""Bytes of XML outside of units: the original, say, which some CAT tools put into their files."""

# What stands in them is code of the original file's format, and not text (XLIFF 1.2, 2.4; TMX 1.4b, 4).
_CODES = {"bpt", "ept", "it", "ph", "ut", "sub", "ec", "sc", "x", "bx", "ex"}
# Lines of a table that tell what parts its cells.
_FIRST = 20
_TABLE_NAMES = ("source", "target")


@dataclass(frozen=True, slots=True)
class Segment:
    """A source text with its translation, and what the file calls it."""

    id: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Translation:
    """The languages of a file, as tags of the termbase or empty where it says none, and its translated segments."""

    source: str
    target: str
    segments: Sequence[Segment]


def read(stream: IO[bytes], name: str, *, source: str = "", target: str = "") -> Translation:
    """The translation in the file `name`; of one in several languages, those asked for.

    Segments without a source text or without a translation are left out. Raises `UnreadableFile` for a kind of file
    that is not known, and for one that is not what its name says.
    """
    suffix = name[name.rfind(".") :].casefold()
    if suffix == ".tmx":
        return _translated(_of_tmx(stream, source or "zh", target or counterpart(source or "zh")))
    if suffix.endswith(("xlf", "xliff")):
        return _translated(of_xliff(stream))
    if suffix in SUFFIXES:
        return _of_table(stream, source, target)
    raise UnreadableFile(f"{name} ends in none of {', '.join(SUFFIXES)}.", fields={"file": ["is of an unknown kind"]})


def _translated(whole: Translation) -> Translation:
    return replace(whole, segments=[segment for segment in whole.segments if segment.target.strip()])


def of_xliff(stream: IO[bytes]) -> Translation:
    """Every segment of XLIFF that is to be translated, also where it has no translation yet; raises `UnreadableFile`.

    1.2: `trans-unit`, in parts where `seg-source` has them; 2.x: `segment`.
    """
    source = target = ""
    found: list[Segment] = []
    for element in _elements(stream, "xliff"):
        source = source or element.get("source-language") or element.get("srcLang") or ""
        target = target or element.get("target-language") or element.get("trgLang") or ""
        if name_of(element) == "trans-unit":
            found += _of_unit_1(element)
        elif name_of(element) == "unit":
            found += _of_unit_2(element)
    return Translation(_family(source), _family(target), found)


def _of_unit_1(unit: Element) -> Iterator[Segment]:
    children = {name_of(child): child for child in unit}
    key = unit.get("id", "")
    whole, target = children.get("seg-source"), children.get("target")
    if unit.get("translate") == "no":
        return
    parts = {} if whole is None else _marked_parts(whole)
    if not parts:
        yield from _segment(key, children.get("source"), target)
        return
    translated = {} if target is None else _marked_parts(target)
    for mid, part in parts.items():
        yield from _segment(f"{key}.{mid}", part, translated.get(mid))


def _marked_parts(element: Element) -> dict[str, Element]:
    marks = (child for child in element.iter() if name_of(child) == "mrk" and child.get("mtype") == "seg")
    return {mark.get("mid", ""): mark for mark in marks}


def _of_unit_2(unit: Element) -> Iterator[Segment]:
    if unit.get("translate") == "no":
        return
    segments = [child for child in unit.iter() if name_of(child) == "segment"]
    for number, segment in enumerate(segments, 1):
        children = {name_of(child): child for child in segment}
        own = segment.get("id", "" if len(segments) == 1 else str(number))
        key = "/".join(part for part in (unit.get("id", ""), own) if part)
        yield from _segment(key, children.get("source"), children.get("target"))


def _of_tmx(stream: IO[bytes], source: str, target: str) -> Translation:
    """The first variant of each unit in either language; a unit without a name is called by its number."""
    found: list[Segment] = []
    units = (element for element in _elements(stream, "tmx") if name_of(element) == "tu")
    for number, unit in enumerate(units, 1):
        texts: dict[str, Element] = {}
        for variant in unit.iter("{*}tuv"):
            code = variant.get(XML_LANG) or variant.get("lang") or ""
            if (text := variant.find("{*}seg")) is not None:
                texts.setdefault(_family(code), text)
        found += _segment(unit.get("tuid") or str(number), texts.get(_family(source)), texts.get(_family(target)))
    return Translation(source, target, found)


def _of_table(stream: IO[bytes], source: str, target: str) -> Translation:
    """Source and target in the first two columns, or in those that the first line calls so; ids are line numbers."""
    text, _ = text_of(stream)
    try:
        rows = _rows(text)
        names = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
        header = all(name in names for name in _TABLE_NAMES)
        columns = [names.index(name) for name in _TABLE_NAMES] if header else [0, 1]
        key = names.index("id") if header and "id" in names else None
        found = []
        for line, row in rows[1 if header else 0 :]:
            cells = [row[at].strip() if at < len(row) else "" for at in columns]
            if all(cells):
                found.append(Segment(row[key] if key is not None and key < len(row) else str(line), *cells))
    except (csv.Error, UnicodeDecodeError) as error:
        raise _unreadable(f"is no table: {error}") from error
    finally:
        if not stream.closed:
            text.detach()
    if rows and not found:
        raise _unreadable("has no line with a source and a target")
    guessed = language_of("".join(segment.source for segment in found[:50]))
    return Translation(source or guessed, target or counterpart(source or guessed), found)


def _rows(text: IO[str]) -> list[tuple[int, list[str]]]:
    """The lines of a table with tabs, commas or semicolons; with tabs nothing is quoted."""
    lines = text.read().splitlines(keepends=True)
    csv.field_size_limit(MAX_TEXT)
    if any("\t" in line for line in lines[:_FIRST]):
        return _split(lines, "\t", csv.QUOTE_NONE)
    # Excel writes semicolons where the comma is the decimal mark.
    for mark in ",;":
        with suppress(csv.Error):
            rows = _split(lines, mark, csv.QUOTE_MINIMAL)
            if all(len(row) > 1 for _, row in rows[:_FIRST]):
                return rows
    return _split(lines, ",", csv.QUOTE_MINIMAL)


def _split(lines: Sequence[str], mark: str, quoting: Literal[0, 3]) -> list[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=mark, quoting=quoting, strict=True)
    return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]


def _segment(key: str, source: Element | None, target: Element | None) -> Iterator[Segment]:
    text = "" if source is None else _text(source)
    if text.strip():
        yield Segment(key, text, "" if target is None else _text(target))


def _text(element: Element) -> str:
    """The text of an element without inline codes."""
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            if name_of(child) == "cp":  # XLIFF 2: a character that XML cannot hold
                yield " "
            elif name_of(child) not in _CODES:
                yield from _pieces(child)
        yield child.tail or ""


def _elements(stream: IO[bytes], root: str) -> Iterator[Element]:
    """The root and each `file` as they begin, then each unit when it is whole."""
    units = ("trans-unit", "unit", "tu")
    return xml_reading.elements(stream, (root,), units, begun=("file",), most=MAX_HEADER)


def _family(code: str) -> str:
    """`zh` for either script, `en`; empty for other languages."""
    language = language_from(code)
    return language if language in ("", EN) else "zh"


def _unreadable(problem: str) -> UnreadableFile:
    return UnreadableFile(f"The file {problem}.", fields={"file": [problem]})
