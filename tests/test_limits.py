"""What comes in has limits: each through the pages and through the API, and what docs/operations.md says of them."""

import re
import sys

import pytest
from django.conf import settings as configured
from django.db import OperationalError, connection, transaction

from config import database
from termbase.api import idempotency, reading
from termbase.api.body import MAX_SPANS
from termbase.quality import MAX_SEGMENTS
from termbase.recognition.texts import MAX_CHARACTERS, MAX_TEXTS
from termbase.search.query import MAX_LIMIT, MAX_QUERY
from termbase.web.comments import MAX_TEXT
from termbase.web.texts import MAX_FILE_BYTES
from tests.conftest import ROOT
from tests.web.stamps import old_stamp

pytestmark = pytest.mark.django_db

# (what, the limit, in the pages: method, path, data; in the API: the same; status and code)
LONG_TEXT = "x" * (MAX_CHARACTERS + 1)
CASES = [
    ("body", ("POST", "/text", {"source": "x" * 2_500_001}), ("POST", "terms/", " " * 2_500_001), 413),
    ("query", ("GET", "/", {"q": "x" * (MAX_QUERY + 1)}), ("GET", "lookup/", {"q": "x" * (MAX_QUERY + 1)}), 400),
    ("page size", None, ("GET", "lookup/", {"q": "x", "limit": MAX_LIMIT + 1}), 400),
    ("page size of lists", None, ("GET", "terms/", {"limit": reading.MAX_LIMIT + 1}), 400),
    ("texts", None, ("POST", "recognise/", {"texts": ["x"] * (MAX_TEXTS + 1)}), 400),
    ("characters", ("POST", "/text", {"source": LONG_TEXT}), ("POST", "recognise/", {"text": LONG_TEXT}), 400),
    (
        "segments",
        None,
        (
            "POST",
            "check/",
            {
                "source": "zh",
                "target": "en",
                "segments": [{"id": n, "source": "x", "target": "x"} for n in range(MAX_SEGMENTS + 1)],
            },
        ),
        400,
    ),
]


@pytest.mark.parametrize(("what", "page", "call", "status"), CASES, ids=[case[0] for case in CASES])
def test_beyond_a_limit(client, what, page, call, status):
    method, path, data = call
    path = f"/api/v1/{path}"
    answer = client.get(path, data) if method == "GET" else client.post(path, data, content_type="application/json")
    if answer.status_code == 401:
        assert what == "body", "who may not write learns no more"
    else:
        assert answer.status_code == status, answer.text
        assert answer.json()["error"].keys() >= {"code", "message"}
    if page:
        method, path, data = page
        answer = client.get(path, data) if method == "GET" else client.post(path, data | {"stamp": old_stamp()})
        assert answer.status_code == status


def test_the_documentation_says_the_same():
    table = (ROOT / "docs" / "operations.md").read_text()
    said = {
        what: int(number.replace(",", "")) for what, number in re.findall(r"^\| ([a-z ]+) \| ([\d,]+)", table, re.M)
    }
    assert (
        said.items()
        >= {
            "body of a request": configured.DATA_UPLOAD_MAX_MEMORY_SIZE,
            "file on the text page": MAX_FILE_BYTES,
            "query": MAX_QUERY,
            "hits of a page": MAX_LIMIT,
            "rows of a list": reading.MAX_LIMIT,
            "texts of a call": MAX_TEXTS,
            "characters of a call": MAX_CHARACTERS,
            "segments of a call": MAX_SEGMENTS,
            "spans of a text": MAX_SPANS,
            "comment": MAX_TEXT,
            "idempotency key": idempotency.LONGEST_KEY,
        }.items()
    )


class TestTime:
    """A statement that the database would work at for too long."""

    @pytest.fixture
    def slow(self, monkeypatch):
        def slow(*args, **kwargs):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '20ms'")
                cursor.execute("SELECT pg_sleep(5)")

        monkeypatch.setattr(sys.modules["termbase.search.lookup"], "find", slow)

    @pytest.mark.parametrize(
        ("path", "said"), [("/api/v1/lookup/?q=x", '"timeout"'), ("/?q=x", "This takes too long just now")]
    )
    def test_it_is_given_up_and_told(self, client, slow, path, said):
        client.raise_request_exception = False
        response = client.get(path)
        assert (response.status_code, response["Retry-After"]) == (503, "10")
        assert said in response.text

    def test_the_limit_is_set_beside_what_the_address_of_the_database_says(self):
        settings = database.external_settings("postgresql://u@h/d?options=-c%20search_path%3Dx")
        database.limit_statements(settings, 30)
        assert settings["OPTIONS"]["options"] == "-c search_path=x -c statement_timeout=30s"

    def test_postgresql_takes_it(self):
        settings = connection.settings_dict | {"OPTIONS": dict(connection.settings_dict["OPTIONS"])}
        database.limit_statements(settings, 7)
        other = connection.copy()
        other.settings_dict = settings
        with other.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("7s",)
        other.close()


@pytest.mark.parametrize(
    ("path", "said"), [("/api/v1/lookup/?q=x", '"unavailable"'), ("/?q=x", "This takes too long just now")]
)
def test_a_database_that_is_away(client, monkeypatch, path, said):
    def fail(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(sys.modules["termbase.search.lookup"], "find", fail)
    client.raise_request_exception = False
    response = client.get(path)
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert said in response.text


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/", "a page"),
        ("/healthz", "a health check"),
        ("/nowhere", "no page"),
        ("/suggest", "a page that is not for all"),
        ("/admin/", "a redirect"),
        ("/sign-in", "a form for passwords"),
        ("/api/v1/lookup/?q=x", "an answer of the API"),
        ("/api/v1/lookup/?limit=x", "an error of the API"),
        ("/api/v1/docs/", "a page of the API"),
        ("/api/v1/exports/csv/", "a file to save"),
        ("/static/termbase/page.css", "a file"),
        ("/static/termbase/nothing.css", "a file that there is not"),
        ("/?cursor=x&q=y", "what Django or we refuse"),
    ],
)
def test_every_answer_restricts_browsers(client, path, reason):
    response = client.get(path)
    for close in response._resource_closers:
        close()
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    assert {name: response.headers.get(name) for name in wanted} == wanted, reason
    assert "camera=()" in response["Permissions-Policy"]
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert ("unsafe" in policy) == path.startswith("/admin")
    kept = response["Cache-Control"]
    assert "private" in kept or "no-store" in kept or path.startswith("/static")


def test_an_answer_that_is_none_restricts_them_too(client):
    """304, which stands in the place of what a browser has kept, and the way from HTTP to HTTPS."""
    tag = client.get("/api/v1/documents/")["ETag"]
    same = client.get("/api/v1/documents/", headers={"If-None-Match": tag})
    assert (same.status_code, same["ETag"]) == (304, tag)
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Cross-Origin-Resource-Policy", "Vary"):
        assert name in same.headers
    assert "private" in same["Cache-Control"]


def test_https(client, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    # Middleware reads its settings when it is made.
    client.handler.load_middleware()
    away = client.get("/?q=x")
    assert (away.status_code, away["Location"]) == (301, "https://testserver/?q=x")
    assert "default-src 'none'" in away["Content-Security-Policy"]
    page = client.get("/sign-in", secure=True)
    assert page["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")
    assert page.cookies["csrftoken"]["secure"]


def test_pages_that_depend_on_who_asks_say_so(client, small_termbase):
    assert "Cookie" in client.get("/?q=x")["Vary"]
    assert {"Accept", "HX-Request"} <= set(client.get("/concepts/c0002")["Vary"].split(", "))
