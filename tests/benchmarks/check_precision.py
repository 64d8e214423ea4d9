"""What the check says of official translations: `python -m tests.benchmarks.check_precision CORPUS.tsv [TERMS]`.

CORPUS has lines of document, Chinese and English, tab-separated. The shipped termbase goes into a throw-away database,
and every document is checked as one batch, both ways. Official translations are right, so nearly every finding is a
false alarm or a variant that the termbase lacks. Prints Markdown: findings per 1,000 segments by kind and level, and
before the rules of `quality` (any concept recognised without an approved equivalent); then, for errors put into one in
ten segments of the same documents, how many are found at each level, and what part of all that is said they are; and
the most frequent findings on the translations as they are, as many as TERMS, 30 by default.
"""

import io
import itertools
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

SEEDS = (1, 2)
LEVELS = ("certain", "likely", "possible")


def main(corpus: Path, terms: int) -> None:
    """Load the termbase and measure zh-en, then en-zh."""
    rows = [line.split("\t") for line in corpus.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERMBASE_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        from config.database import embedded

        call_command("migrate", verbosity=0)
        call_command("load_termbase", stdout=io.StringIO())
        for source, target in (("zh", "en"), ("en", "zh")):
            _report(rows, source, target, terms)
        connection.close()
        if settings.EMBEDDED:
            embedded.leave(Path(folder).resolve() / "postgres")


def _report(rows: list[list[str]], source: str, target: str, terms: int) -> None:
    from tests.benchmarks.seeded_errors import Pair, documents

    texts = list(documents(rows, source))
    findings = [
        finding
        for text in texts
        for found in _checked([Pair(*pair) for pair in text], source, target)
        for finding in found
    ]
    print(f"\n### {source} to {target}: {len(rows):,} segments\n")
    print(f"| finding, per 1,000 segments | {' | '.join(LEVELS)} |\n|---|---|---|---|")
    counts = Counter((str(finding.kind), str(finding.level)) for finding in findings)
    for kind in sorted({kind for kind, _ in counts}):
        print(f"| {kind} | {' | '.join(f'{1000 * counts[kind, level] / len(rows):.1f}' for level in LEVELS)} |")
    plain = _missing_without_rules(texts, source, target)
    print(f"\nmissing_equivalent without the rules: {1000 * plain / len(rows):.0f}\n")
    _report_seeded(texts, source, target)
    print("\n| times | kind | level | source | found | expected |\n|---|---|---|---|---|---|")
    for row, count in Counter(map(_brief, findings)).most_common(terms):
        print(f"| {count} | {' | '.join(row)} |")


def _brief(finding: Any) -> tuple[str, ...]:
    places = [place.text if place else "" for place in (finding.source, finding.target)]
    return str(finding.kind), str(finding.level), *places, finding.expected[0].text if finding.expected else ""


def _report_seeded(texts: list[list[tuple[str, str]]], source: str, target: str) -> None:
    from tests.benchmarks.seeded_errors import Seeder

    made: Counter[str] = Counter()
    found: dict[str, Counter[str]] = defaultdict(Counter)
    said: Counter[str] = Counter()
    for seed in SEEDS:
        seeder = Seeder(source, target, seed)
        for text in texts:
            pairs = seeder.spoilt(text)
            for pair, findings in zip(pairs, _checked(pairs, source, target), strict=True):
                said.update(str(finding.level) for finding in findings)
                if pair.error:
                    kind = f"{pair.error.kind}, {'short' if pair.error.short else 'longer'} term"
                    made[kind] += 1
                    levels = {str(finding.level) for finding in findings if finding.concept.key == pair.error.concept}
                    found[kind].update([level for level in LEVELS if level in levels][:1])
    _print_seeded(made, found, said)


def _print_seeded(made: Counter[str], found: dict[str, Counter[str]], said: Counter[str]) -> None:
    print("| error put in | times | found as certain | certain or likely | at any level |\n|---|---|---|---|---|")
    for kind, count in sorted(made.items()):
        print(f"| {kind} | {count} | {' | '.join(f'{100 * share:.0f} %' for share in _shares(found[kind], count))} |")
    total = sum(found.values(), Counter())
    print(f"| all | {made.total()} | {' | '.join(f'{100 * x:.0f} %' for x in _shares(total, made.total()))} |")
    parts = [
        total_found / max(1, sum(said[level] for level in LEVELS[: at + 1]))
        for at, total_found in enumerate(_cumulated(total))
    ]
    print(f"| share of what is said | | {' | '.join(f'{100 * part:.0f} %' for part in parts)} |")


def _cumulated(found: Counter[str]) -> Sequence[int]:
    return list(itertools.accumulate(found[level] for level in LEVELS))


def _shares(found: Counter[str], count: int) -> list[float]:
    return [part / count for part in _cumulated(found)]


def _checked(pairs: Sequence[Any], source: str, target: str) -> Iterator[list[Any]]:
    """The findings on each segment of a document."""
    from termbase.quality import MAX_SEGMENTS, Batch, Segment, check

    for first in range(0, len(pairs), MAX_SEGMENTS):
        part = pairs[first : first + MAX_SEGMENTS]
        segments = [Segment(at, pair.source, pair.target) for at, pair in enumerate(part)]
        by_segment: dict[Any, list[Any]] = {segment.id: [] for segment in segments}
        for finding in check(Batch(segments, source, target)):
            by_segment[finding.segment.id].append(finding)
        yield from by_segment.values()


def _missing_without_rules(texts: list[list[tuple[str, str]]], source: str, target: str) -> int:
    from termbase.recognition.current import keeper
    from termbase.recognition.texts import prepared

    current = keeper.current()
    missing = 0
    for one, other in (pair for text in texts for pair in text):
        asked = {c for m in current.matchers[source].find(prepared(one, source).text) for c in m.concepts}
        there = {c for m in current.matchers[target].everything(prepared(other, target).text) for c in m.concepts}
        concepts = current.concepts(asked - there)
        missing += sum(bool(concept.terms_in(target)) for concept in concepts.values())
    return missing


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 30)
