"""What `manage.py check` says of settings that do not go together."""

import re

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from termbase import checks
from tests.conftest import ROOT

SAFE = {
    "EMBEDDED": False,
    "DEBUG": False,
    "HTTPS": True,
    "ALLOWED_HOSTS": ["terms.example.org"],
    "CSRF_TRUSTED_ORIGINS": ["https://terms.example.org"],
    "CORS_ORIGINS": ["https://cat.example.org"],
    "TERMBASE_ANONYMOUS_READ": True,
    "TERMBASE_ANONYMOUS_SUGGESTIONS": True,
    "TERMBASE_METRICS_TOKEN": "",
}
CASES = [
    ({}, None, "all is well"),
    ({"TERMBASE_ANONYMOUS_READ": False}, "E001", "nobody can see what they make suggestions on"),
    ({"TERMBASE_METRICS_TOKEN": "s" * 15}, "E002", "short"),
    ({"TERMBASE_METRICS_TOKEN": "s" * 16}, None, "long enough"),
    ({"SESSION_COOKIE_AGE": 0}, "E008", "signed in and out at once"),
    ({"DEBUG": True}, "E003", "on a network"),
    ({"DEBUG": True, "EMBEDDED": True, "ALLOWED_HOSTS": ["localhost"]}, None, "on one's own machine"),
    ({"CSRF_TRUSTED_ORIGINS": ["http://terms.example.org"]}, "E004", "forms in plain HTTP"),
    ({"CORS_ORIGINS": ["http://cat.example.org"]}, "E004", "scripts in plain HTTP"),
    ({"CORS_ORIGINS": ["http://cat.example.org"], "HTTPS": False}, None, "no TLS at all"),
    ({"EMBEDDED": True, "HTTPS": False}, "W001", "opened to others"),
    ({"EMBEDDED": True}, None, "opened to others behind TLS"),
]


def ids():
    return [message.id.removeprefix("termbase.") for message in run_checks() if message.id.startswith("termbase.")]


@pytest.mark.parametrize(("changes", "expected", "reason"), CASES)
def test_settings(settings, changes, expected, reason):
    for name, value in (SAFE | changes).items():
        setattr(settings, name, value)
    assert ids() == ([expected] if expected else []), reason


def test_the_embedded_termbase_as_it_comes_is_well(settings):
    settings.ALLOWED_HOSTS = settings.LOCAL_HOSTS
    assert ids() == []


def test_a_folder_that_cannot_be_written(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.HTTPS = True
    settings.TERMBASE_DATA = tmp_path / "file" / "data"
    assert ids() == ["E005"]
    settings.TERMBASE_DATA = tmp_path / "new" / "data"
    assert ids() == [], "it is made when it is needed"


@pytest.mark.django_db
def test_the_database():
    assert checks.server(databases=["default"]) == []
    assert checks.server(databases=None) == [], "a check of settings alone asks no database"


@pytest.mark.parametrize(
    ("version", "encoding", "expected"),
    [
        (150_000, "UTF8", []),
        (180_001, "UTF8", []),
        (140_011, "UTF8", ["termbase.E006"]),
        (170_002, "SQL_ASCII", ["termbase.E007"]),
        (130_000, "LATIN1", ["termbase.E006", "termbase.E007"]),
    ],
)
def test_servers(version, encoding, expected):
    assert [error.id for error in checks.problems_of_server(version, encoding)] == expected


@pytest.mark.parametrize("command", [["procrastinate", "worker"], ["run"]])
def test_a_job_worker_behind_a_pooler(settings, command):
    settings.DATABASE_POOLED = True
    assert "E009" not in ids(), "web servers may stand behind one"
    with pytest.raises(SystemCheckError, match=r"termbase\.E009"):
        call_command(*command)


def test_each_is_documented():
    source = (ROOT / "termbase" / "checks.py").read_text()
    documented = re.findall(r"`termbase\.([EW]\d{3})`", (ROOT / "docs" / "operations.md").read_text())
    assert sorted(documented) == sorted(re.findall(r'id="termbase\.([EW]\d{3})"', source))
