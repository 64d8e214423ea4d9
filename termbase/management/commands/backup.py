"""Write the whole database to a file."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from termbase import backup


class Command(BaseCommand):
    """`manage.py backup FILE`: while the service goes on."""

    help = "Write the whole database, as of one moment, to a file that `restore` reads; others go on working."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            manifest = backup.write(options["file"])
        except OSError as error:
            raise CommandError(str(error)) from error
        rows = sum(table.rows for table in manifest.tables)
        megabytes = options["file"].stat().st_size / 1e6
        self.stdout.write(
            f"{rows} rows of {len(manifest.tables)} tables, {megabytes:.1f} MB, {time.monotonic() - started:.1f} s"
        )
