"""Export the termbase in any format."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from termbase.errors import TermbaseError
from termbase.exchange.formats import FORMATS, Format, named, of_file
from termbase.exchange.losses import Losses
from termbase.exchange.options import WriteOptions
from termbase.exchange.selection import Selection
from termbase.text.languages import EXPANSIONS

WRITTEN = [kind.name for kind in FORMATS if kind.write]


class Command(BaseCommand):
    """`manage.py export_terms FILE`: equal databases, equal bytes; what is lost is told in FILE.losses.tsv."""

    help = "Export concepts in use in the format that the ending of FILE tells, or --format; all, or those asked for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=WRITTEN, help="where the ending does not tell")
        parser.add_argument("--source", choices=EXPANSIONS, default="zh", help="of formats with a direction")
        parser.add_argument("--target", choices=EXPANSIONS, default="en", help="of formats with a direction")
        parser.add_argument("--chinese", default="", metavar="CODE", help="for Simplified Chinese, such as zh-CN or zh")
        parser.add_argument("--base", default=WriteOptions().base, help="address of the termbase, ending in a slash")
        parser.add_argument("--proposed", action="store_true", help="proposed terms too, in formats of approved ones")
        parser.add_argument("--subject-field", default="", metavar="KEY", help="only this field and those below it")
        parser.add_argument("--document", default="", metavar="KEY", help="only concepts that stand in it")
        parser.add_argument("--concepts", nargs="+", default=[], metavar="KEY", help="only these")
        parser.add_argument("--query", default="", metavar="TEXT", help="only the hits of this look-up")
        parser.add_argument("--withdrawn", action="store_true", help="withdrawn concepts too, for a full copy")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            kind = named(options["format"]) if options["format"] else of_file(path.name)
            losses = _export(path, kind, options)
        except (OSError, TermbaseError) as error:
            raise CommandError(str(error)) from error
        report = path.with_name(f"{path.name}.losses.tsv")
        if losses:
            report.write_text(losses.as_text(), encoding="utf-8")
            for loss in losses:
                self.stderr.write(f"{loss.count:7}  {loss.field}: {loss.reason.label}")
        else:
            report.unlink(missing_ok=True)


def _export(path: Path, kind: Format, given: dict[str, Any]) -> Losses:
    if kind.write is None:
        raise CommandError(f"{kind.label} can be read only.")
    options = WriteOptions(**{name: given[name] for name in ("source", "target", "chinese", "base", "proposed")})
    selection = Selection(
        **{name: given[name] for name in ("subject_field", "document", "withdrawn")},
        keys=tuple(given["concepts"]),
        q=given["query"],
        proposed=True,
        complete=True,
    )
    # Whoever polls the file never sees half of it.
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as stream:
            losses = selection.write(kind, stream, options)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return losses
