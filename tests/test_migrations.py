"""Migrations that a service in use can take: they hold nobody up, and code of the version before goes on working.

What a released version has is in the field and is left alone; what came since is looked through by squawk, statement by
statement, and for what no statement shows, here.
"""

import json
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.postgres import operations as concurrent
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import ProgrammingError, connection, migrations, models
from django.db.migrations import operations as ordinary
from django.db.migrations.loader import MigrationLoader
from django.db.models.functions import Lower

from termbase.management.commands import migrate
from tests.upgrades import DUMPS, manifest_of

EXPLAINED: dict[tuple[str, str], str] = {}
"""(migration, finding) -> why it does no harm there."""

STYLE = [
    # Models choose types; these change no table that is there.
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-text-field",
    "prefer-timestamptz",
    "ban-char-field",
    # Django knows which migrations were applied.
    "prefer-robust-stmts",
    # `manage.py migrate` sets the one; a long statement that holds nobody up may be long.
    "require-lock-timeout",
    "require-statement-timeout",
]
BESIDE_OTHERS = (
    concurrent.AddIndexConcurrently,
    concurrent.RemoveIndexConcurrently,
    concurrent.ValidateConstraint,
    ordinary.RunPython,
    ordinary.RunSQL,
)
DATA = (ordinary.RunPython, ordinary.RunSQL)


def squawk():
    """The program that looks through SQL; a package of its own brings it."""
    found = shutil.which("squawk", path=str(Path(sys.executable).parent)) or shutil.which("squawk")
    if found is None:
        pytest.skip("needs squawk (the package squawk-cli)")
    return found


def findings(migration, state):
    """Names of what is wrong with a migration on the tables of `state`."""
    # Nothing is executed; but what goes beside others asks whether it is in a transaction, as tests always are.
    with closing(connection.copy()) as other, other.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state.clone(), editor, collect_sql=True)
    statements = "\n".join(editor.collected_sql)
    if migration.atomic:
        statements = f"BEGIN;\n{statements}\nCOMMIT;\n"
    command = [squawk(), "--reporter", "json", "--pg-version", "15", f"--exclude={','.join(STYLE)}"]
    told = subprocess.run(command, input=statements, capture_output=True, text=True, check=False)
    assert told.returncode in (0, 1), told.stderr
    return {finding["rule_name"] for finding in json.loads(told.stdout)} | set(_unseen(migration))


def _unseen(migration):
    """What the statements do not show."""
    kinds = [type(operation) for operation in migration.operations]
    data = [kind for kind in kinds if issubclass(kind, DATA)]
    if migration.atomic and data and len(data) < len(kinds):
        yield "data-and-tables-in-one-transaction"
    if migration.atomic and len(_altered(migration)) > 1:
        yield "locks-two-tables"
    if not migration.atomic and not all(issubclass(kind, BESIDE_OTHERS) for kind in kinds):
        yield "locks-without-a-transaction"


def _altered(migration):
    """Tables that are there, and that it locks: with two in one transaction it and a writer wait for each other."""
    new = {operation.name_lower for operation in migration.operations if isinstance(operation, ordinary.CreateModel)}
    named = {getattr(operation, "model_name", "").lower() for operation in migration.operations}
    return named - new - {""}


def _migration(*operations, atomic=True):
    found = migrations.Migration("0999_new", "termbase")
    found.operations, found.atomic = list(operations), atomic
    return found


def _term(name, field):
    return ordinary.AddField("term", name, field)


UNSAFE = [
    (_migration(_term("rank", models.IntegerField(default=0))), "ban-drop-default", "old code does not fill it"),
    (_migration(_term("rank", models.UUIDField(db_default=models.Func(function="gen_random_uuid")))),
     "adding-field-with-default", "every row is written anew"),
    (_migration(_term("key2", models.GeneratedField(
        expression=Lower("text"), output_field=models.TextField(), db_persist=True))),
     "adding-field-with-default", "every row is written anew"),
    (_migration(ordinary.AlterField("term", "reliability", models.BigIntegerField())), "changing-column-type",
     "likewise"),
    (_migration(ordinary.AlterField("concept", "withdrawn_at", models.DateTimeField())),
     "adding-not-nullable-field", "readers wait while the table is scanned"),
    (_migration(ordinary.AddIndex("term", models.Index(fields=["note"], name="new"))),
     "require-concurrent-index-creation", "writers wait while it is built"),
    (_migration(ordinary.RemoveIndex("term", "term_of_concept")), "require-concurrent-index-deletion", "waits for all"),
    (_migration(ordinary.AddConstraint(
        "term", models.CheckConstraint(condition=~models.Q(note="x"), name="new"))),
     "constraint-missing-not-valid", "writers wait while all rows are looked at"),
    (_migration(ordinary.AddConstraint("term", models.UniqueConstraint(fields=["note"], name="new"))),
     "disallowed-unique-constraint", "everyone waits while its index is built"),
    (_migration(_term("owner", models.ForeignKey("termbase.Document", models.CASCADE, null=True))),
     "adding-foreign-key-constraint", "writers of both tables wait"),
    (_migration(ordinary.RemoveField("term", "note")), "ban-drop-column", "old code still reads it"),
    (_migration(ordinary.RenameField("term", "note", "remark")), "renaming-column", "likewise"),
    (_migration(ordinary.DeleteModel("Turn")), "ban-drop-table", "likewise"),
    (_migration(ordinary.RenameModel("Turn", "Place")), "renaming-table", "likewise"),
    (_migration(_term("rank", models.IntegerField(null=True)), ordinary.RunPython(lambda apps, editor: None)),
     "data-and-tables-in-one-transaction", "the lock of the one lasts as long as the other"),
    (_migration(_term("rank", models.IntegerField(null=True)),
                ordinary.AddField("concept", "rank", models.IntegerField(null=True))),
     "locks-two-tables", "a writer has the one and waits for the other"),
    (_migration(_term("rank", models.IntegerField(null=True)), atomic=False),
     "locks-without-a-transaction", "it would wait for its lock for any time"),
]  # fmt: skip

