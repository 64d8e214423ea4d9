"""The figures, and who may read them."""

import pytest
from django.db import Error, connection
from procrastinate.contrib.django.models import ProcrastinateJob
from prometheus_client.parser import text_string_to_metric_families

from termbase import jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def figures(client):
    """Samples as {(name, labels): value}."""

    def read():
        response = client.get("/metrics")
        assert response.status_code == 200
        return {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(response.text)
            for sample in family.samples
        }

    return read


def test_what_is_counted(client, small_termbase, figures):
    before = figures()
    client.get("/api/v1/lookup/", {"q": "毒罪办"})
    client.get("/api/v1/lookup/", {"q": "没有的"})
    client.post("/api/v1/recognise/", {"text": "支持毒罪办"}, content_type="application/json")
    client.get("/nowhere/at/all")
    after = figures()
    grown = {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
    assert grown["termbase_requests_total", "200", "GET", "lookup"] == 2
    assert grown["termbase_requests_total", "200", "POST", "recognise"] == 1
    assert grown["termbase_requests_total", "404", "GET", "none"] == 1
    assert grown["termbase_request_seconds_count", "lookup"] == 2
    assert grown["termbase_lookups_total", "exact"] == 1
    assert grown["termbase_lookups_total", "none"] == 1
    assert grown["termbase_recognition_seconds_count",] == 1
    assert after["termbase_database_up",] == 1
    assert after["termbase_matcher_built_timestamp_seconds",] > 0
    assert "termbase_matcher_memory_bytes" in {name for name, *_ in after}
    memory = [value for (name, *_), value in after.items() if name == "termbase_process_resident_memory_bytes"]
    assert len(memory) == 1
    assert memory[0] > 10_000_000


def test_the_queue(figures):
    assert figures()["termbase_jobs", "waiting"] == 0
    assert figures()["termbase_worker_seen_timestamp_seconds",] == 0
    jobs.request_refresh()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '5 minutes'")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES ('2026-01-01T00:00:00Z')")
    found = figures()
    assert found["termbase_jobs", "waiting"] == ProcrastinateJob.objects.count() == 1
    assert found["termbase_job_oldest_seconds",] == pytest.approx(300, abs=10)
    assert found["termbase_worker_seen_timestamp_seconds",] == 1_767_225_600


def test_a_database_that_is_away_is_a_figure_too(figures, monkeypatch):
    def fail():
        raise Error("gone")

    monkeypatch.setattr("termbase.web.metrics._job_figures", fail)
    assert figures()["termbase_database_up",] == 0


@pytest.mark.parametrize(
    ("token", "address", "headers", "status", "reason"),
    [
        ("", "127.0.0.1", {}, 200, "a program of this machine"),
        ("", "::1", {}, 200, "the same by IPv6"),
        ("", "192.0.2.1", {}, 403, "somebody else"),
        ("", "127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, 403, "a proxy of this machine, for somebody else"),
        ("", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403, "the same, who says to be from here"),
        ("", "127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 403, "the same in the newer form"),
        ("s" * 16, "192.0.2.1", {"Authorization": "Bearer " + "s" * 16}, 200, "who has the token"),
        ("s" * 16, "127.0.0.1", {}, 403, "with a token set, from here too"),
        ("s" * 16, "127.0.0.1", {"Authorization": "Bearer 密"}, 403, "another token"),
    ],
)
def test_who_may_read_them(client, settings, token, address, headers, status, reason):
    settings.TERMBASE_METRICS_TOKEN = token
    assert client.get("/metrics", REMOTE_ADDR=address, headers=headers).status_code == status, reason
