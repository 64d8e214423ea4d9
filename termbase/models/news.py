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
_LATER = "transaction >= %(end)s AND transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
# One by one and as a range: an import is one transaction with all its concepts, and where a few such have made a small
# log (measured at 1,600 changes), the planner takes any number to have very many of them, and reads all to find none.
_SLOWER_OR_OWN = """
unnest(%(running)s::bigint[] || pg_current_xact_id_if_assigned()::text::bigint) AS slow (number) CROSS JOIN LATERAL (
    SELECT concept_key FROM termbase_change WHERE transaction BETWEEN slow.number AND slow.number OFFSET 0
) AS made
"""
CHANGED = f"(EXISTS (SELECT FROM termbase_change WHERE {_LATER}) OR EXISTS (SELECT FROM {_SLOWER_OR_OWN}))"  # noqa: S608 - of the above
"""Whether there are changes that are news since a snapshot, by its `parameters`, or the asker's own."""
CHANGED_KEYS = f"""
SELECT concept_key FROM termbase_change WHERE {_LATER} UNION SELECT made.concept_key FROM {_SLOWER_OR_OWN}
"""  # noqa: S608 - of the conditions above
"""The concepts of these changes. Asked only where there are some: no plan that is kept would do for both."""

_KNOWN = "transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
MOMENT = f"""
pg_current_snapshot()::text, greatest(
    (SELECT max(transaction) FROM termbase_change WHERE {_KNOWN}),
    (SELECT max(transaction) FROM termbase_contextchange WHERE {_KNOWN}), 0),
{replicas.WRITTEN}
"""  # noqa: S608 - of the condition above
"""The columns of `Snapshot.parsed`."""

MOST_TOLD = 1_000
"""Concepts that news names one by one."""
_CHANGED = f"""
SELECT {MOMENT}, pg_current_xact_id_if_assigned() IS NOT NULL, {CHANGED},
    EXISTS (SELECT FROM termbase_contextchange WHERE {_LATER})
    OR EXISTS (SELECT FROM termbase_contextchange WHERE transaction = ANY(%(running)s::bigint[]))
"""  # noqa: S608 - of the conditions above
# A concept that is gone has no id, and gives a null.
_CHANGED_CONCEPTS = f"""
SELECT concept.id FROM ({CHANGED_KEYS}) AS changed LEFT JOIN termbase_concept AS concept ON concept.key = concept_key
LIMIT {MOST_TOLD + 1}
"""  # noqa: S608 - of the statement above

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
        """Of `CHANGED_KEYS`."""
        return {"end": self.end, "running": list(self.running)}


@dataclass(frozen=True, slots=True)
class News:
    """What has changed of all that answers show, and if this connection's own transaction has written.

    `of_concepts` and `around`: whether concepts or their terms have, and what stands around them.
    """

    since: Snapshot
    snapshot: Snapshot
    uncommitted: bool
    of_concepts: bool
    around: bool

    @property
    def changed(self) -> bool:
        """Whether anything has."""
        return self.of_concepts or self.around

    @classmethod
    def after(cls, moment: Snapshot) -> "News":
        """One query."""
        ((*now, uncommitted, of_concepts, around),) = fetch(_CHANGED, moment.parameters)
        snapshot = Snapshot.parsed(*now)
        return cls(moment, snapshot, uncommitted, of_concepts, around or moment.is_of_another_time(snapshot))

    def concepts(self) -> set[int] | None:
        """The ids of the concepts that changed, perhaps of more; one query.

        None where anything else changed, a concept is gone, or they are very many.
        """
        if self.around:
            return None
        found = {concept for (concept,) in fetch(_CHANGED_CONCEPTS, self.since.parameters)}
        return None if None in found or len(found) > MOST_TOLD else found


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
