"""Load the shipped termbase and its documents."""

import csv
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from termbase.errors import TermbaseError
from termbase.exchange import importer, term_table
from termbase.harvest import occurrences
from termbase.harvest.documents import add_document, read_catalogue
from termbase.jobs import request_look_through
from termbase.models import Concept, SubjectField
from termbase.models.history import acting
from termbase.vocabulary import ActivityKind


class Command(BaseCommand):
    """`manage.py load_termbase [FOLDER]`: run again, it brings shipped concepts back to what the files say of them."""

    help = "Load subject fields, documents and terms from a folder laid out as fixtures/, and find the terms in them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=settings.BASE_DIR / "fixtures")
        parser.add_argument("--if-empty", action="store_true", help="do nothing if there are concepts already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Concept.objects.exists():
            return
        folder: Path = options["folder"]
        started = time.monotonic()
        try:
            load_subject_fields(folder / "subject_fields.csv")
            self._load_documents(folder / "documents")
            self._load_terms(folder / "termbase.csv")
        except (OSError, TermbaseError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Finding the terms in the documents")
        found = occurrences.refresh(progress=lambda name: self.stdout.write(f"  {name}"))
        _analyse()
        request_look_through()
        self.stdout.write(
            f"  {found.counts.total()} occurrences of {len(found.places)} terms; "
            f"all done in {time.monotonic() - started:.1f} s"
        )

    def _load_documents(self, folder: Path) -> None:
        self.stdout.write("Reading the documents")
        for info in read_catalogue(folder):
            document, new = add_document(folder, info)
            self.stdout.write(f"  {document}: {document.passages.count()} passages{'' if new else ' (there already)'}")

    def _load_terms(self, path: Path) -> None:
        self.stdout.write("Reading the terms")
        with path.open("rb") as stream:
            report = importer.apply(
                term_table.read(stream), reason=path.name, progress=lambda done: self.stdout.write(f"  {done} concepts")
            )
        for problem in report.problems:
            self.stderr.write(f"  {problem}")
        self.stdout.write(
            f"  {report.new} new, {report.changed} changed, {report.same} the same, {report.refused} refused"
        )


def _analyse() -> None:
    """Tell the database's planner what is there now; by itself it looks only after a minute."""
    tables = ", ".join(model._meta.db_table for model in apps.get_app_config("termbase").get_models())
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def load_subject_fields(path: Path) -> None:
    """Create or rename subject fields after a table of key, parent, name_en, name_zh; parents stand first."""
    with path.open(encoding="utf-8", newline="") as stream, acting(activity=ActivityKind.IMPORT, reason=path.name):
        for row in csv.DictReader(stream):
            parent = SubjectField.objects.get(key=row["parent"]) if row["parent"] else None
            names = {"name_en": row["name_en"], "name_zh": row["name_zh"], "parent": parent}
            SubjectField.objects.update_or_create(key=row["key"], defaults=names)
