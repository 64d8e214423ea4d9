"""Health checks."""

import re

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from termbase.recognition.current import keeper


@pytest.fixture
def loaded(db):
    keeper.forget()
    keeper.current()
    yield
    keeper.forget()


def test_alive_without_asking_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready(client, loaded):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "matcher": "ok",
        "worker": "never seen",
    }


def test_no_worker_is_told_and_no_reason_to_be_out_of_service(client, loaded):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '70 s')")
    response = client.get("/readyz")
    assert response.status_code == 200
    # Not to the second: the clock has gone on since the row was written.
    assert re.fullmatch(r"seen [789]\d s ago", response.json()["worker"])


@pytest.mark.django_db
def test_not_ready_before_the_matchers_are_and_asking_has_them_built(client, monkeypatch):
    begun = []
    monkeypatch.setattr(keeper, "warm", lambda: begun.append(True))
    keeper.forget()
    response = client.get("/readyz")
    assert (response.status_code, response.json()["matcher"]) == (503, "being built")
    assert begun


def test_not_ready_while_migrations_wait(client, loaded):
    MigrationRecorder(connection).record_unapplied("termbase", "0001_initial")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["migrations"]) == (503, "1 to be applied")


@pytest.mark.django_db
def test_not_ready_without_the_database(client, monkeypatch):
    def fail(self):
        raise DatabaseError("gone")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", fail)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "no answer")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_no_one_keeps_the_answer(client, loaded, path):
    assert "no-store" in client.get(path)["Cache-Control"]
