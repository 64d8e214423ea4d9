"""What the history costs an import, and undoing one: `python -m tests.benchmarks.history [CONCEPTS ...]`.

Prints a Markdown table: seconds of processor time, of this process and of the server's together, for the import of the
shipped termbase, and of made-up concepts with two terms each, as new and with every term changed; without the triggers
of the history and with them, and how long they ran as PostgreSQL counts it; the bytes that the history takes; what
undoing it takes. Then what the timeline of a concept with a thousand steps takes, in milliseconds.
"""

import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = "pgtrigger_%%_with_history_%%"
UNDONE_ROW_BY_ROW = 10_000
"""Of more concepts with every term changed, the undoing is not measured: it goes by the row."""
STEPS = 1_000


def main(sizes: list[int]) -> None:
    """Import into a throw-away database, emptied before each."""
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
        _sql("SET track_functions = 'pl'")
        print("| import | without, s | with, s | in its triggers, s | bytes a concept | undoing, s |")
        print("|---|---|---|---|---|---|", flush=True)
        for name, entries in _imports(sizes):
            for changed in (False, True):
                print(f"| {name}, {'every term changed' if changed else 'new'} {_row(entries, changed)}", flush=True)
        print(f"\nThe timeline of a concept with {STEPS:,} steps: {_timeline():.0f} ms.")
        connection.close()
        if settings.EMBEDDED:
            embedded.leave(Path(folder).resolve() / "postgres")


def _imports(sizes: list[int]) -> Iterator[tuple[str, list[object]]]:
    from termbase.exchange import term_table
    from termbase.exchange.entry import Entry, EntryTerm
    from tests.benchmarks.synthetic import Maker

    with (ROOT / "fixtures" / "termbase.csv").open("rb") as stream:
        shipped = list(term_table.read(stream))
    yield f"the shipped {len(shipped):,} concepts", shipped
    values = {"source": "made up", "review_status": "approved", "administrative_status": "preferred"}
    for size in sizes:
        maker = Maker()
        texts = (("zh-Hans", maker.zh), ("en", maker.en))
        made_up = [
            Entry(key=f"s{number}", terms=tuple(EntryTerm(language, make(), **values) for language, make in texts))
            for number in range(size)
        ]
        yield f"{size:,} concepts", made_up


def _row(entries: list[object], changed: bool) -> str:
    without = _measure(entries, recorded=False, changed=changed)
    recorded = _measure(entries, recorded=True, changed=changed)
    in_triggers = _sql(f"SELECT sum(total_time) / 1000 FROM pg_stat_user_functions WHERE funcname LIKE '{FUNCTIONS}'")
    size = _sql("SELECT pg_total_relation_size('termbase_revision')") // len(entries)
    undone = "–" if changed and len(entries) > UNDONE_ROW_BY_ROW else f"{_undo():.1f}"
    return f"| {without:.1f} | {recorded:.1f} | {in_triggers:.1f} | {size} | {undone} |"


def _measure(entries: list[object], *, recorded: bool, changed: bool) -> float:
    """Seconds for the import of `entries`; with `changed`, for that of changed ones after it."""
    from termbase.exchange import importer

    _sql("TRUNCATE termbase_concept, termbase_change, termbase_activity, termbase_revision CASCADE")
    _record(recorded)
    if changed:
        importer.apply(entries)
        entries = [replace(e, terms=tuple(replace(t, note="changed") for t in e.terms)) for e in entries]
    _sql("VACUUM ANALYZE")
    _sql("SELECT pg_stat_reset()")
    gc.collect()
    started = _processor()
    report = importer.apply(entries)
    took = _processor() - started
    assert report.new + report.changed == len(entries), report.problems[:3]
    _sql("SELECT pg_stat_force_next_flush()")
    return took


def _record(recorded: bool) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('ALTER TABLE %%s %%s TRIGGER %%I', tgrelid::regclass, %s, tgname)"
            f" FROM pg_trigger WHERE tgname LIKE '{FUNCTIONS}'",
            ["ENABLE" if recorded else "DISABLE"],
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def _undo() -> float:
    from termbase.history import undoing
    from termbase.models import Activity

    started = _processor()
    undone = undoing.undo(activity=Activity.objects.first(), by=None)
    assert undone.left == []
    return _processor() - started


def _processor() -> float:
    """Seconds that this process and its server process have had of a processor."""
    import psutil

    server = psutil.Process(_sql("SELECT pg_backend_pid()")).cpu_times()
    return time.process_time() + server.user + server.system


def _timeline() -> float:
    from termbase.history import timeline
    from termbase.models import Concept
    from termbase.models.history import acting

    concept = Concept.objects.first()
    for number in range(STEPS):
        with acting(reason=str(number)):
            concept.terms.update(note=str(number))
    times = []
    for _ in range(20):
        started = time.perf_counter()
        timeline.timeline(concept)
        times.append(1_000 * (time.perf_counter() - started))
    return statistics.median(times)


def _sql(statement: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement.replace("%%", "%"))
        return cursor.fetchone()[0] if cursor.description else 0


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100_000])
