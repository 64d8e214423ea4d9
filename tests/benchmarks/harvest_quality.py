"""How good the candidates are: `python -m tests.benchmarks.harvest_quality SHARED [TEXT WORKSHEET]… [--learn FILE]`.

SHARED holds `documents/` and `worksheets/`. Each document with a worksheet is kept aside in turn: the weights are
learned from the others, and what is found in it is compared with what a terminologist listed. *Cold* is an empty
termbase, *warm* one with the terms of the other documents. A further TEXT (from a PDF, UTF-8) with its WORKSHEET is
measured with the weights of all of SHARED. A/CONF.234/7 has no worksheet: the terms of the shipped termbase that stand
in it stand in for one when weights are learned, and no figure is given for it.

K is the number of tier A and B terms to be found. *A* and *AB* are the shares of the terms of these tiers that are
among the first K or 2K, in any listed form; *precision* is the share of the first K or 2K that are listed, of any tier,
variants too. Warm, a term is to be found where no form of it is known; *of K of the sheet* it is among as many as the
sheet has of tiers A and B, known ones too. *With the known* is what a terminologist has in hand: the known terms of the
document first, then the candidates, in a list of the length K or 2K of the whole sheet.

The baseline is the common approach: noun phrases by jieba's parts of speech, ranked by C-value. `--learn FILE` writes
the weights learned from all documents. Prints Markdown.
"""

import argparse
import csv
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from math import log2
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import django

django.setup()

from termbase.harvest.candidates.finding import rank  # noqa: E402
from termbase.harvest.candidates.learning import Material, learn  # noqa: E402
from termbase.harvest.candidates.reading import ENUMERATION, Line, Reading, read  # noqa: E402
from termbase.harvest.candidates.sharing import Shared  # noqa: E402
from termbase.harvest.candidates.values import Known, KnownTerm, Paragraph  # noqa: E402
from termbase.harvest.candidates.weights import Weights, write_weights  # noqa: E402
from termbase.harvest.clean import clean  # noqa: E402
from termbase.text.normalise import normalise  # noqa: E402
from termbase.vocabulary import PassageKind  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
UNLISTED = "001"
WEIGHT_OF_TIER = {"A": 3.0, "B": 1.5, "C": 0.7}
_PHRASE = re.compile(r"(?:n\w*|vn|an|a|b|j|l|i|v)+")
SHEET = "warm, of K of the sheet"
ORIGIN = """Weights of the signals of a candidate, the strongest first; `manage.py learn_weights` makes them anew.
{learned}
What the signals are: docs/harvest.md."""


