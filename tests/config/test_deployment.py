"""What can be checked of the container files without a container engine."""

import re
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from tests.conftest import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_services():
    assert set(COMPOSE["services"]) == {"database", "prepare", "web", "worker"}
    assert COMPOSE["services"]["database"]["image"] == "postgres:17"
    assert COMPOSE["services"]["web"]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text()
    assert set(re.findall(r"\$\{(\w+):\?\}", text)) == {"POSTGRES_PASSWORD", "SECRET_KEY", "ALLOWED_HOSTS"}


def test_settings_it_passes_are_settings():
    known = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(COMPOSE["services"]["web"]["environment"]) <= known


@pytest.mark.parametrize("service", ["prepare", "web", "worker"])
def test_every_setting_of_the_file_reaches_it_but_what_the_containers_are_made_for(service):
    assert COMPOSE["services"][service]["env_file"] == ".env"
    assert {"DATABASE_URL", "TERMBASE_DATA"} <= set(COMPOSE["services"][service]["environment"])
    data = re.search(r"TERMBASE_DATA=(\S+)", DOCKERFILE)[1]
    assert COMPOSE["services"][service]["environment"]["TERMBASE_DATA"] == data


def test_the_file_with_the_secrets_is_in_no_image_and_no_history():
    for name in (".dockerignore", ".gitignore"):
        assert ".env" in (ROOT / name).read_text().split(), name


def test_the_database_is_given_no_more_than_it_needs():
    assert "env_file" not in COMPOSE["services"]["database"]


def test_commands_are_commands():
    commands = re.findall(r"manage\.py (\w+)", (ROOT / "docker-compose.yml").read_text() + DOCKERFILE)
    assert set(commands) <= set(get_commands())


@pytest.mark.parametrize("source", re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE))
def test_what_the_image_copies_is_there(source):
    assert (ROOT / source).exists()
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert not any(Path(source).match(pattern) for pattern in ignored)


def test_the_image_runs_as_an_ordinary_user():
    assert DOCKERFILE.index("USER termbase") < DOCKERFILE.index("CMD")
    assert DOCKERFILE.count("FROM ") == 2
