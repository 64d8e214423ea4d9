"""Recognition over 1,000 to 1,000,000 terms: `python -m tests.benchmarks.recognition [SIZE ...]`.

Half of the terms are Chinese, half English. Prints Markdown tables, times in milliseconds, the best of some runs in the
process. A segment has 60 characters, a text 30,000; one in three characters is of a term. `bare` is one automaton over
the same keys on the same normalised text, which only lists numbers; `normalise` makes that text; `find` is
`Matcher.find` on it; `answer` is the whole of `recognise()`, with its query for changes and loaded concepts.
"""

import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

SIZES = (1_000, 10_000, 100_000, 1_000_000)
LENGTHS = {"segment": 60, "text": 30_000}


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
        rows: list[str] = []
        builds: list[str] = []
        for size in sizes:
            fill(size, maker)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
            builds.append(_build(size))
            rows += [_measure(size, side, name) for side in ("zh", "en") for name in LENGTHS]
            builds[-1] += _freshness()
        print("| terms | language | | bare | normalise | find | find / bare | answer |")
        print("|---|---|---|---|---|---|---|---|")
        print("\n".join(rows))
        print("\n| terms | base built, s | memory, MB | next request after a change | longest wait in a rebuild |")
        print("|---|---|---|---|---|")
        print("\n".join(builds))
        connection.close()
        if settings.EMBEDDED:
            embedded.leave(Path(folder).resolve() / "postgres")


def _build(size: int) -> str:
    from termbase.recognition.current import keeper

    keeper.forget()
    before = _memory()
    start = time.perf_counter()
    keeper.current()
    return f"| {size:,} | {time.perf_counter() - start:.2f} | {_memory() - before:.0f}"


def _measure(size: int, side: str, name: str) -> str:
    from ahocorasick_rs import AhoCorasick, Implementation

    from termbase.recognition.current import keeper
    from termbase.recognition.stored import all_entries
    from termbase.recognition.texts import Job, prepared, recognise

    text = _text(side, LENGTHS[name])
    keys = sorted({entry.key for entry in all_entries(side) if entry.key})
    automaton = AhoCorasick(keys, store_patterns=False, implementation=Implementation.ContiguousNFA)
    ready = prepared(text, side).text
    matcher = keeper.current().matchers[side]
    bare = _best(lambda: automaton.find_matches_as_indexes(ready.key, overlapping=True))
    normalise = _best(lambda: prepared(text, side))
    find = _best(lambda: matcher.find(ready))
    answer = _best(lambda: recognise(Job([text], side)))
    return (
        f"| {size:,} | {side} | {name} | {bare:.3f} | {normalise:.3f} | {find:.3f} | {find / bare:.1f} | {answer:.2f} |"
    )


def _freshness() -> str:
    """The request after a change, and the longest request while a base is built."""
    from django.db import connection

    from termbase.models import Term
    from termbase.recognition import current as module
    from termbase.recognition.texts import Job, recognise

    term = Term.objects.filter(language="zh-Hans").first()
    assert term is not None
    job = Job([term.text], "zh")
    recognise(job)
    term.save()
    first = _timed(lambda: recognise(job))
    waits: list[float] = []
    limit, module.OVERLAY_LIMIT = module.OVERLAY_LIMIT, 0
    term.save()
    recognise(job)
    module.OVERLAY_LIMIT = limit
    settled = threading.Event()

    def wait() -> None:
        module.keeper.settle()
        settled.set()
        connection.close()

    waiter = threading.Thread(target=wait)
    waiter.start()
    while not settled.is_set():
        waits.append(_timed(lambda: recognise(job)))
    waiter.join()
    return f" | {first:.1f} | {max(waits, default=0):.0f} |"


def _text(side: str, length: int) -> str:
    """Terms of one concept each with twice as many other characters between; made-up terms have many homographs."""
    from django.db.models import Count

    from termbase.models import Term

    of_side = Term.objects.filter(language="zh-Hans" if side == "zh" else "en")
    alone = of_side.values("key").annotate(times=Count("pk")).filter(times=1).values_list("key", flat=True)
    terms = list(alone.order_by("key")[:20_000])
    draw = random.Random(3)
    filler = "、这是他们在那里的。" if side == "zh" else " which it is not, and of these "
    pieces: list[str] = []
    while sum(map(len, pieces)) < length:
        term = draw.choice(terms)
        pieces += [term, (filler * 9)[: 2 * len(term)] if side == "zh" else filler * (1 + len(term) // 16)]
    return "".join(pieces)[:length]


def _best(call: Callable[[], object]) -> float:
    call()
    runs = 5 if _timed(call) > 20 else 50
    return min(_timed(call) for _ in range(runs))


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return 1_000 * (time.perf_counter() - start)


def _memory() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss) / 2**20


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
