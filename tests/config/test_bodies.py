"""Bodies are taken in before anything is done with them: from whom, how large, and how many at once."""

import errno
import io
import json
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import RequestFactory

from config.bodies import Bodies, Files, Limits, Refusals
from termbase.api import errors, files
from termbase.models import ApiToken
from termbase.models.roles import give_role
from termbase.vocabulary import Scope

LIMITS = Limits(anyone=100, files=1000, in_memory=10, at_once=2, files_at_once=1)
BUSY = "503 Service Unavailable"


def told(status):
    return lambda request: HttpResponse(status=status)


class Gate:
    """Lets in, or does not."""

    def __init__(self, *, is_open=True):
        self.is_open, self.turns = is_open, 0

    @contextmanager
    def turn(self):
        self.turns += 1
        yield self.is_open


class Server:
    """Bodies before an application that notes what it was given; `ask` gives that (None where it was not called)."""

    def __init__(self, gate=None, may_be_sent_by=lambda request: True, read=lambda environ: environ["wsgi.input"]):
        self.gate, self.read, self.given = gate or Gate(), read, []
        self.application = Bodies(
            self._serve,
            limits=LIMITS,
            files=Files(lambda request: request.path == "/files/", may_be_sent_by, self.gate),
            refusals=Refusals(told(413), told(400), told(503), told(500)),
        )

    def _serve(self, environ, start_response):
        self.given.append(self.read(environ).read())
        start_response("200 OK", [])
        return [b""]

    def begin(self, body, length, path="/"):
        """The answer, which the caller closes, and the status."""
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "CONTENT_LENGTH": length,
            "wsgi.input": body,
        }
        told = []
        return self.application(environ, lambda status, headers: told.append(status)), told[0]

    def ask(self, body, length, path="/"):
        self.given.clear()
        answer, status = self.begin(body, length, path)
        if hasattr(answer, "close"):
            answer.close()
        return self.given[0] if self.given else None, status


@pytest.mark.parametrize(
    ("sent", "length", "given", "status"),
    [
        (b"12345", "5", b"12345", "200 OK"),  # In memory.
        (b"1" * 90, "90", b"1" * 90, "200 OK"),  # In a file.
        (b"12345", "6", None, "400 Bad Request"),  # It ends early: half a file is no file.
        (b"", "1", None, "400 Bad Request"),  # The client is gone.
        (b"12345", "3", b"123", "200 OK"),  # What comes behind is another request's.
        (b"", "", b"", "200 OK"),  # Nothing is said.
        (b"", "0", b"", "200 OK"),
        (b"", "-1", b"", "200 OK"),  # For others to refuse.
        (b"", "²", b"", "200 OK"),  # No number, though a digit.
        (b"1" * 100, "100", b"1" * 100, "200 OK"),
        (b"1" * 101, "101", None, "413 Request Entity Too Large"),
    ],
)
def test_what_is_sent_is_what_is_given(sent, length, given, status):
    assert Server().ask(io.BytesIO(sent), length) == (given, status)


class Untouched(io.BytesIO):
    """A body that nobody may read."""

    def read(self, size=-1):
        raise AssertionError("read")


class TestFiles:
    """What is larger than anyone may send."""

    def test_it_is_taken_where_files_are_from_those_who_may_send_them(self):
        assert Server().ask(io.BytesIO(b"1" * 900), "900", "/files/") == (b"1" * 900, "200 OK")

    @pytest.mark.parametrize(
        ("server", "length", "path", "given", "status"),
        [
            (Server(), 900, "/", None, "413 Request Entity Too Large"),  # No files are taken there.
            (Server(), 1001, "/files/", None, "413 Request Entity Too Large"),
            (Server(), 10**15, "/files/", None, "413 Request Entity Too Large"),
            # The application says what they lack.
            (Server(may_be_sent_by=lambda request: False), 900, "/files/", b"", "200 OK"),
            (Server(gate=Gate(is_open=False)), 900, "/files/", None, BUSY),
            (Server(may_be_sent_by=lambda request: 1 / 0), 900, "/files/", None, "500 Internal Server Error"),
        ],
    )
    def test_else_it_is_left_unread(self, server, length, path, given, status):
        assert server.ask(Untouched(), str(length), path) == (given, status)

    def test_a_small_one_asks_nobody_who_sent_it(self):
        server = Server()
        server.ask(io.BytesIO(b"1" * 100), "100", "/files/")
        assert server.gate.turns == 0

    def test_so_many_are_held_at_once_until_they_are_answered(self):
        server = Server()
        first, _ = server.begin(io.BytesIO(b"1" * 900), "900", "/files/")
        assert server.ask(Untouched(), "900", "/files/") == (None, BUSY)
        assert server.ask(io.BytesIO(b"1"), "1") == (b"1", "200 OK"), "others are not held up"
        first.close()
        assert server.ask(io.BytesIO(b"1" * 900), "900", "/files/")[1] == "200 OK"

    def test_one_that_is_cut_short_holds_none_of_their_places(self):
        server = Server()
        for _ in range(3):
            assert server.ask(io.BytesIO(b"1"), "900", "/files/") == (None, "400 Bad Request")


