"""The whole database as one file, and back: for the embedded server and any other, of any version from 15 on.

The file is a zip with `manifest.json` and for each table `tables/NAME.copy`, as PostgreSQL's COPY writes it. Tables are
made by migrations alone, so the file holds rows only: it goes from one version of PostgreSQL into another and from the
embedded server into an institution's own, which files of the server and dumps do not all do. The manifest names the
migrations that the rows were written under.

Not in it: who is signed in, counts of calls, and the logs of changes, whose numbers mean nothing in another line of
time. After a restoration readers of the feed begin anew, and running processes build their matchers again.
"""

import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, NoReturn

import psycopg
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from psycopg import sql

from termbase import VERSION
from termbase.errors import Conflict, UnreadableFile
from termbase.models import Change, ContextChange

FORMAT = 1
_MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_LEFT_OUT = ("django_migrations", *(model._meta.db_table for model in (Session, Change, ContextChange)))
_MADE_BY_MIGRATIONS = ("auth_group", "auth_group_permissions", "auth_permission", "django_content_type")


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the columns that are stored in it, not computed."""

    name: str
    columns: list[str]
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Sequence:
    """What a sequence has come to; `is_called`: whether `value` has been given out."""

    name: str
    value: int
    is_called: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself; `program` is the version that wrote it, `migrations` as [app, name]."""

    format: int
    program: str
    made_at: str
    postgresql: int
    migrations: list[list[str]]
    tables: list[Table]
    sequences: list[Sequence]


