"""Text files in whatever encoding they come: a byte-order mark decides, else what was declared, else what fits."""

import codecs
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import IO

from termbase.errors import UnreadableFile
from termbase.text.encodings import UnknownEncoding, decode

UTF_8 = "UTF-8"
_MARKS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_CODECS = {"UTF-8": "utf-8-sig"}
_BLOCK = 1 << 16
_SAMPLE = 200_000
_IN_MEMORY = 5_000_000
MAX_LINE = 2_000_000
"""In characters; no line that a format writes is longer."""


def text_of(stream: IO[bytes], declared: str = "") -> tuple[io.TextIOWrapper, str]:
    """`stream` as text with line ends untouched, and the name of the encoding that was taken.

    Without a mark and without `declared`, UTF-8 is taken where the whole file is that, else UTF-16 where its zero bytes
    show it, else GB18030. The file is read through for it, in blocks. Detach the wrapper to keep `stream` open.

    Raises `UnreadableFile` for an unknown or wrong `declared`, and where nothing fits.
    """
    content = stream if stream.seekable() else _copied(stream)
    start = content.tell()
    name = _by_mark(content.read(4)) or _declared(declared) or _detected(content, start)
    content.seek(start)
    wrapper = io.TextIOWrapper(content, encoding=_CODECS.get(name, name), newline="")
    return wrapper, name


@contextmanager
def opened(stream: IO[bytes], declared: str = "") -> Iterator[tuple[io.TextIOWrapper, str]]:
    """`text_of` for as long as it is read; leaves `stream` open. Raises `UnreadableFile` where it is other text."""
    with seekable(stream) as content:
        text, name = text_of(content, declared)
        try:
            yield text, name
        except UnicodeDecodeError as error:
            raise _unreadable(f"is not {name} (byte {error.start})") from error
        finally:
            # A reader left half-way may end after its file was closed.
            if not text.closed and not content.closed:
                text.detach()


def lines(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines with their ends, one in memory at a time; raises `UnreadableFile` for one longer than MAX_LINE."""
    number = 0
    while line := text.readline(MAX_LINE):
        number += 1
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            raise UnreadableFile(f"Line {number} is longer than {MAX_LINE} characters.")
        yield line


@contextmanager
def seekable(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """`stream` itself, or for as long as it is needed a copy of one that can be read only once."""
    content = stream if stream.seekable() else _copied(stream)
    try:
        yield content
    finally:
        if content is not stream:
            content.close()


def _copied(stream: IO[bytes]) -> IO[bytes]:
    copy = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    shutil.copyfileobj(stream, copy)
    copy.seek(0)
    return copy


def _by_mark(head: bytes) -> str:
    return next((name for mark, name in _MARKS if head.startswith(mark)), "")


def _declared(name: str) -> str:
    if not name:
        return ""
    try:
        known = codecs.lookup(name)
    except LookupError as error:
        raise _unreadable(f"“{name}” is not an encoding") from error
    # The codecs of base64 and their like make no text of bytes.
    if not getattr(known, "_is_text_encoding", True):
        raise _unreadable(f"“{name}” is not an encoding")
    return UTF_8 if known.name in ("utf-8", "utf-8-sig") else known.name.upper()


def _detected(stream: IO[bytes], start: int) -> str:
    stream.seek(start)
    head = stream.read(4096)
    if b"\0" in head:
        candidates = iter(["UTF-16-LE" if head[1::2].count(0) >= head[0::2].count(0) else "UTF-16-BE"])
    else:
        # Others are looked for where it is not UTF-8 alone.
        candidates = chain([UTF_8], _older(stream, start))
    for name in candidates:
        if _fits(stream, start, name):
            return name
    raise _unreadable("it is not text in UTF-8, UTF-16 or GB18030")


def _older(stream: IO[bytes], start: int) -> Iterator[str]:
    """GB18030, but where the beginning is Big5 for sure: nearly all bytes of the one are valid in the other."""
    stream.seek(start)
    sample = stream.read(_SAMPLE)
    try:
        found = decode(sample[: sample.rfind(b"\n") + 1] or sample).encoding
    except UnknownEncoding:
        found = ""
    yield from ("CP950", "BIG5HKSCS") if found == "big5" else ()
    yield "GB18030"


def _fits(stream: IO[bytes], start: int, name: str) -> bool:
    stream.seek(start)
    decoder = codecs.getincrementaldecoder(name)()
    try:
        while block := stream.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _unreadable(problem: str) -> UnreadableFile:
    return UnreadableFile(f"The file cannot be read: {problem}.", fields={"encoding": [problem]})
