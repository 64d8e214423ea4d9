"""Work that is done in the background, by any number of workers; PostgreSQL is the queue."""

from contextlib import suppress

from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from termbase import feed
from termbase.harvest import occurrences
from termbase.models import IdempotencyKey, RequestCount

ATTEMPTS = 3
"""How often a job is begun that its worker does not live to finish: it may be what the worker dies of."""
_KEPT_HOURS = 24


@app.task(queueing_lock="refresh_occurrences", lock="refresh_occurrences", pass_context=False)
def refresh_occurrences() -> None:
    """Count all terms in all documents again and choose their examples."""
    occurrences.refresh()


def request_refresh() -> None:
    """Have occurrences refreshed soon; asking again while that waits changes nothing."""
    # In a savepoint: that one is waiting already is an error to PostgreSQL, and would end the caller's transaction.
    with suppress(AlreadyEnqueued), transaction.atomic():
        refresh_occurrences.defer()


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="tidy_up", lock="tidy_up", pass_context=False)
def tidy_up(timestamp: int) -> None:
    """Once an hour: drop what the feed of changes, retried requests, rate limits and sessions no longer need."""
    feed.compact()
    IdempotencyKey.objects.forget_old()
    RequestCount.objects.forget_old()
    SessionStore.clear_expired()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="resume_cut_jobs", pass_context=True)
async def resume_cut_jobs(context: JobContext, timestamp: int) -> None:
    """Once a minute: have the jobs done again whose workers have been silent for half a minute.

    A worker that is told to stop finishes its job; one that is killed, or loses its machine, does not. What a job has
    done by then is undone, as its writes are one transaction, so it begins anew.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.attempts < ATTEMPTS and not await _waits_already(manager, job):
            await manager.retry_job(job)
        else:
            await manager.finish_job(job, Status.FAILED, delete_job=False)


async def _waits_already(manager: JobManager, job: Job) -> bool:
    """Whether another job stands in the queue for the same work."""
    if job.queueing_lock is None:
        return False
    return bool(list(await manager.list_jobs_async(queueing_lock=job.queueing_lock, status="todo")))


@app.periodic(cron="53 * * * *")
@app.task(queueing_lock="forget_done_jobs", pass_context=True)
async def forget_done_jobs(context: JobContext, timestamp: int) -> None:
    """Once an hour: drop the jobs done a day ago; those that failed are kept for whoever looks into it."""
    await context.app.job_manager.delete_old_jobs(_KEPT_HOURS, include_cancelled=True, include_aborted=True)
