"""Matchers that are never behind the database: what a writer has committed, the next request recognises.

Each process holds a base, built at a snapshot of the database, and an overlay of the concepts changed since. Every
request asks with one indexed query which changes it can see that the snapshot could not: those of transactions that
began after it, or that were running then. That is PostgreSQL's own rule, so a slow transaction is neither missed nor
seen early. A request that reads from a replica asks it only whether there is news; what is held is always of the
primary, and the replica has replayed all of it. An overlay that has grown is melted into a new base by a thread while
requests go on with what there is.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import psutil
from django.db import Error, connection, connections, transaction

from termbase import replicas
from termbase.metrics import MATCHER_BUILT, MATCHER_CHANGED, MATCHER_MEMORY, MATCHER_TERMS
from termbase.models import Concept
from termbase.models.news import CHANGED, CHANGED_KEYS, MOMENT, Snapshot, fetch
from termbase.recognition.matcher import Entry, Index, Matcher
from termbase.recognition.stored import SIDES, KnownConcept, all_entries, entries_of, load

OVERLAY_LIMIT = 2_000
"""Changed concepts after which a new base is built; an overlay of so many is built in 10 ms, at every change."""
_REMEMBERED = 20_000

_CHANGED = f"""
SELECT {MOMENT}, pg_current_xact_id_if_assigned() IS NOT NULL, {CHANGED}
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _News:
    """Concepts (keys) changed since a snapshot; `uncommitted` if this connection's own transaction has written."""

    snapshot: Snapshot
    uncommitted: bool
    keys: list[str]


@dataclass(frozen=True, slots=True)
class Current:
    """The matchers as of one moment, by side; all is immutable but what is kept for later answers.

    That is the concepts loaded since, and under `derived` what callers have worked out from the termbase as it is now,
    by keys of their own: it ends with this moment.
    """

    base: Mapping[str, Index]
    snapshot: Snapshot
    matchers: Mapping[str, Matcher]
    changed: Mapping[int, Mapping[str, list[Entry]]] = field(default_factory=dict)
    _loaded: dict[int, KnownConcept] = field(default_factory=dict)
    derived: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def concepts(self, wanted: Iterable[int]) -> dict[int, KnownConcept]:
        """The current ones of these concepts (ids), with one query for those not asked for before."""
        wanted = set(wanted)
        missing = wanted - self._loaded.keys()
        if missing:
            if len(self._loaded) > _REMEMBERED:
                self._loaded.clear()
            self._loaded.update(load(missing))
        return {concept: known for concept in wanted if (known := self._loaded.get(concept)) is not None}

    def after(self, news: _News) -> "Current":
        """With the changes that `news` tells of."""
        ids = set(Concept.objects.filter(key__in=news.keys).values_list("pk", flat=True))
        entries = entries_of(ids)
        changed = {**self.changed, **{pk: entries.get(pk, {}) for pk in ids}}
        matchers = {
            side: Matcher(
                base=self.base[side],
                overlay=Index(entry for by_side in changed.values() for entry in by_side.get(side, ())),
                hidden=changed.keys(),
            )
            for side in SIDES
        }
        # A deleted concept has no id to go by.
        gone = len(ids) < len(news.keys)
        loaded = {} if gone else {pk: known for pk, known in self._loaded.copy().items() if pk not in ids}
        return Current(self.base, news.snapshot, matchers, changed, loaded)


