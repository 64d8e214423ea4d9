"""Work that is done in the background, by any number of workers; PostgreSQL is the queue."""

from contextlib import suppress

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from termbase import feed
from termbase.errors import Conflict
from termbase.harvest import occurrences
from termbase.history import undoing
from termbase.models import Activity, IdempotencyKey, RequestCount


@app.task(queueing_lock="refresh_occurrences", lock="refresh_occurrences", pass_context=False)
def refresh_occurrences() -> None:
    """Count all terms in all documents again and choose their examples."""
    occurrences.refresh()


def request_refresh() -> None:
    """Have occurrences refreshed soon; asking again while that waits changes nothing."""
    # In a savepoint: that one is waiting already is an error to PostgreSQL, and would end the caller's transaction.
    with suppress(AlreadyEnqueued), transaction.atomic():
        refresh_occurrences.defer()


@app.task(name="undo_activity", pass_context=False)
def undo_activity(activity: int, user: int, reason: str) -> None:
    """Take an activity (id) back as one step of the user (id)."""
    undoing.undo(activity=Activity.objects.get(pk=activity), by=User.objects.get(pk=user), reason=reason)
    request_refresh()


def request_undoing(activity: Activity, *, by: User, reason: str = "") -> None:
    """Have an activity undone that is too large to wait for. Raises `Conflict` where that was asked for already."""
    job = undo_activity.configure(queueing_lock=f"undo_activity {activity.pk}", lock="undo_activity")
    try:
        with transaction.atomic():
            job.defer(activity=activity.pk, user=by.pk, reason=reason)
    except AlreadyEnqueued as error:
        raise Conflict(_("This is being undone already.")) from error


def undoing_of(activity: Activity) -> str:
    """How far an undoing in the background is: `todo`, `doing`, `succeeded`, `failed`; empty where none was asked."""
    jobs = ProcrastinateJob.objects.filter(task_name=undo_activity.name, args__activity=activity.pk)
    return next(iter(jobs.order_by("-id").values_list("status", flat=True)[:1]), "")


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="tidy_up", lock="tidy_up", pass_context=False)
def tidy_up(timestamp: int) -> None:
    """Once an hour: drop what the feed of changes, retried requests and rate limits no longer need."""
    feed.compact()
    IdempotencyKey.objects.forget_old()
    RequestCount.objects.forget_old()
