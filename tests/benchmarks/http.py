"""The service over HTTP, two workers on the shipped termbase: `python -m tests.benchmarks.http [SECONDS]`.

Prints a Markdown table: requests a second and their times, for look-up and recognition, beside the same server with a
bare Django REST framework view that answers the bytes of the first look-up; all in turn by the same callers, three
times, of which the best counts, since other work on the machine takes from each what it takes. The processor's time for
a request, the database's included, is little changed by it.

Workers keep answers, so look-up is measured three ways: one query again and again; queries that are each new, which no
worker can have kept; and `as asked`, a thousand and more of them by Zipf's law, the n-th most frequent 1/n as often as
the first, after 20,000 such requests. Queries are whole terms of the termbase, beginnings and parts of them.
"""

import contextlib
import itertools
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import psutil

from tests.benchmarks.asked import ROOT, get, post, queries

CALLERS = 4
"""Each on a connection of its own, with the next request as soon as the last is answered."""
ROUNDS = 3
WARM = 20_000
LOOKUP, AS_ASKED, NEW = "look-up: 毒罪办", "look-up: as asked", "look-up: each query new"
BARE = "a bare view that answers the same"
ANSWER = "TERMBASE_BENCHMARK_ANSWER"


class Run(NamedTuple):
    """Times of all requests and the processor's time for one, in milliseconds, and an answer."""

    times: list[float]
    processor: float
    answer: bytes


class Server(NamedTuple):
    """Where it listens, and the processes that, with those they start, work for it."""

    port: int
    processes: list[psutil.Process]

    def processor(self) -> float:
        """The processor's time that they have taken, in seconds."""
        return sum(self._time(one) for root in self.processes for one in (root, *root.children(recursive=True)))

    @staticmethod
    def _time(process: psutil.Process) -> float:
        with contextlib.suppress(psutil.NoSuchProcess):
            return float(sum(process.cpu_times()[:2]))
        return 0.0


def main(seconds: float) -> None:
    """Serve, call and print."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "TERMBASE_DATA": folder, "DEBUG": "false"}
        for command in (["migrate", "-v0"], ["load_termbase", "-v0"]):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                env=environment,
                check=True,
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
            )
        fixed = _requests()
        with _serving("config.wsgi:application", environment) as server:
            port, (granian,) = server
            (Path(folder) / "answer").write_bytes(_exchange(_connected(port), fixed[LOOKUP]))
            environment[ANSWER] = str(Path(folder) / "answer")
            with _serving("tests.benchmarks.bare:application", environment) as bare:
                with ProcessPoolExecutor(CALLERS) as callers:
                    list(callers.map(_call_all, [port] * CALLERS, _as_asked(-1, WARM // CALLERS)))
                database = psutil.Process(int((Path(folder) / "postgres" / "postmaster.pid").read_text().split()[0]))
                whole = Server(port, [granian, database])
                rounds = [_round(whole, bare, fixed, number, seconds) for number in range(ROUNDS)]
            memory = [child.memory_info().rss / 2**20 for child in granian.children()]
    best = {name: max((figures[name] for figures in rounds), key=lambda run: len(run.times)) for name in rounds[0]}
    print("| what | requests/s | median ms | p95 ms | p99 ms | processor ms | bytes |\n|---|---|---|---|---|---|---|")
    for name, figures in best.items():
        _print(name, figures, seconds)
    for name in (LOOKUP, AS_ASKED, NEW):
        requests, processor = len(best[name].times) / len(best[BARE].times), best[BARE].processor / best[name].processor
        print(f"\n{name}: {requests:.2f} of the bare view's requests, {processor:.2f} by the processor's time.")
    print(f"\nMemory of the workers: {', '.join(f'{m:.0f} MB' for m in memory)}.")


def _round(server: Server, bare: Server, fixed: dict[str, bytes], number: int, seconds: float) -> dict[str, Run]:
    """Every row once."""
    figures = {name: _measure(server, [[request]] * CALLERS, seconds) for name, request in fixed.items()}
    figures[AS_ASKED] = _measure(server, _as_asked(number), seconds)
    figures[NEW] = _measure(server, _each_new(number), seconds)
    figures[BARE] = _measure(bare, [[fixed[LOOKUP]]] * CALLERS, seconds)
    return figures


def _each_new(number: int) -> list[list[bytes]]:
    """For each caller queries that none asks twice, nor in another round: a text with another limit is another one."""
    limits = range(30 + 10 * number, 40 + 10 * number)
    requests = [get(f"/api/v1/lookup/?q={quote(q)}&limit={limit}") for limit in limits for q in queries()]
    return [requests[caller::CALLERS] for caller in range(CALLERS)]


def _as_asked(seed: int, times: int = 50_000) -> list[list[bytes]]:
    """For each caller a long draw by Zipf's law."""
    requests = [get(f"/api/v1/lookup/?q={quote(q)}") for q in queries()]
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(requests) + 1)))
    return [
        random.Random(f"{seed} {caller}").choices(requests, cum_weights=weights, k=times) for caller in range(CALLERS)
    ]


