"""Mark the known terms in an XLIFF file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from termbase.errors import TermbaseError
from termbase.exchange import known_terms, xliff


class Command(BaseCommand):
    """`manage.py mark_xliff FILE OUT`: nothing else of the file changes."""

    help = "Write an XLIFF 2.0 or 2.1 file with its terms marked and their equivalents in its glossary module."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("out", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            options["out"].write_bytes(xliff.with_terms(options["file"].read_bytes(), known_terms.find))
        except (OSError, TermbaseError) as error:
            raise CommandError(str(error)) from error
