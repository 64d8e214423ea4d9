"""Look-up over 1,000 to 1,000,000 terms: `python -m tests.benchmarks.lookup [SIZE ...]`.

Prints Markdown tables. The first has, in milliseconds, the median and 95th percentile in the process for each kind of
query, and in brackets the mean time of the processor, the database's included, which other work on the machine leaves
as it is. The floor, a bare primary-key read, is measured in turn with all of them. Every kind is drawn from the terms
as they are, so that words in very many terms are asked for as often as they stand there. The other tables have the
sizes of the indexes and how many terms a second went in.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ROUNDS = 200
TABLES = ("termbase_term", "termbase_concept", "termbase_knownword")


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
        written: dict[int, float] = {}
        rows: dict[str, list[str]] = {}
        for before, size in zip([0, *sizes], sizes, strict=False):
            start = time.perf_counter()
            fill(size, maker)
            written[size] = (size - before) / (time.perf_counter() - start)
            _vacuum()
            for name, cell in _measured().items():
                rows.setdefault(name, []).append(cell)
        print("| query | " + " | ".join(f"{size:,} terms" for size in sizes) + " |\n|---" + "|---" * len(sizes) + "|")
        for name, cells in rows.items():
            print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
        _print_sizes(written)
        connection.close()
        if settings.EMBEDDED:
            embedded.leave(Path(folder).resolve() / "postgres")


def queries() -> dict[str, Callable[[], object]]:
    """Each kind of query with a function that makes one and asks it."""
    from termbase.search import Query, lookup

    draw = random.Random(7)
    zh = _some(draw, "zh-Hans", "text")
    en = _some(draw, "en", "text")
    readings = [reading for reading in _some(draw, "zh-Hans", "reading") if reading.isalpha() or " " in reading]
    inside = [text for text in zh if len(text) > 4]
    phrases = [text for text in en if " " in text]
    long = [word for text in en for word in text.split() if len(word) > 7]

    def ask(make: Callable[[], str], *modes: str) -> Callable[[], object]:
        asked = {"modes": modes} if modes else {}
        return lambda: lookup(Query(text=make(), **asked))

    return {
        "exact: whole Chinese term": ask(lambda: draw.choice(zh)),
        "exact: whole English term": ask(lambda: draw.choice(en)),
        "prefix: 1 character": ask(lambda: draw.choice(zh)[0]),
        "prefix: first 2 characters": ask(lambda: draw.choice(zh)[:2]),
        "prefix: first 3 letters": ask(lambda: draw.choice(en)[:3]),
        "prefix: first 6 letters": ask(lambda: draw.choice(en)[:6]),
        "part: 1 character": ask(lambda: draw.choice(inside)[2], "part"),
        "part: 2 characters inside": ask(lambda: draw.choice(inside)[1:3]),
        "part: 4 characters inside": ask(lambda: draw.choice(inside)[1:5]),
        "part: an English word": ask(lambda: draw.choice(phrases).split()[-1], "part"),
        "words: two, in the plural, swapped": ask(lambda: " ".join(draw.choice(phrases).split()[::-1][:2]) + "s"),
        "words: one, in the plural": ask(lambda: draw.choice(phrases).split()[-1] + "s", "words"),
        "words: two Chinese ones": ask(lambda: " ".join((lambda t: (t[-2:], t[:2]))(draw.choice(inside)))),
        "wildcard: ab*yz": ask(lambda: (lambda t: f"{t[:2]}*{t[-2:]}")(draw.choice(inside))),
        "wildcard: ?bcd*": ask(lambda: f"?{draw.choice(inside)[1:3]}*"),
        "pinyin: whole, no spaces": ask(lambda: draw.choice(readings).replace(" ", ""), "pinyin"),
        "pinyin: first 5 letters": ask(lambda: draw.choice(readings).replace(" ", "")[:5], "pinyin"),
        "pinyin: initials": ask(lambda: "".join(s[0] for s in draw.choice(readings).split()), "pinyin"),
        "fuzzy: an English word, a letter wrong": ask(lambda: _mistyped(draw, draw.choice(long)), "fuzzy"),
        "fuzzy: an English term, a letter missing": ask(lambda: _shortened(draw, draw.choice(phrases)), "fuzzy"),
        "fuzzy: a Chinese term, a character wrong": ask(lambda: _mistyped(draw, draw.choice(inside)), "fuzzy"),
        "unknown Chinese, through all tiers": ask(lambda: "龘" + draw.choice(zh)),
        "unknown English, through all tiers": ask(lambda: "qx" + draw.choice(long)[::-1] + "qx"),
    }


def _some(draw: random.Random, language: str, field: str) -> list[str]:
    """Values of 2,000 terms from all over."""
    from termbase.models import Term

    last = Term.objects.order_by("-pk").values_list("pk", flat=True)[0]
    ids = [draw.randint(1, last) for _ in range(5_000)]
    return list(Term.objects.filter(pk__in=ids, language=language).values_list(field, flat=True)[:2_000])


def _mistyped(draw: random.Random, text: str) -> str:
    at = draw.randrange(len(text))
    return text[:at] + ("q" if text.isascii() else "龘") + text[at + 1 :]


def _shortened(draw: random.Random, text: str) -> str:
    word = max(text.split(), key=len)
    at = draw.randrange(1, len(word))
    return text.replace(word, word[:at] + word[at + 1 :], 1)


def _measured() -> dict[str, str]:
    """The cells of one size: ROUNDS calls of each kind of query after a few to warm up."""
    from termbase.models import Term

    database = _database()
    draw = random.Random(11)
    ids = list(Term.objects.values_list("pk", flat=True)[:20_000])
    floor: list[float] = []
    cells = {}
    for name, ask in queries().items():
        for _ in range(5):
            ask()
        began = _processor(database)
        times = [_timed(ask) for _ in range(ROUNDS)]
        processor = (_processor(database) - began) / ROUNDS
        floor += [_timed(lambda: Term.objects.get(pk=draw.choice(ids))) for _ in range(ROUNDS // 10)]
        cells[name] = f"{_cell(times)} ({processor:.1f})"
        print(name, cells[name], file=sys.stderr, flush=True)
    return {"a primary key (the floor)": _cell(floor), **cells}


def _database() -> psutil.Process:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0])


def _processor(database: psutil.Process) -> float:
    """Milliseconds of this process and of the database's that serves it."""
    return 1_000 * (time.process_time() + sum(database.cpu_times()[:2]))


def _timed(ask: Callable[[], object]) -> float:
    start = time.perf_counter()
    ask()
    return 1_000 * (time.perf_counter() - start)


def _cell(times: list[float]) -> str:
    return f"{statistics.median(times):.2f} / {statistics.quantiles(times, n=20)[-1]:.2f}"


def _vacuum() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")


def _print_sizes(written: dict[int, float]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_relation_size(oid) / 1048576.0 FROM pg_class"
            " WHERE relname ~ '^(term|known_word|termbase_(term|concept|knownword)$)'"
            " AND relkind IN ('r', 'i') AND pg_relation_size(oid) > 1000000 ORDER BY 2 DESC"
        )
        print("\n| table or index | MB |\n|---|---|")
        for name, size in cursor.fetchall():
            print(f"| {name} | {size:.0f} |")
    print("\n| up to terms | written a second |\n|---|---|")
    for size, rate in written.items():
        print(f"| {size:,} | {rate:,.0f} |")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
