"""Segments of translated files, to be checked: XLIFF 1.2 and 2.x, TMX, and texts with a tab between the languages.

No Django here: a client reads its files with it and sends the segments.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from termbase.exchange.encodings import text_of as decoded
from termbase.exchange.languages import language_from
from termbase.exchange.xml_reading import XML_LANG, Element, elements, name_of, text_of, unreadable
from termbase.text.languages import EN, EXPANSIONS


@dataclass(frozen=True, slots=True)
class Segment:
    """A source text with its translation, blank where there is none yet; `id` is unique in the file.

    Texts are without inline codes, white space is folded.
    """

    id: str
    source: str
    target: str


def segments(stream: IO[bytes], name: str, *, source: str = "zh", target: str = EN) -> Iterator[Segment]:
    """The segments of the file `name`, in its order; those without a source text are left out.

    `source` and `target`, keys of `languages.EXPANSIONS`, choose among the languages of a TMX file.

    Raises `UnreadableFile` where the ending of `name` is none of SUFFIXES, or the file is not what it says.
    """
    suffix = name[name.rfind(".") :].casefold()
    if suffix not in SUFFIXES:
        raise unreadable(f"the ending of its name is none of {', '.join(SUFFIXES)}")
    if suffix == ".tmx":
        yield from of_tmx(stream, source=source, target=target)
    else:
        yield from _READERS[suffix](stream)


def of_xliff(stream: IO[bytes]) -> Iterator[Segment]:
    """XLIFF of any version. The id of a segment is that of its unit, with the segment's own after a slash.

    From the second `file` on, ids begin with the number of the file.
    """
    files: list[object] = []
    for element in elements(stream, ("xliff",), ("trans-unit", "unit")):
        if name_of(element) == "xliff":
            continue
        file = _ancestor(element, "file")
        if file is not None and (not files or files[-1] is not file):
            files.append(file)
        prefix = f"{len(files)}/" if len(files) > 1 else ""
        found = _of_unit_12(element) if name_of(element) == "trans-unit" else _of_unit_2(element)
        for part, original, translation in found:
            if original:
                yield Segment(prefix + element.get("id", "") + (f"/{part}" if part else ""), original, translation)


def of_tmx(stream: IO[bytes], *, source: str = "zh", target: str = EN) -> Iterator[Segment]:
    """TMX of any version: of each unit the first variant in either language; units without both are left out."""
    number = 0
    for unit in elements(stream, ("tmx",), ("tu",)):
        if name_of(unit) != "tu":
            continue
        number += 1
        by_language: dict[str, str] = {}
        for variant in unit:
            if name_of(variant) == "tuv":
                seg = next((child for child in variant if name_of(child) == "seg"), None)
                language = language_from(variant.get(XML_LANG) or variant.get("lang") or "")
                by_language.setdefault(language, _folded(seg))
        original, translation = (
            next((by_language[one] for one in EXPANSIONS[language] if by_language.get(one)), "")
            for language in (source, target)
        )
        if original and translation:
            yield Segment(unit.get("tuid") or str(number), original, translation)


def of_lines(stream: IO[bytes]) -> Iterator[Segment]:
    """Lines of source, tab, target, and what else; ids are line numbers."""
    text, _ = decoded(stream)
    try:
        for number, line in enumerate(_lines(text), 1):
            original, _, rest = line.partition("\t")
            original, translation = " ".join(original.split()), " ".join(rest.partition("\t")[0].split())
            if original:
                yield Segment(str(number), original, translation)
    finally:
        if not text.closed and not stream.closed:
            text.detach()


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise unreadable(f"a line is longer than {MAX_LINE} characters")
        yield line


MAX_LINE = 1_000_000
_READERS: dict[str, Callable[[IO[bytes]], Iterator[Segment]]] = {
    ".xlf": of_xliff,
    ".xliff": of_xliff,
    ".sdlxliff": of_xliff,
    ".mqxliff": of_xliff,
    ".tsv": of_lines,
    ".tab": of_lines,
    ".txt": of_lines,
}
SUFFIXES = (*_READERS, ".tmx")


def _ancestor(element: Element, name: str) -> Element | None:
    parent = element.getparent()
    while parent is not None and name_of(parent) != name:
        parent = parent.getparent()
    return parent


def _folded(element: Element | None) -> str:
    return " ".join(text_of(element).split()) if element is not None else ""


def _of_unit_12(unit: Element) -> Iterator[tuple[str, str, str]]:
    parts = {name_of(child): child for child in unit if name_of(child) in ("source", "seg-source", "target")}
    marked = {mark.get("mid", ""): mark for mark in _marks(parts.get("seg-source"))}
    if not marked:
        yield "", _folded(parts.get("source")), _folded(parts.get("target"))
        return
    translated = {mark.get("mid", ""): mark for mark in _marks(parts.get("target"))}
    for mid, mark in marked.items():
        yield mid, _folded(mark), _folded(translated.get(mid))


def _marks(element: Element | None) -> list[Element]:
    """The segments of a segmented source or target, wherever codes are between."""
    found = element.iter() if element is not None else ()
    return [mark for mark in found if name_of(mark) == "mrk" and mark.get("mtype") == "seg"]


def _of_unit_2(unit: Element) -> Iterator[tuple[str, str, str]]:
    found = [child for child in unit if name_of(child) == "segment"]
    for number, segment in enumerate(found, 1):
        texts = {name_of(child): _folded(child) for child in segment}
        part = segment.get("id") or (str(number) if len(found) > 1 else "")
        yield part, texts.get("source", ""), texts.get("target", "")
