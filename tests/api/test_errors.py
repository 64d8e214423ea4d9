"""Every error of the API has the one shape, on every path to it."""

import json
import re
from errno import EACCES, ENOSPC

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import get_resolver
from procrastinate.exceptions import ConnectorException
from psycopg.errors import AdminShutdown, DeadlockDetected, DiskFull, QueryCanceled

from termbase.api import subject_fields
from termbase.models import Concept
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db

TERM = {"terms": [{"language": "en", "text": "x"}]}


def shape(response, status, code):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert set(error) <= {"code", "message", "fields"}
    for texts in error.get("fields", {}).values():
        assert texts
        assert all(isinstance(text, str) for text in texts)
    return error


# (caller, method, path, body, headers, status, code, why)
CASES = [
    ("nobody", "GET", "lookup/", None, {}, 400, "invalid", "a parameter is missing"),
    ("nobody", "GET", "concepts/?x=1", None, {}, 400, "invalid", "a parameter that there is not"),
    ("nobody", "GET", "lookup/?q=x&sorce=zh", None, {}, 400, "invalid", "and one of look-up"),
    ("nobody", "GET", "lookup/?q=x&fields=text", None, {}, 400, "invalid", "a member that hits have not"),
    ("nobody", "POST", "recognise/?source=zh", {"text": "x"}, {}, 400, "invalid", "what belongs into the body"),
    ("terminologist", "POST", "concepts/", {}, {}, 400, "invalid", "a member is missing"),
    ("nobody", "POST", "concepts/", TERM, {}, 401, "not_authenticated", "nobody writes"),
    ("nobody", "GET", "concepts/", None, {"Authorization": "Bearer x"}, 401, "authentication_failed", "no token"),
    ("reader", "POST", "concepts/", TERM, {}, 403, "permission_denied", "a role that does not write"),
    ("read scope", "POST", "concepts/", TERM, {}, 403, "insufficient_scope", "a scope that does not write"),
    ("reader", "GET", "terms/?review_status=rejected", None, {}, 403, "not_allowed", "not for readers"),
    ("nobody", "GET", "nothing/", None, {}, 404, "not_found", "no such address"),
    ("nobody", "POST", "nothing/", {}, {}, 404, "not_found", "nor one to post to"),
    ("nobody", "DELETE", "", None, {}, 404, "not_found", "nor the root"),
    ("nobody", "GET", "concepts/c9999/", None, {}, 404, "not_found", "no such concept"),
    ("nobody", "GET", "concepts/毒罪办/", None, {}, 404, "not_found", "no key at all"),
    ("nobody", "GET", "concepts/a%0Ab/", None, {}, 404, "not_found", "a line break, which no pattern matches"),
    ("nobody", "GET", "concepts/a%00b/", None, {}, 404, "not_found", "what no database can compare"),
    ("nobody", "GET", f"concepts/{'x' * 65}/", None, {}, 404, "not_found", "too long for a key"),
    ("nobody", "GET", "concepts/c0001", None, {}, 404, "not_found", "without the slash at the end"),
    ("nobody", "GET", "terms/999999999999999999999/", None, {}, 404, "not_found", "beyond all numbers"),
    ("nobody", "GET", "documents/none/", None, {}, 404, "not_found", "no such document"),
    ("nobody", "GET", "documents/none/passages/", None, {}, 404, "not_found", "no such document"),
    ("terminologist", "PATCH", "concepts/c9999/", {}, {"If-Match": '"1"'}, 404, "not_found", "no such concept"),
    ("nobody", "POST", "lookup/", None, {}, 405, "method_not_allowed", "look-up is a read"),
    ("nobody", "DELETE", "concepts/", None, {}, 405, "method_not_allowed", "not all at once"),
    ("nobody", "PUT", "terms/1/", {}, {}, 405, "method_not_allowed", "a term is patched"),
    ("nobody", "OPTIONS", "concepts/", None, {}, 405, "method_not_allowed", "the schema tells more"),
    ("nobody", "PROPFIND", "concepts/", None, {}, 405, "method_not_allowed", "a method of others"),
    ("nobody", "GET", "documents/", None, {"Accept": "image/png"}, 406, "not_acceptable", "not a picture"),
    ("terminologist", "POST", "concepts/", TERM | {"key": "c0001"}, {}, 409, "conflict", "the key is in use"),
    ("terminologist", "PATCH", "concepts/c0006/", {}, {"If-Match": '"2"'}, 410, "withdrawn", "out of use"),
    ("nobody", "POST", "recognise/", None, {"Transfer-Encoding": "chunked"}, 411, "length_required", "no length"),
    ("terminologist", "PATCH", "concepts/c0001/", {}, {"If-Match": '"999"'}, 412, "stale", "not what it was"),
    ("terminologist", "POST", "concepts/", b" " * 2_500_001, {}, 413, "payload_too_large", "too much"),
    (
        "terminologist",
        "POST",
        "concepts/",
        b" " * 2_500_001,
        {"Idempotency-Key": "1"},
        413,
        "payload_too_large",
        "too much to digest",
    ),
    (
        "terminologist",
        "POST",
        "concepts/",
        b"x",
        {"Content-Type": "text/plain"},
        415,
        "unsupported_media_type",
        "not JSON",
    ),
    ("terminologist", "PATCH", "concepts/c0001/", {}, {}, 428, "precondition_required", "what was read is not said"),
]


