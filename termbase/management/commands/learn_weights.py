"""Learn anew what tells a term from other words."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from termbase.errors import TermbaseError
from termbase.harvest.candidates.proposing import own_weights
from termbase.harvest.candidates.relearning import relearn
from termbase.harvest.candidates.weights import write_weights

ORIGIN = """Weights of the signals of a candidate, the strongest first, made by `manage.py learn_weights`.
Learned from {terms:,} reviewed terms in {documents} documents.
What the signals are: docs/harvest.md."""


class Command(BaseCommand):
    """`manage.py learn_weights`: from then on the harvest of this termbase ranks by what its people have decided."""

    help = "Learn the weights of the harvest from approved terms, and from accepted and rejected candidates."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, default=own_weights(), help="file to write; default: %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path = options["output"]
        try:
            learned = relearn(progress=lambda name: self.stdout.write(f"  {name}"))
            origin = ORIGIN.format(terms=learned.terms, documents=learned.documents)
            write_weights(output, learned.weights, origin)
        except (OSError, TermbaseError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Learned from {learned.terms} reviewed terms in {learned.documents} documents: {output}")
