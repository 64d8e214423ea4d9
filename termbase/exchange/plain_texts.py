"""The text of files that translators have open: plain text, Word documents, XLIFF with or without translations.

Nothing is kept of a file but its text; it is read in memory.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from termbase.errors import UnreadableFile
from termbase.exchange.segments import of_xliff

SUFFIXES = (".txt", ".docx", ".xlf", ".xliff")
MAX_XML_BYTES = 20_000_000
"""Of the text part of a file, unpacked: what is packed may grow a thousandfold."""

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
        pairs = list(of_xliff(io.BytesIO(content)))
        translated = any(pair.target for pair in pairs)
        return PlainText(tuple(pair.source for pair in pairs), tuple(pair.target for pair in pairs if translated))
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
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable("is not text in UTF-8, UTF-16 or GB 18030")


def _part(content: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(name) as stream:
            # What the archive says of sizes is not to be believed.
            part = stream.read(MAX_XML_BYTES + 1)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise _unreadable("is not a Word document") from error
    if len(part) > MAX_XML_BYTES:
        raise _unreadable("holds too long a text")
    return part


def _parsed(content: bytes) -> Element:
    if len(content) > MAX_XML_BYTES:
        raise _unreadable("holds too long a text")
    try:
        # ElementTree reads no other file, and expat stops entities that blow up.
        return ElementTree.fromstring(content)  # noqa: S314
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


def _unreadable(problem: str) -> UnreadableFile:
    return UnreadableFile(f"The file {problem}.", fields={"file": [problem]})
