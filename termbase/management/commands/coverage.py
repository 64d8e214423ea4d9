"""Report what the termbase covers."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand

from termbase.coverage import Coverage, Row, measure


class Command(BaseCommand):
    """`manage.py coverage`: the figures of the page /coverage as plain text."""

    help = "Report how many concepts and terms there are by subject, status, reliability and document."

    def handle(self, *args: Any, **options: Any) -> None:
        report = measure()
        self._totals(report)
        self.stdout.write("\nConcepts by subject field, with those of the fields under it")
        for node in report.subject_fields:
            self.stdout.write(f"{node.total:7}  {'  ' * node.depth}{node.subject_field}")
        self._rows("Terms by language", report.languages)
        self._rows("Terms by type", report.term_types)
        self._rows("Terms by administrative status", report.administrative_statuses)
        self._rows("Terms by review status", report.review_statuses)
        self._rows("Terms by reliability", report.reliabilities)
        self.stdout.write("\nDocuments: passages, terms found, occurrences")
        for row in report.documents:
            self.stdout.write(f"{row.passages:7} {row.terms:7} {row.occurrences:7}  {row.document}")

    def _totals(self, report: Coverage) -> None:
        self.stdout.write(
            f"{report.concepts:7}  concepts\n"
            f"{report.with_both_languages:7}  with an approved preferred term in both languages\n"
            f"{report.with_both_proposed:7}  more if what is proposed were approved\n"
            f"{report.with_example:7}  with an example\n"
            f"{report.with_definition:7}  with a definition\n"
            f"{report.with_usage_note:7}  with a usage note\n"
            f"{report.terms:7}  terms\n"
            f"{report.not_in_documents:7}  Chinese terms that stand alone in none of the documents"
        )

    def _rows(self, title: str, rows: Iterable[Row]) -> None:
        self.stdout.write(f"\n{title}")
        for row in rows:
            self.stdout.write(f"{row.count:7}  {row.label}")