class Keeper:
    """Holds what is current for all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._current: Current | None = None
        self._builder: threading.Thread | None = None
        self._warmer: threading.Thread | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether there is a base; without one, the first to ask waits for it."""
        return self._current is not None

    def current(self) -> Current:
        """The matchers with all that this connection can see; one query when nothing has changed.

        In a transaction that has itself written, they are made for the caller alone: it may yet be rolled back.
        """
        current = self._current or self._first()
        written = current.snapshot.written
        replicas.demand(written.position, written.timeline)
        news = _news(current.snapshot)
        if news.keys and replicas.read_primary():
            news = _news(current.snapshot)
        if not news.keys and not current.snapshot.is_of_another_time(news.snapshot):
            return current
        if news.uncommitted:
            return current.after(news)
        with self._lock:
            # Another thread may have taken these in, or a new base may have come.
            current = self._current or current
            news = _news(current.snapshot)
            if current.snapshot.is_of_another_time(news.snapshot):
                self._current = current = _built_apart()
            elif news.keys:
                current = self._take_in(current, news)
            return current

    def warm(self) -> threading.Thread:
        """Have the base built by a thread, which is returned: a request that needs it before waits for it alone."""
        thread = self._warmer
        if thread is None or not thread.is_alive():
            self._warmer = thread = threading.Thread(target=self._warm, name="termbase-recognition", daemon=True)
            thread.start()
        return thread

    def forget(self) -> None:
        """Begin anew, as a new process does."""
        if self._builder is not None:
            self._builder.join()
        self._current = None

    def settle(self) -> None:
        """Wait until no base is being built."""
        if (builder := self._builder) is not None:
            builder.join()

    def _first(self) -> Current:
        with self._lock:
            if self._current is None:
                self._current = _measured(_built_apart)
            return self._current

    def _warm(self) -> None:
        try:
            with self._lock:
                self._current = self._current or _measured(_build)
        except Error:
            logger.exception("No base for recognition yet; the first request will build it.")
        finally:
            connections.close_all()

    def _take_in(self, current: Current, news: _News) -> Current:
        known = Concept.objects.filter(key__in=news.keys).count()
        if known < len(news.keys):
            # Nothing is deleted but by hand. Then the id is gone with the row, and only a new base is sure to lack it.
            current = _built_apart()
            news = _news(current.snapshot)
        self._current = current = current.after(news) if news.keys else current
        MATCHER_CHANGED.set(len(current.changed))
        if len(current.changed) > OVERLAY_LIMIT and self._builder is None:
            self._builder = threading.Thread(target=self._rebuild, name="termbase-recognition", daemon=True)
            self._builder.start()
        return current

    def _rebuild(self) -> None:
        try:
            built = _build()
            with self._lock:
                # What was loaded is still right: whatever changed since the new snapshot is news to the next request.
                self._current = built
        except Error:
            logger.exception("No new base for recognition; the overlay goes on growing.")
        finally:
            self._builder = None
            connections.close_all()


keeper = Keeper()
"""This process's."""


def matcher_of(side: str) -> Matcher:
    """A matcher of its own over all terms of a side in the database, for a job that reads them all once."""
    return Matcher(Index(all_entries(side)))


def _built_apart() -> Current:
    """A base as committed, whatever the caller's transaction has written: built on a connection of its own."""
    built: list[Current] = []
    failed: list[BaseException] = []

    def build() -> None:
        try:
            built.append(_build())
        except Error as error:
            failed.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=build, name="termbase-recognition")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return built[0]


def _measured(build: Callable[[], Current]) -> Current:
    # The first alone: a later one takes the place of one that is given back, and growth says nothing any more.
    before = psutil.Process().memory_info().rss
    built = build()
    MATCHER_MEMORY.set(psutil.Process().memory_info().rss - before)
    return built


def _build() -> Current:
    with transaction.atomic(), connection.cursor() as cursor:
        # Snapshot and terms must be of one moment.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(f"SELECT {MOMENT}")
        snapshot = Snapshot.parsed(*cursor.fetchone())
        base = {side: Index(all_entries(side)) for side in SIDES}
    MATCHER_BUILT.set_to_current_time()
    MATCHER_CHANGED.set(0)
    for side, index in base.items():
        MATCHER_TERMS.labels(side).set(len(index))
    return Current(base=base, snapshot=snapshot, matchers={side: Matcher(index) for side, index in base.items()})


def _news(since: Snapshot) -> _News:
    ((*now, uncommitted, changed),) = fetch(_CHANGED, since.parameters)
    keys = [key for (key,) in fetch(CHANGED_KEYS, since.parameters)] if changed else []
    return _News(Snapshot.parsed(*now), uncommitted, keys)
