"""Work that is done in the background, by any number of workers; PostgreSQL is the queue."""

from contextlib import suppress

from django.contrib.auth.models import User
from django.db import transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from termbase import feed
from termbase.exchange import imports
from termbase.harvest import occurrences
from termbase.models import IdempotencyKey, Import, RequestCount


@app.task(queueing_lock="refresh_occurrences", lock="refresh_occurrences", pass_context=False)
def refresh_occurrences() -> None:
    """Count all terms in all documents again and choose their examples."""
    occurrences.refresh()


def request_refresh() -> None:
    """Have occurrences refreshed soon; asking again while that waits changes nothing."""
    # In a savepoint: that one is waiting already is an error to PostgreSQL, and would end the caller's transaction.
    with suppress(AlreadyEnqueued), transaction.atomic():
        refresh_occurrences.defer()


@app.task(pass_context=False)
def review_import(number: int) -> None:
    """Compare the file of an import (id) with the termbase, and go on to apply it where that was asked for."""
    imports.run_review(number, then=_go_on)


def request_review(item: Import) -> None:
    """Have a file compared as soon as the caller's transaction is committed."""
    review_import.defer(number=item.pk)


def _go_on(item: Import) -> None:
    if not item.dry_run and item.uploaded_by is not None:
        request_application(item, by=item.uploaded_by)


@app.task(pass_context=False)
def apply_import(number: int) -> None:
    """Write what an import (id) is to write."""
    if imports.run_application(number):
        request_refresh()


def request_application(item: Import, *, by: User, reason: str = "") -> None:
    """Have an import that was reviewed applied by `by`, as soon as the caller's transaction is committed.

    Raises `Conflict` for one in another state, and `NotAllowed` as `imports.release` does.
    """
    imports.release(item, by=by, reason=reason)
    apply_import.defer(number=item.pk)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="resume", pass_context=True)
async def resume(context: JobContext, timestamp: int) -> None:
    """Every five minutes: give to another worker what a worker that was killed had begun."""
    for job in await context.app.job_manager.get_stalled_jobs():
        await context.app.job_manager.retry_job(job)


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="tidy_up", lock="tidy_up", pass_context=False)
def tidy_up(timestamp: int) -> None:
    """Once an hour: drop what the feed of changes, retried requests and rate limits no longer need."""
    feed.compact()
    IdempotencyKey.objects.forget_old()
    RequestCount.objects.forget_old()
