"""OmegaT glossaries (.utf8, .txt): source, target and comment, parted by tabs, without any quoting.

A comment begins with the concept's key, and for a source form that is not to be used goes on with its status: the
target is what to use. A second line, which OmegaT takes for a comment, names the languages and tells `read` that this
is so.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import IO

from termbase.errors import UnreadableFile
from termbase.exchange.encodings import UTF_8, lines, opened, seekable
from termbase.exchange.entry import Entry, EntryTerm, Problem, Read
from termbase.exchange.keys import key_of
from termbase.exchange.languages import by_script, language_from
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import ReadOptions, WriteOptions
from termbase.exchange.pairs import ADMITTED, PREFERRED, Pair, one_line, sides
from termbase.vocabulary import AdministrativeStatus

HOLDS = frozenset({"concept", "language", "text", "usage_note"})
_HEAD = "# Glossary in tab-separated format -*- coding: utf-8 -*-"
_OURS = re.compile(r"# termbase: (\S+) > (\S+)")
_CODING = re.compile(rb"-\*-\s*coding:\s*([\w.-]+)\s*-\*-")
_NOT_TO_USE = (AdministrativeStatus.DEPRECATED.value, AdministrativeStatus.SUPERSEDED.value)


def write(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """Every source form with the target to use, also one not to be used; then further targets that may be used."""
    losses = Losses()
    head = f"{_HEAD}\n# termbase: {options.source} > {options.target}\n"
    stream.write(head.encode())
    watched = losses.watched(entries, HOLDS)
    for side in sides(watched, options, losses, sources=AdministrativeStatus.values, targets=(PREFERRED, ADMITTED)):
        known: set[tuple[str, str]] = set()
        for pair in side.linked():
            cells = [pair.source.text, pair.target.text, _comment(pair, known)]
            stream.write(_line(cells, losses).encode())
    return losses


def _comment(pair: Pair, known: set[tuple[str, str]]) -> str:
    """The key, a status that warns, and the usage notes of the terms that stand here for the first time."""
    pieces = [pair.entry.key]
    if pair.source.administrative_status in _NOT_TO_USE:
        pieces.append(pair.source.administrative_status)
    for term in (pair.source, pair.target):
        if (term.language, term.text) not in known:
            pieces.append(term.usage_note)
            known.add((term.language, term.text))
    return "; ".join(filter(None, pieces))


def _line(cells: list[str], losses: Losses) -> str:
    plain = [one_line(cell) for cell in cells]
    for name, cell, written in zip(("text", "text", "usage_note"), cells, plain, strict=True):
        losses.add(name, LossReason.CHARACTERS, cell != written)
    # OmegaT looks for its comment mark before it takes white space off.
    guard = " " if plain[0].startswith("#") else ""
    return guard + "\t".join(plain).rstrip("\t") + "\n"


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    source: str
    target: str
    comment: str


@dataclass(slots=True)
class _Head:
    """What the comments of a file say."""

    source: str
    target: str
    ours: bool = False


def read(stream: IO[bytes], options: ReadOptions = ReadOptions()) -> Read:
    """An entry a line; lines of one concept that follow each other, in files written here, are one.

    The languages are those that the file names, else those that `options.languages` give for `source` and `target`,
    else those of the scripts. Raises `UnreadableFile` where no line has two texts.
    """
    with seekable(stream) as content, opened(content, options.encoding or _coding(content)) as (text, encoding):
        if encoding != UTF_8:
            yield Problem(1, "", "encoding", f"read as {encoding}", refuses=False)
        head = _Head(options.languages.get("source", ""), options.languages.get("target", ""))
        good = bad = False
        for item in _entries(_rows(lines(text), head), head):
            if isinstance(item, Entry) and not good and not (head.source and head.target):
                message = "the file does not name its languages: taken by script, Chinese as Simplified"
                yield Problem(1, "", "language", message, refuses=False)
            good = good or isinstance(item, Entry)
            bad = bad or isinstance(item, Problem)
            yield item
        if bad and not good:
            raise UnreadableFile("No line has two texts with a tab between them.")


def _coding(content: IO[bytes]) -> str:
    """What the comment in the first line says, if that is an encoding."""
    start = content.tell()
    found = _CODING.search(content.read(200).partition(b"\n")[0])
    content.seek(start)
    try:
        name = codecs.lookup(found[1].decode()).name if found else ""
    except LookupError:
        return ""
    # UTF-8 is what is tried first anyway, and a file that was converted later still says it.
    return "" if name == "utf-8" else name


def _rows(found: Iterable[str], head: _Head) -> Iterator[_Line | Problem]:
    for number, line in enumerate(found, start=1):
        if line.startswith("#"):
            if named := _OURS.fullmatch(line.strip()):
                head.source, head.target = language_from(named[1]), language_from(named[2])
                head.ours = True
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not any(cells):
            continue
        source, target, *comments = (*cells, "")
        if source and target:
            yield _Line(number, source, target, " ".join(filter(None, comments)))
        else:
            yield Problem(number, "", "text", "a source and a target with a tab between them are needed")


def _entries(rows: Iterable[_Line | Problem], head: _Head) -> Read:
    group: list[_Line] = []
    for row in rows:
        if isinstance(row, Problem):
            yield row
            continue
        if group and not (_key(row, head) and _key(row, head) == _key(group[0], head)):
            yield _entry(group, head)
            group = []
        group.append(row)
    if group:
        yield _entry(group, head)


def _key(row: _Line, head: _Head) -> str:
    key = row.comment.partition(";")[0].strip()
    return key if head.ours and re.fullmatch(r"\S+", key) else ""


def _entry(rows: list[_Line], head: _Head) -> Entry:
    key = _key(rows[0], head)
    terms: dict[tuple[str, str], EntryTerm] = {}
    for row in rows:
        status, comment = _comment_of(row, known=bool(key))
        source = EntryTerm(
            head.source or by_script(row.source),
            row.source,
            administrative_status=status or ADMITTED,
            usage_note=comment,
        )
        target = EntryTerm(head.target or by_script(row.target), row.target)
        if (source.language, source.text) in terms:
            target = replace(target, usage_note=comment)
        for term in (source, target):
            terms.setdefault((term.language, term.text), term)
    noted = any(term.usage_note for term in terms.values())
    given = {"language", "text", *(["concept"] if key else []), *(["usage_note"] if noted else [])}
    return Entry(
        key or key_of("", terms.values()), terms=tuple(terms.values()), line=rows[0].number, given=frozenset(given)
    )


def _comment_of(row: _Line, *, known: bool) -> tuple[str, str]:
    """The status that a comment written here begins with after the key, if any, and the rest."""
    if not known:
        return "", row.comment
    comment = row.comment.partition(";")[2].strip()
    first, _, rest = comment.partition(";")
    return (first, rest.strip()) if first in _NOT_TO_USE else ("", comment)