@pytest.fixture
def callers(person, small_termbase):
    Concept.objects.create(key="c0006").withdraw()
    return {
        "nobody": Caller(),
        "reader": Caller(person("reader")),
        "terminologist": Caller(person("terminologist")),
        "read scope": Caller(person("terminologist"), ["read"]),
    }


@pytest.mark.parametrize(
    ("who", "method", "path", "body", "headers", "status", "code"),
    [pytest.param(*case[:7], id=f"{case[5]} {case[7]}") for case in CASES],
)
def test_shape(callers, who, method, path, body, headers, status, code):
    caller = callers[who]
    content_type = headers.get("Content-Type", "application/json")
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    response = caller.client.generic(method, f"/api/v1/{path}", data, content_type, headers=caller.headers | headers)
    shape(response, status, code)


def test_the_table_has_every_status(request):
    """The others are in tests of their own: 410 of feeds, 422, 429, 500."""
    assert {case[5] for case in CASES} == {400, 401, 403, 404, 405, 406, 409, 410, 411, 412, 413, 415, 428}


def test_422(terminologist, db):
    terminologist.post("concepts/", TERM, Idempotency_Key="1")
    shape(terminologist.post("concepts/", {}, Idempotency_Key="1"), 422, "idempotency_key_reused")


def test_429(nobody, settings, db):
    settings.TERMBASE_ADDRESS_LIMIT = 1
    nobody.get("documents/")
    shape(nobody.get("documents/"), 429, "throttled")


class TestFaultsOfOurs:
    """What breaks inside is logged, and said to nobody."""

    def break_with(self, monkeypatch, error):
        def broken(*args, **kwargs):
            raise error

        monkeypatch.setattr(subject_fields, "parameters", broken)

    def test_500(self, nobody, monkeypatch, caplog, db):
        self.break_with(monkeypatch, ZeroDivisionError("the secret of the house"))
        response = nobody.get("subject-fields/")
        shape(response, 500, "internal")
        assert b"secret" not in response.content
        assert "the secret of the house" in caplog.text

    def test_a_deadlock_is_nobodys_fault(self, nobody, monkeypatch, db):
        error = OperationalError("deadlock detected")
        error.__cause__ = DeadlockDetected("deadlock detected")
        self.break_with(monkeypatch, error)
        shape(nobody.get("subject-fields/"), 409, "conflict")

    @pytest.mark.parametrize(
        ("error", "cause", "code"),
        [
            pytest.param(OperationalError("closed"), None, "unavailable", id="the database is away"),
            pytest.param(InterfaceError("closed"), None, "unavailable", id="a connection that was closed before"),
            pytest.param(
                ConnectorException("closed"), AdminShutdown("closed"), "unavailable", id="away when a job is asked for"
            ),
            pytest.param(OperationalError("canceled"), QueryCanceled("canceled"), "timeout", id="it took too long"),
            pytest.param(OperationalError("could not extend"), DiskFull("no room"), "full", id="its disk is full"),
            pytest.param(OSError(ENOSPC, "No space left on device"), None, "full", id="our own disk is full"),
        ],
    )
    def test_what_passes_may_be_sent_again(self, nobody, monkeypatch, error, cause, code, db):
        error.__cause__ = cause
        self.break_with(monkeypatch, error)
        response = nobody.get("subject-fields/")
        shape(response, 503, code)
        assert response["Retry-After"] == "10"

    def test_another_error_of_the_system_does_not_pass(self, nobody, monkeypatch, db):
        self.break_with(monkeypatch, OSError(EACCES, "Permission denied"))
        shape(nobody.get("subject-fields/"), 500, "internal")

    def test_what_django_finds_suspicious(self, nobody, monkeypatch, db):
        self.break_with(monkeypatch, SuspiciousOperation("odd"))
        shape(nobody.get("subject-fields/"), 400, "parse_error")

    def test_another_host(self, db):
        response = Client().get("/api/v1/documents/", headers={"Host": "evil.example"})
        shape(response, 400, "bad_request")

    def test_pages_keep_their_own(self, client, db):
        assert "text/html" in client.get("/", headers={"Host": "evil.example"})["Content-Type"]

    @pytest.mark.parametrize("path", ["/api/", "/api/v2/lookup/", "/api/x"])
    def test_beside_this_version(self, client, path, db):
        shape(client.get(path), 404, "not_found")


