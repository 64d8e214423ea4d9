"""Any file that a document may come in, into blocks: what kind it is, in which encoding, what is wrong with it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from termbase.harvest.clean import Block, clean
from termbase.harvest.formats import pdf, web_page, word
from termbase.harvest.formats.refusal import MAX_BYTES, MAX_CHARACTERS, refused
from termbase.text.encodings import Decoded, UnknownEncoding, decode

_SIGNS = {b"%PDF-": ".pdf", b"PK\x03\x04": ".docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ".doc"}
_TEXTS = (".txt", ".html", ".htm")


@dataclass(frozen=True, slots=True)
class File:
    """A file to be read; `encoding` is one of `text.encodings.ENCODINGS`, or empty to have it recognised."""

    name: str
    content: bytes
    encoding: str = ""

    @property
    def suffix(self) -> str:
        """What its name ends with, in small letters."""
        return PurePath(self.name).suffix.lower()

    @property
    def sha256(self) -> str:
        """The digest by which the same bytes are known again."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Text:
    """What a file says: its blocks, the title it gives itself, the encoding it was read in; "" where it has none."""

    blocks: list[Block]
    title: str = ""
    encoding: str = ""


def read(file: File) -> Text:
    """The blocks of a file. Raises `UnreadableFile`, with what is wrong and which field may mend it."""
    check(file)
    text = _READERS[file.suffix](file)
    if not text.blocks:
        raise refused("holds no text")
    return text


def check(file: File) -> None:
    """Raise `UnreadableFile` for a file that need not be read to be refused: unknown, empty, huge, not what it says."""
    if file.suffix not in _READERS:
        raise refused(f"is none of {', '.join(_READERS)}")
    check_size(len(file.content))
    if not file.content.strip(b"\0 \t\r\n"):
        raise refused("is empty")
    found = next((kind for sign, kind in _SIGNS.items() if file.content.startswith(sign)), "")
    if found == ".doc":
        raise refused("is encrypted, or of an older kind of Word; save it as .docx without a password")
    if found != (file.suffix if file.suffix not in _TEXTS else "") and not (file.suffix == ".pdf" and not found):
        raise refused("is not what its name says")
    if file.suffix in _TEXTS:
        _decoded(file)


def check_size(size: int) -> None:
    """Raise `UnreadableFile` for a file of more bytes than is read."""
    if size > MAX_BYTES:
        raise refused(f"is longer than {MAX_BYTES // 1_000_000} MB")


def _decoded(file: File) -> Decoded:
    try:
        asked = file.encoding or (web_page.declared_encoding(file.content) if file.suffix != ".txt" else "")
        try:
            decoded = decode(file.content, asked)
        except UnknownEncoding:
            if file.encoding:
                raise
            # Pages that say a wrong encoding are many.
            decoded = decode(file.content)
    except UnknownEncoding as error:
        possible = f"; say which it is: {', '.join(error.possible)}" if error.possible else ""
        raise refused(f"{error}{possible}", "file" if error.binary else "encoding") from error
    if len(decoded.text) > MAX_CHARACTERS:
        raise refused("holds too long a text")
    return decoded


def _plain(file: File) -> Text:
    decoded = _decoded(file)
    return Text(clean(decoded.text), encoding=decoded.encoding)


def _web_page(file: File) -> Text:
    decoded = _decoded(file)
    blocks, title = web_page.blocks_of(decoded.text)
    return Text(blocks, title, decoded.encoding)


_READERS: dict[str, Callable[[File], Text]] = {
    ".txt": _plain,
    ".docx": lambda file: Text(word.blocks_of(file.content)),
    ".pdf": lambda file: Text(clean(pdf.text_of(file.content))),
    ".html": _web_page,
    ".htm": _web_page,
}
SUFFIXES = tuple(_READERS)
"""Of the files that are read."""