@dataclass(frozen=True)
class Entry:
    """A line of a worksheet: its tier and the keys of its forms."""

    tier: str
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """A document with what a terminologist listed in it."""

    name: str
    reading: Reading
    entries: tuple[Entry, ...]

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all listed forms."""
        return frozenset(chain.from_iterable(entry.forms for entry in self.entries))


def main() -> None:
    """Measure each document, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("aside", type=Path, nargs="*")
    parser.add_argument("--learn", type=Path)
    arguments = parser.parse_args()
    documents = documents_of(arguments.shared)
    if arguments.learn:
        write(arguments.learn, documents)
        return
    print("| document | termbase | K | ranking | A at K | A at 2K | AB at K | AB at 2K | precision at K | at 2K |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    tests = [one for one in documents if one.name != UNLISTED]
    if arguments.aside:
        pairs = zip(arguments.aside[::2], arguments.aside[1::2], strict=True)
        tests = [Document(text.stem[:12], reading_of(text), entries_of(rows_of(sheet))) for text, sheet in pairs]
    figures: dict[tuple[str, str], list[list[float]]] = {}
    for test in tests:
        others = [one for one in documents if one.name != test.name]
        for row in measure(test, others):
            figures.setdefault((row[1], row[3]), []).append(row[4:])
            show(row)
    for (termbase, ranking), rows in figures.items():
        show(["mean", termbase, "", ranking, *(sum(column) / len(rows) for column in zip(*rows, strict=True))])


def documents_of(shared: Path) -> list[Document]:
    """The documents, by their numbers."""
    sheets = [row for path in sorted((shared / "worksheets").glob("*.tsv")) for row in rows_of(path)]
    documents = []
    for path in sorted((shared / "documents").glob("*.txt")):
        name = path.name[:3]
        reading = reading_of(path)
        entries = entries_of(row for row in sheets if name in row["doc"].split("|"))
        documents.append(Document(name, reading, entries or shipped_entries(reading)))
    return documents


def reading_of(path: Path) -> Reading:
    """A document, read."""
    blocks = clean(path.read_text(encoding="utf-8-sig"))
    return read([Paragraph(at, PassageKind(block.kind), block.text) for at, block in enumerate(blocks)])


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a worksheet."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def entries_of(rows: Iterable[dict[str, str]]) -> tuple[Entry, ...]:
    """The entries of a document; a worksheet of an earlier one may list the same concept, so both tell of it."""
    return tuple(Entry(row["tier"], keys([row["zh"], *(row["zh_variants"] or "").split("|")])) for row in rows)


def keys(texts: Iterable[str]) -> tuple[str, ...]:
    """The matching keys of texts, each once."""
    return tuple(dict.fromkeys(filter(None, map(normalise, texts))))


def shipped_entries(reading: Reading) -> tuple[Entry, ...]:
    """The terms of the shipped termbase that stand in a document."""
    with (ROOT / "fixtures/termbase.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file) if row["language"].startswith("zh")]
    return tuple(Entry("B", (key,)) for key in keys(texts) if key in reading.pieces)


def measure(test: Document, others: Sequence[Document]) -> Iterable[list[Any]]:
    """The rows of a document."""
    weights = learn(material_of(others))
    terms = frozenset(chain.from_iterable(other.keys for other in others))
    for termbase, known in (("cold", frozenset[str]()), ("warm", terms)):
        entries = [entry for entry in test.entries if not known.intersection(entry.forms)]
        size = sum(entry.tier in "AB" for entry in entries)
        ranked = [key for key, _ in rank(test.reading, shared_of(known), weights)]
        common = [key for key in baseline(test.reading) if key not in known]
        yield [test.name, termbase, size, "ours", *figures_of(ranked, entries, size, test.keys)]
        yield [test.name, termbase, size, "baseline", *figures_of(common, entries, size, test.keys)]
        if known:
            whole = sum(entry.tier in "AB" for entry in test.entries)
            yield [test.name, SHEET, whole, "ours", *figures_of(ranked, entries, whole, test.keys)]
            yield [test.name, SHEET, whole, "baseline", *figures_of(common, entries, whole, test.keys)]
            yield [test.name, "warm, with the known", *with_known(test, known, ranked, "ours")]
            yield [test.name, "warm, with the known", *with_known(test, known, common, "baseline")]


def with_known(test: Document, known: frozenset[str], ranked: list[str], name: str) -> list[Any]:
    """The figures of the list that begins with a form of each known entry."""
    size = sum(entry.tier in "AB" for entry in test.entries)
    first = [next(form for form in entry.forms if form in known) for entry in test.entries if known & {*entry.forms}]
    return [size, name, *figures_of([*first, *ranked], test.entries, size, test.keys)]


def figures_of(ranked: Sequence[str], entries: Sequence[Entry], size: int, listed: frozenset[str]) -> list[float]:
    """Recall of tier A, of A and B, and precision, each at K and 2K."""
    figures = []
    for tiers in ("A", "AB"):
        wanted = [entry for entry in entries if entry.tier in tiers]
        for length in (size, 2 * size):
            first = frozenset(ranked[:length])
            figures.append(sum(not first.isdisjoint(entry.forms) for entry in wanted) / max(1, len(wanted)))
    return figures + [sum(key in listed for key in ranked[:length]) / max(1, length) for length in (size, 2 * size)]


def material_of(documents: Sequence[Document]) -> list[Material]:
    """Each document as it is for an empty termbase, and for one with the terms of the others."""
    material = []
    for document in documents:
        tiers: dict[str, str] = {}
        for entry in document.entries:
            for form in entry.forms:
                tiers[form] = min(entry.tier, tiers.get(form, "C"))
        others = frozenset(chain.from_iterable(one.keys for one in documents if one is not document))
        for known in (frozenset[str](), others):
            weights = {form: WEIGHT_OF_TIER[tier] for form, tier in tiers.items()}
            material.append(Material(document.reading, shared_of(known), lambda key, w=weights: w.get(key, 0.0)))
    return material


@cache
def shared_of(known: frozenset[str]) -> Shared:
    """A termbase of these terms."""
    return Shared(Known({key: KnownTerm(at, at, key) for at, key in enumerate(sorted(known))}))


def write(path: Path, documents: Sequence[Document]) -> None:
    """The weights learned from all documents."""
    weights: Weights = learn(material_of(documents))
    terms = sum(len(one.entries) for one in documents)
    write_weights(path, weights, ORIGIN.format(learned=f"Learned from {terms:,} terms in {len(documents)} documents."))


def baseline(reading: Reading) -> list[str]:
    """Noun phrases of up to six words by their parts of speech, ranked by C-value (Frantzi and Ananiadou, 2000)."""
    counts = Counter(chain.from_iterable(map(_phrases, reading.lines)))
    holders: dict[str, list[int]] = {}
    for key, count in counts.items():
        parts = {key[first:last] for first in range(len(key)) for last in range(first + 2, len(key) + 1)} - {key}
        for part in parts & counts.keys():
            holders.setdefault(part, []).append(count)
    values = {
        key: log2(1 + len(key)) * (count - (sum(holders[key]) / len(holders[key]) if key in holders else 0))
        for key, count in counts.items()
    }
    return sorted(values, key=lambda key: (-values[key], key))


def _phrases(line: Line) -> Iterator[str]:
    words = line.words
    for first in range(len(words)):
        for last in range(first, min(len(words), first + 6)):
            tag = words[last].form.tag
            if line.breaks[last] or words[last].form.text == ENUMERATION or not _PHRASE.fullmatch(tag):
                break
            key = line.normalised.key[words[first].start : words[last].end]
            if len(key) > 1 and (tag[0] in "nj" or tag in ("vn", "an", "l")):
                yield key


def show(row: Sequence[Any]) -> None:
    """A row of the table."""
    print("| " + " | ".join(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row) + " |", flush=True)


if __name__ == "__main__":
    main()
