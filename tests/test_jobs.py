"""Background work."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from termbase import jobs
from termbase.errors import Conflict
from termbase.models import Activity, Change, Concept, IdempotencyKey, RequestCount
from termbase.models.history import acting

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


def test_asking_again_while_one_waits_changes_nothing_and_harms_no_transaction():
    for _ in range(3):
        jobs.request_refresh()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        assert cursor.fetchone() == (1,)


class TestUndoing:
    """A step that is too large to wait for is undone in the background."""

    @pytest.fixture
    def li(self, small_termbase):
        return User.objects.create_user("li")

    @pytest.fixture
    def step(self, li):
        with acting(user=li, reason="all at once"):
            Concept.objects.update(note="new")
        return Activity.objects.order_by("-pk").first()

    def test_it_is_asked_for_once(self, li, step):
        assert jobs.undoing_of(step) == ""
        jobs.request_undoing(step, by=li)
        assert jobs.undoing_of(step) == "todo"
        with pytest.raises(Conflict):
            jobs.request_undoing(step, by=li)
        assert Concept.objects.filter(note="new").exists(), "nothing has happened yet"

    def test_it_is_a_step_of_whoever_asked(self, li, step):
        jobs.undo_activity(activity=step.pk, user=li.pk, reason="too soon")
        assert not Concept.objects.filter(note="new").exists()
        undo = Activity.objects.filter(of=step).get()
        assert (undo.kind, undo.user, undo.reason) == ("undo", li, "too soon")

    @pytest.mark.parametrize(
        ("state", "told", "offered"),
        [
            pytest.param("todo", "It waits to be undone.", False, id="waiting"),
            pytest.param("doing", "It is being undone at this moment.", False, id="at work"),
            pytest.param("failed", "It could not be undone", True, id="it may be tried again"),
        ],
    )
    def test_the_page_of_the_step_tells(self, client, step, monkeypatch, state, told, offered):
        monkeypatch.setattr("termbase.admin.activities.SHOWN", 2)
        client.force_login(User.objects.create_superuser("root"))
        address = f"/admin/termbase/activity/{step.pk}"
        page = client.post(f"{address}/undo/", {"_reason": "too soon"}, follow=True)
        assert "It is being undone" in page.text
        assert page["Refresh"] == "3", "the page looks again by itself"
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE task_name = 'undo_activity'", [state])
        page = client.get(f"{address}/change/")
        assert told in page.text
        assert ("Undo this step" in page.text) == offered
