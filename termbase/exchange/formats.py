"""The one table of formats that the API, the admin, the command line and the documentation share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from termbase.errors import InvalidInput
from termbase.exchange import (
    concept_rows,
    json_lines,
    mt_glossaries,
    multiterm,
    omegat,
    skos_files,
    tbx_reading,
    tbx_writing,
    term_rows,
    term_table,
    tmx,
    utx,
    workbooks,
)
from termbase.exchange.columns import Column
from termbase.exchange.entry import EVERYTHING, Entry, Read
from termbase.exchange.losses import Losses
from termbase.exchange.options import ReadOptions, WriteOptions

Reader = Callable[[IO[bytes], ReadOptions], Read]
"""Yields entries one by one and leaves the stream open. Raises `UnreadableFile` for the file as a whole."""
Writer = Callable[[IO[bytes], Iterable[Entry], WriteOptions], Losses]
"""Takes entries one by one, leaves the stream open and says what it could not write. Equal entries, equal bytes."""

Columns = Callable[[IO[bytes], ReadOptions], tuple[Column, ...]]
"""What the headings of a file are taken as. Raises `UnreadableFile` as the reader does."""

LOSSLESS = EVERYTHING - {"examples"}
"""The fields of a lossless format; examples belong to the documents, which are no part of an entry."""


_CSV = "text/csv; charset=utf-8"
_TSV = "text/tab-separated-values; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    columns: Columns | None = None

    def reader(self) -> Reader:
        """What reads it; raises `InvalidInput` where nothing does."""
        if self.read is None:
            raise InvalidInput(f"The format {self.name} is only written.", fields={"format": ["is only written"]})
        return self.read

    def writer(self) -> Writer:
        """What writes it; raises `InvalidInput` where nothing does."""
        if self.write is None:
            raise InvalidInput(f"The format {self.name} is only read.", fields={"format": ["is only read"]})
        return self.write

    @property
    def lossless(self) -> bool:
        """Whether an export read again gives the same entries."""
        return self.read is not None and self.write is not None and self.holds >= LOSSLESS


_TABLES = (
    Format(
        "csv",
        _("CSV, a row a term"),
        (".csv",),
        _CSV,
        term_table.HOLDS,
        term_table.read,
        term_table.write,
        columns=term_table.columns,
    ),
    Format(
        "csv-excel",
        _("CSV for a spreadsheet, a row a term"),
        (".csv",),
        _CSV,
        term_table.HOLDS,
        term_table.read,
        term_table.write_for_spreadsheets,
        columns=term_table.columns,
    ),
    Format(
        "tsv",
        _("TSV, a row a term"),
        (".tsv", ".tab"),
        _TSV,
        term_table.HOLDS,
        term_table.read,
        term_table.write_tsv,
        columns=term_table.columns,
    ),
    Format(
        "xlsx",
        _("Excel, a row a term"),
        (".xlsx",),
        _XLSX,
        term_rows.HOLDS,
        workbooks.read,
        workbooks.write_terms,
        columns=workbooks.columns,
    ),
    Format(
        "xlsx-concepts",
        _("Excel, a row a concept"),
        (".xlsx",),
        _XLSX,
        concept_rows.HOLDS,
        workbooks.read,
        workbooks.write_concepts,
        columns=workbooks.columns,
    ),
    Format(
        "jsonl",
        _("JSON Lines, everything"),
        (".jsonl", ".ndjson"),
        "application/jsonl; charset=utf-8",
        json_lines.HOLDS,
        json_lines.read,
        json_lines.write,
    ),
)
_XML = (
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
    Format(
        "multiterm",
        _("MultiTerm XML"),
        (".xml",),
        "application/xml",
        EVERYTHING,
        multiterm.read,
        multiterm.write,
        columns=multiterm.columns,
    ),
)
_GLOSSARIES = (
    Format("utx", _("UTX 1.11"), (".utx",), "text/plain; charset=utf-8", utx.HOLDS, utx.read, utx.write, directed=True),
    Format(
        "omegat",
        _("OmegaT glossary"),
        (".utf8", ".txt"),
        "text/plain; charset=utf-8",
        omegat.HOLDS,
        omegat.read,
        omegat.write,
        directed=True,
    ),
    *(
        Format(name, label, (suffix,), content_type, mt_glossaries.HOLDS, write=write, directed=True)
        for name, label, suffix, content_type, write in (
            ("deepl-tsv", _("DeepL glossary (TSV)"), ".tsv", _TSV, mt_glossaries.write_deepl_tsv),
            ("deepl-csv", _("DeepL glossary (CSV)"), ".csv", _CSV, mt_glossaries.write_deepl_csv),
            ("google", _("Google Cloud glossary, one direction"), ".csv", _CSV, mt_glossaries.write_google),
            ("google-sets", _("Google Cloud glossary, term sets"), ".csv", _CSV, mt_glossaries.write_google_sets),
            ("azure", _("Azure glossary"), ".tsv", _TSV, mt_glossaries.write_azure),
        )
    ),
)
_LINKED_DATA = (
    Format(
        "skos-turtle",
        _("SKOS (Turtle)"),
        (".ttl",),
        "text/turtle; charset=utf-8",
        skos_files.HOLDS,
        write=skos_files.write_turtle,
    ),
    Format(
        "skos-json-ld",
        _("SKOS (JSON-LD)"),
        (".jsonld",),
        "application/ld+json",
        skos_files.HOLDS,
        write=skos_files.write_json_ld,
    ),
)
FORMATS: tuple[Format, ...] = (*_TABLES, *_XML, *_GLOSSARIES, *_LINKED_DATA)


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
