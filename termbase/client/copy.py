"""A copy of a termbase in a file, kept equal to it by the feed of changes."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Self

from termbase.client.calls import ApiError, Record, Termbase

_SCHEMA = """
CREATE TABLE IF NOT EXISTS concept (key TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS place (only INTEGER PRIMARY KEY CHECK (only = 1), address TEXT NOT NULL, since TEXT);
"""


class Copy:
    """The concepts of the termbase at `address`, in the SQLite file `path`; a copy of another one begins anew.

    Each page of the feed is written with the place behind it in one transaction: killed at any moment, the copy goes on
    from where it was. Raises `sqlite3.DatabaseError` for a file that is no copy.
    """

    def __init__(self, path: Path, address: str) -> None:
        self._address = address
        self._file = sqlite3.connect(path)
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            self._file.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise sqlite3.DatabaseError(f"{path} is no copy of a termbase: delete it to begin anew") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def update(self, termbase: Termbase, progress: Callable[[int], None] = lambda done: None) -> int:
        """Read what changed since the last time; how many changes came. `progress` hears their number, page by page."""
        done = 0
        while True:
            page = self._page(termbase)
            with self._file:
                for change in page["changes"]:
                    self._take(change)
                self._file.execute("UPDATE place SET since = ?", [page["next"]])
            done += len(page["changes"])
            progress(done)
            if not page["more"]:
                return done

    def concepts(self) -> Iterator[Record]:
        """The concepts by key."""
        with closing(self._file.execute("SELECT record FROM concept ORDER BY key")) as rows:
            for (record,) in rows:
                yield json.loads(record)

    def _open(self) -> None:
        with self._file:
            self._file.executescript(_SCHEMA)
            row = self._file.execute("SELECT address FROM place").fetchone()
            if row is None or row[0] != self._address:
                self._begin_anew(self._address)

    def _page(self, termbase: Termbase) -> Record:
        (since,) = self._file.execute("SELECT since FROM place").fetchone()
        try:
            return termbase.changes(since)
        except ApiError as error:
            if error.code != "feed_restarted" or since is None:
                raise
        with self._file:
            self._begin_anew(self._address)
        return termbase.changes(None)

    def _take(self, change: Record) -> None:
        if change["concept"] is None:
            self._file.execute("DELETE FROM concept WHERE key = ?", [change["key"]])
        else:
            record = json.dumps(change["concept"], ensure_ascii=False)
            self._file.execute("INSERT OR REPLACE INTO concept VALUES (?, ?)", [change["key"], record])

    def _begin_anew(self, address: str) -> None:
        self._file.execute("DELETE FROM concept")
        self._file.execute("INSERT OR REPLACE INTO place VALUES (1, ?, NULL)", [address])