def _requests() -> dict[str, bytes]:
    segment = "联合国毒品和犯罪问题办公室支持会员国打击外国恐怖主义作战人员、跨国有组织犯罪和洗钱活动。"
    return {
        **{f"look-up: {q}": get(f"/api/v1/lookup/?q={quote(q)}") for q in ("毒罪办", "foreign", "duzuiban", "罪")},
        "recognise: a segment": post("/api/v1/recognise/", {"text": segment}),
        "check: a segment": post(
            "/api/v1/check/",
            {
                "segments": [{"id": 1, "source": segment, "target": "UNODC supports Member States against crime."}],
                "source": "zh",
                "target": "en",
            },
        ),
        "a concept": get("/api/v1/concepts/c0036/"),
    }


@contextlib.contextmanager
def _serving(application: str, environment: dict[str, str]) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "128", "--no-ws", "--log-level", "error", application),
    ]
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                _exchange(_connected(port), get("/healthz"))
                break
            time.sleep(0.1)
        yield Server(port, [psutil.Process(process.pid)])
    finally:
        process.terminate()
        process.wait(20)


def _measure(server: Server, requests: Sequence[Sequence[bytes]], seconds: float) -> Run:
    """What the callers have come to, each with requests of its own."""
    with ProcessPoolExecutor(CALLERS) as callers:
        ports = [server.port] * CALLERS
        list(callers.map(_call, ports, [[get("/healthz")]] * CALLERS, [0.5] * CALLERS))
        before = server.processor()
        results = list(callers.map(_call, ports, requests, [seconds] * CALLERS))
        processor = server.processor() - before
    times = [time for times, _ in results for time in times]
    return Run(times, 1_000 * processor / len(times), results[0][1])


def _call(port: int, requests: Sequence[bytes], seconds: float) -> tuple[list[float], bytes]:
    connection = _connected(port)
    times = []
    end = time.perf_counter() + seconds
    for request in itertools.cycle(requests):
        start = time.perf_counter()
        if start >= end:
            break
        answer = _exchange(connection, request)
        times.append(1_000 * (time.perf_counter() - start))
    return times, answer


def _call_all(port: int, requests: Sequence[bytes]) -> None:
    connection = _connected(port)
    for request in requests:
        _exchange(connection, request)


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _exchange(connection: socket.socket, request: bytes) -> bytes:
    """The body of a 200 answer."""
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    length = int(fields[b"content-length"])
    while len(body) < length:
        body += connection.recv(65_536)
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode() + body.decode())
    return body


def _print(name: str, figures: Run, seconds: float) -> None:
    centiles = statistics.quantiles(figures.times, n=100)
    cells = (
        f"{len(figures.times) / seconds:,.0f}",
        *(f"{centiles[n - 1]:.1f}" for n in (50, 95, 99)),
        f"{figures.processor:.2f}",
        f"{len(figures.answer):,}",
    )
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5)
