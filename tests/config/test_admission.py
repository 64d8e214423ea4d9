"""The gate before the application: who works, who waits, who is told to come again, and with which connection."""

import json
import time
from threading import Thread
from types import SimpleNamespace

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test import RequestFactory

from config import admission
from config.admission import Admission, Gate
from termbase.api.errors import busy


@pytest.fixture
def clock(monkeypatch):
    """The seconds by which the gate goes; they pass as the test says."""
    seconds = SimpleNamespace(now=100.0)
    monkeypatch.setattr(admission, "time", SimpleNamespace(monotonic=lambda: seconds.now))
    return seconds


def gate(slots=1, places=10, patience=0.2):
    return Gate(slots=slots, places=places, patience=patience)


class Visitor:
    """A request, in a thread of its own."""

    def __init__(self, gate):
        self.gate, self.slot = gate, None
        waiting = len(gate._waiting)
        self.thread = Thread(target=self._enter, daemon=True)
        self.thread.start()
        # Waits in the gate, or is through: one after another, so that the order is known.
        until(lambda: not self.thread.is_alive() or len(gate._waiting) > waiting)

    def _enter(self):
        self.slot = self.gate.enter()

    def outcome(self):
        self.thread.join(20)
        assert not self.thread.is_alive()
        return self.slot


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


