"""XLIFF 2.0 and 2.1 with the known terms marked: nothing else of the file changes.

Each term in a source becomes an annotation (`mrk`, or `sm` and `em` where inline codes cross it), and each unit gets
the concepts in it as entries of the glossary module.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from termbase.exchange.languages import language_from
from termbase.exchange.xml_reading import Element, name_of, tree, unreadable
from termbase.text.languages import counterpart

CORE = "urn:oasis:names:tc:xliff:document:2.0"
GLOSSARY = "urn:oasis:names:tc:xliff:glossary:2.0"
MAX_BYTES = 50_000_000

_CORE, _GLOSSARY = f"{{{CORE}}}", f"{{{GLOSSARY}}}"


@dataclass(frozen=True, slots=True)
class Found:
    """A term in a text, at the code points [start, end), of the concept `concept` (its key)."""

    start: int
    end: int
    concept: str
    term: str
    equivalents: tuple[str, ...] = ()
    definition: str = ""


Find = Callable[[Sequence[str], str, str], Sequence[Sequence[Found]]]
"""Of texts, their language and the one wanted (keys of `languages.EXPANSIONS`): the terms in each text, by position."""


def with_terms(content: bytes, find: Find) -> bytes:
    """The file with its terms marked; a place that is marked as a term already stays as it is.

    Raises `UnreadableFile` for what is not XLIFF 2.0 or 2.1, is not safe, or has no source language of the termbase.
    """
    document = tree(content, ("xliff",), MAX_BYTES)
    root = document.getroot()
    if etree.QName(root).namespace != CORE:
        raise unreadable("it is XLIFF of another version than 2.0 and 2.1")
    source, target = _languages(root)
    units = [_Unit(unit) for unit in root.iter(f"{_CORE}unit")]
    texts = [text for unit in units for text in unit.texts]
    found = iter(find(texts, source, target))
    for unit in units:
        unit.mark([next(found) for _ in unit.texts])
    buffer = io.BytesIO()
    info = document.docinfo
    document.write(buffer, encoding=info.encoding or "UTF-8", xml_declaration=True, standalone=info.standalone)  # type: ignore[arg-type]
    return buffer.getvalue()


def _languages(root: Element) -> tuple[str, str]:
    source = language_from(root.get("srcLang", ""))
    if not source:
        raise unreadable(f"its source language “{root.get('srcLang', '')[:40]}” is none of the termbase's")
    return "zh" if source.startswith("zh") else source, language_from(root.get("trgLang", "")) or counterpart(source)


class _Unit:
    """A unit, and the plain texts of its sources."""

    def __init__(self, unit: Element) -> None:
        self.unit = unit
        self.sources = [_Source(element) for element in unit.iterfind(f"{_CORE}segment/{_CORE}source")]
        self.texts = [source.text for source in self.sources]
        self.ids = {element.get("id") for element in unit.iter() if element.get("id")}
        self.entries: dict[tuple[str, str], tuple[Found, str]] = {}

    def mark(self, found: Sequence[Sequence[Found]]) -> None:
        """Mark these terms, by text, and put them into the glossary."""
        for source, several in zip(self.sources, found, strict=True):
            places = _apart(several, source.taken)
            marks = [self.new_id("tb") for _ in places]
            for terms, mark in zip(places.values(), marks, strict=True):
                for term in terms:
                    self.entries.setdefault((term.concept, term.term), (term, mark))
            # From the end, so that what stands before keeps its place.
            for (start, end), mark in zip(reversed(places), reversed(marks), strict=True):
                source.annotate(start, end, mark)
        if self.entries:
            self.add_glossary()

    def new_id(self, prefix: str) -> str:
        """An id that the unit has not yet."""
        number = 1
        while f"{prefix}{number}" in self.ids:
            number += 1
        self.ids.add(f"{prefix}{number}")
        return f"{prefix}{number}"

    def add_glossary(self) -> None:
        """The entries, in the unit's glossary or a new one."""
        glossary = self.unit.find(f"{_GLOSSARY}glossary")
        if glossary is None:
            glossary = etree.Element(f"{_GLOSSARY}glossary", nsmap={"gls": GLOSSARY})
            self.unit.insert(0, glossary)
        for found, mark in self.entries.values():
            entry = etree.SubElement(glossary, f"{_GLOSSARY}glossEntry", id=self.new_id("tbg"), ref=f"#{mark}")
            etree.SubElement(entry, f"{_GLOSSARY}term", source=found.concept).text = found.term
            for equivalent in found.equivalents:
                etree.SubElement(entry, f"{_GLOSSARY}translation", source=found.concept).text = equivalent
            if found.definition:
                etree.SubElement(entry, f"{_GLOSSARY}definition").text = found.definition


