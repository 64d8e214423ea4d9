"""Glossaries for machine translation: DeepL, Google Cloud, Azure. Preferred terms alone, one target a source.

What such a service refuses, or would do wrong with, stays behind and is in the report.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO

from termbase.exchange.entry import Entry
from termbase.exchange.languages import with_region
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import WriteOptions
from termbase.exchange.pairs import PREFERRED, one_line, pairs, sides
from termbase.text.languages import EXPANSIONS

HOLDS = frozenset({"language", "text"})
_UNLIMITED = 1 << 62


@dataclass(frozen=True, slots=True)
class Limits:
    """What a service takes: bytes of UTF-8 in a text and in the file, characters in the file."""

    text: int = _UNLIMITED
    file: int = _UNLIMITED
    characters: int = _UNLIMITED


DEEPL = Limits(text=1024, file=10 * 1024 * 1024)
GOOGLE = Limits(characters=10_000_000)
AZURE = Limits()


def write_deepl_tsv(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """Source and target, without headings."""
    return _write_pairs(stream, entries, options, DEEPL, _tsv)


def write_deepl_csv(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """Source, target and their languages, which DeepL knows without script or region; without headings."""
    codes = [language.partition("-")[0] for language in (options.source, options.target)]
    return _write_pairs(stream, entries, options, DEEPL, lambda cells: _csv([*cells, *codes]))


def write_google(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """The unidirectional kind: CSV of source and target, without headings."""
    return _write_pairs(stream, entries, options, GOOGLE, _csv)


def write_azure(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """For Document Translation: TSV of source and target, without headings."""
    return _write_pairs(stream, entries, options, AZURE, _tsv)


def write_google_sets(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """The equivalent term set: a column a language, headed by its code; each term stands once in its column.

    The columns for part of speech and description, which the service ignores, are left out.
    """
    losses = Losses()
    languages = [*EXPANSIONS[options.source], *EXPANSIONS[options.target]]
    sink = _Sink(stream, GOOGLE, losses, _csv)
    sink.write_line([with_region(language, options.chinese) for language in languages])
    seen: set[tuple[str, str]] = set()
    preferred = (PREFERRED,)
    for side in sides(losses.watched(entries, HOLDS), options, losses, sources=preferred, targets=preferred):
        texts = {term.language: sink.plain(term.text) for term in (*side.sources, *side.targets)}
        if seen.isdisjoint(texts.items()):
            seen.update(texts.items())
            sink.write([texts.get(language, "") for language in languages])
        else:
            losses.add("text", LossReason.HOMOGRAPH, len(texts))
    return losses


def _write_pairs(
    stream: IO[bytes],
    entries: Iterable[Entry],
    options: WriteOptions,
    limits: Limits,
    line_of: Callable[[Sequence[str]], str],
) -> Losses:
    losses = Losses()
    sink = _Sink(stream, limits, losses, line_of)
    seen: set[str] = set()
    for pair in pairs(losses.watched(entries, HOLDS), options, losses, synonyms=options.synonyms):
        source, target = sink.plain(pair.source.text), sink.plain(pair.target.text)
        if source in seen:
            losses.add("text", LossReason.HOMOGRAPH)
        elif source and target and sink.write([source, target]):
            seen.add(source)
    return losses


class _Sink:
    """Lines into a file, as long as the service takes them."""

    def __init__(
        self, stream: IO[bytes], limits: Limits, losses: Losses, line_of: Callable[[Sequence[str]], str]
    ) -> None:
        self._stream = stream
        self._limits = limits
        self._losses = losses
        self._line_of = line_of
        self._bytes = self._characters = 0

    def plain(self, text: str) -> str:
        """`text` without what no service takes."""
        plain = one_line(text)
        self._losses.add("text", LossReason.CHARACTERS, plain != text)
        return plain

    def write(self, cells: Sequence[str]) -> bool:
        """Write a line, if the service takes it."""
        taken = all(len(cell.encode()) <= self._limits.text for cell in cells) and self.write_line(cells)
        self._losses.add("text", LossReason.TOO_LONG, not taken)
        return taken

    def write_line(self, cells: Sequence[str]) -> bool:
        """Write a line, if the file still takes it."""
        line = self._line_of(cells)
        data = line.encode()
        if self._bytes + len(data) > self._limits.file or self._characters + len(line) > self._limits.characters:
            return False
        self._bytes += len(data)
        self._characters += len(line)
        self._stream.write(data)
        return True


def _tsv(cells: Sequence[str]) -> str:
    return "\t".join(cells) + "\n"


def _csv(cells: Sequence[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
