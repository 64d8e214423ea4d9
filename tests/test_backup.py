"""A backup and its restoration: every row, and nothing on the way."""

import json
import os
import re
import signal
import subprocess
import sys
import zipfile

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from termbase import backup, feed
from termbase.errors import Conflict, FeedRestarted, UnreadableFile
from termbase.jobs import request_refresh
from termbase.models import ApiToken, Concept, Revision, Term
from termbase.recognition.current import keeper
from termbase.recognition.texts import terms_in
from tests.conftest import ROOT
from tests.service import Service

LEFT_OUT = {"django_migrations", "django_session", "termbase_change", "termbase_contextchange", "termbase_requestcount"}


def contents(cursor):
    """All rows of all tables, and what the sequences have come to."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = {}
    for name in sorted({name for (name,) in cursor.fetchall()} - LEFT_OUT):
        cursor.execute(f"SELECT t::text FROM {name} AS t ORDER BY 1")
        found[name] = [row for (row,) in cursor.fetchall()]
    cursor.execute(
        "SELECT sequencename, last_value FROM pg_sequences"
        " WHERE sequencename NOT IN ('django_migrations_id_seq', 'termbase_change_id_seq')"
    )
    return found | {"sequences": sorted(cursor.fetchall())}


@pytest.fixture
def rows(transactional_db):
    def read():
        with connection.cursor() as cursor:
            return contents(cursor)

    return read


@pytest.fixture
def written(rows, small_termbase, tmp_path):
    """A backup of the small termbase with people, tokens and jobs, and what was in the database then."""
    ApiToken.issue(name="cat", user=User.objects.create_user("li"), scopes=["read"])
    Term.objects.filter(text="terrorism").update(note="a\ttab, a \\ and a line\nbreak, 毒罪办 \U00020bb7")
    request_refresh()
    backup.write(tmp_path / "backup.zip")
    return tmp_path / "backup.zip", rows()


def changed(path, **files):
    """The backup with some of its files changed by functions, or without those that are None."""
    other = path.with_name("other.zip")
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(other, "w") as copy:
        for name in archive.namelist():
            change = files.get(re.sub(r".*/|\..*", "", name), lambda content: content)
            if change is not None:
                copy.writestr(name, change(archive.read(name)))
    return other


def as_json(**changes):
    return lambda content: json.dumps(json.loads(content) | changes)


@pytest.mark.django_db(transaction=True)
class TestInPlace:
    """Put back over what has become of it since."""

    def test_every_row_comes_back_and_no_history_is_made(self, written, rows):
        path, before = written
        assert before["termbase_revision"], "there is history to keep"
        Term.objects.filter(text="drug").update(text="narcotic drug")
        Concept.objects.create(key="c9999")
        User.objects.all().delete()
        assert rows() != before
        backup.restore(path, replace=True)
        assert rows() == before

    def test_triggers_keys_and_numbers_work_afterwards(self, written):
        backup.restore(written[0], replace=True)
        known = Revision.objects.count()
        Term.objects.filter(text="drug").update(note="x")
        assert Revision.objects.count() == known + 1
        assert Concept.objects.create(key="c9999").pk > Concept.objects.get(key="c0005").pk
        assert ProcrastinateJob.objects.get().status == "todo"

    def test_who_has_the_concepts_in_memory_takes_note(self, written):
        keeper.forget()
        Concept.objects.create(key="c9999").terms.create(language="en", text="gone again", source="x")
        Term.objects.filter(text="drug").update(text="narcotic")
        assert terms_in(["narcotic"], "en", proposed=True)[0]
        backup.restore(written[0], replace=True)
        (found,) = terms_in(["narcotic drug, gone again"], "en", proposed=True)
        assert [item.surface for item in found] == ["drug"]

    def test_readers_of_the_feed_begin_anew(self, written):
        place = feed.read(feed.beginning(), limit=100).place
        backup.restore(written[0], replace=True)
        with pytest.raises(FeedRestarted):
            feed.read(place, limit=100)
        place = feed.beginning()
        keys = {item.key for item in feed.read(place, limit=100).items}
        assert keys == {"c0001", "c0002", "c0003", "c0004", "c0005"}

    def test_people_sign_in_again(self, written, client):
        client.force_login(User.objects.get())
        backup.restore(written[0], replace=True)
        assert not Session.objects.exists()

    def test_rows_that_are_there_are_not_lost_by_mistake(self, written, rows):
        with pytest.raises(Conflict, match=r"not empty.*--replace"):
            backup.restore(written[0])
        assert rows() == written[1]

    @pytest.mark.parametrize(
        ("files", "error", "message"),
        [
            ({"manifest": None}, UnreadableFile, "manifest"),
            ({"manifest": lambda content: content[:100]}, UnreadableFile, "manifest"),
            ({"manifest": as_json(format=2)}, UnreadableFile, "format 2"),
            ({"manifest": as_json(migrations=[["termbase", "0999_future"]])}, Conflict, "termbase.0999_future"),
            ({"manifest": as_json(migrations=[["termbase", "0001_initial"]])}, Conflict, "another version"),
            ({"manifest": as_json(tables=[])}, Conflict, "not those of the backup"),
            ({"termbase_term": None}, UnreadableFile, "termbase_term"),
            ({"termbase_term": lambda content: content[: len(content) // 2]}, UnreadableFile, "termbase_term"),
            ({"termbase_term": lambda content: content.partition(b"\n")[2]}, UnreadableFile, "rows instead of"),
            ({"termbase_concept": lambda content: b""}, UnreadableFile, "0 rows instead of 5"),
        ],
    )
    def test_a_damaged_backup_changes_nothing(self, written, rows, files, error, message):
        path, before = written
        with pytest.raises(error, match=re.escape(message)):
            backup.restore(changed(path, **files), replace=True)
        assert rows() == before

    def test_a_flipped_bit_is_noticed(self, written, rows):
        path, before = written
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        with pytest.raises(UnreadableFile):
            backup.restore(path, replace=True)
        assert rows() == before


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_of_one_moment(small_termbase, tmp_path, monkeypatch):
    """Rows written while it is being made are not in it, in no table."""
    copied_out = backup._copied_out
    written = []

    def write_meanwhile(table, archive):
        if table.name == "termbase_concept":
            other = connection.copy()
            with other.cursor() as cursor:
                cursor.execute("INSERT INTO termbase_subjectfield (key, name_en, name_zh) VALUES ('new', 'New', '新')")
            other.close()
            written.append(True)
        return copied_out(table, archive)

    monkeypatch.setattr(backup, "_copied_out", write_meanwhile)
    manifest = backup.write(tmp_path / "backup.zip")
    assert written
    assert {table.rows for table in manifest.tables if table.name == "termbase_subjectfield"} == {1}


def test_no_half_file_is_left_and_an_older_one_stays(tmp_path, monkeypatch):
    path = tmp_path / "backup.zip"
    path.write_text("older")

    def fail():
        raise OSError("no space left on device")

    monkeypatch.setattr(backup, "_one_moment", fail)
    with pytest.raises(CommandError, match="no space"):
        call_command("backup", path)
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "no backup"), (b"PK\x03\x04", "no backup"), (b"text", "no backup")]
)
def test_a_file_that_is_none(tmp_path, content, message):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(CommandError, match=message):
        call_command("restore", tmp_path / "file")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("restore", tmp_path / "file")


STALLED = """
import sys, time
from pathlib import Path
import django
django.setup()
from termbase import backup
step = getattr(backup, sys.argv[1])
def stall(*arguments):
    if any(getattr(argument, "name", "") == "termbase_term" for argument in arguments):
        print("half", flush=True)
        time.sleep(600)
    return step(*arguments)
