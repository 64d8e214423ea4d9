"""Work that is done in the background, by any number of workers; PostgreSQL is the queue."""

from contextlib import suppress

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from termbase import feed, notices
from termbase.harvest import occurrences
from termbase.models import IdempotencyKey, RequestCount, Turn


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
    """Once an hour: drop what the feed of changes, retried requests and rate limits no longer need."""
    feed.compact()
    IdempotencyKey.objects.forget_old()
    RequestCount.objects.forget_old()
    Turn.objects.forget_old()


@app.periodic(cron="0 5 * * *")
@app.task(queueing_lock="send_digests", lock="send_digests", pass_context=False)
def send_digests(timestamp: int) -> None:
    """Every morning, where that is wanted: mail people what is new for them."""
    if settings.TERMBASE_DAILY_DIGEST:
        notices.send_digests()
