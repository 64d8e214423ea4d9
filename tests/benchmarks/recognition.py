"""Recognition over 1,000 to 1,000,000 terms: `python -m tests.benchmarks.recognition [SIZE ...]`.

Half of the terms are Chinese, half English. Prints Markdown tables, times in milliseconds of the process's own work (a
shared machine does not show in them), the best of some runs. A segment has 60 characters, a text 30,000; one in three
characters is of a term. `bare` is one automaton over the same keys on the same normalised text, which only lists
numbers; `least` is the least that any caller needs: the longest from the left that are whole words, with their places
in the caller's text and a term each, but without homographs, doubts, or what has changed; `normalise` makes that text;
`find` is `Matcher.find` on it, whose terms have been met before; `first` is the same where none has; `answer` is the
whole of `recognise()`, its query for changes included but for the wait. Then what several workers and a writer come to
(`freshness`).
"""

import os
import random
import sys
import tempfile
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
        from tests.benchmarks import freshness
        from tests.benchmarks.synthetic import Maker, fill

        call_command("migrate", verbosity=0)
        maker = Maker()
        rows: list[str] = []
        fresh: list[str] = []
        for size in sizes:
            fill(size, maker)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
            rows += [_measure(size, side, name) for side in ("zh", "en") for name in LENGTHS]
            fresh.append(freshness.measured(size))
        measured = "bare | least | normalise | find | find / bare | find / least | first | answer | answer / bare"
        print(f"| terms | language | | {measured} |")
        print("|---|---|---|---|---|---|---|---|---|---|---|---|")
        print("\n".join([*rows, "", freshness.HEAD, *fresh]))
        connection.close()
        if settings.EMBEDDED:
            embedded.leave(Path(folder).resolve() / "postgres")


def _measure(size: int, side: str, name: str) -> str:
    from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

    from termbase.recognition.current import keeper
    from termbase.recognition.matcher import Matcher
    from termbase.recognition.stored import all_entries
    from termbase.recognition.texts import Job, prepared, recognise

    text = _text(side, LENGTHS[name])
    keys = sorted({entry.key for entry in all_entries(side) if entry.key})
    automaton = AhoCorasick(keys, store_patterns=False, implementation=Implementation.ContiguousNFA)
    ready = prepared(text, side).text
    current = keeper.current()
    matcher = current.matchers[side]
    terms = list(range(len(keys)))
    leftmost = AhoCorasick(
        keys,
        matchkind=MatchKind.LeftmostLongest,
        store_patterns=False,
        implementation=Implementation.ContiguousNFA,
    )

    def least() -> list[tuple[int, int, int]]:
        places = ready.whole(leftmost.find_matches_as_indexes(ready.key))
        spans = ready.spans(places)
        return [(*span, terms[place[0]]) for place, span in zip(places, spans, strict=True)]

    needed = _best(least)
    bare = _best(lambda: automaton.find_matches_as_indexes(ready.key, overlapping=True))
    normalise = _best(lambda: prepared(text, side))
    find = _best(lambda: matcher.find(ready))
    first = _best(lambda: Matcher(current.base[side]).find(ready))
    answer = _best(lambda: recognise(Job([text], side)))
    return (
        f"| {size:,} | {side} | {name} | {bare:.4f} | {needed:.4f} | {normalise:.3f} | {find:.4f}"
        f" | {find / bare:.1f} | {find / needed:.1f} | {first:.3f}"
        f" | {answer:.2f} | {answer / bare:.0f} |"
    )


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
    """Milliseconds of the best of some runs."""
    call()
    runs = 30 if _timed(call) > 5 else 200
    # The clock is coarser than a call may be short.
    times = 1 if _timed(call) > 0.1 else 100
    return min(_timed(lambda: [call() for _ in range(times)]) / times for _ in range(runs))


def _timed(call: Callable[[], object]) -> float:
    start = time.thread_time()
    call()
    return 1_000 * (time.thread_time() - start)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
