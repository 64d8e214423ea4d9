"""Background work."""

import time
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

from termbase import guarding, jobs
from termbase.errors import Conflict
from termbase.models import Activity, Change, Concept, EntryFinding, IdempotencyKey, Import, RequestCount, Upload
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
    for name, age in (("over", 1), ("valid", -1)):
        Session.objects.create(session_key=name, expire_date=timezone.now() - timedelta(hours=age))
    jobs.tidy_up(timestamp=0)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["valid"]
    assert list(Change.objects.filter(concept_key="c1").values_list("transaction", flat=True)) == [2]
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["new"]
    assert list(RequestCount.objects.values_list("caller", flat=True)) == ["token:2"]


def test_what_is_done_when():
    periodic = jobs.app.periodic_registry.periodic_tasks.values()
    assert {task.task.name.rpartition(".")[2]: task.cron for task in periodic}.items() >= {
        "tidy_up": "23 * * * *",
        "resume_cut_jobs": "* * * * *",
        "forget_done_jobs": "53 * * * *",
    }.items()


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


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


def run(task):
    task.func(JobContext(app=jobs.app, job=None, start_timestamp=0, abort_reason=lambda: None), timestamp=0)


def cut(attempts=0, job=None):
    """A refresh that a worker has begun and nobody is doing; the number of the job."""
    job = job or jobs.refresh_occurrences.defer()
    sql("UPDATE procrastinate_jobs SET status = 'doing', attempts = %s WHERE id = %s", attempts, job)
    return job


def wait_until(holds):
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def states():
    return dict(sql("SELECT id, status FROM procrastinate_jobs"))


class TestJobsCutShort:
    """A worker that was killed."""

    def test_they_are_done_again(self):
        job = cut()
        run(jobs.resume_cut_jobs)
        assert sql("SELECT id, status, attempts FROM procrastinate_jobs") == [(job, "todo", 1)]
        assert sql("SELECT scheduled_at < now() - interval '1 day' FROM procrastinate_jobs") == [(True,)], "any clock"

    def test_one_that_is_being_done_is_left_alone(self, other_connection):
        job = cut()
        worker = other_connection()
        worker.execute("SELECT pg_advisory_lock(%s, %s)", [guarding._LOCKS, job])
        run(jobs.resume_cut_jobs)
        assert states() == {job: "doing"}
        worker.close()
        wait_until(
            lambda: not sql("SELECT FROM pg_locks WHERE objid = %s AND objsubid = 2 AND pid <> pg_backend_pid()", job)
        )
        run(jobs.resume_cut_jobs)
        assert states() == {job: "todo"}, "its session has ended with the worker"

    def test_not_beside_one_that_waits_for_the_same_work(self):
        dead, waiting = cut(), jobs.refresh_occurrences.defer()
        run(jobs.resume_cut_jobs)
        assert states() == {dead: "aborted", waiting: "todo"}, "and the one that waits is no longer locked out"

    def test_not_for_ever(self):
        job = cut(attempts=guarding.ATTEMPTS - 1)
        run(jobs.resume_cut_jobs)
        assert states() == {job: "failed"}

    def test_asking_for_it_again_while_that_waits_changes_nothing(self):
        for _ in range(2):
            jobs.request_resuming()
        assert list(states().values()) == ["todo"]


class TestGuard:
    """What is around every job."""

    @pytest.fixture
    def job(self):
        item = Import.objects.create(name="a", size=1, sha256="0" * 64, format="csv", state="applying")
        job = cut(job=jobs.apply_import.defer(number=item.pk))
        return Job(
            id=job, status="doing", queue="default", lock=None, queueing_lock=None, task_name=jobs.apply_import.name
        )

    @pytest.fixture
    def guarded(self, job):
        def call(work, attempts=0):
            begun = job.evolve(attempts=attempts)
            context = JobContext(app=jobs.app, job=begun, start_timestamp=0, abort_reason=lambda: None)
            return jobs._guard(work, context, None)

        return call

    def test_the_lock_is_held_as_long_as_the_work_takes(self, job, guarded, other_connection):
        other = other_connection()

        def free():
            (found,) = other.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [guarding._LOCKS, job.id]).fetchone()
            other.rollback()
            return found

        assert guarded(free) is False
        assert free() is True

    def test_what_another_has_done_meanwhile_is_not_done_again(self, job, guarded):
        sql("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", job.id)
        assert guarded(lambda: pytest.fail("done twice")) is None

    def test_one_that_was_taken_for_cut_before_it_had_its_lock_is_done(self, job, guarded):
        """Its worker tells the queue that it was done, and nobody does it again."""
        run(jobs.resume_cut_jobs)
        assert states() == {job.id: "todo"}
        assert guarded(lambda: "done") == "done"

    @pytest.mark.parametrize(
        ("attempts", "state"),
        [
            pytest.param(0, "applying", id="it is begun again"),
            pytest.param(guarding.ATTEMPTS - 1, "reviewed", id="it was begun often enough, and can be asked for again"),
        ],
    )
    @pytest.mark.parametrize("error", [OperationalError, InterfaceError, ConnectorException])
    def test_a_database_that_is_away_is_waited_for(self, job, guarded, error, attempts, state):
        def work():
            raise error

        with pytest.raises(error):
            guarded(work, attempts)
        item = Import.objects.get()
        assert item.state == state
        assert bool(item.problem) == (state == "reviewed")
        again = guarding.AGAIN.get_retry_decision(exception=error(), job=job.evolve(attempts=attempts))
        assert (again is not None) == (state == "applying")

    def test_one_that_does_not_come_to_its_lock_is_given_up_too(self, job, guarded, monkeypatch):
        monkeypatch.setattr(guarding, "_held", Mock(side_effect=OperationalError))
        with pytest.raises(OperationalError):
            guarded(lambda: pytest.fail("without its lock"), guarding.ATTEMPTS - 1)
        assert Import.objects.get().state == "reviewed"

    def test_other_faults_are_not_tried_again(self, job):
        assert guarding.AGAIN.get_retry_decision(exception=ValueError(), job=job) is None


def test_an_upload_that_no_worker_comes_to_an_end_with_is_told(small_termbase):
    upload = Upload.objects.create(name="d.txt", content=b"x", about={"file": "d.txt"})
    job = jobs.harvest_upload.defer(upload=upload.pk)
    cut(guarding.ATTEMPTS - 1, job)
    run(jobs.resume_cut_jobs)
    upload.refresh_from_db()
    assert states() == {job: "failed"}
    assert (upload.status, upload.content, bool(upload.problem)) == ("refused", None, True)
    jobs.uploads.give_up(upload.pk)


def test_done_jobs_are_forgotten_after_a_day_and_failed_ones_are_not():
    kept = {}
    for status, age in (("succeeded", 25), ("succeeded", 23), ("failed", 25), ("aborted", 25), ("todo", 25)):
        job = jobs.refresh_occurrences.configure(queueing_lock=None).defer()
        if status != "todo":
            sql("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", job)
            sql("UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = %s", status, job)
        sql("UPDATE procrastinate_events SET at = now() - make_interval(hours => %s) WHERE job_id = %s", age, job)
        kept[status, age] = job
    run(jobs.forget_done_jobs)
    assert set(states()) == {kept[key] for key in (("succeeded", 23), ("failed", 25), ("todo", 25))}


class TestUndoing:
    """A step that is too large to wait for is undone in the background."""

    @pytest.fixture
    def li(self, small_termbase):
        li = User.objects.create_user("li")
        li.groups.add(Group.objects.get(name="terminologist"))
        return li

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
