"""Harvest documents: their passages, their candidates, the known terms in them."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from termbase.errors import TermbaseError
from termbase.harvest import equivalents, occurrences
from termbase.harvest.candidates.proposing import propose
from termbase.harvest.documents import CATALOGUE, DocumentInfo, Harvested, harvest, read_catalogue, read_path
from termbase.harvest.files import SUFFIXES
from termbase.management.progress import Line
from termbase.models import Document
from termbase.text.encodings import ENCODINGS
from termbase.vocabulary import HarvestOutcome, HarvestStep

_ABOUT = ("key", "symbol", "title_zh", "title_en", "language")


class Command(BaseCommand):
    """`manage.py harvest PATH…`: exit 1 where a file was refused; the others are harvested all the same."""

    help = (
        f"Harvest files ({', '.join(SUFFIXES)}) and folders with a {CATALOGUE}: passages, candidates, frequencies and "
        "examples. A file that was harvested already stays, a new version takes the place of the one before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", type=Path, nargs="+", metavar="PATH")
        parser.add_argument("--encoding", choices=ENCODINGS, default="", help="of texts; otherwise it is recognised")
        parser.add_argument("--workers", type=int, default=1, help="processes that look for candidates (default 1)")
        for name in _ABOUT:
            parser.add_argument(f"--{name.replace('_', '-')}", default="", help="of the document, where there is one")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["workers"] < 1:
            raise CommandError("--workers is 1 or more.")
        self._line = Line(self.stdout)
        self._refused = 0
        listed = list(self._listed(options))
        harvested = [one for path, info in listed if (one := self._harvest(path, info, options["encoding"]))]
        self._propose([one.document for one in harvested if one.needs_candidates], options["workers"])
        if any(one.outcome != HarvestOutcome.KNOWN for one in harvested):
            found = occurrences.refresh(progress=lambda name: self._line.show(f"{HarvestStep.TERMS.label}: {name}"))
            self._line.clear()
            self.stdout.write(f"{found.counts.total()} occurrences of {len(found.places)} known terms in all documents")
        if self._refused:
            raise CommandError(f"{self._refused} refused.")

    def _listed(self, options: dict[str, Any]) -> Iterator[tuple[Path, DocumentInfo]]:
        """The files with what is said of them; a folder or catalogue that cannot be read is told."""
        about = {name: options[name] for name in _ABOUT if options[name]}
        if about and (len(options["paths"]) > 1 or options["paths"][0].is_dir()):
            raise CommandError("What is said of a document goes with one file; of several, write a catalogue.")
        for path in options["paths"]:
            if not path.is_dir():
                yield path, DocumentInfo(file=path.name, **about)
                continue
            try:
                yield from ((path / info.file, info) for info in read_catalogue(path))
            except TermbaseError as error:
                self._refuse(path, error)

    def _harvest(self, path: Path, info: DocumentInfo, encoding: str) -> Harvested | None:
        def tell(step: HarvestStep, done: int, total: int) -> None:
            self._line.show(f"{path.name}: {step.label}")

        try:
            harvested = harvest(read_path(path, encoding), info, tell)
        except TermbaseError as error:
            self._refuse(path, error)
            return None
        self._line.clear()
        self.stdout.write(f"{path.name}: {_told(harvested)}")
        return harvested

    def _refuse(self, path: Path, error: TermbaseError) -> None:
        self._line.clear()
        self._refused += 1
        self.stderr.write(f"{path}: {error.message}")
        if "encoding" in error.fields:
            self.stderr.write(f"  Say --encoding, one of {', '.join(ENCODINGS)}.")

    def _propose(self, documents: list[Document], workers: int) -> None:
        if not documents:
            return
        done = iter(range(1, len(documents) + 1))
        stored = propose(
            documents,
            workers=workers,
            progress=lambda name: self._line.show(
                f"{HarvestStep.CANDIDATES.label}: {next(done)}/{len(documents)} {name}"
            ),
        )
        self._line.clear()
        self.stdout.write(f"{stored.new} new candidates, {stored.waiting} waiting already, {stored.gone} gone")
        if with_english := equivalents.add_to_candidates(documents):
            self.stdout.write(f"{with_english} of them with likely equivalents from aligned passages")


def _told(harvested: Harvested) -> str:
    document = harvested.document
    encoding = f", read as {harvested.encoding}" if harvested.encoding else ""
    lost = f"; {harvested.lost} pinned examples stand nowhere any more" if harvested.lost else ""
    outcome = harvested.outcome.label
    if document.withdrawn_at is not None:
        return f"{outcome} {document.key}, withdrawn: {document.withdrawal_reason}"
    return f"{outcome} {document.key}, {document.passages.count()} passages in {document.language}{encoding}{lost}"
