"""A mixed load on the whole service, to its knee and beyond: `python -m tests.benchmarks.load [MINUTES]`.

The service runs as `manage.py run` starts it (web server, job worker, embedded database) on the shipped termbase. Asked
are, of a hundred requests, 70 look-ups, 15 recognitions, 5 checks, 8 concepts and 2 writes over the version that was
read, drawn by Zipf's law and at moments that do not hang on the answers (see `open_loop`).

1. Steps of a rising rate find the knee: the highest at which 95 of 100 requests are answered within LIMIT_MS, all but
   SHED_SHARE of them with what was asked for, and as many as are asked. A rate that is too high is tried once more.
2. SHARE of the knee is held for MINUTES (10 by default).
3. Twice the knee for a minute, and then what was held before: how long until all is as it was.

Prints Markdown; what it does meanwhile, to the other stream. `--step SECONDS`, `--overload SECONDS` and `--knee RATE`
(which leaves the search out) are for short trials.
"""

import argparse
import contextlib
import multiprocessing
import os
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.pool import Pool
from pathlib import Path

import psutil

from tests.benchmarks.open_loop import KINDS, MIX, Answered, Phase, ask
from tests.service import Service

LIMIT_MS = 250
"""What 95 of 100 requests should be answered within."""
SHED_SHARE = 0.001
SERVED_SHARE = 0.97
SHARE = 0.7
LOWEST, HIGHEST, TIMES, FINER = 40.0, 5_000.0, 1.5, 3
AFTER = 30
"""Seconds of watching after the overload."""
SHED, NO_ANSWER = 503, 0

TOKEN = """
from django.contrib.auth.models import User
from termbase.models import ApiToken
user = User.objects.get(username="terminologist")
print(ApiToken.issue(name="load", user=user, scopes=["read", "edit"])[1])
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run came to; `rows` in the columns of the tables."""

    offered: float
    served: float
    times: dict[str, list[float]]
    shed: int
    errors: dict[str, int]
    processor: dict[str, float]
    seconds: float
    answered: Answered

    @property
    def all_times(self) -> list[float]:
        return [time for times in self.times.values() for time in times]

    def is_good(self) -> bool:
        """Whether the service keeps up with this rate."""
        asked = len(self.answered.due)
        within = bool(self.all_times) and _centile(self.all_times, 95) <= LIMIT_MS
        kept_up = self.served >= SERVED_SHARE * self.offered
        return within and kept_up and self.shed <= SHED_SHARE * asked and not self.errors


class Load:
    """A running service and the callers."""

    def __init__(self, service: Service, callers: Pool, secret: str) -> None:
        self._service, self._callers, self._secret = service, callers, secret
        self._runs = 0

    def run(self, *phases: Phase, watch: Callable[[], None] | None = None) -> Measured:
        """Ask through the phases, and `watch` every minute meanwhile."""
        self._runs += 1
        seconds = sum(phase.seconds for phase in phases)
        before, started = self._processor(), time.monotonic()
        asking = self._callers.apply_async(ask, (self._service.port, self._secret, phases, self._runs))
        for minute in range(1, int(seconds / 60) + 1) if watch else ():
            asking.wait(started + 60 * minute - time.monotonic())
            watch()
        answered = asking.get(timeout=seconds + 120)
        spent = {name: used - before.get(name, 0.0) for name, used in self._processor().items()}
        print(f"{time.monotonic() - started:.0f} s for {phases}, late {answered.late:.3f} s", file=sys.stderr)
        return _measured(answered, seconds, spent)

    def memory(self) -> dict[str, float]:
        """MB of each process, the database's all together."""
        found: Counter[str] = Counter()
        for name, process in self._processes():
            with contextlib.suppress(psutil.Error):
                full = process.memory_full_info()
                found[name] += (full.pss if name == "database" else full.rss) / 2**20
        return dict(found)

    def connections(self) -> int:
        """To the database, our own not counted."""
        with self._service.connect() as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone()
        assert row is not None
        return int(row[0])

    def _processor(self) -> dict[str, float]:
        spent: Counter[str] = Counter()
        for name, process in self._processes():
            with contextlib.suppress(psutil.Error):
                spent[name.split()[0]] += sum(process.cpu_times()[:2])
        for process in psutil.Process().children():
            if process.pid != self._service.process.pid:
                with contextlib.suppress(psutil.Error):
                    spent["callers"] += sum(process.cpu_times()[:2])
        return dict(spent)

    def _processes(self) -> Iterator[tuple[str, psutil.Process]]:
        web, worker = (psutil.Process(int(line.split()[0])) for line in self._pids())
        yield "run", psutil.Process(self._service.process.pid)
        yield "web server", web
        for number, process in enumerate(sorted(web.children(), key=lambda child: child.pid)):
            yield f"web {number + 1}", process
        yield "jobs", worker
        database = self._service.server()
        assert database is not None
        for process in (database, *database.children()):
            yield "database", process

    def _pids(self) -> list[str]:
        return (self._service.data / "run.pids").read_text().splitlines()


def main(minutes: float, step: float, overload: float, knee: float) -> None:
    """Serve, ask and print."""
    with loaded() as load:
        load.run(Phase(LOWEST, step))
        heading()
        knee = knee or _knee(load, step)
        print(f"\nKnee: {knee:.0f} requests/s (95 of 100 within {LIMIT_MS} ms).\n", flush=True)
        memory = _hold(load, SHARE * knee, 60 * minutes)
        _overload(load, knee, overload)
        _memory([*memory, load.memory()])


