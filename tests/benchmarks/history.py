"""What the history costs an import: `python -m tests.benchmarks.history [CONCEPTS ...]`.

Prints a Markdown table: seconds for the import of the shipped termbase, and of made-up concepts with two terms each, as
new and again with every term changed, without and with the triggers of the history; and the bytes it takes.
"""

import gc
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("concept", "term", "definition", "conceptrelation")


def main(sizes: list[int]) -> None:
    """Import into a throw-away database, emptied before each, without and with the triggers in turn."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERMBASE_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        from config.database import embedded
        from termbase.management.commands.load_termbase import load_subject_fields

        call_command("migrate", verbosity=0)
        load_subject_fields(ROOT / "fixtures" / "subject_fields.csv")
        print("| import | without, s | with, s | history, bytes a concept |\n|---|---|---|---|")
        for name, entries in _imports(sizes):
            for what in ("new", "every term changed"):
                times: dict[bool, list[float]] = {False: [], True: []}
                for recorded in (False, True) * 2:
                    times[recorded].append(_measure(entries, recorded=recorded, changed=what != "new"))
                without, with_history = (min(times[recorded]) for recorded in (False, True))
                print(f"| {name}, {what} | {without:.1f} | {with_history:.1f} | {_bytes(len(entries))} |", flush=True)
        connection.close()
        if settings.EMBEDDED:
            embedded.leave(Path(folder).resolve() / "postgres")


def _imports(sizes: list[int]) -> Iterator[tuple[str, list[object]]]:
    from termbase.exchange import term_table
    from termbase.exchange.entry import Entry, EntryTerm
    from tests.benchmarks.synthetic import Maker

    with (ROOT / "fixtures" / "termbase.csv").open("rb") as stream:
        shipped = list(term_table.read(stream))
    yield f"the shipped {len(shipped)} concepts", shipped
    for size in sizes:
        maker = Maker()
        made_up = [
            Entry(
                key=f"s{number}",
                terms=tuple(
                    EntryTerm(
                        language, text, source="made up", review_status="approved", administrative_status="preferred"
                    )
                    for language, text in (("zh-Hans", maker.zh()), ("en", maker.en()))
                ),
            )
            for number in range(size)
        ]
        yield f"{size:,} concepts", made_up


def _measure(entries: list[object], *, recorded: bool, changed: bool) -> float:
    """Seconds for the import of `entries`; with `changed`, for that of changed ones after it."""
    from termbase.exchange import importer

    _empty()
    _record(recorded)
    if changed:
        importer.apply(entries)
        entries = [replace(e, terms=tuple(replace(t, note="changed") for t in e.terms)) for e in entries]
    gc.collect()
    started = time.perf_counter()
    report = importer.apply(entries)
    took = time.perf_counter() - started
    assert report.new + report.changed == len(entries), report.problems[:3]
    return took


def _empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE termbase_concept, termbase_change, termbase_activity, termbase_revision CASCADE")
        cursor.execute("VACUUM ANALYZE")


def _record(recorded: bool) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('ALTER TABLE %%s %%s TRIGGER %%I', tgrelid::regclass, %s, tgname)"
            " FROM pg_trigger WHERE tgname LIKE 'pgtrigger_%%_with_history_%%'",
            ["ENABLE" if recorded else "DISABLE"],
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def _bytes(concepts: int) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('termbase_revision')")
        return cursor.fetchone()[0] // concepts


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100_000])