def _apart(found: Sequence[Found], taken: Sequence[tuple[int, int]]) -> dict[tuple[int, int], list[Found]]:
    """The terms by place, without places that overlap one before them, or one that is a term already.

    A term without an equivalent and a definition would make no valid entry.
    """
    places: dict[tuple[int, int], list[Found]] = {}
    at = 0
    for term in found:
        place = (term.start, term.end)
        free = term.start >= at and all(term.end <= start or term.start >= end for start, end in taken)
        if (free or place in places) and (term.equivalents or term.definition):
            places.setdefault(place, []).append(term)
            at = max(at, term.end)
    return places


@dataclass(slots=True)
class _Piece:
    """A string of a source: the text of `owner`, or what follows it."""

    owner: Element
    is_tail: bool
    start: int

    def split(self, at: int) -> str:
        """Cut the string at this offset of the source's text; what was behind."""
        offset = at - self.start
        text = (self.owner.tail if self.is_tail else self.owner.text) or ""
        if self.is_tail:
            self.owner.tail = text[:offset]
        else:
            self.owner.text = text[:offset]
        return text[offset:]

    def insert(self, new: Element) -> None:
        """Put an element behind the string."""
        parent: Any = self.owner.getparent() if self.is_tail else self.owner
        parent.insert(parent.index(self.owner) + 1 if self.is_tail else 0, new)


class _Source:
    """A source element as one text, with the way back to its strings."""

    def __init__(self, element: Element) -> None:
        self.pieces: list[_Piece] = []
        self.taken: list[tuple[int, int]] = []
        self.text = "".join(self._walk(element, 0))

    def _walk(self, element: Element, at: int) -> Iterator[str]:
        """The strings; `taken` collects the spans that are marked as terms."""
        strings = self._string(element, False, at)
        yield strings
        at += len(strings)
        for child in element:
            if name_of(child):
                start = at
                for string in self._walk(child, at):
                    yield string
                    at += len(string)
                if name_of(child) == "mrk" and child.get("type") == "term":
                    self.taken.append((start, at))
            tail = self._string(child, True, at)
            yield tail
            at += len(tail)

    def _string(self, owner: Element, is_tail: bool, at: int) -> str:
        text = (owner.tail if is_tail else owner.text) or ""
        if text:
            self.pieces.append(_Piece(owner, is_tail, at))
        return text

    def annotate(self, start: int, end: int, identifier: str) -> None:
        """Mark [start, end) of the text as a term; what is behind `end` may have been annotated before."""
        first = next(piece for piece in reversed(self.pieces) if piece.start <= start)
        last = next(piece for piece in reversed(self.pieces) if piece.start < end)
        if first is last:
            mark = etree.Element(f"{_CORE}mrk", id=identifier, type="term")
            tail = first.split(end)
            mark.text = first.split(start)
            mark.tail = tail
            first.insert(mark)
            return
        closing = etree.Element(f"{_CORE}em", startRef=identifier)
        closing.tail = last.split(end)
        last.insert(closing)
        opening = etree.Element(f"{_CORE}sm", id=identifier, type="term")
        opening.tail = first.split(start)
        first.insert(opening)
