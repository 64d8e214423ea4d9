"""Files out and in over 1,000 to 100,000 concepts: `python -m tests.benchmarks.exchange [SIZE ...]`.

A concept has two terms of made-up words, with a note and a source each. Prints Markdown tables of concepts a second, by
the clock and, in brackets, by the processor time of the process and of its database connection, which other work on
the machine does not change. `write` and `read` are of the format alone; `export` and `import` are with the database,
which is empty before the import; `parse` is lxml's bare parse of the same file into a tree; `translate-toolkit` its
reading of the same file, where it is installed and reads the format. Peaks are of the process above where it stood
before, in MB.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import psutil

SIZES = (1_000, 10_000, 100_000)
FORMATS = ("tbx", "tbx2", "multiterm", "csv")
IMPORTED = ("tbx", "csv")


def main(sizes: list[int]) -> None:
    """Each measurement in a process of its own, so that its peak is its own."""
    with tempfile.TemporaryDirectory() as folder:
        print("| concepts | format | MB | write | peak | read | peak | parse | peak | translate-toolkit | peak |")
        print("|---|---|---|---|---|---|---|---|---|---|---|")
        for size in sizes:
            for name in FORMATS:
                path = Path(folder) / f"{name}-{size}"
                rates = [_apart(step, size, name, path) for step in ("write", "read", "parse", "toolkit")]
                print(f"| {size:,} | {name} | {path.stat().st_size / 1e6:.1f} | {' | '.join(rates)} |", flush=True)
        print("\n| concepts | format | import | peak | export | peak | import of the same again |")
        print("|---|---|---|---|---|---|---|")
        for size in sizes:
            for name in IMPORTED:
                rates = _apart("database", size, name, Path(folder) / f"{name}-{size}")
                print(f"| {size:,} | {name} | {rates} |", flush=True)


def _apart(step: str, size: int, name: str, path: Path) -> str:
    command = [sys.executable, "-m", "tests.benchmarks.exchange", step, str(size), name, str(path)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def one(step: str, size: int, name: str, path: Path) -> str:
    """A step of the benchmark; cells of its table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if step == "database":
        return _of_database(size, name, path)
    import django

    django.setup()
    if step == "write":
        entries = _entries(size)
        # The generator makes its entries when it is first asked.
        entries = chain([next(entries)], entries)
        return _timed(size, lambda: _write(entries, name, path))
    if step == "read":
        return _timed(size, lambda: _read(name, path))
    if name == "csv":
        return "– | –"
    if step == "parse":
        from lxml import etree

        return _timed(size, lambda: etree.parse(str(path)))
    if name != "tbx2":
        return "– | –"
    try:
        from translate.storage import tbx
    except ImportError:
        return "– | –"
    return _timed(size, lambda: tbx.tbxfile.parsefile(str(path)))


def _of_database(size: int, name: str, path: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERMBASE_DATA"] = folder
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        from config.database import embedded

        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = psutil.Process(cursor.fetchone()[0])
        cells = [
            _timed(size, lambda: _import(name, path), backend),
            _timed(size, lambda: _export(name, Path(folder) / "out"), backend),
            _timed(size, lambda: _import(name, path), backend).partition(" |")[0],
        ]
        connection.close()
        if settings.EMBEDDED:
            embedded.leave(Path(folder).resolve() / "postgres")
    return " | ".join(cells)


def _timed(size: int, do: Callable[[], object], backend: Any = None) -> str:
    """Concepts a second by the clock and by processor time, and the peak above what the process took before."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent, started = _processor_time(backend), time.perf_counter()
    do()
    rate, own = size / (time.perf_counter() - started), size / (_processor_time(backend) - spent)
    return f"{rate:,.0f} ({own:,.0f}) | {(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024:.0f}"


def _processor_time(backend: Any) -> float:
    times = backend.cpu_times() if backend else None
    return time.process_time() + (times.user + times.system if times else 0)


def _entries(size: int) -> Iterator[Any]:
    """Of a few made-up entries, again and again with other keys: making them is not what is measured."""
    made = list(_made(min(size, 5_000)))
    for number in range(size):
        yield replace(made[number % len(made)], key=f"s{number}")


def _made(size: int) -> Iterator[Any]:
    from termbase.exchange.entry import Entry, EntryTerm
    from tests.benchmarks.synthetic import Maker

    maker = Maker()
    said = {"source": "made up, 12", "review_status": "approved", "reliability": 3, "note": "A remark of some words."}
    for number in range(size):
        terms = (EntryTerm("zh-Hans", maker.zh(), reading="zì", **said), EntryTerm("en", maker.en(), **said))  # type: ignore[arg-type]
        yield Entry(f"s{number}", note="What the concept is not.", terms=terms)


def _write(entries: Iterator[Any], name: str, path: Path) -> None:
    from termbase.exchange.formats import named
    from termbase.exchange.options import WriteOptions

    with path.open("wb") as stream:
        named(name).write(stream, entries, WriteOptions())  # type: ignore[misc]


def _read(name: str, path: Path) -> None:
    from termbase.exchange.formats import named
    from termbase.exchange.options import ReadOptions

    with path.open("rb") as stream:
        for _ in named(name).read(stream, ReadOptions()):  # type: ignore[misc]
            pass


def _import(name: str, path: Path) -> None:
    from termbase.exchange import importer
    from termbase.exchange.formats import named
    from termbase.exchange.options import ReadOptions

    with path.open("rb") as stream:
        report = importer.apply(named(name).read(stream, ReadOptions()))  # type: ignore[misc]
    assert report.refused == 0, report.problems[:3]


def _export(name: str, path: Path) -> None:
    from termbase.exchange import exporter
    from termbase.exchange.formats import named
    from termbase.exchange.options import WriteOptions
    from termbase.models import Concept

    with path.open("wb") as stream:
        named(name).write(stream, exporter.entries(Concept.objects.all()), WriteOptions())  # type: ignore[misc]


if __name__ == "__main__":
    if sys.argv[1:2] in (["write"], ["read"], ["parse"], ["toolkit"], ["database"]):
        print(one(sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4])))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