@contextlib.contextmanager
def loaded() -> Iterator[Load]:
    """A service of its own and its callers, which all end with the context, by SIGTERM and Ctrl-C too."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *received: sys.exit(1))
    print(f"Load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.\n", flush=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        _serving(Path(folder)) as service,
        # A pool that is left is ended in the middle of what it does. Ctrl-C goes to all: only this process minds.
        multiprocessing.get_context("spawn").Pool(1, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as callers,
    ):
        yield Load(service, callers, service.manage("shell", "-v0", "-c", TOKEN).split()[-1])


@contextlib.contextmanager
def _serving(data: Path) -> Iterator[Service]:
    service = Service(data)
    try:
        service.start()
        yield service
    finally:
        if service.process is not None:
            family = service.family() if service.process.poll() is None else []
            service.process.terminate()
            _, alive = psutil.wait_procs(family, timeout=40)
            for process in alive:
                process.kill()
            service.process.wait(40)
        service.leave()


def _knee(load: Load, step: float) -> float:
    """The highest rate that the service keeps up with, from steps by a factor and then halves between two."""
    good, rate = 0.0, LOWEST
    while rate <= HIGHEST and _keeps_up(load, rate, step):
        good, rate = rate, rate * TIMES
    bad = rate
    for _ in range(FINER):
        middle = (good + bad) / 2
        if _keeps_up(load, middle, step):
            good = middle
        else:
            bad = middle
    return good


def _keeps_up(load: Load, rate: float, step: float) -> bool:
    for _ in range(2):
        measured = load.run(Phase(rate, step))
        row(measured)
        if measured.is_good():
            return True
    return False


def _hold(load: Load, rate: float, seconds: float) -> list[dict[str, float]]:
    """What each process held before and after, in MB."""
    memory = [load.memory()]
    measured = load.run(Phase(rate, seconds))
    memory.append(load.memory())
    print(f"Held for {seconds / 60:g} minutes; {load.connections()} connections to the database.\n")
    heading()
    row(measured)
    print("\n| kind | requests | p50 ms | p95 ms | p99 ms | longest ms |\n|---|---|---|---|---|---|")
    for kind, times in measured.times.items():
        if len(times) > 1:
            print(f"| {kind} | {len(times):,} | {_centiles(times)} | {max(times):.0f} |")
    requests = len(measured.answered.due)
    spent = ", ".join(f"{name} {1000 * used / requests:.2f}" for name, used in sorted(measured.processor.items()))
    print(f"\nProcessor ms for a request: {spent}.\n", flush=True)
    return memory


def _memory(taken: Sequence[dict[str, float]]) -> None:
    print("\n| process | MB before the hold | after it | after the overload |\n|---|---|---|---|")
    for name in sorted(taken[0]):
        print(f"| {name} | {' | '.join(f'{memory.get(name, 0.0):.0f}' for memory in taken)} |", flush=True)


def _overload(load: Load, knee: float, seconds: float) -> None:
    """Twice the knee, and what was held before; told apart by when a request was due."""
    both = load.run(Phase(2 * knee, seconds), Phase(SHARE * knee, AFTER)).answered
    print(f"Twice the knee for {seconds:g} s, then {SHARE:g} of it for {AFTER} s.\n")
    heading()
    row(_measured(_between(both, 0, seconds), seconds, {}))
    row(_measured(_between(both, seconds, seconds + AFTER), AFTER, {}))
    bad = [
        due - seconds
        for due, took, status in zip(both.due, both.seconds, both.statuses, strict=True)
        if due >= seconds and (1000 * took > LIMIT_MS or status >= 400 or status == NO_ANSWER)
    ]
    print(f"\nConnections at the most: {both.connections}.", end=" ")
    print(f"The last request not answered within {LIMIT_MS} ms came {max(bad, default=0):.1f} s after the overload.")


def _between(answered: Answered, start: float, end: float) -> Answered:
    part = Answered()
    for due, *rest in zip(answered.due, answered.seconds, answered.kinds, answered.statuses, strict=True):
        if start <= due < end:
            part.add(due - start, *rest)
    return part


def _measured(answered: Answered, seconds: float, processor: dict[str, float]) -> Measured:
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    failed: Counter[int] = Counter()
    last = seconds
    for due, took, kind, status in zip(answered.due, answered.seconds, answered.kinds, answered.statuses, strict=True):
        if 200 <= status < 300:
            times[KINDS[kind]].append(1000 * took)
            last = max(last, due + took)
        else:
            failed[status] += 1
    shed = failed.pop(SHED, 0)
    errors = {"no answer" if status == NO_ANSWER else str(status): count for status, count in failed.items()}
    served = sum(map(len, times.values())) / last
    return Measured(len(answered.due) / seconds, served, times, shed, errors, processor, seconds, answered)


def heading() -> None:
    """Of the table of runs."""
    print("| offered/s | served/s | p50 ms | p95 ms | p99 ms | 503 | other errors |\n|---|---|---|---|---|---|---|")


def row(measured: Measured) -> None:
    """One run."""
    errors = ", ".join(f"{count} {name}" for name, count in measured.errors.items()) or "0"
    times = _centiles(measured.all_times) if len(measured.all_times) > 1 else "| |"
    print(f"| {measured.offered:.0f} | {measured.served:.0f} | {times} | {measured.shed:,} | {errors} |", flush=True)


def _centiles(times: Sequence[float]) -> str:
    return " | ".join(f"{_centile(times, n):.0f}" for n in (50, 95, 99))


def _centile(times: Sequence[float], n: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[n - 1] if len(times) > 1 else times[0]


def _arguments() -> argparse.Namespace:
    assert sum(MIX.values()) == 100
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("minutes", type=float, nargs="?", default=10)
    parser.add_argument("--step", type=float, default=15)
    parser.add_argument("--overload", type=float, default=60)
    parser.add_argument("--knee", type=float, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main(**vars(_arguments()))
