"""Look-up over 1,000 to 1,000,000 terms: `python -m tests.benchmarks.lookup [SIZE ...]`.

Prints a Markdown table: median and 95th percentile in the process, in milliseconds, for each kind of query, beside a
bare primary-key read of the same database in the same run.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIZES = (1_000, 100_000, 1_000_000)
ROUNDS = 200


def main(sizes: list[int]) -> None:
    """Fill a throw-away database step by step and measure at each size."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERMBASE_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        from config.database import embedded
        from tests.benchmarks.synthetic import Maker, fill

        call_command("migrate", verbosity=0)
        maker = Maker()
        print("| terms | query | median ms | p95 ms |\n|---|---|---|---|")
        for size in sizes:
            fill(size, maker)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE termbase_term")
                cursor.execute("VACUUM ANALYZE termbase_concept")
            for name, ask in _queries().items():
                median, p95 = _measure(ask)
                print(f"| {size:,} | {name} | {median:.2f} | {p95:.2f} |", flush=True)
        connection.close()
        if settings.EMBEDDED:
            embedded.leave(Path(folder).resolve() / "postgres")


def _queries() -> dict[str, Callable[[], object]]:
    from termbase.models import Term
    from termbase.search import Query, lookup

    draw = random.Random(7)
    ids = list(Term.objects.values_list("pk", flat=True)[:20_000])
    zh = list(Term.objects.filter(language="zh-Hans").order_by("?").values_list("text", flat=True)[:2_000])
    en = list(Term.objects.filter(language="en").order_by("?").values_list("text", flat=True)[:2_000])
    inside = [text for text in zh if len(text) > 4]

    def ask(make: Callable[[], str]) -> Callable[[], object]:
        return lambda: lookup(Query(text=make()))

    return {
        "primary key (the floor)": lambda: Term.objects.get(pk=draw.choice(ids)),
        "whole Chinese term": ask(lambda: draw.choice(zh)),
        "first 2 characters": ask(lambda: draw.choice(zh)[:2]),
        "2 characters inside": ask(lambda: draw.choice(inside)[1:3]),
        "4 characters inside": ask(lambda: draw.choice(inside)[1:5]),
        "1 character": ask(lambda: draw.choice(zh)[0]),
        "whole English term": ask(lambda: draw.choice(en)),
        "first 3 letters": ask(lambda: draw.choice(en)[:3]),
        "an English word inside": ask(lambda: draw.choice(en).split()[-1]),
        "unknown": ask(lambda: "龘" + draw.choice(zh)),
    }


def _measure(ask: Callable[[], object]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds, over ROUNDS calls after a few to warm up."""
    for _ in range(5):
        ask()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ask()
        times.append(1_000 * (time.perf_counter() - start))
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
