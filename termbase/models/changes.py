"""The log of what changed, in an order that a reader can follow without ever missing a slow transaction."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Self

import pgtrigger
from django.db import connection, models
from django.db.models import Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.db.models.functions import Now as StartOfTransaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from termbase.vocabulary import ChangeKind


class ChangeQuerySet(models.QuerySet["Change"]):
    """Sets of changes."""

    def settled(self, first_unsettled: int) -> Self:
        """Those of transactions that no running one can still precede: what is read now never grows another row later.

        Transaction numbers are given at the start and rows become visible at the commit, so a reader that went by the
        highest number seen would skip a slow transaction. All below `Now.first_unsettled` have ended.
        """
        return self.filter(transaction__lt=first_unsettled)

    def after(self, transaction: int, concept_key: str) -> Self:
        """Those later in the feed than this place, in order; the rows are read off the index of `change_unique`."""
        place = TupleGreaterThan(Tuple("transaction", "concept_key"), (transaction, concept_key))
        return self.filter(place).order_by("transaction", "concept_key")

    def superseded(self) -> Self:
        """Those that a later change of the same concept makes superfluous: a feed tells what a concept is now.

        Later by the number of its transaction, and written later too. A slow transaction writes what many have seen a
        later number for already; for them its change is news.
        """
        later = Change.objects.filter(concept_key=models.OuterRef("concept_key"), pk__gt=models.OuterRef("pk"))
        return self.filter(models.Exists(later.filter(transaction__gt=models.OuterRef("transaction"))))


@dataclass(frozen=True, slots=True)
class Now:
    """Where the database stands.

    `epoch` names the line of time in which transaction numbers mean what they mean. It is another after a dump was
    restored, be it into this cluster (the table is made anew), after a recovery to a point in time (the timeline forks)
    and on a promoted standby. `first_unsettled` is the number of the first transaction that may still be running; it
    never falls in an epoch.
    """

    epoch: str
    first_unsettled: int

    @classmethod
    def read(cls) -> "Now":
        """As of the next statement."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT system_identifier, pg_walfile_name(pg_current_wal_lsn()), 'termbase_change'::regclass::oid,"
                " pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM pg_control_system()"
            )
            system, segment, table, xmin = cursor.fetchone()
        # The first eight figures of a log file's name are its timeline.
        return cls(hashlib.sha256(f"{system} {segment[:8]} {table}".encode()).hexdigest()[:12], xmin)


class Change(models.Model):
    """That a transaction created, changed, withdrew or merged a concept; written by triggers on `Concept` alone."""

    transaction = models.BigIntegerField(help_text=_("pg_current_xact_id() of the writer."))
    concept_key = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=ChangeKind)
    at = models.DateTimeField()

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["transaction", "concept_key"]
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints = [
            # One row a transaction and concept, however often it wrote: the index is also the feed's order.
            models.UniqueConstraint("transaction", "concept_key", name="change_unique"),
            models.CheckConstraint(condition=Q(kind__in=ChangeKind), name="change_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.concept_key} {self.kind}"


class ContextChangeQuerySet(models.QuerySet["ContextChange"]):
    """Sets of changes around concepts."""

    def forget_old(self) -> int:
        """Delete those that no reader goes back to; how many. The last stays: whatever a clock says, it is news."""
        last = self.order_by("-transaction").values("transaction")[:1]
        return self.filter(at__lt=timezone.now() - ContextChange.KEPT_FOR).exclude(transaction__in=last).delete()[0]


class ContextChange(models.Model):
    """That a transaction wrote what answers show around concepts: subject fields, documents, examples, frequencies.

    Written by triggers on these alone. Beside `Change` it tells whether an answer that was kept is still right.
    """

    KEPT_FOR: ClassVar = timedelta(days=1)

    transaction = models.BigIntegerField(primary_key=True, help_text=_("pg_current_xact_id() of the writer."))
    at = models.DateTimeField(db_default=StartOfTransaction())

    objects = ContextChangeQuerySet.as_manager()

    class Meta:
        ordering = ["transaction"]
        verbose_name = _("change around concepts")
        verbose_name_plural = _("changes around concepts")

    def __str__(self) -> str:
        return f"{self.transaction}"


def log_context(name: str) -> pgtrigger.Trigger:
    """A trigger that logs every statement that writes rows of a model called `name` as a `ContextChange`."""
    return pgtrigger.Trigger(
        name=f"{name}_is_context",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.After,
        level=pgtrigger.Statement,
        func=(
            "INSERT INTO termbase_contextchange (transaction) VALUES (pg_current_xact_id()::text::bigint)"
            " ON CONFLICT DO NOTHING; RETURN NULL;"
        ),
    )
