"""What is news to a reader: the changes that it can see now and could not see at an earlier moment.

That is PostgreSQL's own rule of what a transaction sees, so a slow one is neither missed nor seen early: changes are
known by the number of the transaction that made them, and a moment by which numbers it could see. A server that crashes
gives the last numbers out again where nothing of them had reached the disk. So a moment ends with the last change that
it saw, which had: what came behind that, and may come again, is later.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from psycopg import RawCursor

from termbase import replicas

# The upper bound keeps out what another server's log brought along, whose numbers may be far ahead.
LATER = "transaction >= %(end)s AND transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
SLOWER = "transaction = ANY(%(running)s::bigint[])"

_KNOWN = "transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
MOMENT = f"""
pg_current_snapshot()::text, greatest(
    (SELECT max(transaction) FROM termbase_change WHERE {_KNOWN}),
    (SELECT max(transaction) FROM termbase_contextchange WHERE {_KNOWN}), 0),
{replicas.WRITTEN}
"""  # noqa: S608 - of the condition above
"""The columns of `Snapshot.parsed`."""

_CHANGED = f"""
SELECT {MOMENT}, pg_current_xact_id_if_assigned() IS NOT NULL,
    EXISTS (SELECT FROM termbase_change WHERE {LATER}) OR EXISTS (SELECT FROM termbase_change WHERE {SLOWER})
    OR EXISTS (SELECT FROM termbase_contextchange WHERE {LATER})
    OR EXISTS (SELECT FROM termbase_contextchange WHERE {SLOWER})
"""  # noqa: S608 - of the conditions above

_PARAMETER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a query could see of changes: all of transactions below `end` but those in `running`.

    All of it was in the log by `written`. A replica leaves out who is running, and what is written: its snapshots tell
    nothing that can be kept.
    """

    end: int = 0
    running: tuple[int, ...] = ()
    written: replicas.Written = field(default_factory=replicas.Written)

    @classmethod
    def parsed(cls, text: str, last: int, segment: str | None, position: int | None) -> "Snapshot":
        """From the columns `MOMENT`: `pg_snapshot`'s text, `xmin:xmax:xip,…`, the last transaction with a change, ….

        Of a transaction that runs and is later than that, the end tells enough.
        """
        _, _, running = text.split(":")
        before = tuple(number for number in map(int, filter(None, running.split(","))) if number <= last)
        return cls(last + 1, before, replicas.Written.parsed(segment, position))

    def is_of_another_time(self, later: "Snapshot") -> bool:
        """Whether the log forked between: a promoted replica may lack what was seen, and gives its numbers again."""
        return bool(later.written.timeline) and later.written.timeline != self.written.timeline

    @property
    def parameters(self) -> dict[str, Any]:
        """Of `LATER` and `SLOWER`, which hold for the changes that are news since."""
        return {"end": self.end, "running": list(self.running)}


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
    """The rows of one statement; lists among its parameters are of texts or of numbers.

    The database reads and plans it once a connection, if the settings let it: that takes longer than most answers.
    """
    numbered, names = _numbered(sql)
    connection = replicas.connection()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    # Django's usual cursors write the parameters into the text, so that no statement comes twice.
    raw: Any = RawCursor(connection.connection)
    with connection.make_debug_cursor(raw) if connection.queries_logged else connection.make_cursor(raw) as cursor:
        cursor.execute(numbered, [_written(parameters[name]) for name in names])
        return list(cursor.fetchall())


def _written(value: Any) -> Any:
    """A list of texts or numbers as PostgreSQL writes an array, in a tenth of the time that the driver takes."""
    if not isinstance(value, list):
        return value
    quoted = (str(item).replace("\\", "\\\\").replace('"', '\\"') for item in value)
    return "{" + ",".join([f'"{item}"' for item in quoted]) + "}"


@lru_cache(maxsize=512)
def _numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """A statement with its parameters by number, and their names; psycopg does not keep what it makes of long ones."""
    names = tuple(dict.fromkeys(_PARAMETER.findall(sql)))
    return _PARAMETER.sub(lambda match: f"${names.index(match[1]) + 1}", sql), names
