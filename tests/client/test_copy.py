"""A copy in a file: equal to the termbase whatever happens to either."""

import sqlite3

import httpx
import pytest

from termbase.client import ApiError, Copy, Termbase, calls
from termbase.models import Concept
from tests.api.test_changes import settle, truth
from tests.client.conftest import ADDRESS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "copy.sqlite"


def held(copy):
    return {record["key"]: record for record in copy.concepts()}


def test_begun_and_kept(termbase, small_termbase, path, monkeypatch):
    monkeypatch.setattr(calls, "PAGE", 2)
    heard = []
    with Copy(path, ADDRESS) as copy:
        settle()
        copy.update(termbase, heard.append)
        assert held(copy) == truth()
        assert heard == sorted(heard)
        assert heard[-1] >= 5
        Concept.objects.get(key="c0002").withdraw()
        Concept.objects.create(key="c0100")
    settle()
    with Copy(path, ADDRESS) as copy:
        assert copy.update(termbase) == 2
        assert held(copy) == truth()
        assert "c0002" not in held(copy)
        assert copy.update(termbase) == 0


def test_cut_off_in_the_middle_it_goes_on(termbase, small_termbase, path, monkeypatch):
    monkeypatch.setattr(calls, "PAGE", 2)
    settle()

    class Cut(Exception):
        pass

    def cut(done):
        raise Cut

    with Copy(path, ADDRESS) as copy, pytest.raises(Cut):
        copy.update(termbase, cut)
    with Copy(path, ADDRESS) as copy:
        assert len(held(copy)) == 2
        copy.update(termbase)
        assert held(copy) == truth()


def test_a_copy_of_another_termbase_begins_anew(termbase, small_termbase, path):
    settle()
    with Copy(path, ADDRESS) as copy:
        copy.update(termbase)
    with Copy(path, "http://elsewhere") as copy:
        assert held(copy) == {}


def test_a_restored_termbase_is_copied_anew(termbase, small_termbase, path, monkeypatch):
    settle()
    with Copy(path, ADDRESS) as copy:
        copy.update(termbase)
        Concept.objects.filter(key="c0002").update(withdrawn_at="2026-01-01T00:00Z")
        settle()
        ask, told = termbase.changes, []

        def restarted(since, **parameters):
            if since and not told:
                told.append(since)
                raise ApiError(410, "feed_restarted", "begin anew")
            return ask(since, **parameters)

        monkeypatch.setattr(termbase, "changes", restarted)
        copy.update(termbase)
        assert told
        assert held(copy) == truth()


def test_a_refusal_leaves_the_copy_as_it_was(small_termbase, termbase, path):
    settle()
    with Copy(path, ADDRESS) as copy:
        copy.update(termbase)
        before = held(copy)
        away = Termbase(ADDRESS, transport=httpx.MockTransport(lambda request: httpx.Response(500, json={})))
        with pytest.raises(ApiError):
            copy.update(away)
        assert held(copy) == before


def test_a_file_that_is_no_copy(path):
    path.write_text("something else, and long enough to be taken for a database" * 10)
    with pytest.raises(sqlite3.DatabaseError):
        Copy(path, ADDRESS)
    assert path.read_text().startswith("something else")