setattr(backup, sys.argv[1], stall)
path = Path(sys.argv[2])
backup.write(path) if sys.argv[1] == "_copied_out" else backup.restore(path, replace=True)
"""


@pytest.mark.django_db(transaction=True)
class TestKilled:
    """Half-way, with no time to tidy up: what was there is there."""

    @pytest.fixture
    def kill_at(self, environment):
        def kill(step, path):
            command = [sys.executable, "-c", STALLED, step, str(path)]
            with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout.readline() == "half\n"
                process.kill()

        return kill

    def test_a_backup(self, written, kill_at):
        path, _ = written
        older = path.read_bytes()
        kill_at("_copied_out", path)
        assert path.read_bytes() == older
        backup.write(path)
        assert {entry.name for entry in path.parent.iterdir()} == {path.name}

    def test_a_restoration(self, written, rows, kill_at):
        Term.objects.filter(text="drug").update(text="narcotic drug")
        before = rows()
        kill_at("_copied_in", written[0])
        assert rows() == before
        known = Revision.objects.count()
        Term.objects.filter(text="narcotic drug").update(note="triggers work")
        assert Revision.objects.count() == known + 1
        backup.restore(written[0], replace=True)
        assert rows() == written[1]


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="runs on the embedded database")
def test_the_shipped_termbase_moves_to_another_server_and_serves(tmp_path):
    """Two servers with a folder each; the second one has never had a table."""
    first, second = Service(tmp_path / "first"), Service(tmp_path / "second")
    second.data.mkdir()
    first.manage("migrate", "-v0")
    first.manage("load_termbase")
    assert "rows of" in first.manage("backup", tmp_path / "backup.zip")
    assert (tmp_path / "backup.zip").stat().st_mode & 0o077 == 0
    second.manage("restore", tmp_path / "backup.zip")
    with first.connect() as one, second.connect() as other:
        assert contents(one.cursor()) == contents(other.cursor())
    with pytest.raises(subprocess.CalledProcessError) as refused:
        second.manage("restore", tmp_path / "backup.zip")
    assert "not empty" in refused.value.stderr
    try:
        second.start()
        assert "Reading the terms" not in second.output()
        (hit, *_) = second.look_up("毒罪办")
        assert "UNODC" in {term["text"] for term in hit["target_terms"]}
        second.process.send_signal(signal.SIGTERM)
        assert second.process.wait(30) == 0
    finally:
        second.kill()


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="runs on the embedded database")
def test_a_backup_of_an_older_version_comes_up_to_date(tmp_path):
    first, second = Service(tmp_path / "first"), Service(tmp_path / "second")
    second.data.mkdir()
    first.manage("migrate", "-v0", "termbase", "0010_history")
    with first.connect() as database:
        database.execute("INSERT INTO termbase_subjectfield (key, name_en, name_zh) VALUES ('old', 'Old', '旧')")
    first.manage("backup", tmp_path / "backup.zip")
    second.manage("restore", tmp_path / "backup.zip")
    second.manage("migrate", "--check")
    with second.connect() as database:
        assert database.execute("SELECT name_zh FROM termbase_subjectfield").fetchall() == [("旧",)]
