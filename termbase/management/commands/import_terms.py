"""Import terms from any format."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from termbase.errors import TermbaseError
from termbase.exchange import importer
from termbase.exchange.entry import FIELDS
from termbase.exchange.formats import FORMATS, named, of_file
from termbase.exchange.options import ReadOptions
from termbase.jobs import request_refresh
from termbase.vocabulary import Language

READ = [kind.name for kind in FORMATS if kind.read]


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not equals or not name:
        raise ArgumentTypeError(f"“{text}” is not NAME=VALUE")
    return name, value


class Command(BaseCommand):
    """`manage.py import_terms FILE [--dry-run]`: exit 1 where an entry was refused."""

    help = (
        "Import a file in the format that its ending tells, or --format. The good entries go in, others are reported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check and report, but change nothing")
        parser.add_argument("--format", choices=READ, help="where the ending does not tell")
        parser.add_argument("--encoding", default="", help="of a file of text, where it cannot be found out")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write all problems there, tab-separated")
        of_language = f"a language of the file as {', '.join(Language.values)}, or nothing to leave it out"
        parser.add_argument(
            "--language", type=_pair, action="append", default=[], metavar="NAME=LANGUAGE", help=of_language
        )
        parser.add_argument(
            "--field", type=_pair, action="append", default=[], metavar="NAME=FIELD", help="a field of the file as ours"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = _import(options)
        except (OSError, TermbaseError) as error:
            raise CommandError(str(error)) from error
        for problem in report.problems:
            self.stderr.write(str(problem))
        if options["report"]:
            options["report"].write_text(report.as_text(), encoding="utf-8")
        would = "would be " if report.dry_run else ""
        self.stdout.write(
            f"{report.read} concepts read: {report.new} {would}new, {report.changed} {would}changed, "
            f"{report.same} the same, {report.refused} refused"
        )
        if (report.new or report.changed) and not report.dry_run:
            request_refresh()
        if report.refused:
            raise CommandError("Some entries were refused; mend them and import the file again.")


def _import(given: dict[str, Any]) -> importer.Report:
    languages, names = dict(given["language"]), dict(given["field"])
    _check(languages, {*Language.values, ""}, "language")
    _check(names, {*FIELDS, ""}, "field")
    kind = named(given["format"]) if given["format"] else of_file(given["file"].name)
    if kind.read is None:
        raise CommandError(f"{kind.label} can be written only.")
    options = ReadOptions(encoding=given["encoding"], languages=languages, fields=names)
    with given["file"].open("rb") as stream:
        return importer.apply(kind.read(stream, options), dry_run=given["dry_run"], reason=given["file"].name)


def _check(mapping: dict[str, str], known: set[str], what: str) -> None:
    unknown = sorted(set(mapping.values()) - known)
    if unknown:
        raise CommandError(f"{', '.join(unknown)}: no {what}; there are {', '.join(sorted(known - {''}))}.")
