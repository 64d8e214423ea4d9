"""How many requests a process works at, which wait meanwhile, and which are told at once to come again.

The web server hands each request to a thread. Here it waits for a *slot*: the right to be worked at, and the connection
to the database that goes with it, so that there are as few connections as slots however many threads wait. More at work
at once would not be done sooner, as a process uses one processor.

Who waits is let in in turn. A burst may wait for as long as BURST; but where somebody has waited at every moment for so
long, more comes in than goes out, and then nobody gains from a long wait: only those that have waited less than
`patience` are let in, which keeps times short for all who are served. This is the controlled delay of Nichols and
Jacobson as Maurer has it for servers (Fail at Scale, ACM Queue 13, 2015).
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.db import connections
from django.http import HttpRequest, HttpResponse

from config.answers import Answer, give
from config.application import Utf8Request
from termbase.metrics import SHED, WAIT_SECONDS

BURST = 2.0
"""Seconds: of a wait at the longest, and of waiting without a pause that is no burst any more."""
OVERTIME = 0.5
"""Seconds after which a request at work does not count: a long one, or one of a slow reader, keeps nobody out."""
_LOOK_AGAIN = 0.25
"""Seconds after which somebody who waits looks whether others have come into overtime."""
_LIGHT = ("/readyz", "/metrics", "/static/")


class Slot:
    """The right to be worked at, with a connection of its own to each database."""

    def __init__(self) -> None:
        self.since = 0.0
        self.connections = {name: connections.create_connection(name) for name in connections}
        for connection in self.connections.values():
            # One thread after another uses it, never two at once.
            connection.inc_thread_sharing()

    def lend(self) -> None:
        """Have this thread use the connections."""
        for name, connection in self.connections.items():
            connections[name] = connection

    def take_back(self) -> None:
        """Have this thread use them no longer."""
        for name, connection in self.connections.items():
            # Where the server drops an answer in another thread, that one may be at work with a slot of its own.
            if connections[name] is connection:
                del connections[name]


class _Waiter:
    """Somebody who waits; `turn` is free once `slot` is given, or refused by None."""

    __slots__ = ("since", "slot", "turn")

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.slot: Slot | None = None
        self.turn = Lock()
        self.turn.acquire()


class Gate:
    """Lets in `slots` at a time, and as many again beside those in overtime; `places` may wait."""

    def __init__(self, *, slots: int, places: int, patience: float) -> None:
        self._slots, self._places, self._patience = slots, places, patience
        self._lock = Lock()
        self._idle = [Slot() for _ in range(2 * slots)]
        self._held: set[Slot] = set()
        self._waiting: deque[_Waiter] = deque()
        self._nobody_waited = time.monotonic()

    def enter(self) -> Slot | None:
        """A slot, as soon as it is the caller's turn; None where it should come again later."""
        waiter = _Waiter()
        with self._lock:
            if len(self._waiting) >= self._places and not self._has_room(waiter.since):
                SHED.labels("full").inc()
                return None
            self._waiting.append(waiter)
            self._let_in(waiter.since)
        self._wait(waiter)
        if waiter.slot is None:
            SHED.labels("late").inc()
            return None
        WAIT_SECONDS.observe(waiter.slot.since - waiter.since)
        return waiter.slot

    def leave(self, slot: Slot) -> None:
        """Give a slot back."""
        with self._lock:
            self._held.discard(slot)
            # The last used is the next used: those for overtime connect to nothing until they are needed.
            self._idle.append(slot)
            self._let_in(time.monotonic())

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """With a slot and its connections, for a question or two; False where the asker should come again later."""
        slot = self.enter()
        if slot is None:
            yield False
            return
        slot.lend()
        try:
            yield True
        finally:
            slot.take_back()
            self.leave(slot)

    def _wait(self, waiter: _Waiter) -> None:
        """Until it is let in or refused by whoever comes or leaves; nobody may, while others are in overtime."""
        while time.monotonic() - waiter.since < BURST:
            if waiter.turn.acquire(timeout=_LOOK_AGAIN):
                return
            with self._lock:
                self._let_in(time.monotonic())
        with self._lock:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def _has_room(self, now: float) -> bool:
        return bool(self._idle) and sum(now - slot.since < OVERTIME for slot in self._held) < self._slots

    def _let_in(self, now: float) -> None:
        longest = self._patience if now - self._nobody_waited > BURST else BURST
        while self._waiting and self._has_room(now):
            waiter = self._waiting.popleft()
            if now - waiter.since <= longest:
                waiter.slot = self._idle.pop()
                waiter.slot.since = now
                self._held.add(waiter.slot)
            waiter.turn.release()
        if not self._waiting:
            self._nobody_waited = now


class Admission:
    """A WSGI application that lets requests in to another, or has `refuse` answer them.

    What costs little has a gate of its own, `light`: the health of the service, and the files that pages need.
    /healthz, which asks nothing of the database, goes by none: it must tell a busy process from a dead one.
    """

    def __init__(
        self, application: WSGIApplication, refuse: Callable[[HttpRequest], HttpResponse], *, gate: Gate, light: Gate
    ) -> None:
        self._application, self._refuse, self._gate, self._light = application, refuse, gate, light

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/healthz":
            return self._application(environ, start_response)
        gate = self._light if path.startswith(_LIGHT) else self._gate
        slot = gate.enter()
        if slot is None:
            return give(self._refuse(Utf8Request(environ)), start_response)
        slot.lend()

        def leave() -> None:
            slot.take_back()
            gate.leave(slot)

        try:
            return Answer(self._application(environ, start_response), leave)
        except BaseException:
            leave()
            raise
