"""UTX 1.11 (AAMT): a glossary of two languages with part of speech and status, parted by tabs, without any quoting.

Rows of one concept share its id. The status that UTX knows is that of the pair; two columns of our own keep the status
of each term.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import IO

from termbase.errors import UnreadableFile
from termbase.exchange.encodings import UTF_8, lines, opened
from termbase.exchange.entry import Entry, EntryTerm, Problem, Read
from termbase.exchange.keys import KeyRemarks, key_of
from termbase.exchange.languages import language_from, with_region
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import ReadOptions, WriteOptions
from termbase.exchange.pairs import ADMITTED, PREFERRED, Pair, one_line, sides
from termbase.text.languages import EN, ZH_HANS, language_of
from termbase.vocabulary import AdministrativeStatus, PartOfSpeech

HOLDS = frozenset({"concept", "language", "text", "part_of_speech", "administrative_status", "usage_note"})
COLUMNS = (
    "src",
    "tgt",
    "src:pos",
    "tgt:pos",
    "src:comment",
    "tgt:comment",
    "term status",
    "src:status",
    "tgt:status",
    "concept ID",
)
_STATUSES = {
    AdministrativeStatus.PREFERRED.value: "approved",
    AdministrativeStatus.ADMITTED.value: "provisional",
    AdministrativeStatus.DEPRECATED.value: "non-standard",
    AdministrativeStatus.SUPERSEDED.value: "forbidden",
}
_READ_STATUSES = {name: status for status, name in _STATUSES.items()} | {
    "notrecommended": AdministrativeStatus.DEPRECATED.value,
    "obsolete": AdministrativeStatus.SUPERSEDED.value,
    "rejected": AdministrativeStatus.DEPRECATED.value,
}
_PARTS = {"propernoun": PartOfSpeech.NOUN.value} | {part: part for part in PartOfSpeech.values}
_FIELDS = {
    "src": "text",
    "src:pos": "part_of_speech",
    "tgt:pos": "part_of_speech",
    "src:comment": "usage_note",
    "tgt:comment": "usage_note",
    "term status": "administrative_status",
    "concept ID": "concept",
}
_COLUMNS = {name.casefold(): name for name in COLUMNS} | {
    "status": "term status",
    "comment": "src:comment",
    "pos": "src:pos",
}


def write(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """Every source term with the target to use, then the source to use with every further target; CRLF, UTF-8."""
    losses = Losses()
    stream.write(_head(options).encode())
    statuses = AdministrativeStatus.values
    for side in sides(losses.watched(entries, HOLDS), options, losses, sources=statuses, targets=statuses):
        known: set[tuple[str, str]] = set()
        for pair in side.linked():
            stream.write(_line(_row(pair, known), losses).encode())
    return losses


def _head(options: WriteOptions) -> str:
    source, target = (_code(language, options) for language in (options.source, options.target))
    parts = ["#UTX 1.11", f"{source}/{target}", *([options.made_at.isoformat()] if options.made_at else [])]
    title = one_line(options.title).replace(";", ",")
    return f"{'; '.join(parts)}; Dictionary ID: {title}\r\n#{chr(9).join(COLUMNS)}\r\n"


def _code(language: str, options: WriteOptions) -> str:
    return with_region(ZH_HANS if language == "zh" else language, options.chinese)


def _row(pair: Pair, known: set[tuple[str, str]]) -> dict[str, str]:
    """The cells of a pair; what a term has to say is said once."""
    row = {"concept ID": pair.entry.key, "src": pair.source.text, "tgt": pair.target.text}
    for side, term in (("src", pair.source), ("tgt", pair.target)):
        row[f"{side}:pos"] = term.part_of_speech
        row[f"{side}:status"] = _STATUSES[term.administrative_status]
        if (term.language, term.text) not in known:
            row[f"{side}:comment"] = term.usage_note
        known.add((term.language, term.text))
    # The weaker of the two: a pair is as good as its worse half.
    row["term status"] = max(row["src:status"], row["tgt:status"], key=list(_STATUSES.values()).index)
    return row


def _line(row: Mapping[str, str], losses: Losses) -> str:
    cells = []
    for name in COLUMNS:
        cell = row.get(name, "")
        plain = one_line(cell)
        losses.add("usage_note" if name.endswith("comment") else "text", LossReason.CHARACTERS, plain != cell)
        cells.append(plain)
    # A line of data must not look like one of the head.
    guard = " " if cells[0].startswith("#") else ""
    return guard + "\t".join(cells) + "\r\n"


@dataclass(frozen=True, slots=True)
class _Head:
    """What the lines before the data say: languages, blank where unknown, and columns by the names of COLUMNS."""

    languages: tuple[str, str]
    columns: tuple[str, ...]
    line: int


Row = tuple[int, Mapping[str, str]]
Lines = Iterable[tuple[int, str]]


def read(stream: IO[bytes], options: ReadOptions = ReadOptions()) -> Read:
    """Entries of UTX 1.00 to 1.20, in any encoding; rows of one concept stand together.

    Raises `UnreadableFile` where the first line is not that of UTX.
    """
    with opened(stream, options.encoding) as (text, encoding):
        if encoding != UTF_8:
            yield Problem(1, "", "encoding", f"read as {encoding}", refuses=False)
        numbered = enumerate(lines(text), start=1)
        head, rest = _read_head(numbered, options)
        for name in head.columns:
            if name and name not in COLUMNS:
                yield Problem(
                    head.line, "", name[:60], "is no known column; its values are kept in note", refuses=False
                )
        yield from _entries(_rows(rest, head), head)


def _read_head(numbered: Iterator[tuple[int, str]], options: ReadOptions) -> tuple[_Head, Lines]:
    """The head and the lines of data; the last line of the head with tabs names the columns."""
    _, first = next(numbered, (1, ""))
    if not re.match(r"#\s*UTX", first, re.IGNORECASE):
        raise UnreadableFile("The first line does not begin with #UTX.")
    names, at = ["src", "tgt", "src:pos"], 1
    for number, line in numbered:
        if not line.startswith("#"):
            return _head_of(names, _languages(first), at, options), chain([(number, line)], numbered)
        if "\t" in line:
            names, at = [name.strip() for name in line[1:].split("\t")], number
    return _head_of(names, _languages(first), at, options), ()


def _languages(line: str) -> tuple[str, str]:
    found = re.search(r";\s*([A-Za-z_-]+)\s*/\s*([A-Za-z_-]+)", line)
    return (language_from(found[1]), language_from(found[2])) if found else ("", "")


def _head_of(names: Sequence[str], languages: tuple[str, str], line: int, options: ReadOptions) -> _Head:
    """Columns such as `term:en`, of version 1.20, become those of a side."""
    named = dict.fromkeys(language for name in names if (language := language_from(name.partition(":")[2])))
    source, target, *_ = languages if all(languages) else (*named, "", "")
    sides_of = {source: "src", target: "tgt"}
    columns = []
    for name in names:
        what, _, of = name.partition(":")
        side = sides_of.get(language_from(of)) if language_from(of) else None
        own = what.casefold().removeprefix("term ")
        plain = (side if own == "term" else f"{side}:{own}") if side else name
        columns.append(_COLUMNS.get(plain.casefold(), name))
    given = options.languages
    return _Head((source or given.get("source", ""), target or given.get("target", "")), tuple(columns), line)


def _rows(numbered: Lines, head: _Head) -> Iterator[Row]:
    for number, line in numbered:
        cells = [cell.strip() for cell in line.split("\t")]
        row = {name: cell for name, cell in zip(head.columns, cells, strict=False) if cell not in ("", "-")}
        if row and not line.startswith("#"):
            yield number, row


def _entries(rows: Iterable[Row], head: _Head) -> Read:
    group: list[Row] = []
    remarks = KeyRemarks()
    for number, row in rows:
        if "src" not in row:
            yield Problem(number, row.get("concept ID", ""), "text", "the row has no source term")
            continue
        if group and not ("concept ID" in row and row["concept ID"] == group[0][1].get("concept ID")):
            yield from _entry(group, head, remarks)
            group = []
        group.append((number, row))
    if group:
        yield from _entry(group, head, remarks)


def _entry(rows: list[Row], head: _Head, remarks: KeyRemarks) -> Read:
    line, first = rows[0]
    name = first.get("concept ID", "")
    terms: dict[tuple[str, str], EntryTerm] = {}
    for _, row in rows:
        for term in _terms(row, head):
            before = terms.get((term.language, term.text))
            terms[term.language, term.text] = term if before is None else _merged(before, term)
    given = {_FIELDS[name] for _, row in rows for name in row if name in _FIELDS}
    if any(term.note for term in terms.values()):
        given.add("note")
    key = key_of(name, terms.values())
    if name:
        yield from remarks.of(line, name, key)
    yield Entry(key, terms=tuple(terms.values()), line=line, given=frozenset(given | {"language"}))


def _terms(row: Mapping[str, str], head: _Head) -> Iterator[EntryTerm]:
    notes = "\n".join(f"{name}: {value}" for name, value in row.items() if name not in COLUMNS)
    of_pair = _READ_STATUSES.get(row.get("term status", "").casefold(), ADMITTED)
    # What must not be used is the target; of the source nothing is said.
    of_sides = (of_pair if of_pair == PREFERRED else ADMITTED, of_pair)
    for side, language, status in zip(("src", "tgt"), head.languages, of_sides, strict=True):
        if side in row:
            yield EntryTerm(
                language or _by_script(row[side]),
                row[side],
                administrative_status=_READ_STATUSES.get(row.get(f"{side}:status", "").casefold(), status),
                part_of_speech=_PARTS.get(row.get(f"{side}:pos", "noun").casefold(), PartOfSpeech.OTHER.value),
                usage_note=row.get(f"{side}:comment", ""),
                note=notes if side == "src" else "",
            )


def _merged(before: EntryTerm, again: EntryTerm) -> EntryTerm:
    """A term that stands in two rows: as good as in its better one."""
    status = min(before.administrative_status, again.administrative_status, key=list(_STATUSES).index)
    note = before.usage_note or again.usage_note
    return replace(before, administrative_status=status, usage_note=note, note=before.note or again.note)


def _by_script(text: str) -> str:
    return ZH_HANS if language_of(text) == "zh" else EN
