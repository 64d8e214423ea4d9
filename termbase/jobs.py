"""Work that is done in the background, by any number of workers; PostgreSQL is the queue."""

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from termbase import feed
from termbase.harvest import occurrences
from termbase.models import IdempotencyKey, LookupCount, RequestCount
from termbase.quality import entries


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
    """Once an hour: drop what the feed, retried requests, rate limits and counts of look-ups no longer need."""
    feed.compact()
    IdempotencyKey.objects.forget_old()
    RequestCount.objects.forget_old()
    LookupCount.objects.forget_old()


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="look_through_entries", lock="look_through_entries", pass_context=False)
def look_through_entries(timestamp: int | None = None) -> None:
    """Once an hour, and when somebody asks for it: find anew what is wrong with entries."""
    entries.look_through()


def request_look_through() -> None:
    """Have the entries looked through soon; asking again while that waits changes nothing."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        look_through_entries.defer()
