"""What is news to a reader: the changes that it can see now and could not see at an earlier moment.

That is PostgreSQL's own rule of what a transaction sees, so a slow one is neither missed nor seen early: changes are
known by the number of the transaction that made them, and a moment by which numbers it could see.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.backends.postgresql.base import ServerBindingCursor

from termbase import replicas

# The upper bound keeps out what another server's log brought along, whose numbers may be far ahead.
LATER = "transaction >= %(xmax)s AND transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
SLOWER = "transaction = ANY(%(running)s::bigint[])"

MOMENT = f"pg_current_snapshot()::text, {replicas.WRITTEN}"
"""The columns of `Snapshot.parsed`."""

_CHANGED = f"""
SELECT {MOMENT}, pg_current_xact_id_if_assigned() IS NOT NULL,
    EXISTS (SELECT FROM termbase_change WHERE {LATER}) OR EXISTS (SELECT FROM termbase_change WHERE {SLOWER})
    OR EXISTS (SELECT FROM termbase_contextchange WHERE {LATER})
    OR EXISTS (SELECT FROM termbase_contextchange WHERE {SLOWER})
"""  # noqa: S608 - of the conditions above

# What is known of its type leaves out what it takes.
_Preparing: Any = ServerBindingCursor


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a query could see, as PostgreSQL describes it: all transactions below `xmax` but those in `running`.

    All of it was in the log by `written`. A replica leaves out who is running, and what is written: its snapshots tell
    nothing that can be kept.
    """

    xmax: int = 0
    running: tuple[int, ...] = ()
    written: replicas.Written = field(default_factory=replicas.Written)

    @classmethod
    def parsed(cls, text: str, segment: str | None, position: int | None) -> "Snapshot":
        """From the columns `MOMENT`; `pg_snapshot`'s text is `xmin:xmax:xip,…`."""
        _, xmax, running = text.split(":")
        written = replicas.Written.parsed(segment, position)
        return cls(int(xmax), tuple(map(int, running.split(","))) if running else (), written)

    def is_of_another_time(self, later: "Snapshot") -> bool:
        """Whether the log forked between: a promoted replica may lack what was seen, and gives its numbers again."""
        return bool(later.written.timeline) and later.written.timeline != self.written.timeline

    @property
    def parameters(self) -> dict[str, Any]:
        """Of `LATER` and `SLOWER`, which hold for the changes that are news since."""
        return {"xmax": self.xmax, "running": list(self.running)}


@dataclass(frozen=True, slots=True)
class News:
    """Whether anything that answers show has changed, and if this connection's own transaction has written."""

    snapshot: Snapshot
    uncommitted: bool
    changed: bool

    @classmethod
    def since(cls, moment: Snapshot) -> "News":
        """One query."""
        ((*now, uncommitted, changed),) = fetch(_CHANGED, moment.parameters)
        snapshot = Snapshot.parsed(*now)
        return cls(snapshot, uncommitted, changed or moment.is_of_another_time(snapshot))


def fetch(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement.

    The database reads and plans it once a connection, if the settings let it: that takes longer than most answers.
    """
    connection = replicas.connection()
    with connection.cursor() as ready:
        # Django's usual cursors write the parameters into the text, so that no statement comes twice.
        raw = _Preparing(ready.connection)
        with connection.make_debug_cursor(raw) if connection.queries_logged else connection.make_cursor(raw) as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
