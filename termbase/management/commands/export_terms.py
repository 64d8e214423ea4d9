"""Export the termbase as a table of terms."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from termbase.exchange import exporter, term_table
from termbase.models import Concept


class Command(BaseCommand):
    """`manage.py export_terms FILE`: what `import_terms` reads; the same database gives the same bytes."""

    help = "Export all current concepts as a table with one row a term (CSV, UTF-8)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("wb") as stream:
                term_table.write(stream, exporter.entries(Concept.objects.current()))
        except OSError as error:
            raise CommandError(str(error)) from error
