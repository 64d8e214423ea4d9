"""What every released version has left in a database comes up to date, and is all still there."""

import os
import re
import zipfile

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory

from termbase import VERSION, backup
from termbase.models import ApiToken, Concept, ContextChange
from termbase.recognition.current import keeper
from termbase.recognition.texts import terms_in
from tests.conftest import ROOT
from tests.upgrades import DUMPS, filling, manifest_of

REMADE = {
    "auth_permission",
    "auth_group_permissions",
    "django_content_type",
    "termbase_contextchange",
}
"""What migrations bring up to date by themselves, or what means nothing afterwards."""


@pytest.fixture
def empty(django_db_setup, django_db_blocker):
    """A database without a table, in the place of the test's own."""
    name, own = "upgrading", connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}_{os.getpid()}")
            cursor.execute(f"CREATE DATABASE {name}_{os.getpid()}")
        connection.close()
        connection.settings_dict["NAME"] = f"{name}_{os.getpid()}"
        yield
        connection.close()
        connection.settings_dict["NAME"] = own
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}_{os.getpid()} WITH (FORCE)")
    keeper.forget()


def rows_of(path):
    """By table the rows of a backup, each a dictionary of what COPY wrote."""
    with zipfile.ZipFile(path) as archive:
        for table in manifest_of(path)["tables"]:
            lines = archive.read(f"tables/{table['name']}.copy").decode().splitlines()
            yield table, [dict(zip(table["columns"], line.split("\t"), strict=True)) for line in lines]


def test_the_version_is_that_of_the_package():
    (said,) = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert said == VERSION


def test_every_released_version_has_left_a_database():
    released = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert set(released) <= {path.stem for path in DUMPS}


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.stem)
def test_old_data_come_up_to_date_and_serve(empty, tmp_path, path):
    call_command("restore", path, verbosity=0)
    call_command("migrate", "--check", verbosity=0)
    backup.write(tmp_path / "after.zip")
    after = {table["name"]: rows for table, rows in rows_of(tmp_path / "after.zip")}
    for table, rows in rows_of(path):
        if table["name"] in REMADE:
            continue
        there = after[table["name"]]
        kept = [name for name in table["columns"] if name in there[0]]
        now = {tuple(row[name] for name in kept) for row in there}
        lost = {tuple(row[name] for name in kept) for row in rows} - now
        assert kept
        assert lost == set(), table["name"]
    _serves()


def test_what_migrations_have_written_is_nobodys_row(empty, tmp_path):
    call_command("migrate", verbosity=0)
    backup.write(tmp_path / "backup.zip")
    ContextChange.objects.create(transaction=1)
    backup.restore(tmp_path / "backup.zip")


def _serves():
    client = Client(headers={"host": "localhost"})
    assert client.get("/", {"q": "毒罪办"}).status_code == 200
    (hit, *_) = client.get("/api/v1/lookup/", {"q": "毒罪办"}).json()["hits"]
    assert "UNODC" in {term["text"] for term in hit["target_terms"]}
    assert authenticate(RequestFactory().post("/sign-in"), username="reviewer-of-old", password=filling.PASSWORD)
    assert ApiToken.objects.of_secret(filling.SECRET) is not None
    assert client.get("/api/v1/concepts/c0002/").json()["note"] == ""
    assert client.get("/api/v1/concepts/c0101/").json()["replaced_by"] == "c0100"
    keeper.forget()
    (found,) = terms_in(["支持毒罪办"], "zh", proposed=False)
    assert [item.surface for item in found] == ["毒罪办"]
    assert Concept.objects.create(key="c9999").pk