SAFE = [
    (_migration(_term("rank", models.IntegerField(null=True))), "a column that may be empty"),
    (_migration(_term("rank", models.IntegerField(default=0, db_default=0))), "one that the database fills"),
    (_migration(concurrent.AddIndexConcurrently("term", models.Index(fields=["note"], name="new")), atomic=False),
     "beside others"),
    (_migration(concurrent.AddConstraintNotValid(
        "term", models.CheckConstraint(condition=~models.Q(note="x"), name="new"))), "validated later"),
    (_migration(concurrent.ValidateConstraint("term", "term_text_is_clean"), atomic=False), "this is later"),
    (_migration(ordinary.RunPython(lambda apps, editor: None)), "rows alone"),
    (_migration(
        ordinary.CreateModel("New", [
            ("id", models.BigAutoField(primary_key=True)), ("name", models.TextField(db_index=True)),
        ], options={"constraints": [models.CheckConstraint(condition=~models.Q(name=""), name="new_named")]})),
     "a table that nobody uses yet"),
]  # fmt: skip


@pytest.fixture
def now(db):
    """The tables as all migrations leave them."""
    return MigrationLoader(connection).project_state()


def test_what_came_since_the_last_release_is_safe(db):
    released = {tuple(name) for dump in DUMPS for name in manifest_of(dump)["migrations"]}
    loader = MigrationLoader(connection)
    new = sorted(key for key in loader.disk_migrations if key[0] == "termbase" and key not in released)
    found = {
        (name, finding)
        for app, name in new
        for finding in findings(loader.get_migration(app, name), loader.project_state((app, name), at_end=False))
    }
    assert sorted(found - EXPLAINED.keys()) == []
    assert sorted(EXPLAINED.keys() - found) == [], "no longer to be explained"


@pytest.mark.parametrize(
    ("migration", "finding"), [pytest.param(*case[:2], id=f"{case[1]}: {case[2]}") for case in UNSAFE]
)
def test_unsafe(now, migration, finding):
    assert finding in findings(migration, now)


@pytest.mark.parametrize("migration", [pytest.param(case[0], id=case[1]) for case in SAFE])
def test_safe(now, migration):
    assert findings(migration, now) == set()


@pytest.fixture
def one_to_apply(transactional_db, monkeypatch):
    """A migration that changes a table, as if it stood on the disk."""
    loader = MigrationLoader(connection)
    (last,) = loader.graph.leaf_nodes("termbase")
    new = _migration(ordinary.AddField("turn", "rank", models.IntegerField(null=True)))
    new.dependencies = [last]
    load_disk = MigrationLoader.load_disk

    def load_one_more(self):
        load_disk(self)
        self.disk_migrations["termbase", new.name] = new

    monkeypatch.setattr(MigrationLoader, "load_disk", load_one_more)
    yield
    call_command("migrate", "termbase", last[1], verbosity=0)


class TestTablesInUse:
    """`manage.py migrate` gives a lock up that it does not get, and those who came later go on."""

    def test_it_comes_again(self, one_to_apply, other_connection, monkeypatch, capsys):
        holding, reading = other_connection(), other_connection()
        holding.execute("SELECT FROM termbase_turn")
        pauses = []

        def pause(seconds):
            reading.execute("SET LOCAL lock_timeout = '5s'")
            reading.execute("SELECT FROM termbase_turn")
            reading.rollback()
            pauses.append(seconds)
            if len(pauses) == 2:
                holding.rollback()

        monkeypatch.setattr(migrate, "time", SimpleNamespace(sleep=pause))
        call_command("migrate", lock_seconds=1, verbosity=0)
        call_command("migrate", "--check", verbosity=0)
        assert len(pauses) == 2
        assert "attempt 2 of 30" in capsys.readouterr().err
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("0",)

    def test_in_the_end_it_says_who_may_hold_it(self, one_to_apply, other_connection, monkeypatch):
        monkeypatch.setattr(migrate, "ATTEMPTS", 1)
        holding = other_connection()
        holding.execute("SELECT FROM termbase_turn")
        with pytest.raises(CommandError, match="pg_stat_activity"):
            call_command("migrate", lock_seconds=1, verbosity=0)
        with pytest.raises(SystemExit):
            call_command("migrate", "--check", verbosity=0)
        holding.rollback()
        call_command("migrate", verbosity=0)

    def test_what_is_no_matter_of_locks_is_told_at_once(self, one_to_apply, monkeypatch):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE termbase_turn ADD COLUMN rank integer")
        with pytest.raises(ProgrammingError, match="already exists"):
            call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE termbase_turn DROP COLUMN rank")
