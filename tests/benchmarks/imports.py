"""What a reviewed import takes: `python -m tests.benchmarks.imports [CONCEPTS ...]`.

Prints a Markdown table: for a CSV of made-up concepts with two terms each the seconds to keep it, to compare it with
the termbase (all is new), to apply it, to compare it again (all is the same), to compare it with every source another
(all is in conflict), to apply that, and to undo it; and the most memory that the process took, in MB.
"""

import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any


def main(sizes: list[int]) -> None:
    """Import into a throw-away database."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERMBASE_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.conf import settings
        from django.contrib.auth.models import User
        from django.core.management import call_command
        from django.db import connection

        from config.database import embedded

        call_command("migrate", verbosity=0)
        by = User.objects.create_superuser("importer")
        print("| concepts | kept | compared: new | applied | compared: same | in conflict | applied | undone | MB |")
        print("|---|---|---|---|---|---|---|---|---|", flush=True)
        for size in sizes:
            print(_row(size, by), flush=True)
        connection.close()
        if settings.EMBEDDED:
            embedded.leave(Path(folder).resolve() / "postgres")


def _row(size: int, by: Any) -> str:
    from termbase.exchange import imports, term_table
    from termbase.exchange.entry import Entry, EntryTerm
    from tests.benchmarks.synthetic import Maker

    maker = Maker()
    values = {"source": "made up", "review_status": "approved", "administrative_status": "preferred"}
    texts = (("zh-Hans", maker.zh), ("en", maker.en))
    entries = [
        Entry(key=f"s{size}-{number}", terms=tuple(EntryTerm(language, make(), **values) for language, make in texts))
        for number in range(size)
    ]
    others = [replace(entry, terms=tuple(replace(term, source="B") for term in entry.terms)) for entry in entries]
    files = []
    for several in (entries, others):
        files.append(io.BytesIO())
        term_table.write(files[-1], several)
    wishes = imports.Wishes(keep_review=True, on_conflict="overwrite")
    kept, item = _timed(lambda: imports.accept([files[0].getvalue()], name="a.csv", wishes=wishes, by=by))
    took = [kept, _timed(lambda: imports.run_review(item.pk))[0], _applied(item, by)]
    for file in files:
        item = imports.accept([file.getvalue()], name="a.csv", wishes=wishes, by=by)
        took.append(_timed(lambda number=item.pk: imports.run_review(number))[0])
    took.append(_applied(item, by))
    item.refresh_from_db()
    took.append(_timed(lambda: imports.undo(item, by=by))[0])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"| {size:,} | {' | '.join(f'{seconds:.1f}' for seconds in took)} | {memory:,.0f} |"


def _applied(item: Any, by: Any) -> float:
    from termbase.exchange import imports

    item.refresh_from_db()
    imports.release(item, by=by)
    took, _done = _timed(lambda: imports.run_application(item.pk))
    item.refresh_from_db()
    assert item.state == "applied", (item.state, item.problem)
    return took


def _timed(do: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = do()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000, 10_000])
