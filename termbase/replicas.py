"""Which server a request reads from: the primary, or a replica that has what the caller must see.

A request that only reads is given a replica when it first asks the database. One short query tells how much of the
primary's log the replica has replayed. That must reach what the caller has written or seen, and what the primary had
written TERMBASE_REPLICA_LAG_SECONDS ago; else the request reads from the primary, as does all else: writes and what is
read for them, transactions, jobs, commands, the admin, and whatever tells who is calling and what they may do.

A position is a place in the log, in bytes since its beginning. What a process keeps between requests is made of what
the primary says alone: the snapshot of a replica does not tell which transactions are running.
"""

import itertools
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import QueryCanceled, SerializationFailure

from termbase.metrics import READS

DEAD_SECONDS = 5.0
"""For how long a replica that does not answer is not asked again."""
BEHIND_SECONDS = 1.0
"""For how long one that is too far behind is not."""
# Who calls, and what must not be done twice; the table of counts is not replicated at all.
_OF_THE_PRIMARY = {"apitoken", "idempotencykey", "requestcount"}

_logger = logging.getLogger(__name__)
_turns = itertools.count()
_resting: dict[str, float] = {}
_of_thread = threading.local()

View = TypeVar("View")


@dataclass(frozen=True, slots=True)
class Written:
    """How much the primary had written, and in which line of time: a promotion begins another."""

    position: int = 0
    timeline: int = 0

    @classmethod
    def parsed(cls, segment: str | None, position: int | None) -> "Written":
        """From the columns of `WRITTEN`, which are null on a replica."""
        return cls(position or 0, int(segment[:8], 16) if segment else 0)


WRITTEN = (
    "CASE WHEN NOT pg_is_in_recovery() THEN pg_walfile_name(pg_current_wal_insert_lsn()) END,"
    " CASE WHEN NOT pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint END"
)
"""Two columns: all that a statement of the primary sees was written before this position."""
_REPLAYED = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint END"


class Clock:
    """How much the primary had written a while ago: a replica that has not replayed that is too far behind.

    Asked twice in the time that a replica may be behind, whatever the number of requests; no other clock comes into it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._marks: tuple[tuple[float, Written], tuple[float, Written]] | None = None

    @property
    def timeline(self) -> int:
        """The primary's, when it was last asked."""
        return self._marks[1][1].timeline if self._marks else 0

    def least(self) -> int | None:
        """What a replica must have replayed; None where it is not known."""
        most, now = settings.TERMBASE_REPLICA_LAG_SECONDS, time.monotonic()
        if (self._marks is None or now - self._marks[1][0] >= most / 2) and self._lock.acquire(blocking=False):
            try:
                self._advance(now, most)
            finally:
                self._lock.release()
        for at, written in self._marks or ():
            if now - at <= most:
                return written.position
        return None

    def _advance(self, now: float, most: float) -> None:
        try:
            mark = (now, written())
        except Error as error:
            _logger.warning("The primary does not say how much it has written: %s", error)
            if self._marks is not None:
                # Nothing newer is known of.
                self._marks = ((now, self._marks[1][1]), (now, self._marks[1][1]))
            return
        last = self._marks[1] if self._marks is not None else mark
        self._marks = (last if now - last[0] <= most else mark, mark)


clock = Clock()
"""This process's."""


@dataclass(slots=True)
class Reads:
    """Of one request: whether it only reads, what it must see, and the server it reads from, once that is chosen."""

    needed: int = 0
    is_open: bool = False
    server: str | None = None
    replayed: int = 0
    has_failed: bool = False

    def choose(self) -> str:
        """The next replica in turn that will do, else the primary."""
        least = clock.least()
        self.server = DEFAULT_DB_ALIAS
        for name in _in_turn() if least is not None else ():
            replayed = _replayed(name)
            if replayed is None:
                _rest(name, DEAD_SECONDS)
            elif replayed < (least or 0):
                _rest(name, BEHIND_SECONDS)
            else:
                if replayed >= self.needed:
                    self.server, self.replayed = name, replayed
                break
        READS.labels(self.server).inc()
        return self.server


