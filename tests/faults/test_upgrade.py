"""A service goes on with the code that it has while `migrate` of a later version works at its tables."""

import os
import subprocess
import sys
from contextlib import ExitStack

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.conftest import ROOT
from tests.faults.later import LAST
from tests.faults.scene import PATIENCE, Traffic, held, wait_for
from tests.test_migrations import findings

LATER = "tests.faults.later"
CALLERS = 3


@pytest.mark.django_db
def test_they_are_what_the_linter_allows(settings):
    settings.MIGRATION_MODULES = {"termbase": LATER}
    loader = MigrationLoader(connection)
    new = sorted(key for key in loader.disk_migrations if key[0] == "termbase" and key[1].startswith("later"))
    assert len(new) == 3
    for key in new:
        assert findings(loader.get_migration(*key), loader.project_state(key, at_end=False)) == set(), key


def migrate(scene, *arguments):
    """`manage.py migrate` of the later version, begun."""
    changes = {"TERMBASE_DATA": str(scene.service.data), "DJANGO_SETTINGS_MODULE": f"{LATER}._settings"}
    command = [sys.executable, "manage.py", "migrate", "--skip-checks", "termbase", *arguments]
    with (scene.service.data / "migrate").open("w") as output:
        return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **changes}, stdout=output, stderr=output)


def told(scene):
    return (scene.service.data / "migrate").read_text()


@pytest.fixture
def traffic(scene):
    """Callers at work; all of them are answered with what they have asked for."""
    with ExitStack() as stack:
        yield [stack.enter_context(Traffic(scene)) for _ in range(CALLERS)]


def longest(traffic):
    assert [told for one in traffic for told in one.refusals] == []
    assert {status for one in traffic for status in one.statuses} <= {200, 201, 503}
    return max(one.longest for one in traffic)


def asked(traffic):
    return sum(sum(one.statuses.values()) for one in traffic)


def told_of(traffic):
    busy = sum(one.statuses.get(503, 0) for one in traffic)
    return f"{asked(traffic)} answers, {busy} of 503 as the machine was busy, all others 200 or 201"


def busy(traffic, more=60):
    """Wait until so many more were asked."""
    before = asked(traffic)
    wait_for(lambda: asked(traffic) >= before + more, "callers")


@pytest.fixture
def as_before(scene):
    yield
    assert migrate(scene, LAST).wait(PATIENCE) == 0, told(scene)


def test_old_code_serves_while_a_later_version_migrates(scene, as_before, traffic, figure):
    busy(traffic)
    before = longest(traffic)
    assert migrate(scene, "--lock-seconds", "1").wait(PATIENCE) == 0, told(scene)
    assert "later_rows... OK" in told(scene)
    busy(traffic)
    assert scene.value("SELECT count(*) FROM termbase_term WHERE rank IS NOT NULL") == 500
    assert scene.ready(), "it is of no concern to this version"
    figure(
        "migrations of a later version (columns, a trigger, constraints, indexes, rows)",
        "reading and writing",
        "at once",
        f"{told_of(traffic)}; longest {longest(traffic):.2f} s, before it {before:.2f} s",
    )


def test_nobody_waits_long_behind_a_migration_that_waits(scene, as_before, traffic, figure):
    """Somebody reads a table for long: the migration lets go, lets pass who came meanwhile, and comes again."""
    with held(scene, "LOCK TABLE termbase_term IN ACCESS SHARE MODE"):
        process = migrate(scene, "--lock-seconds", "1")
        wait_for(lambda: "attempt 2" in told(scene), "a second attempt")
        busy(traffic)
        assert process.poll() is None
    assert process.wait(PATIENCE) == 0, told(scene)
    figure(
        "the same, behind a reader who holds a table, with `--lock-seconds 1`",
        "reading and writing",
        "at once",
        f"{told_of(traffic)}; longest {longest(traffic):.2f} s",
    )


def test_all_is_as_it_was(scene):
    scene.check()