# (body, what the message says, why)
BODIES = [
    (b"", "", "nothing"),
    (b"{", "JSON", "cut off"),
    (b"{'a': 1}", "JSON", "of another language"),
    (b"{} {}", "JSON", "two at once"),
    (b'{"a": NaN}', "JSON", "NaN is no JSON"),
    (b'{"a": Infinity}', "JSON", "nor is infinity"),
    (b'{"a": 1e999}', "infinity", "nor a number as large"),
    (b'{"a": 12345678901234567890}', "digits", "beyond what all languages hold"),
    (b'{"a": ' + b"9" * 10_000 + b"}", "infinity", "far beyond"),
    (b"[" * 100_000, "JSON", "nested without end"),
    (b"[" * 900 + b"]" * 900, "", "nested deep"),
    (b'{"note": "\xff"}', "JSON", "not UTF-8"),
    (b'{"note": "\xed\xa0\x80"}', "JSON", "a surrogate in UTF-8"),
    ('{"note": "毒"}'.encode("utf-16"), "JSON", "UTF-16"),
    (b"\xef\xbb\xbf{}", "JSON", "a byte-order mark"),
    (rb'{"note": "\ud800"}', "surrogate", "half a character"),
    (rb'{"note": "\udc00\ud800"}', "JSON", "two halves the wrong way round"),
    (rb'{"note": "\u0000"}', "null character", "what PostgreSQL cannot store"),
    (rb'{"\u0000": 1}', "null character", "in a name"),
    (b'{"note": "\x00"}', "JSON", "bare"),
    (b'{"note": "a", "note": "b"}', "“note” stands twice", "which of them?"),
    (b'{"terms": [{"text": "a", "text": "b"}]}', "“text” stands twice", "inside"),
    (b'"text"', "", "not an object"),
    (b"[]", "", "not an object either"),
    (b"null", "", "nothing said"),
]


@pytest.mark.parametrize(("body", "says"), [pytest.param(*case[:2], id=case[2]) for case in BODIES])
@pytest.mark.parametrize("path", ["concepts/", "suggestions/"])
def test_bodies_that_are_not_what_they_should_be(terminologist, small_termbase, body, says, path):
    response = terminologist.post(path, body)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] in ("parse_error", "invalid")
    assert says in error["message"]


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000", "a\\", "𠀀", "\u2028", "e\u0301", '"', "😀"])
def test_odd_but_sound_strings_come_back_as_they_were(terminologist, small_termbase, text):
    tag = terminologist.get("concepts/c0002/")["ETag"]
    assert terminologist.patch("concepts/c0002/", {"note": text}, If_Match=tag).json()["note"] == text
    assert terminologist.get("concepts/c0002/").json()["note"] == text


def test_path_of_a_field_inside(terminologist, small_termbase):
    body = {"terms": [{"language": "en", "text": "ok"}, {"language": "fr", "text": ""}]}
    error = shape(terminologist.post("concepts/", body), 400, "invalid")
    assert sorted(error["fields"]) == ["terms[1].language", "terms[1].text"]


def test_the_message_names_the_fields(terminologist, small_termbase):
    assert "terms" in shape(terminologist.post("concepts/", {}), 400, "invalid")["message"]


@pytest.mark.parametrize(
    ("path", "name", "said"),
    [
        ("lookup/?q=x&sorce=zh", "sorce", "there is no such parameter; did you mean source?"),
        ("lookup/?q=x&q=y", "q", "is given more than once"),
        ("concepts/?subjectfield=x", "subjectfield", "there is no such parameter; did you mean subject_field?"),
        ("exports/?x=1", "x", "there is no such parameter; there are none"),
        ("waivers/?project=x&page=1", "page", "there is no such parameter; there are project, after"),
    ],
)
def test_a_wrong_name_is_told_with_the_right_one(callers, path, name, said):
    assert callers["terminologist"].get(path).json()["error"]["fields"] == {name: [said]}


def calls():
    """Every method of every address of the API, the pages for people apart."""
    (api,) = (item for item in get_resolver().url_patterns if str(item.pattern) == "api/v1/")
    for route in api.url_patterns:
        view = getattr(route.callback, "cls", None)
        if view is not None and route.name:
            path = re.sub("<(?:slug:)?name>", "omegat", re.sub("<key:key>", "c0001", str(route.pattern)))
            for method in ("get", "post", "put", "patch", "delete"):
                if hasattr(view, method):
                    yield method.upper(), path.replace("<int:id>", "1")


@pytest.mark.parametrize(("method", "path"), list(calls()))
def test_no_call_takes_a_parameter_that_there_is_not(person, method, path):
    administrator = Caller(person("administrator"))
    error = shape(administrator(method, f"{path}?no_such=1", {}, If_Match='"1"'), 400, "invalid")
    assert error["fields"]["no_such"][0].startswith("there is no such parameter")


def test_approval_takes_no_member(reviewer, small_termbase):
    error = shape(reviewer.post("terms/1/approve/", {"reason": "x"}, If_Match='"1"'), 400, "invalid")
    assert error["fields"] == {"reason": ["there is no such member; there are none"]}


def test_of_a_body_too(callers):
    answer = callers["nobody"].post("recognise/", {"txt": "x"})
    assert answer.json()["error"]["fields"] == {"txt": ["there is no such member; did you mean text?"]}


def test_a_slash_that_is_missing_is_told(callers):
    message = callers["nobody"].get("lookup").json()["error"]["message"]
    assert message == "There is nothing at /api/v1/lookup, but at /api/v1/lookup/."
