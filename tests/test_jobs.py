"""Background work."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.jobs import Job

from termbase import jobs
from termbase.models import Change, IdempotencyKey, RequestCount

pytestmark = pytest.mark.django_db


def test_tidying_up_drops_what_is_no_longer_needed():
    for transaction in (1, 2):
        Change.objects.create(transaction=transaction, concept_key="c1", kind="changed", at=timezone.now())
    for key, age in (("old", 25), ("new", 23)):
        made = timezone.now() - timedelta(hours=age)
        IdempotencyKey.objects.create(
            caller="token:1", key=key, request_digest="a" * 64, status=201, body=b"", created_at=made
        )
    RequestCount.objects.create(caller="token:1", of_window=1, requests=1)
    RequestCount.objects.add_one("token:2")
    jobs.tidy_up(timestamp=0)
    assert list(Change.objects.filter(concept_key="c1").values_list("transaction", flat=True)) == [2]
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["new"]
    assert list(RequestCount.objects.values_list("caller", flat=True)) == ["token:2"]


def test_it_is_done_every_hour():
    periodic = jobs.app.periodic_registry.periodic_tasks.values()
    assert "23 * * * *" in {task.cron for task in periodic if task.task.name == "termbase.jobs.tidy_up"}


def test_what_a_killed_worker_had_begun_is_resumed_every_five_minutes():
    periodic = jobs.app.periodic_registry.periodic_tasks.values()
    assert "*/5 * * * *" in {task.cron for task in periodic if task.task.name == "termbase.jobs.resume"}


def test_a_job_of_a_dead_worker_waits_again():
    jobs.request_refresh()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        worker = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker])
    own = Job(id=0, queue="default", lock=None, queueing_lock="resume", task_name="termbase.jobs.resume")
    context = JobContext(app=jobs.app, job=own, start_timestamp=0, abort_reason=lambda: None)
    async_to_sync(jobs.resume.func)(context, timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE task_name = 'termbase.jobs.refresh_occurrences'")
        assert cursor.fetchall() == [("todo",)]


def test_asking_again_while_one_waits_changes_nothing_and_harms_no_transaction():
    for _ in range(3):
        jobs.request_refresh()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        assert cursor.fetchone() == (1,)
