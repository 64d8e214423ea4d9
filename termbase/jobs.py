"""Work that is done in the background, by any number of workers; PostgreSQL is the queue."""

from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.middleware import TaskMiddleware
from procrastinate.tasks import Task

from termbase import evidence, feed, notices
from termbase.errors import Conflict
from termbase.exchange import imports
from termbase.guarding import AGAIN, Guard
from termbase.harvest import equivalents, occurrences, uploads, versions, withdrawing
from termbase.harvest.candidates.proposing import propose
from termbase.history import undoing
from termbase.models import Activity, ContextChange, Document, IdempotencyKey, Import, LookupCount, RequestCount, Turn
from termbase.quality import entries
from termbase.vocabulary import DocumentKind

_KEPT_HOURS = 24

P = ParamSpec("P")
R = TypeVar("R")


def _give_up(job: ProcrastinateJob) -> None:
    """Tell whoever waits for a job that is begun no more."""
    if job.task_name == harvest_upload.name:
        uploads.give_up(job.args["upload"])
    elif job.task_name in (review_import.name, apply_import.name):
        imports.give_up(job.args["number"])


_guard = Guard(_give_up)
_GUARDED: list[TaskMiddleware] = [_guard]


def _job(*, name: str | None = None, alone: str | None = None) -> Callable[[Callable[P, R]], Task[P, R, P]]:
    """A job that is guarded and begun again; of those with the same `alone`, one is at work and one may wait."""
    return app.task(name=name, queueing_lock=alone, lock=alone, task_middleware=_GUARDED, retry=AGAIN)


@_job(alone="refresh_occurrences")
def refresh_occurrences() -> None:
    """Count all terms in all documents again and choose their examples; then what aligned passages prove."""
    withdrawing.clear_all()
    occurrences.refresh()
    evidence.refresh()


def request_refresh() -> None:
    """Have occurrences refreshed soon; asking again while that waits changes nothing."""
    # In a savepoint: that one is waiting already is an error to PostgreSQL, and would end the caller's transaction.
    with suppress(AlreadyEnqueued), transaction.atomic():
        refresh_occurrences.defer()


@_job()
def read_again(document: int) -> None:
    """Find the candidates in a document (id) whose text is other than before, and all terms in all documents."""
    found = list(Document.objects.current().filter(pk=document, kind=DocumentKind.TEXT))
    propose(found)
    equivalents.add_to_candidates(found)
    request_refresh()


def request_reading(document: Document) -> None:
    """Have a document read as after a harvest, as soon as the caller's transaction is committed."""
    read_again.defer(document=document.pk)


@_job()
def put_text_back(key: str, number: int, seen: int, user: int, reason: str) -> None:
    """Let a document have an earlier text again, as `versions.put_back` by the user (id)."""
    with transaction.atomic():
        version = versions.put_back(key=key, number=number, seen=seen, by=User.objects.get(pk=user), reason=reason)
        request_reading(version.document)


def request_putting_back(document: Document, number: int, *, seen: int, by: User, reason: str = "") -> None:
    """Have a text put back that is too long to wait for."""
    put_text_back.defer(key=document.key, number=number, seen=seen, user=by.pk, reason=reason)


@_job()
def harvest_upload(upload: int) -> None:
    """Harvest an uploaded file (id); each file is a job of its own, so that many workers share them."""
    uploads.run(upload, then=request_refresh)


def request_harvest(upload: int) -> None:
    """Have an uploaded file harvested as soon as the caller's transaction is committed."""
    harvest_upload.defer(upload=upload)


@_job()
def review_import(number: int) -> None:
    """Compare the file of an import (id) with the termbase, and go on to apply it where that was asked for."""
    imports.run_review(number, then=_go_on)


def request_review(item: Import) -> None:
    """Have a file compared as soon as the caller's transaction is committed."""
    review_import.defer(number=item.pk)


def _go_on(item: Import) -> None:
    if not item.dry_run and item.uploaded_by is not None:
        request_application(item, by=item.uploaded_by)


@_job()
def apply_import(number: int) -> None:
    """Write what an import (id) is to write."""
    imports.run_application(number, then=request_refresh)


@transaction.atomic
def request_application(item: Import, *, by: User, reason: str = "", on_conflict: str = "") -> None:
    """Have an import that was reviewed applied by `by`, as soon as the caller's transaction is committed.

    Raises `Conflict` for one in another state, and `NotAllowed` as `imports.release` does.
    """
    imports.release(item, by=by, reason=reason, on_conflict=on_conflict)
    apply_import.defer(number=item.pk)


@_job(name="undo_activity")
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
@_job(alone="tidy_up")
def tidy_up(timestamp: int) -> None:
    """Once an hour: drop what the feed, kept answers, requests, limits, look-up counts and sessions need no longer."""
    feed.compact()
    ContextChange.objects.forget_old()
    IdempotencyKey.objects.forget_old()
    RequestCount.objects.forget_old()
    LookupCount.objects.forget_old()
    Turn.objects.forget_old()
    SessionStore.clear_expired()


@app.periodic(cron="0 5 * * *")
@_job(alone="send_digests")
def send_digests(timestamp: int) -> None:
    """Every morning, where that is wanted: mail people what is new for them."""
    if settings.TERMBASE_DAILY_DIGEST:
        notices.send_digests()


@app.periodic(cron="7 * * * *")
@_job(alone="look_through_entries")
def look_through_entries(timestamp: int | None = None) -> None:
    """Once an hour, and when somebody asks for it: find anew what is wrong with entries."""
    entries.look_through()


def request_look_through() -> None:
    """Have the entries looked through soon; asking again while that waits changes nothing."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        look_through_entries.defer()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="resume_cut_jobs", pass_context=True, task_middleware=_GUARDED)
def resume_cut_jobs(context: JobContext, timestamp: int | None = None) -> None:
    """Once a minute, and when a worker is known to have died: have the jobs done again that were cut.

    A worker that is told to stop finishes its job; one that is killed, or loses its machine, does not. What a job has
    done by then is undone, or noted, so it begins anew or goes on from there.
    """
    _guard.resume(context.app.job_manager, but=context.job)


def request_resuming() -> None:
    """Have the jobs of a worker that has died done again soon; asking again while that waits changes nothing."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        resume_cut_jobs.configure(priority=1).defer()


@app.periodic(cron="53 * * * *")
@app.task(queueing_lock="forget_done_jobs", pass_context=True, task_middleware=_GUARDED)
def forget_done_jobs(context: JobContext, timestamp: int) -> None:
    """Once an hour: drop the jobs done a day ago; those that failed are kept for whoever looks into it."""
    forget = async_to_sync(context.app.job_manager.delete_old_jobs)
    forget(_KEPT_HOURS, include_cancelled=True, include_aborted=True)