def test_so_many_are_taken_in_at_once():
    class Slow:
        def read(self, size=-1):
            begun.append(self)
            go_on.wait(20)
            return b"1" * size

    begun, go_on, server = [], Event(), Server()
    senders = [Thread(target=server.ask, args=(Slow(), "5")) for _ in range(LIMITS.at_once)]
    for sender in senders:
        sender.start()
    while len(begun) < LIMITS.at_once:
        assert any(sender.is_alive() for sender in senders)
    assert server.ask(Untouched(), "5") == (None, BUSY)
    assert server.ask(io.BytesIO(), "") == (b"", "200 OK"), "who sends none is not held up"
    go_on.set()
    for sender in senders:
        sender.join(20)
    assert server.ask(io.BytesIO(b"12345"), "5") == (b"12345", "200 OK")


def test_a_full_disk_is_met_by_whoever_reads():
    class Full(io.BytesIO):
        def read(self, size=-1):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        Server().ask(Full(), "5")
    with pytest.raises(OSError, match="No space left"):
        Server(read=lambda environ: io.BytesIO(WSGIRequest(environ).body)).ask(Full(), "5")


def test_a_body_comes_in_pieces():
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 2))

    assert Server().ask(Slow(b"12345"), "5") == (b"12345", "200 OK")


@pytest.mark.parametrize(
    ("view", "status", "code"),
    [(errors.too_large, 413, "payload_too_large"), (errors.cut_short, 400, "bad_request")],
)
def test_they_are_told_in_the_one_shape_and_on_a_page(view, status, code):
    answer = view(RequestFactory().post("/api/v1/imports/"))
    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (status, code)
    page = view(RequestFactory().post("/admin/termbase/import/add/"))
    assert (page.status_code, page["Content-Type"]) == (status, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("method", "path", "are_taken"),
    [
        ("post", "/api/v1/imports/", True),
        ("post", "/admin/termbase/import/add/", True),
        ("post", "/admin/termbase/document/harvest/", True),
        ("put", "/api/v1/imports/", False),
        ("post", "/api/v1/imports/5/", False),
        ("post", "/sign-in", False),
        ("post", "/text/", False),
        ("post", "/nowhere", False),
    ],
)
def test_where_files_are_taken(method, path, are_taken):
    assert files.are_taken_at(getattr(RequestFactory(), method)(path)) is are_taken


@pytest.mark.django_db
class TestSenders:
    """Who may send files: they are known before a byte is read."""

    @pytest.fixture
    def people(self):
        def of(role):
            person = User.objects.create_user(role)
            give_role(person, role)
            return person

        return of

    @pytest.fixture
    def request_of(self):
        def of(secret="", session=""):
            given = {"HTTP_AUTHORIZATION": f"Bearer {secret}"} if secret else {}
            request = RequestFactory().post("/api/v1/imports/", **given)
            request.COOKIES["sessionid"] = session
            return request

        return of

    @pytest.mark.parametrize(
        ("role", "scopes", "may"),
        [
            ("terminologist", [Scope.READ, Scope.EDIT], True),
            ("terminologist", [Scope.READ], False),
            ("reader", [Scope.READ, Scope.EDIT], False),
        ],
    )
    def test_by_token(self, people, request_of, role, scopes, may):
        _, secret = ApiToken.issue(name="x", user=people(role), scopes=scopes)
        assert files.may_be_sent_by(request_of(secret)) is may

    @pytest.mark.parametrize("secret", ["", "tb_nobody"])
    def test_nobody(self, request_of, secret):
        assert not files.may_be_sent_by(request_of(secret, session="x" * 32))

    @pytest.mark.parametrize(("role", "may"), [("terminologist", True), ("reader", False)])
    def test_by_session(self, client, people, request_of, role, may):
        client.force_login(people(role))
        session = client.cookies["sessionid"].value
        assert files.may_be_sent_by(request_of(session=session)) is may
        client.logout()
        assert not files.may_be_sent_by(request_of(session=session))
