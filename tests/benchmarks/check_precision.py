"""What the check says of official translations: `python -m tests.benchmarks.check_precision CORPUS.tsv [TERMS]`.

CORPUS has lines of document, Chinese and English, tab-separated. The shipped termbase goes into a throw-away database,
and every document is checked as one batch, both ways. Official translations are right, so nearly every finding is a
false alarm or a variant that the termbase lacks. Prints Markdown: findings per 1,000 segments by kind, before the rules
of `quality` (any concept recognised without an approved equivalent) and after; how many omissions planted in the same
translations are found; and the most frequent (source term, expected) as many as TERMS, 30 by default.
"""

import io
import itertools
import os
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PLANTED = 1_000


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
    from termbase.quality import check

    plain = _missing_without_rules(rows, source, target)
    findings = [finding for batch in _batches(rows, source, target) for finding in check(batch)]
    kinds = Counter(str(finding.kind) for finding in findings)
    certain = sum(finding.kind == "missing_equivalent" and finding.certain for finding in findings)
    print(f"\n### {source} to {target}: {len(rows):,} segments\n")
    print("| finding | per 1,000 segments |\n|---|---|")
    print(f"| missing_equivalent without the rules | {1000 * plain / len(rows):.1f} |")
    for kind, count in kinds.most_common():
        print(f"| {kind} | {1000 * count / len(rows):.1f} |")
    print(f"| missing_equivalent, `certain` | {1000 * certain / len(rows):.1f} |")
    found, planted = _planted(rows, source, target)
    print(f"\nOf {planted:,} planted omissions {100 * found / planted:.0f} % are found.\n")
    print("| times | kind | source | found | expected |\n|---|---|---|---|---|")
    frequent = Counter(
        (
            str(finding.kind),
            finding.source.text if finding.source else "",
            finding.target.text if finding.target else "",
            finding.expected[0].text if finding.expected else "",
        )
        for finding in findings
    )
    for row, count in frequent.most_common(terms):
        print(f"| {count} | {' | '.join(row)} |")


def _batches(rows: list[list[str]], source: str, target: str) -> Iterator[Any]:
    from termbase.quality import MAX_SEGMENTS, Batch, Segment

    for _, group in itertools.groupby(sorted(rows, key=lambda row: row[0]), key=lambda row: row[0]):
        document = list(group)
        for first in range(0, len(document), MAX_SEGMENTS):
            segments = [
                Segment(at, *((zh, en) if source == "zh" else (en, zh)))
                for at, (_, zh, en) in enumerate(document[first : first + MAX_SEGMENTS])
            ]
            yield Batch(segments, source, target)


def _missing_without_rules(rows: list[list[str]], source: str, target: str) -> int:
    from termbase.recognition.current import keeper
    from termbase.recognition.texts import prepared

    current = keeper.current()
    missing = 0
    for _, zh, en in rows:
        one, other = (zh, en) if source == "zh" else (en, zh)
        asked = {c for m in current.matchers[source].find(prepared(one, source).text) for c in m.concepts}
        there = {c for m in current.matchers[target].everything(prepared(other, target).text) for c in m.concepts}
        concepts = current.concepts(asked - there)
        missing += sum(bool(concept.terms_in(target)) for concept in concepts.values())
    return missing


def _planted(rows: list[list[str]], source: str, target: str) -> tuple[int, int]:
    """Take from translations all that renders one term, each alone in its batch; how many are missed, of how many."""
    from termbase.quality import Batch, Segment, check
    from termbase.recognition.texts import Job, recognise

    draw = random.Random(11)
    found = planted = 0
    for _, zh, en in draw.sample(rows, len(rows)):
        one, other = (zh, en) if source == "zh" else (en, zh)
        (asked,), (there,) = recognise(Job([one], source)), recognise(Job([other], target, nested=True))
        shared = sorted({item.concept.key for item in asked} & {item.concept.key for item in there})
        if not shared:
            continue
        key = draw.choice(shared)
        for item in sorted(there, key=lambda item: -item.start):
            if item.concept.key == key:
                other = other[: item.start] + re.sub(r"\w", "…", other[item.start : item.end]) + other[item.end :]
        findings = check(Batch([Segment(0, one, other)], source, target))
        planted += 1
        found += any(finding.concept.key == key for finding in findings)
        if planted == PLANTED:
            break
    return found, planted


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 30)
