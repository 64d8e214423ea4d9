"""TBX that the official schemas accept: version 3 (ISO 30042:2019, DCA) as TBX-Basic and TBX-Linguist, and version 2.

All three hold everything. Version 2 is what most CAT tools still read: no namespace, `zh-CN` for Simplified Chinese.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from termbase.exchange.entry import Entry, EntryDefinition, EntryExample, EntryTerm
from termbase.exchange.languages import with_region
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import WriteOptions
from termbase.exchange.tbx_categories import EVERYTHING_MARK, EXAMPLE, RELATIONS, STATUSES, TERM_TYPES, plain_note
from termbase.exchange.xml_writing import DECLARATION, escaped, is_writable, writable

_V3 = "urn:iso:std:iso:30042:ed-2"


@dataclass(frozen=True, slots=True)
class _Dialect:
    """The names of the elements, and what else tells a dialect from the others."""

    concept: str
    language: str
    term: str
    is_v2: bool = False
    has_reading: bool = False

    def code(self, language: str, options: WriteOptions) -> str:
        """How the dialect names a language."""
        return with_region(language, options.chinese) if self.is_v2 else language


_BASIC = _Dialect("conceptEntry", "langSec", "termSec")
_LINGUIST = _Dialect("conceptEntry", "langSec", "termSec", has_reading=True)
_MARTIF = _Dialect("termEntry", "langSet", "tig", is_v2=True)


def write_basic(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """TBX-Basic of version 3; a reading is a note in it."""
    return _write(stream, entries, options, _BASIC, _head("TBX-Basic", options), "</body></text></tbx>\n")


def write_linguist(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """TBX-Linguist of version 3, which has a category for the reading."""
    return _write(stream, entries, options, _LINGUIST, _head("TBX-Linguist", options), "</body></text></tbx>\n")


def write_v2(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """TBX-Basic of version 2 (martif)."""
    head = (
        f'{DECLARATION}<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">\n'
        '<martif type="TBX-Basic" xml:lang="en">\n<martifHeader><fileDesc>'
        f"<titleStmt><title>{escaped(options.title)}</title></titleStmt>{_source_desc(options)}</fileDesc>"
        '<encodingDesc><p type="XCSURI">TBXBasicXCSV02.xcs</p></encodingDesc></martifHeader>\n<text><body>\n'
    )
    return _write(stream, entries, options, _MARTIF, head, "</body></text></martif>\n")


def _head(dialect: str, options: WriteOptions) -> str:
    return (
        f'{DECLARATION}<tbx xmlns="{_V3}" type="{dialect}" style="dca" xml:lang="en">\n<tbxHeader><fileDesc>'
        f"<titleStmt><title>{escaped(options.title)}</title></titleStmt>{_source_desc(options)}</fileDesc></tbxHeader>\n"
        "<text><body>\n"
    )


def _source_desc(options: WriteOptions) -> str:
    made = f"<p>{options.made_at.isoformat(timespec='seconds')}</p>" if options.made_at else ""
    return f"<sourceDesc><p>{EVERYTHING_MARK}</p>{made}</sourceDesc>"


def _write(
    stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions, dialect: _Dialect, head: str, foot: str
) -> Losses:
    losses = Losses()
    stream.write(head.encode())
    for entry in entries:
        if not entry.terms:
            losses.add("concept", LossReason.NO_TERM)
            continue
        text = "\n".join(_concept(entry, dialect, options))
        if not is_writable(text):
            text = "\n".join(_concept(writable(entry, losses), dialect, options))
        stream.write(f"{text}\n".encode())
    stream.write(foot.encode())
    return losses


def _concept(entry: Entry, dialect: _Dialect, options: WriteOptions) -> Iterator[str]:
    by_language: dict[str, list[EntryTerm]] = defaultdict(list)
    for term in entry.terms:
        by_language[term.language].append(term)
    yield f'<{dialect.concept} id="{entry.key}">'
    if entry.subject_field:
        yield f' <descrip type="subjectField">{escaped(entry.subject_field)}</descrip>'
    for definition in entry.definitions:
        # A language section must have a term.
        if definition.language not in by_language:
            yield " " + _definition(definition, f' xml:lang="{dialect.code(definition.language, options)}"')
    yield from _relations(entry, options)
    yield from _notes(1, {"withdrawn at": entry.withdrawn_at, "replaced by": entry.replaced_by}, entry.note)
    for language, terms in by_language.items():
        yield f' <{dialect.language} xml:lang="{dialect.code(language, options)}">'
        yield from ("  " + _definition(found) for found in entry.definitions if found.language == language)
        for term in terms:
            yield from _term(term, entry, dialect)
        yield f" </{dialect.language}>"
    yield f"</{dialect.concept}>"


def _relations(entry: Entry, options: WriteOptions) -> Iterator[str]:
    for relation in entry.relations:
        label = RELATIONS[relation.relation_type]
        if relation.target in options.keys:
            yield f' <ref type="crossReference" target="{relation.target}">{label}</ref>'
        else:
            # A reference that leads out of the file would be none.
            yield f" <note>{label}: {relation.target}</note>"


def _term(term: EntryTerm, entry: Entry, dialect: _Dialect) -> Iterator[str]:
    yield f"  <{dialect.term}><term>{escaped(term.text)}</term>"
    yield f'   <termNote type="termType">{TERM_TYPES[term.term_type]}</termNote>'
    yield f'   <termNote type="partOfSpeech">{term.part_of_speech}</termNote>'
    yield f'   <termNote type="administrativeStatus">{STATUSES[term.administrative_status]}</termNote>'
    if term.geographical_usage:
        yield f'   <termNote type="geographicalUsage">{escaped(term.geographical_usage)}</termNote>'
    if term.source:
        yield f'   <admin type="source">{escaped(term.source)}</admin>'
    if term.reading and dialect.has_reading:
        yield f'   <admin type="reading">{escaped(term.reading)}</admin>'
    examples = [found for found in entry.examples if (found.language, found.term) == (term.language, term.text)]
    yield from ("   " + _example(example, dialect) for example in examples)
    labels = {
        "reading": "" if dialect.has_reading else term.reading,
        "usage note": term.usage_note,
        "reliability": str(term.reliability),
        "review status": term.review_status,
        "rejection reason": term.rejection_reason,
    }
    if dialect.is_v2:
        labels |= {f"{EXAMPLE} {n}": example.translation for n, example in enumerate(examples, 1)}
    yield from _notes(3, labels, term.note)
    yield f"  </{dialect.term}>"


def _definition(definition: EntryDefinition, language: str = "") -> str:
    return _described(f'<descrip type="definition"{language}>{escaped(definition.text)}</descrip>', definition.source)


def _example(example: EntryExample, dialect: _Dialect) -> str:
    note = f"<note>{escaped(example.translation)}</note>" if example.translation and not dialect.is_v2 else ""
    return _described(f'<descrip type="context">{escaped(example.text)}</descrip>', example.source, note)


def _described(descrip: str, source: str, note: str = "") -> str:
    if source:
        note = f'<admin type="source">{escaped(source)}</admin>{note}'
    return f"<descripGrp>{descrip}{note}</descripGrp>" if note else descrip


def _notes(indent: int, labels: dict[str, str], note: str) -> Iterator[str]:
    for label, value in labels.items():
        if value:
            yield f"{' ' * indent}<note>{label}: {escaped(value)}</note>"
    if note:
        yield f"{' ' * indent}<note>{escaped(plain_note(note))}</note>"
