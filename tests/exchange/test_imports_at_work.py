"""Imports by several workers on connections of their own: progress that others see, and a worker that is killed."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection

from termbase import jobs
from termbase.exchange import imports
from termbase.exchange.imports import Wishes
from termbase.models import Activity, Concept, Import

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

FILE = b"concept,language,text\n" + b"".join(b"n%d,en,term %d\n" % (n, n) for n in range(2_500))


@pytest.fixture
def item(db):
    """An import that waits to be applied."""
    li = User.objects.create_superuser("li")
    item = imports.accept([FILE], name="terms.csv", wishes=Wishes(), by=li)
    imports.run_review(item.pk)
    imports.release(item, by=li)
    return item


def elsewhere(do):
    """What `do` returns on another connection."""

    def on_its_own():
        with closing(connection):
            return do()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(on_its_own).result()


def test_progress_and_a_second_worker(item, monkeypatch):
    seen = []

    def told(*args):
        assert Concept.objects.filter(key="n1").exists()
        seen.append(elsewhere(lambda: (Import.objects.get().done, Import.objects.get().state, Concept.objects.count())))
        seen.append(elsewhere(lambda: imports.run_application(item.pk)))
        return {}

    monkeypatch.setattr(imports, "_TELL_SECONDS", 0)
    monkeypatch.setattr(imports, "_told", told)
    assert imports.run_application(item.pk)
    (done, state, concepts), second = seen
    assert 2_400 <= done <= 2_500, "others see how far it is"
    assert (state, concepts) == ("applying", 0), "and nothing of what it writes"
    assert second is False, "the second worker does nothing"
    item.refresh_from_db()
    assert item.state == "applied"


def test_a_worker_killed_in_the_middle(item, monkeypatch):
    def killed(*args):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (process,) = cursor.fetchone()
        elsewhere(lambda: Concept.objects.raw("SELECT 1 AS id, pg_terminate_backend(%s)", [process])[0])
        Concept.objects.count()

    with monkeypatch.context() as patch:
        patch.setattr(imports, "_told", killed)
        # A process that is gone takes nothing down.
        patch.setattr(imports, "_fail", lambda *args: None)
        with pytest.raises(OperationalError):
            imports.run_application(item.pk)
    connection.close()
    item.refresh_from_db()
    assert (item.state, Concept.objects.count(), Activity.objects.count()) == ("applying", 0, 0)
    # As `jobs.resume` has it: another worker begins anew, and once that has ended nobody does.
    jobs.apply_import(number=item.pk)
    jobs.apply_import(number=item.pk)
    item.refresh_from_db()
    assert (item.state, item.outcome["new"], Concept.objects.count()) == ("applied", 2_500, 2_500)
    assert Activity.objects.count() == 1
