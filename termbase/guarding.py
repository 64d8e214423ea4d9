"""What becomes of a job whose worker, or whose database, goes away under it.

A job holds an advisory lock of its own in the session that does its work. The session ends with its worker, and what it
had not committed is undone with it: a job that counts as running and whose lock is free was cut, whatever any clock
says. Workers therefore connect to PostgreSQL itself, not through a pooler that lends a session for one transaction.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from asgiref.sync import async_to_sync
from django.db import connection, transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.worker import Worker

from termbase.outages import DATABASE_AWAY

ATTEMPTS = 3
"""How often a job is begun that is not finished: it may be what the workers die of."""
PASSING = (*DATABASE_AWAY, ConnectorException)
"""What the queue fails with where the database is away, too."""
AGAIN = RetryStrategy(max_attempts=ATTEMPTS - 1, exponential_wait=4, retry_exceptions=PASSING)
"""After 4 and 16 seconds."""

_LOCKS = 1_953_653_611
_AT_ONCE = datetime.fromtimestamp(0, UTC)
_HOLD = "SELECT pg_advisory_lock(%s, %s)"
# The server misses a worker that died while it waits for a statement within a second, where its system can tell, and a
# machine that was lost without a word within a minute.
_NOTICE_DEATH = """
SELECT set_config(name, value, false)
FROM (VALUES ('client_connection_check_interval', '1s'), ('tcp_keepalives_idle', '30'),
    ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3')) AS wanted (name, value)
WHERE version() LIKE '%linux%'
"""

logger = logging.getLogger(__name__)

GiveUp = Callable[[ProcrastinateJob], None]


class Guard:
    """A middleware of tasks; `give_up` is told of a job that is begun no more, to tell those who wait for it."""

    def __init__(self, give_up: GiveUp) -> None:
        self._give_up = give_up

    def __call__(self, call_next: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
        """Do the job, as the only one who does."""
        job = context.job
        number = job.id or 0
        try:
            with _held(number):
                # Another may have done it while this one waited for the lock. One that is to be done again was taken
                # for cut before it had its lock: whoever has begun it by now waits for this one.
                return call_next() if _is(number, "doing", "todo") else None
        except PASSING:
            if job.attempts + 1 >= ATTEMPTS:
                # If it is still away, the job goes on counting as running, and is found once it is back.
                with suppress(*PASSING):
                    # Have the connection looked at before it is used again; the stubs do not know of that.
                    connection.health_check_done = False  # type: ignore[attr-defined]
                    self._give_up(ProcrastinateJob.objects.get(pk=number))
            raise

    def resume(self, manager: JobManager, *, but: Job | None = None) -> None:
        """Have all jobs done again that were cut, and give up those that were begun too often."""
        running = ProcrastinateJob.objects.filter(status="doing").exclude(pk=but and but.id).order_by("pk")
        for job in running.values_list("pk", flat=True):
            with transaction.atomic():
                if _is_free(job):
                    self._resume(manager, ProcrastinateJob.objects.get(pk=job))

    def _resume(self, manager: JobManager, job: ProcrastinateJob) -> None:
        finish = async_to_sync(manager.finish_job_by_id_async)
        if _waits_already(job):
            # That one does what is left to do.
            finish(job.pk, Status.ABORTED, delete_job=False)
        elif job.attempts + 1 < ATTEMPTS:
            manager.retry_job_by_id(job.pk, retry_at=_AT_ONCE)
        else:
            self._give_up(job)
            finish(job.pk, Status.FAILED, delete_job=False)


@contextmanager
def _held(job: int) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(_NOTICE_DEATH)
        cursor.execute(_HOLD, _key(job))
    try:
        yield
    finally:
        # With the session the lock is gone.
        with suppress(*PASSING), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", _key(job))


def _is(job: int, *states: str) -> bool:
    return ProcrastinateJob.objects.filter(pk=job, status__in=states).exists()


def _is_free(job: int) -> bool:
    """Whether nobody does it; until the end of the transaction nobody begins it either."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _key(job))
        return bool(cursor.fetchone()[0]) and _is(job, "doing")


def _key(job: int) -> list[int]:
    return [_LOCKS, job % 2**31]


def _waits_already(job: ProcrastinateJob) -> bool:
    """Whether another job stands in the queue for the same work."""
    alike = ProcrastinateJob.objects.filter(queueing_lock=job.queueing_lock, status="todo")
    return job.queueing_lock is not None and alike.exists()
