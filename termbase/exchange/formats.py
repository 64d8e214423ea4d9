"""The one table of formats that the API, the admin, the command line and the documentation share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from termbase.errors import InvalidInput
from termbase.exchange import multiterm, tbx_reading, tbx_writing, term_table, tmx
from termbase.exchange.entry import EVERYTHING, Entry, Read
from termbase.exchange.losses import Losses
from termbase.exchange.options import ReadOptions, WriteOptions

Reader = Callable[[IO[bytes], ReadOptions], Read]
"""Yields entries one by one and leaves the stream open. Raises `UnreadableFile` for the file as a whole."""
Writer = Callable[[IO[bytes], Iterable[Entry], WriteOptions], Losses]
"""Takes entries one by one, leaves the stream open and says what it could not write. Equal entries, equal bytes."""

LOSSLESS = EVERYTHING - {"examples"}
"""The fields of a lossless format; examples belong to the documents, which are no part of an entry."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    `suffixes` begin with a dot, the first one is written. `holds` are the fields, of `entry.FIELDS`, that come back
    when what was written is read. `directed` formats go from one language to the other.
    """

    name: str
    label: str | Promise
    suffixes: tuple[str, ...]
    content_type: str
    holds: frozenset[str]
    read: Reader | None = None
    write: Writer | None = None
    directed: bool = False

    @property
    def lossless(self) -> bool:
        """Whether an export read again gives the same entries."""
        return self.read is not None and self.write is not None and self.holds >= LOSSLESS


FORMATS: tuple[Format, ...] = (
    Format(
        "csv",
        _("CSV, a row a term"),
        (".csv",),
        "text/csv; charset=utf-8",
        term_table.HOLDS,
        term_table.read,
        term_table.write,
    ),
    Format(
        "tbx",
        _("TBX 3, Linguist"),
        (".tbx",),
        "application/x-tbx+xml",
        EVERYTHING,
        tbx_reading.read,
        tbx_writing.write_linguist,
    ),
    Format(
        "tbx-basic",
        _("TBX 3, Basic"),
        (".tbx",),
        "application/x-tbx+xml",
        EVERYTHING,
        tbx_reading.read,
        tbx_writing.write_basic,
    ),
    Format(
        "tbx2",
        _("TBX 2 (martif), for older tools"),
        (".tbx",),
        "application/x-tbx+xml",
        EVERYTHING,
        tbx_reading.read,
        tbx_writing.write_v2,
    ),
    Format("tmx", _("TMX 1.4b"), (".tmx",), "application/x-tmx+xml", tmx.HOLDS, None, tmx.write, directed=True),
    Format("multiterm", _("MultiTerm XML"), (".xml",), "application/xml", EVERYTHING, multiterm.read, multiterm.write),
)


def named(name: str) -> Format:
    """The format `name`; raises `InvalidInput` where there is none."""
    for kind in FORMATS:
        if kind.name == name:
            return kind
    known = ", ".join(kind.name for kind in FORMATS)
    raise InvalidInput(f"“{name}” is not one of the formats {known}.", fields={"format": [f"is not one of {known}"]})


def of_file(name: str) -> Format:
    """The format that a file's name tells, the first in the table with its ending; raises `InvalidInput`."""
    for kind in FORMATS:
        if name.casefold().endswith(kind.suffixes):
            return kind
    known = ", ".join(dict.fromkeys(suffix for kind in FORMATS for suffix in kind.suffixes))
    raise InvalidInput(f"The ending of “{name}” is none of {known}.", fields={"file": [f"does not end in {known}"]})
