"""Several worker processes and a writer, for `recognition`.

At each size two workers build their matchers, each in a process of its own. Then a writer commits new terms one by one;
after each the very next request of every worker must recognise it, else it counts as missed. Then so many concepts are
changed that the overlay is large, and so many that every worker builds a new base, while terms are still written and
recognised. Gives a Markdown table, times in milliseconds as each worker measures them around `recognise()`. The
smallest termbase has fewer concepts than an overlay may hold, so that its workers never build a new base.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

WORKERS = 2
ROUNDS = 30
OVERLAY = 1_900
_WORKER = """
import json, sys, time
import django, psutil
django.setup()
from termbase.recognition.current import keeper
from termbase.recognition.texts import Job, recognise
from termbase.text.english import key_of
from termbase.models import Term
# What every worker has, whatever the number of terms, is not counted.
key_of("warm")
list(Term.objects.all()[:1])
before, start = psutil.Process().memory_info().rss, time.perf_counter()
keeper.current()
print(json.dumps([time.perf_counter() - start, (psutil.Process().memory_info().rss - before) / 2**20]), flush=True)
for line in sys.stdin:
    text = json.loads(line)
    start = time.perf_counter()
    found = recognise(Job([text], "zh"))
    took = 1000 * (time.perf_counter() - start)
    print(json.dumps([took, [item.concept.key for item in found[0]], id(keeper.current().base)]), flush=True)
"""


@dataclass
class Workers:
    """Processes that each answer with the concepts of a text and the milliseconds it took."""

    processes: list["subprocess.Popen[str]"] = field(default_factory=list)
    built: list[tuple[float, float]] = field(default_factory=list)

    @classmethod
    def started(cls, count: int) -> "Workers":
        """So many, with their matchers built at once."""
        arguments = [sys.executable, "-c", _WORKER]
        pipe = subprocess.PIPE
        workers = cls([subprocess.Popen(arguments, stdin=pipe, stdout=pipe, text=True) for _ in range(count)])
        workers.built = [tuple(json.loads(_line(process))) for process in workers.processes]
        return workers

    def ask(self, text: str) -> list[tuple[float, list[str], int]]:
        """All at once: the time, the concepts, and which base the worker has."""
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write(json.dumps(text) + "\n")
            process.stdin.flush()
        return [tuple(json.loads(_line(process))) for process in self.processes]

    def stop(self) -> None:
        """End them."""
        for process in self.processes:
            process.communicate()


HEAD = (
    "| terms | base built, s | memory, MB | request | after a change | over 1,900 changes | in a rebuild | longest"
    " | rebuilt, s | missed |\n|---|---|---|---|---|---|---|---|---|---|"
)


def measured(size: int) -> str:
    """The row of the database as it is."""
    from termbase.models import Concept
    from termbase.recognition.current import OVERLAY_LIMIT

    workers = Workers.started(WORKERS)
    made = _new_terms(size)
    text, _ = next(made)
    bases = [base for *_, base in workers.ask(text)]
    plain = [took for _ in range(ROUNDS) for took, *_ in workers.ask(text)]
    changed, missed = _rounds(workers, made, ROUNDS)
    ids = list(Concept.objects.filter(key__startswith="s").order_by("pk").values_list("pk", flat=True)[:OVERLAY])
    Concept.objects.filter(pk__in=ids).update(note=f"{size}")
    workers.ask(text)
    large, more = _rounds(workers, made, ROUNDS // 3)
    rebuilding, still, start = [0.0], 0, time.perf_counter()
    if len(ids) == OVERLAY:
        _rounds(workers, made, OVERLAY_LIMIT - OVERLAY - 2 * ROUNDS)
        start = time.perf_counter()
        while any(base in bases for *_, base in workers.ask(text)):
            times, lost = _rounds(workers, made, 1)
            rebuilding += times
            still += lost
    rebuilt = time.perf_counter() - start
    Concept.objects.filter(key__startswith="f").delete()
    workers.stop()
    built = max(seconds for seconds, _ in workers.built), max(memory for _, memory in workers.built)
    return (
        f"| {size:,} | {built[0]:.1f} | {built[1]:.0f} | {_median(plain):.2f} | {_median(changed):.1f}"
        f" | {_median(large):.1f} | {_median(rebuilding):.1f} | {max(rebuilding):.0f} | {rebuilt:.1f}"
        f" | {missed + more + still} of {len(changed) + len(large) + len(rebuilding)} |"
    )


def _rounds(workers: Workers, made: Iterator[tuple[str, str]], count: int) -> tuple[list[float], int]:
    """Write a term, ask every worker; the times, and how often it was not found."""
    times, missed = [], 0
    for _ in range(count):
        text, key = next(made)
        for took, found, _ in workers.ask(text):
            times.append(took)
            missed += key not in found
    return times, missed


def _new_terms(size: int) -> Iterator[tuple[str, str]]:
    """Terms, each committed when it is given, with the keys of their concepts."""
    from termbase.models import Concept, Term

    number = 0
    while True:
        number += 1
        key, text = f"f{size}-{number}", "".join(chr(0x4E00 + 7 * int(digit)) for digit in f"{size}{number}") + "龘"
        concept = Concept.objects.create(key=key)
        values: dict[str, Any] = {
            "administrative_status": "preferred",
            "review_status": "approved",
            "source": "made up",
        }
        Term.objects.create(concept=concept, language="zh-Hans", text=text, **values)
        yield f"在{text}中", key


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
