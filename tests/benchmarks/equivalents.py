"""How many first proposals are right: `python -m tests.benchmarks.equivalents CORPUS.tsv`.

CORPUS has lines of document, Chinese and English, tab-separated. For each Chinese term of the shipped termbase that
stands in two or more distinct pairs, the likeliest English is compared with the concept's English forms, by stems.
Prints Markdown by number of sentences: terms, those with a known form in some translation, and of these the share whose
first proposal, and whose any of five, is a known form.
"""

import csv
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from termbase.text.english import SEPARATOR, key_of
from termbase.text.equivalents import Parallel
from termbase.text.normalise import normalise

TERMBASE = Path(__file__).resolve().parents[2] / "fixtures" / "termbase.csv"
_CLASSES = ((3, "2"), (5, "3-4"), (10, "5-9"))


@dataclass(frozen=True)
class Pair:
    """A sentence with its translation."""

    text: str
    translation: str


def main(corpus: Path) -> None:
    """Propose for every known term and count."""
    rows = [line.split("\t") for line in corpus.read_text(encoding="utf-8").splitlines()]
    pairs = list(dict.fromkeys(Pair(zh, en) for _, zh, en in rows))
    keys = [(normalise(pair.text), SEPARATOR + key_of(pair.translation)) for pair in pairs]
    parallel = Parallel(pairs)
    counts: Counter[tuple[str, str]] = Counter()
    for term, forms in sorted(_known().items()):
        translations = [translation for text, translation in keys if term in text]
        if len(translations) < 2:
            continue
        attested = any(SEPARATOR + form in translation for form in forms for translation in translations)
        proposed = [key_of(one.english) for one in parallel.equivalents(term)]
        for name in (_class(len(translations)), "all"):
            counts[name, "terms"] += 1
            counts[name, "attested"] += attested
            counts[name, "first"] += attested and bool(proposed) and proposed[0] in forms
            counts[name, "five"] += attested and not forms.isdisjoint(proposed)
    print("| sentences | terms | form attested | first right | among five |\n|---|---|---|---|---|")
    for name in ("2", "3-4", "5-9", "10+", "all"):
        whole = max(1, counts[name, "attested"])
        first, five = (f"{100 * counts[name, what] / whole:.0f} %" for what in ("first", "five"))
        print(f"| {name} | {counts[name, 'terms']} | {counts[name, 'attested']} | {first} | {five} |")


def _class(sentences: int) -> str:
    return next((name for limit, name in _CLASSES if sentences < limit), "10+")


def _known() -> dict[str, set[str]]:
    """The English forms (stems) of each Chinese term (matching key)."""
    concepts: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    with TERMBASE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            is_english = row["language"] == "en"
            concepts[row["concept"]][is_english].add(key_of(row["text"]) if is_english else normalise(row["text"]))
    known: dict[str, set[str]] = defaultdict(set)
    for chinese, english in concepts.values():
        for term in chinese:
            known[term] |= english
    return known


if __name__ == "__main__":
    main(Path(sys.argv[1]))
