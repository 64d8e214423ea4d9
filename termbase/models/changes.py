"""The log of what changed, in an order that a reader can follow without ever missing a slow transaction."""

from typing import Self

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from termbase.vocabulary import ChangeKind


class ChangeQuerySet(models.QuerySet["Change"]):
    """Sets of changes."""

    def settled(self) -> Self:
        """Those of transactions that no running one can still precede: what is read now never grows another row later.

        Transaction numbers are given at the start and rows become visible at the commit, so a reader that went by the
        highest number seen would skip a slow transaction. All below the snapshot's xmin have ended.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            return self.filter(transaction__lt=cursor.fetchone()[0])


class Change(models.Model):
    """That a transaction created, changed, withdrew or merged a concept; written by triggers on `Concept` alone."""

    transaction = models.BigIntegerField(help_text=_("pg_current_xact_id() of the writer."))
    concept_key = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=ChangeKind)
    at = models.DateTimeField()

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["transaction", "pk"]
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints = [
            # One row a transaction and concept, however often it wrote: the index is also the feed's order.
            models.UniqueConstraint("transaction", "concept_key", name="change_unique"),
            models.CheckConstraint(condition=Q(kind__in=ChangeKind), name="change_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.concept_key} {self.kind}"
