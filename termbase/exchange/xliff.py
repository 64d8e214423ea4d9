"""XLIFF 2.0 and 2.1 with the known terms marked: nothing else of the file changes.

Each term in a source becomes an annotation (`mrk`, or `sm` and `em` where inline codes cross it), and each unit gets
the concepts in it as entries of the glossary module.
"""

import io
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
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
        self.numbers: dict[str, int] = {}
        self.entries: dict[tuple[str, str], tuple[Found, str]] = {}

    def mark(self, found: Sequence[Sequence[Found]]) -> None:
        """Mark these terms, by text, and put them into the glossary."""
        for source, several in zip(self.sources, found, strict=True):
            places = _apart(several, source.taken)
            marks = [self.new_id("tb") for _ in places]
            for terms, mark in zip(places.values(), marks, strict=True):
                for term in terms:
                    self.entries.setdefault((term.concept, term.term), (term, mark))
            source.annotate(zip(places, marks, strict=True))
        if self.entries:
            self.add_glossary()

    def new_id(self, prefix: str) -> str:
        """An id that the unit has not yet."""
        number = self.numbers.get(prefix, 0) + 1
        while f"{prefix}{number}" in self.ids:
            number += 1
        self.numbers[prefix] = number
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


def _apart(found: Sequence[Found], taken: Sequence[int]) -> dict[tuple[int, int], list[Found]]:
    """The terms by place, without places that overlap one before them, or one that is a term already.

    A term without an equivalent and a definition would make no valid entry.
    """
    places: dict[tuple[int, int], list[Found]] = {}
    at = 0
    for term in found:
        place = (term.start, term.end)
        free = term.start >= at and not any(taken[term.start : term.end])
        if (free or place in places) and (term.equivalents or term.definition):
            places.setdefault(place, []).append(term)
            at = max(at, term.end)
    return places


@dataclass(frozen=True, slots=True)
class _Piece:
    """A string of a source, which begins there in the source's text: the text of `owner`, or what follows it."""

    owner: Element
    is_tail: bool
    start: int
    text: str

    def replace(self, news: Sequence[tuple[int, int, Element]]) -> None:
        """Put elements, in order, in the place of what stands at [start, end) of the source's text.

        From the end, each before the one put there last: a file may have a hundred thousand terms in one string.
        """
        parent: Any = self.owner
        rest = len(self.text)
        self._set("")
        for start, end, new in reversed(news):
            new.tail = self.text[end - self.start : rest]
            rest = start - self.start
            if self.is_tail:
                parent.addnext(new)
            else:
                parent.insert(0, new)
        self._set(self.text[:rest])

    def _set(self, text: str) -> None:
        if self.is_tail:
            self.owner.tail = text
        else:
            self.owner.text = text


class _Source:
    """A source element as one text, with the way back to its strings.

    `taken` has a byte for each character of the text: 1 where it is marked as part of a term.
    """

    def __init__(self, element: Element) -> None:
        self._pieces: list[_Piece] = []
        marked: list[tuple[int, int]] = []
        self.text = "".join(self._walk(element, 0, marked))
        self.taken = bytearray(len(self.text))
        for start, end in marked:
            self.taken[start:end] = b"\1" * (end - start)

    def _walk(self, element: Element, at: int, marked: list[tuple[int, int]]) -> Iterator[str]:
        """The strings; `marked` collects the spans that are marked as terms."""
        strings = self._string(element, False, at)
        yield strings
        at += len(strings)
        for child in element:
            if name_of(child):
                start = at
                for string in self._walk(child, at, marked):
                    yield string
                    at += len(string)
                if name_of(child) == "mrk" and child.get("type") == "term":
                    marked.append((start, at))
            tail = self._string(child, True, at)
            yield tail
            at += len(tail)

    def _string(self, owner: Element, is_tail: bool, at: int) -> str:
        text = (owner.tail if is_tail else owner.text) or ""
        if text:
            self._pieces.append(_Piece(owner, is_tail, at, text))
        return text

    def annotate(self, marks: Iterable[tuple[tuple[int, int], str]]) -> None:
        """Mark places of the text, in order and apart from one another, as terms, each with its id."""
        starts = [piece.start for piece in self._pieces]
        news: dict[int, list[tuple[int, int, Element]]] = {}
        for (start, end), identifier in marks:
            first, last = bisect_right(starts, start) - 1, bisect_left(starts, end) - 1
            if first == last:
                mark = etree.Element(f"{_CORE}mrk", id=identifier, type="term")
                mark.text = self.text[start:end]
                news.setdefault(first, []).append((start, end, mark))
            else:
                opening = etree.Element(f"{_CORE}sm", id=identifier, type="term")
                news.setdefault(first, []).append((start, start, opening))
                closing = etree.Element(f"{_CORE}em", startRef=identifier)
                news.setdefault(last, []).append((end, end, closing))
        for at, several in news.items():
            self._pieces[at].replace(several)
