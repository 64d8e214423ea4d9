"""Make the database what a backup says."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from termbase import backup
from termbase.errors import TermbaseError


class Command(BaseCommand):
    """`manage.py restore FILE [--replace]`: all of it or nothing; then the migrations that are newer."""

    help = "Put the rows of a backup into an empty database, or with --replace in the place of those that are there."

    # The database may be one that has no tables yet.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="the rows that are there are lost")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            manifest = backup.restore(options["file"], replace=options["replace"])
        except (OSError, TermbaseError) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0)
        rows = sum(table.rows for table in manifest.tables)
        self.stdout.write(f"{rows} rows as of {manifest.made_at}, {time.monotonic() - started:.1f} s")