class TestGate:
    """Slots, and the line before them."""

    def test_as_many_as_slots_are_let_in_at_once(self):
        mine = gate(slots=3)
        assert len({mine.enter() for _ in range(3)}) == 3

    def test_who_waits_is_let_in_in_turn(self, clock):
        mine = gate()
        held = mine.enter()
        first, second = Visitor(mine), Visitor(mine)
        mine.leave(held)
        assert first.outcome() is held, "the last used is the next used"
        assert second.slot is None
        mine.leave(held)
        assert second.outcome() is held

    def test_where_no_place_is_left_nobody_waits(self, clock):
        mine = gate(places=1)
        held = mine.enter()
        waiting = Visitor(mine)
        assert mine.enter() is None
        mine.leave(held)
        assert waiting.outcome()

    def test_without_places_there_are_still_slots(self):
        mine = gate(places=0)
        held = mine.enter()
        assert held
        assert mine.enter() is None
        mine.leave(held)
        assert mine.enter()

    def test_nobody_waits_longer_than_a_burst(self, monkeypatch):
        monkeypatch.setattr(admission, "BURST", 0.3)
        monkeypatch.setattr(admission, "OVERTIME", 1000)
        mine = gate()
        mine.enter()
        assert mine.enter() is None
        assert not mine._waiting

    @pytest.mark.parametrize(
        ("stood", "waited", "let_in"),
        [
            (0.0, 1.9, True),  # a burst: all that came at once are served
            (0.0, 2.1, False),  # longer than a burst
            (3.0, 0.1, True),  # somebody waits all the time, this one not for long
            (3.0, 0.3, False),  # and this one too long
        ],
    )
    def test_patience_ends_where_somebody_waits_all_the_time(self, clock, monkeypatch, stood, waited, let_in):
        monkeypatch.setattr(admission, "OVERTIME", 1000)
        mine = gate()
        held = mine.enter()
        before = Visitor(mine)
        clock.now += stood
        last = Visitor(mine)
        clock.now += waited
        mine.leave(held)
        if stood:
            assert before.outcome() is None, "waited for longest of all"
        else:
            assert (before.outcome() is not None) is let_in
            if let_in:
                mine.leave(held)
        assert (last.outcome() is not None) is let_in

    def test_a_pause_ends_the_impatience(self, clock, monkeypatch):
        monkeypatch.setattr(admission, "OVERTIME", 1000)
        mine = gate()
        held = mine.enter()
        late = Visitor(mine)
        clock.now += 5
        mine.leave(held)
        assert late.outcome() is None
        held = mine.enter()
        again = Visitor(mine)
        clock.now += 1.9
        mine.leave(held)
        assert again.outcome()

    def test_long_requests_keep_nobody_out(self, clock):
        mine = gate(slots=2)
        long = [mine.enter(), mine.enter()]
        waiting = Visitor(mine)
        clock.now += admission.OVERTIME + 0.01
        assert waiting.outcome() not in long, "the one that waits sees it by itself"
        assert mine.enter() not in long
        mine.leave(long[0])
        assert len(mine._held) == 3

    def test_there_are_twice_as_many_slots_at_the_most(self, clock):
        mine = gate(places=0)
        assert mine.enter()
        clock.now += 10
        assert mine.enter()
        clock.now += 10
        assert mine.enter() is None

    def test_under_many_threads_no_slot_is_lost_or_held_twice(self):
        mine, held, worked = gate(slots=3, places=100, patience=60), set(), []

        def work():
            for _ in range(50):
                slot = mine.enter()
                assert slot not in held
                held.add(slot)
                time.sleep(0)
                held.discard(slot)
                worked.append(slot)
                mine.leave(slot)

        threads = [Thread(target=work) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(worked) == 1000
        assert (len(mine._idle), len(mine._held), len(mine._waiting)) == (6, 0, 0)


class TestAdmission:
    """The WSGI application around another."""

    @pytest.fixture(autouse=True)
    def connections_of_the_tests(self):
        """Are in the place of those that were lent to this thread."""
        own = {name: connections[name] for name in connections}
        yield
        for name, mine in own.items():
            connections[name] = mine

    def admitted(self, application, **gates):
        return Admission(application, busy, **({"gate": gate(), "light": gate()} | gates))

    def ask(self, application, path="/", **headers):
        begun = []
        environ = RequestFactory().get(path).environ | headers
        answer = application(environ, lambda *line: begun.append(line))
        body = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return (*(begun[0] if begun else ("", [])), body)

    def full(self):
        mine = gate(places=0)
        mine.enter()
        return mine

    def test_the_answer_holds_the_slot_until_it_is_closed(self):
        mine = gate()
        application = self.admitted(lambda environ, start: iter([b"a", b"b"]), gate=mine)
        answer = application({"PATH_INFO": "/"}, None)
        assert list(answer) == [b"a", b"b"]
        assert len(mine._held) == 1
        answer.close()
        answer.close()
        assert not mine._held

    def test_an_answer_that_the_server_drops_gives_its_slot_back(self):
        mine = gate()
        application = self.admitted(lambda environ, start: [], gate=mine)
        application({"PATH_INFO": "/"}, None)
        assert not mine._held

    def test_an_application_that_fails_gives_its_slot_back(self):
        mine = gate()

        def fails(environ, start):
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            self.admitted(fails, gate=mine)({"PATH_INFO": "/"}, None)
        assert not mine._held

    def test_an_answer_dropped_by_another_thread_takes_nothing_from_that_one(self):
        mine = gate(slots=2)
        application = self.admitted(lambda environ, start: iter([]), gate=mine)
        dropped = application({"PATH_INFO": "/"}, None)

        def work():
            answer = application({"PATH_INFO": "/"}, None)
            dropped.close()
            (held,) = mine._held
            used.append(connections[DEFAULT_DB_ALIAS] is held.connections[DEFAULT_DB_ALIAS])
            answer.close()

        used = []
        thread = Thread(target=work)
        thread.start()
        thread.join(20)
        assert used == [True]
        assert not mine._held

    def test_the_api_is_refused_in_its_one_shape(self):
        status, headers, body = self.ask(self.admitted(None, gate=self.full()), "/api/v1/lookup/?q=x")
        assert status == "503 Service Unavailable"
        assert dict(headers)["Retry-After"] == "5"
        assert dict(headers)["Content-Type"] == "application/json"
        assert dict(headers)["Content-Length"] == str(len(body))
        assert json.loads(body)["error"].keys() == {"code", "message"}
        assert json.loads(body)["error"]["code"] == "busy"

    def test_people_are_refused_with_a_page(self):
        status, headers, body = self.ask(self.admitted(None, gate=self.full()), "/?q=x")
        assert status == "503 Service Unavailable"
        assert dict(headers)["Retry-After"] == "5"
        assert "Too many are asking just now" in body.decode()

    @pytest.mark.parametrize("content_type", ["a/b; charset*=klingon''x", "a/b; charset=undefined"])
    def test_whatever_a_request_says_of_itself_it_is_refused(self, content_type):
        status, _, _ = self.ask(self.admitted(None, gate=self.full()), "/?q=x", CONTENT_TYPE=content_type)
        assert status == "503 Service Unavailable"

    def test_the_page_speaks_their_language(self):
        _, _, body = self.ask(self.admitted(None, gate=self.full()), "/", HTTP_ACCEPT_LANGUAGE="zh-CN,zh;q=0.9")
        assert 'lang="zh' in body.decode()

    def test_health_is_told_and_files_are_served_while_the_gate_is_full(self):
        application = self.admitted(lambda environ, start: [b"well"], gate=self.full())
        for path in ("/healthz", "/readyz", "/metrics", "/static/termbase/page.css"):
            assert self.ask(application, path)[2] == b"well"

    def test_nothing_keeps_the_process_from_saying_that_it_lives(self):
        application = self.admitted(lambda environ, start: [b"well"], gate=self.full(), light=self.full())
        assert self.ask(application, "/healthz")[2] == b"well"
        assert self.ask(application, "/readyz")[0] == "503 Service Unavailable"


@pytest.mark.django_db
def test_threads_share_the_connections_of_the_slots(django_db_setup):
    """However many threads ask, there are as many connections as slots, and none is left to a thread."""

    def application(environ, start):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backends.append(cursor.fetchone()[0])
        return []

    backends, left = [], []
    mine = gate(slots=2, places=100, patience=60)
    admitted = Admission(application, busy, gate=mine, light=gate())

    def ask():
        list(admitted({"PATH_INFO": "/"}, None))
        left.append(hasattr(connections._connections, DEFAULT_DB_ALIAS))

    threads = [Thread(target=ask) for _ in range(20)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    finally:
        for slot in mine._idle:
            slot.connections[DEFAULT_DB_ALIAS].close()
    assert len(backends) == 20
    assert len(set(backends)) <= 2
    assert left == [False] * 20
