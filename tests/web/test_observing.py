"""What is noted of every request."""

import json
import logging
import re

import pytest

from termbase.logs import JsonFormatter, request_id


@pytest.fixture
def lines(caplog):
    """What the log has as JSON, written while the request was answered."""
    caplog.set_level(logging.INFO)
    written = []

    class Handler(logging.Handler):
        def emit(self, record):
            written.append(json.loads(self.format(record)))

    handler = Handler()
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("abc-123_X.9", "as proxies make them"),
        ("0af76519-16cd-43dd-8448-eb211c80319c", "a UUID"),
        ("a" * 64, "as long as may be"),
    ],
)
def test_an_identifier_is_kept(client, given, reason):
    assert client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] == given, reason


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, "none"),
        ("", "an empty one"),
        ("a" * 65, "a long one"),
        ("a b", "white space"),
        ('a"b', "what would end a string"),
        ("a\tb", "control characters"),
        ("标识", "other scripts"),
        ("<script>", "markup"),
    ],
)
def test_another_is_replaced(client, given, reason):
    headers = {} if given is None else {"X-Request-ID": given}
    first, second = (client.get("/healthz", headers=headers)["X-Request-ID"] for _ in range(2))
    assert re.fullmatch("[0-9a-f]{32}", first), reason
    assert first != second


@pytest.mark.django_db
def test_a_line_for_each_request_without_its_query(client, lines):
    client.get("/api/v1/lookup/?q=tb_geheim", headers={"X-Request-ID": "r1"})
    (line,) = [line for line in lines if line["logger"] == "termbase.requests"]
    assert (
        line.items()
        >= {
            "level": "INFO",
            "message": "GET /api/v1/lookup/ 200",
            "request_id": "r1",
            "method": "GET",
            "path": "/api/v1/lookup/",
            "view": "lookup",
            "status": 200,
        }.items()
    )
    assert line["milliseconds"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    assert "geheim" not in json.dumps(lines)


def test_a_fault_is_told_with_its_request(client, lines, monkeypatch):
    client.raise_request_exception = False

    def fail(self):
        raise ZeroDivisionError

    monkeypatch.setattr("django.db.migrations.recorder.MigrationRecorder.applied_migrations", fail)
    response = client.get("/readyz", headers={"X-Request-ID": "r2"})
    assert (response.status_code, response["X-Request-ID"]) == (500, "r2")
    (line,) = [line for line in lines if line["logger"] == "django.request"]
    assert (line["request_id"], line["level"]) == ("r2", "ERROR")
    assert "ZeroDivisionError" in line["exception"]


def test_the_identifier_ends_with_its_request(client):
    client.get("/healthz", headers={"X-Request-ID": "r3"})
    assert request_id.get() == ""


def test_what_is_no_json_is_written_all_the_same():
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s 毒罪办", (object,), None)
    record.fields = {"of": object}
    assert "毒罪办" in json.loads(JsonFormatter().format(record))["message"]
