"""Term tables as texts, and what is expected of them."""

import io

from termbase.exchange import term_table
from termbase.exchange.entry import Entry, EntryTerm, Problem
from termbase.exchange.keys import key_of

HEADER = "concept,language,text"
ENTRY = Entry("c1", terms=(EntryTerm("en", "office"),), line=2)


def unnamed(terms, line):
    return Entry(key_of("", terms), terms=terms, line=line)


def read(text, encoding="utf-8"):
    return list(term_table.read(io.BytesIO(text.encode(encoding))))


def keyless(text, line):
    key = key_of("", (EntryTerm("en", text),))
    return Problem(line, key, "concept", f"has no key; it became {key}, and others likewise", refuses=False)
