"""Background work."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from termbase import jobs
from termbase.models import Change, EntryFinding, IdempotencyKey, RequestCount

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


def test_entries_are_looked_through_every_hour_and_on_demand(small_termbase):
    periodic = jobs.app.periodic_registry.periodic_tasks.values()
    assert "7 * * * *" in {task.cron for task in periodic if task.task.name == "termbase.jobs.look_through_entries"}
    jobs.look_through_entries(timestamp=0)
    jobs.look_through_entries()
    assert EntryFinding.objects.filter(kind="no_example").exists()


@pytest.mark.parametrize("request_work", [jobs.request_refresh, jobs.request_look_through])
def test_asking_again_while_one_waits_changes_nothing_and_harms_no_transaction(request_work):
    for _ in range(3):
        request_work()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        assert cursor.fetchone() == (1,)
