"""Health checks."""

import pytest
from django.db import DatabaseError
from django.db.migrations.executor import MigrationExecutor


def test_alive_without_asking_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "ok")


@pytest.mark.django_db
def test_not_ready_while_migrations_wait(client, monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("termbase", False)])
    response = client.get("/readyz")
    assert (response.status_code, response.json()["migrations"]) == (503, "1 to be applied")


@pytest.mark.django_db
def test_not_ready_without_the_database(client, monkeypatch):
    def fail(self, connection):
        raise DatabaseError("gone")

    monkeypatch.setattr(MigrationExecutor, "__init__", fail)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "no answer")
