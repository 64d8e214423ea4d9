"""Import a table of terms."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from termbase.errors import TermbaseError
from termbase.exchange import importer, term_table
from termbase.jobs import request_refresh


class Command(BaseCommand):
    """`manage.py import_terms FILE [--dry-run]`: exit 1 where an entry was refused."""

    help = "Import a table with one row a term (CSV, UTF-8). The good entries go in, the others are reported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check and report, but change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as stream:
                report = importer.apply(
                    term_table.read(stream), dry_run=options["dry_run"], reason=options["file"].name
                )
        except (OSError, TermbaseError) as error:
            raise CommandError(str(error)) from error
        for problem in report.problems:
            self.stderr.write(str(problem))
        would = "would be " if report.dry_run else ""
        self.stdout.write(
            f"{report.read} concepts read: {report.new} {would}new, {report.changed} {would}changed, "
            f"{report.same} the same, {report.refused} refused"
        )
        if report.new or report.changed:
            request_refresh()
        if report.refused:
            raise CommandError("Some entries were refused; mend them and import the file again.")
