"""The text of files that translators have open: plain text, Word documents, XLIFF with or without translations.

Nothing is kept of a file but its text; it is read in memory.
"""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from termbase.errors import UnreadableFile
from termbase.exchange import segments
from termbase.text.encodings import is_binary

SUFFIXES = (".txt", ".docx", ".xlf", ".xliff")
MAX_XML_BYTES = 20_000_000
"""Of the text part of a file, unpacked: what is packed may grow a thousandfold."""

MAX_DEPTH, MAX_ELEMENTS = 100, 500_000
"""Of the elements of a file: a tree takes a hundred times the room of the text it is made from."""

# What zipfile lets through of a file that is no sound archive.
_BROKEN_ARCHIVE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, KeyError, ValueError),
    *(RuntimeError, NotImplementedError, EOFError, OSError),
)

_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class PlainText:
    """The paragraphs of a text, and of its translation where the file has one: then both have equally many."""

    source: tuple[str, ...]
    target: tuple[str, ...] = ()


def read(name: str, content: bytes) -> PlainText:
    """The text of the file `name`.

    Raises `UnreadableFile` where its kind is not known or it is not what its name says.
    """
    suffix = name[name.rfind(".") :].lower()
    if suffix == ".txt":
        return PlainText(_paragraphs(_decoded(content)))
    if suffix == ".docx":
        return PlainText(tuple(_of_word(_parsed(_part(content, "word/document.xml")))))
    if suffix in (".xlf", ".xliff"):
        found = segments.of_xliff(io.BytesIO(content)).segments
        targets = tuple(_folded(segment.target) for segment in found)
        return PlainText(tuple(_folded(segment.source) for segment in found), targets if any(targets) else ())
    raise UnreadableFile(f"{name} is none of {', '.join(SUFFIXES)}.", fields={"file": ["is of an unknown kind"]})


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _decoded(content: bytes) -> str:
    """UTF-16 by its mark, else UTF-8, else what Chinese Windows writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not is_binary(text):
            return text
    raise _unreadable("is not text in UTF-8, UTF-16 or GB 18030")


def _part(content: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(name) as stream:
            # What the archive says of sizes is not to be believed.
            part = stream.read(MAX_XML_BYTES + 1)
    except _BROKEN_ARCHIVE as error:
        raise _unreadable("is not a Word document") from error
    if len(part) > MAX_XML_BYTES:
        raise _unreadable("holds too long a text")
    return part


class _Bounded(ElementTree.TreeBuilder):
    """Builds a tree that is neither deeper nor larger than that of a document can be."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._elements = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise _unreadable("holds too many or too deeply nested elements")
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(tag)


def _parsed(content: bytes) -> Element:
    if len(content) > MAX_XML_BYTES:
        raise _unreadable("holds too long a text")
    try:
        # ElementTree reads no other file, and expat stops entities that blow up.
        return ElementTree.fromstring(content, ElementTree.XMLParser(target=_Bounded()))  # noqa: S314
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise _unreadable("is not well-formed XML") from error


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _of_word(root: Element) -> Iterator[str]:
    """The paragraphs of a document in order, those in tables too; text that is deleted in revision mode is not."""
    for element in _without(root, "Fallback"):
        if _local(element) == "p":
            text = "".join(_runs(element)).strip()
            if text:
                yield text


def _runs(paragraph: Element) -> Iterator[str]:
    for child in paragraph:
        name = _local(child)
        if name == "t":
            yield child.text or ""
        elif name in ("tab", "br", "cr"):
            yield " "
        elif name not in ("p", "pPr", "Fallback", "txbxContent"):
            yield from _runs(child)


def _without(root: Element, unwanted: str) -> Iterator[Element]:
    yield root
    for child in root:
        if _local(child) != unwanted:
            yield from _without(child, unwanted)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _unreadable(problem: str) -> UnreadableFile:
    return UnreadableFile(f"The file {problem}.", fields={"file": [problem]})
