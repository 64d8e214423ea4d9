"""Import parallel corpora: aligned sentences that prove how terms are rendered."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from termbase import evidence
from termbase.errors import TermbaseError
from termbase.harvest import equivalents, occurrences
from termbase.harvest.corpus import Imported, import_corpus
from termbase.harvest.documents import DocumentInfo
from termbase.harvest.formats.parallel import SUFFIXES
from termbase.management.progress import Line
from termbase.text.encodings import ENCODINGS
from termbase.vocabulary import HarvestOutcome, HarvestStep


class Command(BaseCommand):
    """`manage.py import_corpus FILE…`: exit 1 where a file was refused; the others are imported all the same."""

    help = (
        f"Import aligned sentences, Chinese and English ({', '.join(SUFFIXES)}): TMX, or tables of two or three "
        "columns with tabs between. A file that was imported already stays, a new version takes the place of the old."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
        parser.add_argument("--encoding", choices=ENCODINGS, default="", help="of tables; otherwise it is recognised")
        for name in ("key", "title-zh", "title-en"):
            parser.add_argument(f"--{name}", default="", help="of the corpus, where there is one file")

    def handle(self, *args: Any, **options: Any) -> None:
        about = {name: options[name] for name in ("key", "title_zh", "title_en") if options[name]}
        if about and len(options["files"]) > 1:
            raise CommandError("What is said of a corpus goes with one file.")
        self._line = Line(self.stdout)
        done = [
            self._import(path, DocumentInfo(file=path.name, **about), options["encoding"]) for path in options["files"]
        ]
        if any(one and one.outcome != HarvestOutcome.KNOWN for one in done):
            self._find_terms()
        if None in done:
            raise CommandError(f"{done.count(None)} refused.")

    def _import(self, path: Path, info: DocumentInfo, encoding: str) -> Imported | None:
        try:
            imported = import_corpus(
                path, info, encoding=encoding, progress=lambda pairs: self._line.show(f"{path.name}: {pairs} pairs")
            )
        except TermbaseError as error:
            self._line.clear()
            self.stderr.write(f"{path}: {error.message}")
            return None
        self._line.clear()
        refused = f", {imported.refused} rows refused" if imported.refused else ""
        self.stdout.write(
            f"{path.name}: {imported.outcome.label} {imported.document.key}, {imported.pairs} pairs{refused}"
        )
        for problem in imported.problems:
            self.stderr.write(f"  {problem}")
        return imported

    def _find_terms(self) -> None:
        found = occurrences.refresh(progress=lambda name: self._line.show(f"{HarvestStep.TERMS.label}: {name}"))
        self._line.clear()
        self.stdout.write(f"{found.counts.total()} occurrences of {len(found.places)} known terms in all documents")
        passages = evidence.refresh(lambda done, total: self._line.show(f"evidence: {done}/{total} aligned passages"))
        self._line.clear()
        self.stdout.write(f"Evidence from {passages} aligned passages")
        self.stdout.write(f"{equivalents.add_to_candidates()} candidates with likely equivalents")