def write(path: Path) -> Manifest:
    """Write a backup as of this moment, while others go on reading and writing; the file appears when it is whole.

    Only its owner may read it: it holds accounts.
    """
    part = path.with_name(path.name + ".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive, _one_moment():
                tables = [_copied_out(table, archive) for table in _tables()]
                manifest = Manifest(
                    format=FORMAT,
                    program=VERSION,
                    made_at=timezone.now().isoformat(timespec="seconds"),
                    postgresql=connection.pg_version,  # type: ignore[attr-defined]
                    migrations=sorted(map(list, MigrationRecorder(connection).applied_migrations())),
                    tables=tables,
                    sequences=_sequences(),
                )
                archive.writestr(_MANIFEST, as_json(manifest))
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore(path: Path, *, replace: bool = False) -> Manifest:
    """Make the database what it was when the backup was written, in one transaction.

    An empty database is first given the tables of the backup's version, and in the end those of this program's, so that
    a backup of an older version comes up to date. Raises `UnreadableFile` for what is no whole backup, `Conflict` where
    the database has rows, unless they are to be replaced, and where its tables are of another version.
    """
    with _opened(path) as archive:
        manifest = _manifest(archive)
        made = _bring_tables(manifest)
        with transaction.atomic():
            # What is in tables that were made just now was written by their migrations.
            _load(archive, manifest, replace=replace or made)
            if not made:
                Session.objects.all().delete()
                _begin_feed_anew()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return manifest


def as_json(manifest: Manifest) -> str:
    """The text of a manifest."""
    return json.dumps(asdict(manifest), indent=1)


@contextmanager
def _one_moment() -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _tables() -> list[Table]:
    """All that last, but those left out: from the catalogue, so that none can be forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class AS c"
            " JOIN pg_attribute AS a ON a.attrelid = c.oid"
            " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'"
            " AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND c.relname <> ALL(%s)"
            " GROUP BY c.relname ORDER BY c.relname",
            [list(_LEFT_OUT)],
        )
        return [Table(name, columns) for name, columns in cursor.fetchall()]


def _sequences() -> list[Sequence]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"
            " WHERE schemaname = current_schema() ORDER BY sequencename"
        )
        return [Sequence(*row) for row in cursor.fetchall()]


def _copied_out(table: Table, archive: zipfile.ZipFile) -> Table:
    with (
        connection.cursor() as cursor,
        archive.open(_file(table), "w", force_zip64=True) as file,
        cursor.copy(_copy(table, "TO STDOUT")) as copy,
    ):
        for block in copy:
            file.write(block)
        return Table(table.name, table.columns, cursor.rowcount)


def _file(table: Table) -> str:
    return f"tables/{table.name}.copy"


def _copy(table: Table, direction: str) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    return sql.SQL("COPY {} ({}) " + direction).format(sql.Identifier(table.name), columns)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error) as error:
        raise UnreadableFile(f"{path.name} is no backup, or not a whole one: {error}.") from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        found: dict[str, Any] = json.loads(archive.read(_MANIFEST))
        if found["format"] != FORMAT:
            raise UnreadableFile(f"The backup is of format {found['format']}; this program reads format {FORMAT}.")
        # Earlier versions left out fewer.
        tables = [Table(**table) for table in found.pop("tables") if table["name"] not in _LEFT_OUT]
        sequences = [Sequence(**sequence) for sequence in found.pop("sequences")]
        return Manifest(**found, tables=tables, sequences=sequences)
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableFile("The file is a zip, but no backup: its manifest cannot be read.") from error


def _bring_tables(manifest: Manifest) -> bool:
    """Give an empty database the tables that the backup was made of; else make sure that it has them: was it empty?"""
    executor = MigrationExecutor(connection)
    written_under = {(app, name) for app, name in manifest.migrations}
    unknown = written_under - executor.loader.disk_migrations.keys()
    if unknown:
        names = ", ".join(sorted(f"{app}.{name}" for app, name in unknown))
        raise Conflict(
            f"The backup was made by version {manifest.program}, and this is {VERSION}, which does not know {names}."
            " Upgrade the program first."
        )
    applied = executor.loader.applied_migrations.keys()
    if not applied:
        executor.migrate(_last_of(written_under, executor))
    elif applied != written_under:
        raise Conflict(
            "The database has the tables of another version than the backup; restore into an empty database."
        )
    return not applied


def _last_of(migrations: set[tuple[str, str]], executor: MigrationExecutor) -> list[tuple[str, str]]:
    """Those that no other of the same app follows."""
    children = executor.loader.graph.node_map
    return sorted(
        node
        for node in migrations & children.keys()
        if not any(child.key[0] == node[0] and child.key in migrations for child in children[node].children)
    )


def _load(archive: zipfile.ZipFile, manifest: Manifest, *, replace: bool) -> None:
    """Put the rows in; the keys of the concepts that were there before are kept in `known_before` for as long."""
    present = {table.name: table for table in _tables()}
    if {table.name: table.columns for table in manifest.tables} != {t.name: t.columns for t in present.values()}:
        raise Conflict("The tables of the database are not those of the backup, though their migrations are.")
    with connection.cursor() as cursor:
        # Nobody writes between the look and the replacement.
        _each(cursor, "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", manifest.tables)
        if not replace:
            _refuse_rows(cursor, manifest.tables)
        cursor.execute("CREATE TEMP TABLE known_before ON COMMIT DROP AS SELECT key FROM termbase_concept")
        # Triggers would write history, versions and jobs for what is only put back.
        _each(cursor, "ALTER TABLE {} DISABLE TRIGGER USER", manifest.tables)
        names = [sql.Identifier(table.name) for table in manifest.tables]
        cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in _referenced_first(cursor, manifest.tables):
            _copied_in(cursor, table, archive)
        for sequence in manifest.sequences:
            cursor.execute("SELECT setval(%s::regclass, %s, %s)", [sequence.name, sequence.value, sequence.is_called])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _each(cursor, "ALTER TABLE {} ENABLE TRIGGER USER", manifest.tables)


def _each(cursor: Any, statement: str, tables: list[Table]) -> None:
    for table in tables:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(table.name)))


def _refuse_rows(cursor: Any, tables: list[Table]) -> None:
    for table in tables:
        if table.name in _MADE_BY_MIGRATIONS:
            continue
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table.name)))
        if cursor.fetchone()[0]:
            raise Conflict(
                f"The database is not empty: {table.name} has rows. --replace puts the backup in their place."
            )


def _referenced_first(cursor: Any, tables: list[Table]) -> list[Table]:
    """In an order that keys which cannot be checked later agree with; Django's own can."""
    cursor.execute(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND NOT condeferrable AND conrelid <> confrelid"
        " AND connamespace = current_schema()::regnamespace"
    )
    order = TopologicalSorter[str]({table.name: [] for table in tables})
    for table, referenced in cursor.fetchall():
        order.add(table, referenced)
    by_name = {table.name: table for table in tables}
    return [by_name[name] for name in order.static_order()]


def _copied_in(cursor: Any, table: Table, archive: zipfile.ZipFile) -> None:
    try:
        with archive.open(_file(table)) as file, cursor.copy(_copy(table, "FROM STDIN")) as copy:
            while block := file.read(_CHUNK):
                copy.write(block)
    except (KeyError, EOFError, zipfile.BadZipFile, zlib.error, psycopg.DataError) as error:
        _damaged(table, error)
    if cursor.rowcount != table.rows:
        _damaged(table, f"{cursor.rowcount} rows instead of {table.rows}")


def _damaged(table: Table, reason: object) -> NoReturn:
    raise UnreadableFile(f"The backup is damaged at {table.name}: {reason}. Nothing was changed.")


def _begin_feed_anew() -> None:
    """A new log, and so a new epoch (`Now`), that names every concept there is and was: for who has them in memory."""
    with connection.schema_editor() as editor:
        editor.delete_model(Change)
        editor.create_model(Change)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO termbase_change (transaction, concept_key, kind, at)"
            " SELECT pg_current_xact_id()::text::bigint, key, 'changed', now()"
            " FROM (SELECT key FROM known_before UNION SELECT key FROM termbase_concept) AS known"
        )
        cursor.execute(
            "INSERT INTO termbase_contextchange (transaction) VALUES (pg_current_xact_id()::text::bigint)"
            " ON CONFLICT DO NOTHING"
        )
