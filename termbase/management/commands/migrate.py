"""Django's `migrate`, made for a database in use: it never holds readers and writers up for long."""

import time
from typing import Any

import psycopg
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.migrations import Migration

ATTEMPTS = 30
PAUSE_SECONDS = 2


class Command(migrate.Command):
    """`manage.py migrate [--lock-seconds N]`: gives up a lock that it has to wait for, and comes again.

    Who waits for the lock of an ALTER TABLE stands before all who come later, so that one slow query holds up everyone
    who would only read. Migrations of one transaction therefore wait N seconds and are then undone; those that are
    none build indexes or validate beside the others' work (tests/test_migrations.py sees to that), and wait as long as
    it takes.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-seconds",
            type=int,
            default=3,
            choices=range(3601),
            metavar="N",
            help="how long others may be held up; 0 for any time (default: 3)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._connection = connections[options["database"]]
        self._lock_seconds = options["lock_seconds"]
        try:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    super().handle(*args, **options)
                    return
                except OperationalError as error:
                    if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                        raise
                    self.stderr.write(f"\n{str(error).strip()}: attempt {attempt} of {ATTEMPTS}")
                    time.sleep(PAUSE_SECONDS)
        finally:
            if self._connection.connection is not None:
                self._set_timeout("DEFAULT")
        raise CommandError("Somebody holds a table all the time: see pg_stat_activity, or come when less is going on.")

    def migration_progress_callback(self, action: str, migration: Migration | None = None, fake: bool = False) -> None:
        super().migration_progress_callback(action, migration, fake)
        if migration is not None and action in ("apply_start", "unapply_start"):
            self._set_timeout(f"'{self._lock_seconds if migration.atomic else 0}s'")

    def _set_timeout(self, value: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout TO {value}")
