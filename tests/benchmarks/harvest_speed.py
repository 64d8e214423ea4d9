"""How long the search for candidates takes: `python -m tests.benchmarks.harvest_speed DOCUMENTS [TIMES]…`.

DOCUMENTS is a folder with `documents.toml`, such as fixtures/documents. First `manage.py harvest`, from the files to
the queue of an empty termbase in a throw-away database, with one worker and two; then the search alone, with every
second term of the shipped termbase known, in TIMES (1, 10, 100) as much text, as so many copies of the documents and as
one long document.
Prints Markdown; in brackets the time of the processors, which other work on the machine does not lengthen; the memory
is the most that the process has held so far.
"""

import csv
import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
ROOT = Path(__file__).resolve().parents[2]


def main(folder: Path, times: list[int]) -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as data:
        os.environ["TERMBASE_DATA"] = data
        import django

        django.setup()
        _to_the_queue(folder, Path(data))
    print("\n| text | characters | documents, 1 worker | memory | 2 workers | memory | one document | memory |")
    print("|---|---|---|---|---|---|---|---|")
    for many in times:
        _search(folder, many)


def _to_the_queue(folder: Path, data: Path) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from config.database import embedded
    from termbase.models import Candidate, CandidateExample, Document

    call_command("migrate", verbosity=0)
    print("| workers | harvest | database server | candidates | sentences |\n|---|---|---|---|---|")
    for workers in (1, 2):
        Document.objects.all().delete()
        Candidate.objects.all().delete()
        row = [str(workers)]
        before = _database_processor(data)
        with _timed(row):
            call_command("harvest", folder, "--workers", str(workers), stdout=io.StringIO())
        row += [f"({_database_processor(data) - before:.1f} s)"]
        row += [f"{Candidate.objects.count():,}", f"{CandidateExample.objects.count():,}"]
        print("| " + " | ".join(row) + " |", flush=True)
    connection.close()
    if settings.EMBEDDED:
        embedded.leave(data.resolve() / "postgres")


def _database_processor(data: Path) -> float:
    """The time of the processors that the server of this data folder has used so far."""
    folder = str(data.resolve() / "postgres")
    (postmaster,) = (one for one in psutil.process_iter(["cmdline"]) if folder in (one.info["cmdline"] or []))
    processes = [postmaster, *postmaster.children(recursive=True)]
    # Of those that have ended, their parent keeps the sum.
    ended = postmaster.cpu_times()
    running = sum(times.user + times.system for times in (one.cpu_times() for one in processes))
    return running + ended.children_user + ended.children_system


def _search(folder: Path, many: int) -> None:
    from termbase.harvest.candidates.processes import found_in
    from termbase.harvest.candidates.weights import read_weights

    sources = list(_sources(folder))
    characters = many * sum(len(paragraph.text) for source in sources for paragraph in source.paragraphs)
    known, weights = _known(), read_weights()
    long = replace(sources[0], paragraphs=tuple(p for source in _copies(sources, many) for p in source.paragraphs))
    row = [f"{many}x", f"{characters:,}"]
    for workers, texts in ((1, None), (2, None), (1, [long])):
        copies = (replace(source, document=number) for number, source in enumerate(_copies(sources, many)))
        with _timed(row):
            for _ in found_in(texts or copies, known, weights, workers):
                pass
        row.append(f"{_memory()} MB")
    print("| " + " | ".join(row) + " |", flush=True)


def _copies(sources: list, many: int) -> Iterator:
    for copy in repeat(sources, many):
        yield from copy


def _sources(folder: Path) -> Iterable:
    from termbase.harvest.candidates.values import Paragraph, Source
    from termbase.harvest.clean import clean
    from termbase.harvest.documents import read_catalogue
    from termbase.vocabulary import PassageKind

    for number, info in enumerate(read_catalogue(folder)):
        blocks = clean((folder / info.file).read_text(encoding="utf-8-sig"))
        yield Source(
            number, tuple(Paragraph(at, PassageKind(block.kind), block.text) for at, block in enumerate(blocks))
        )


def _known():
    from termbase.harvest.candidates.values import Known, KnownTerm
    from termbase.text.normalise import normalise

    with (ROOT / "fixtures/termbase.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file) if row["language"].startswith("zh")]
    keys = sorted({normalise(text) for text in texts})
    return Known({key: KnownTerm(at, at, key) for at, key in enumerate(keys) if at % 2})


@contextmanager
def _timed(row: list[str]) -> Iterator[None]:
    """Add to the row how long it takes, and in brackets the time of the processors."""
    wall, processor = time.perf_counter(), _processor()
    yield
    row.append(f"{time.perf_counter() - wall:.1f} s ({_processor() - processor:.1f} s)")


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), [int(text) for text in sys.argv[2:]] or [1, 10, 100])
