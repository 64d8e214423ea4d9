"""Work that is done in the background, by any number of workers; PostgreSQL is the queue."""

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from termbase.harvest import occurrences


@app.task(queueing_lock="refresh_occurrences", lock="refresh_occurrences", pass_context=False)
def refresh_occurrences() -> None:
    """Count all terms in all documents again and choose their examples."""
    occurrences.refresh()


def request_refresh() -> None:
    """Have occurrences refreshed soon; asking again while that waits changes nothing."""
    # In a savepoint: that one is waiting already is an error to PostgreSQL, and would end the caller's transaction.
    with suppress(AlreadyEnqueued), transaction.atomic():
        refresh_occurrences.defer()
