"""Callers that ask when their time has come, whatever has become of those before: an open loop, in one process.

A caller that waits for an answer before it asks again asks a slow service less often, and so never sees how slow it is.
Here the moments of asking are drawn beforehand (a Poisson process), and a request's time counts from its moment, also
where it had to wait for a connection.
"""

import asyncio
import itertools
import json
import random
import re
import socket
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.benchmarks import asked

MIX = {"look-up": 70, "recognise": 15, "check": 5, "concept": 8, "write": 2}
"""Of a hundred requests."""
KINDS = tuple(MIX)
WRITE = KINDS.index("write")
CONNECTIONS = 64
"""At the start; there are more as soon as none is idle, as with a proxy."""
MOST_CONNECTIONS = 900
PATIENCE = 20.0
"""Seconds after which a request counts as not answered."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Phase(NamedTuple):
    """So many requests a second for so many seconds."""

    rate: float
    seconds: float


@dataclass(slots=True)
class Answered:
    """What became of the requests, in columns: when each was due and how long it took, in seconds, and its status.

    The status is 0 where no answer came. `late` is the longest that a request was sent after its moment.
    """

    due: "array[float]" = field(default_factory=lambda: array("d"))
    seconds: "array[float]" = field(default_factory=lambda: array("d"))
    kinds: "array[int]" = field(default_factory=lambda: array("b"))
    statuses: "array[int]" = field(default_factory=lambda: array("h"))
    connections: int = 0
    late: float = 0.0

    def add(self, due: float, seconds: float, kind: int, status: int) -> None:
        """One more."""
        self.due.append(due)
        self.seconds.append(seconds)
        self.kinds.append(kind)
        self.statuses.append(status)


def ask(port: int, secret: str, phases: Sequence[Phase], seed: int) -> Answered:
    """Ask through all phases without a pause between, and wait for what is still to be answered."""
    return asyncio.run(_Callers(port, secret, seed).ask(phases))


class _Request:
    """One on its way: when it was due, its kind, and for a write what it is of."""

    __slots__ = ("content", "due", "key", "kind", "version")

    def __init__(self, due: float, kind: int, content: bytes, key: str = "", version: int = 0) -> None:
        self.due, self.kind, self.content, self.key, self.version = due, kind, content, key, version


class _Callers:
    """All that call the service at `port`; writers have the token `secret`."""

    def __init__(self, port: int, secret: str, seed: int) -> None:
        self._port, self._secret, self._draw = port, secret, random.Random(seed)
        self._idle: deque[_Connection] = deque()
        self._waiting: deque[_Request] = deque()
        self._open: set[_Connection] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._versions: deque[tuple[str, int]] = deque()
        self._start = 0.0
        self._left = 0
        self.answered = Answered()

    async def ask(self, phases: Sequence[Phase]) -> Answered:
        loop = asyncio.get_running_loop()
        self._versions = deque(_versions(self._port))
        requests = self._requests(phases)
        await asyncio.gather(*(self._connect() for _ in range(CONNECTIONS)))
        sweeper = asyncio.create_task(self._give_up_old())
        self._start = loop.time() + 0.2
        for request in requests:
            delay = self._start + request.due - loop.time()
            if delay > 0:
                await asyncio.sleep(delay)
            self._left += 1
            self.answered.late = max(self.answered.late, loop.time() - self._start - request.due)
            self._send(request)
        deadline = loop.time() + PATIENCE + 5
        while self._left and loop.time() < deadline:
            await asyncio.sleep(0.02)
        sweeper.cancel()
        for connection in self._open:
            connection.transport.abort()
        return self.answered

    def _requests(self, phases: Sequence[Phase]) -> Iterator[_Request]:
        """In the order of their moments, each drawn by Zipf's law from those of its kind."""
        contents = [asked.lookups(), asked.recognitions(), asked.checks(), self._concepts(), [b""]]
        weights = [list(itertools.accumulate(1 / rank for rank in range(1, len(kind) + 1))) for kind in contents]
        start = 0.0
        for rate, seconds in phases:
            due = start
            while (due := due + self._draw.expovariate(rate)) < start + seconds:
                (kind,) = self._draw.choices(range(len(KINDS)), tuple(MIX.values()))
                (content,) = self._draw.choices(contents[kind], cum_weights=weights[kind])
                yield _Request(due, kind, content)
            start += seconds

    def _concepts(self) -> list[bytes]:
        keys = sorted(key for key, _ in self._versions)
        self._draw.shuffle(keys)
        return [asked.get(f"/api/v1/concepts/{key}/") for key in keys]

    def _send(self, request: _Request) -> None:
        if request.kind == WRITE:
            self._write(request)
        if self._idle:
            self._idle.popleft().ask(request)
            return
        self._waiting.append(request)
        if len(self._open) + len(self._opening) < MOST_CONNECTIONS:
            task = asyncio.create_task(self._connect())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    def _write(self, request: _Request) -> None:
        """A new note for the concept that was written longest ago, over the version that we know of."""
        request.key, request.version = self._versions.popleft()
        request.content = asked.post(
            f"/api/v1/concepts/{request.key}/",
            {"note": f"Written at {request.due:.6f}."},
            method="PATCH",
            Authorization=f"Bearer {self._secret}",
            If_Match=f'"{request.version}"',
        )

    async def _connect(self) -> None:
        try:
            await asyncio.get_running_loop().create_connection(lambda: _Connection(self), "127.0.0.1", self._port)
        except OSError:
            # Its requests wait for another connection, and in vain if there is none: that is what is measured.
            await asyncio.sleep(0.1)

    async def _give_up_old(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            oldest = asyncio.get_running_loop().time() - self._start - PATIENCE
            for connection in [one for one in self._open if one.request and one.request.due < oldest]:
                connection.transport.abort()
            while self._waiting and self._waiting[0].due < oldest:
                self._note(self._waiting.popleft(), 0, b"")

    def ready(self, connection: "_Connection") -> None:
        """A connection has nothing to do."""
        if connection not in self._open:
            self._open.add(connection)
            self.answered.connections = max(self.answered.connections, len(self._open))
        if self._waiting:
            connection.ask(self._waiting.popleft())
        else:
            self._idle.append(connection)

    def lost(self, connection: "_Connection") -> None:
        """A connection was closed, by whichever side."""
        self._open.discard(connection)
        if connection.request:
            self._note(connection.request, 0, b"")
        elif connection in self._idle:
            self._idle.remove(connection)

    def done(self, request: _Request, status: int, body: bytes) -> None:
        """A request was answered."""
        self._note(request, status, body)

    def _note(self, request: _Request, status: int, body: bytes) -> None:
        self._left -= 1
        now = asyncio.get_running_loop().time() - self._start
        self.answered.add(request.due, now - request.due, request.kind, status)
        if request.kind == WRITE and status:
            version = json.loads(body)["version"] if status == 200 else request.version
            self._versions.append((request.key, version))


class _Connection(asyncio.Protocol):
    """One of HTTP/1.1, kept alive, with one request at a time."""

    transport: asyncio.Transport

    def __init__(self, callers: _Callers) -> None:
        self._callers = callers
        self._received = bytearray()
        self._whole = 0
        self.request: _Request | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._callers.ready(self)

    def ask(self, request: _Request) -> None:
        self.request = request
        self.transport.write(request.content)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._whole:
            head = self._received.find(b"\r\n\r\n")
            if head < 0:
                return
            length = _LENGTH.search(self._received, 0, head)
            self._whole = head + 4 + (int(length[1]) if length else 0)
        if len(self._received) < self._whole or self.request is None:
            return
        request, status = self.request, int(self._received[9:12])
        body = bytes(self._received[self._received.index(b"\r\n\r\n") + 4 :])
        self.request, self._received, self._whole = None, bytearray(), 0
        self._callers.done(request, status, body)
        self._callers.ready(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._callers.lost(self)


def _versions(port: int) -> list[tuple[str, int]]:
    """The concepts that readers see, by key, with their versions."""
    found: list[tuple[str, int]] = []
    cursor: str | None = ""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        while cursor is not None:
            more = f"&cursor={cursor}" if cursor else ""
            connection.sendall(asked.get(f"/api/v1/concepts/?limit=500&fields=key,version{more}"))
            page = json.loads(_body(connection))
            found += [(concept["key"], concept["version"]) for concept in page["concepts"]]
            cursor = page["next"]
    return found


def _body(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if not head.startswith(b"HTTP/1.1 200") or length is None:
        raise RuntimeError(received.decode(errors="replace"))
    while len(body) < int(length[1]):
        body += connection.recv(65_536)
    return body