class Router:
    """Django's question of where to read and write; all servers hold the same."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        """A replica may tell what the termbase says, and nothing else."""
        meta = model._meta
        return server() if meta.app_label == "termbase" and meta.model_name not in _OF_THE_PRIMARY else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *ends: models.Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


def server() -> str:
    """The name, in the settings, of the database that is read from now."""
    reads = _open()
    if reads is None or connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return DEFAULT_DB_ALIAS
    return reads.server or reads.choose()


def connection() -> BaseDatabaseWrapper:
    """The connection to read from now, for statements that Django's router does not see."""
    return connections[server()]


@contextmanager
def reading(needed: int, *, is_open: bool) -> Iterator[Reads]:
    """What this thread reads meanwhile may, as long as `is_open`, come from a replica that has replayed `needed`."""
    _of_thread.reads = reads = Reads(needed, is_open)
    try:
        yield reads
    finally:
        _of_thread.reads = None


def only_reads() -> None:
    """The request turns out to write nothing."""
    if (reads := getattr(_of_thread, "reads", None)) is not None:
        reads.is_open = True


def demand(position: int, timeline: int | None = None) -> None:
    """From here on, read where this position has been replayed, and where time has not forked since `timeline`."""
    reads: Reads | None = getattr(_of_thread, "reads", None)
    if reads is None:
        return
    reads.needed = max(reads.needed, position)
    if reads.server is None and timeline is None:
        return
    if server() != DEFAULT_DB_ALIAS and (reads.replayed < position or timeline not in (None, clock.timeline)):
        reads.server = DEFAULT_DB_ALIAS


def read_primary() -> bool:
    """From here on, read from the primary; whether that is a change."""
    reads = _open()
    if reads is None or server() == DEFAULT_DB_ALIAS:
        return False
    reads.server = DEFAULT_DB_ALIAS
    return True


def has_failed(error: BaseException) -> bool:
    """Whether a replica could not answer what the primary may; one that is gone is left alone for a while."""
    reads = _open()
    if reads is None or reads.server in (None, DEFAULT_DB_ALIAS) or not isinstance(error, Error):
        return False
    if isinstance(error.__cause__, QueryCanceled):
        return False  # Too much work is so for the primary too.
    if not isinstance(error.__cause__, SerializationFailure):
        _rest(str(reads.server), DEAD_SECONDS)  # The other is a row that replaying has taken away from a reader.
    reads.server, reads.has_failed = DEFAULT_DB_ALIAS, True
    return True


def reads_only(view: View) -> View:
    """Mark a view that writes nothing, whatever the method."""
    view.reads_only = True  # type: ignore[attr-defined]
    return view


def written() -> Written:
    """How much the primary has written; one query. Raises Django's `Error` where it does not answer."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f"SELECT {WRITTEN}")
        return Written.parsed(*cursor.fetchone())


def position_now(reads: Reads) -> int:
    """A position behind all that has been read so; one query."""
    if reads.server in (None, DEFAULT_DB_ALIAS):
        return written().position
    return _replayed(str(reads.server)) or reads.replayed


def _open() -> Reads | None:
    reads: Reads | None = getattr(_of_thread, "reads", None)
    return reads if reads is not None and reads.is_open else None


def _in_turn() -> list[str]:
    """The replicas that are not left alone, another one first each time."""
    now = time.monotonic()
    names = [name for name in connections if name != DEFAULT_DB_ALIAS and _resting.get(name, 0) < now]
    first = next(_turns) % len(names) if names else 0
    return names[first:] + names[:first]


def _replayed(name: str) -> int | None:
    """How much a replica has replayed; None where it does not answer, or is a replica no longer."""
    here = connections[name]
    for _ in range(2 if here.connection is not None else 1):
        try:
            with here.cursor() as cursor:
                cursor.execute(_REPLAYED)
                return cursor.fetchone()[0]  # type: ignore[no-any-return]
        except Error as error:
            # A connection that was kept may have outlived the server it was to.
            here.close()
            _logger.info("%s does not answer: %s", name, error)
    return None


def _rest(name: str, seconds: float) -> None:
    _logger.warning("%s is left alone for %.0f s: it does not answer or is behind.", name, seconds)
    _resting[name] = time.monotonic() + seconds
