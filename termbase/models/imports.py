"""Imports: the file as it came, what a review of it found entry by entry, and what was decided and done."""

from collections.abc import Iterator
from typing import IO, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from termbase.models.concepts import Concept
from termbase.models.history import Activity
from termbase.vocabulary import ConflictReason, ImportState, RowAction, RowKind, RowOutcome

CHUNK = 2**20
"""Bytes of a file that are held in memory at once."""


class ImportQuerySet(models.QuerySet["Import"]):
    """Sets of imports."""

    def note_undoing(self, activity: Activity) -> None:
        """An activity has been undone: its import is undone; one whose undoing this was is applied again."""
        self.filter(activity=activity, state=ImportState.APPLIED).update(state=ImportState.UNDONE)
        if activity.of_id is not None:
            self.filter(activity=activity.of_id, state=ImportState.UNDONE).update(state=ImportState.APPLIED)


class Import(models.Model):
    """A file to be taken over, and how far that has come; kept for good, with its report."""

    name = models.CharField(_("file"), max_length=200)
    size = models.PositiveBigIntegerField(_("size"), help_text=_("In bytes."))
    sha256 = models.CharField(max_length=64)
    format = models.CharField(_("format"), max_length=32)
    encoding = models.CharField(_("encoding"), max_length=32, blank=True, help_text=_("Blank: found out."))
    fields = models.JSONField(default=dict, help_text=_("What the file's own names of fields stand for."))
    languages = models.JSONField(default=dict, help_text=_("What the file's own names of languages stand for."))
    asks = models.BooleanField(default=False, help_text=_("Waits to be told what its columns stand for."))
    on_conflict = models.CharField(_("on conflict"), max_length=16, choices=RowAction, default=RowAction.SKIP)
    as_of = models.DateTimeField(
        _("date of the file"), null=True, blank=True, help_text=_("What has changed since then is not overwritten.")
    )
    keep_review = models.BooleanField(
        _("take over approvals"), default=False, help_text=_("Otherwise what is new comes in as proposed.")
    )
    dry_run = models.BooleanField(default=True, help_text=_("Stop after the review."))
    reason = models.TextField(_("why"), blank=True)
    state = models.CharField(_("state"), max_length=16, choices=ImportState, default=ImportState.UPLOADED)
    done = models.PositiveIntegerField(default=0, help_text=_("Entries done of the step at work."))
    total = models.PositiveIntegerField(default=0, help_text=_("Entries of the file, known after the review."))
    counts = models.JSONField(default=dict, help_text=_("Of the review, by kind of row."))
    outcome = models.JSONField(default=dict, help_text=_("Of the application, in concepts."))
    problem = models.TextField(blank=True, help_text=_("Why it failed."))
    problem_fields = models.JSONField(default=dict, help_text=_("What it is about, as in an error."))
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, related_name="imports", help_text=_("What it did, in the history.")
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="imports", verbose_name=_("who")
    )
    uploaded_at = models.DateTimeField(_("when"), auto_now_add=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("applied by")
    )
    applied_at = models.DateTimeField(_("applied"), null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState), name="import_state_known"),
            models.CheckConstraint(condition=Q(on_conflict__in=RowAction), name="import_on_conflict_known"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="import_sha256_is_hex"),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(problem=""), name="import_failed_says_why"),
            models.CheckConstraint(
                condition=~Q(state__in=["applied", "undone"]) | Q(applied_at__isnull=False),
                name="import_applied_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has it, or is to have it."""
        return self.state in (ImportState.UPLOADED, ImportState.APPLYING)

    def copy_to(self, stream: IO[bytes]) -> None:
        """Write the file to `stream`, one chunk in memory at a time."""
        for chunk in self.content():
            stream.write(chunk)

    def content(self) -> Iterator[bytes]:
        """The file, chunk by chunk."""
        for chunk in self.chunks.order_by("position").values_list("content", flat=True).iterator(chunk_size=1):
            yield bytes(chunk)


class ImportChunk(models.Model):
    """A piece of an import's file, at most CHUNK bytes: workers on other machines read it here."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="chunks")
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["of", "position"]
        verbose_name = _("piece of a file")
        verbose_name_plural = _("pieces of files")
        default_permissions = ()
        constraints = [models.UniqueConstraint("of", "position", name="import_chunk_unique")]

    def __str__(self) -> str:
        return f"{self.of_id} {self.position}"


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    """Sets of rows."""

    def undecided(self) -> Self:
        """Conflicts that the rule of their import has left out, or would, and about which no person has decided."""
        waiting = Q(of__state__in=[ImportState.REVIEWED, ImportState.APPLIED])
        return self.filter(waiting, kind=RowKind.CONFLICT, action="").exclude(outcome=RowOutcome.WRITTEN)


class ImportRow(models.Model):
    """An entry of a file, and what the import would do, or did, with it.

    `changes` are what `exchange.differences.Change` says, `problems` what `exchange.entry.Problem` does. `concept` is
    the one it belongs to, at `version` when it was compared. `entry` is kept of those in conflict alone, which may be
    decided on long after.
    """

    of = models.ForeignKey(Import, models.CASCADE, related_name="rows", verbose_name=_("import"))
    number = models.PositiveIntegerField(help_text=_("From 1, in the order of the file."))
    line = models.PositiveIntegerField(_("line"), default=0)
    key = models.CharField(_("key"), max_length=200, blank=True, help_text=_("As the file has it."))
    title = models.TextField(_("terms"), blank=True)
    kind = models.CharField(_("what"), max_length=16, choices=RowKind)
    reasons = ArrayField(models.CharField(max_length=16, choices=ConflictReason), default=list, verbose_name=_("why"))
    concept = models.ForeignKey(Concept, models.SET_NULL, null=True, related_name="+", verbose_name=_("concept"))
    version = models.PositiveIntegerField(null=True)
    alike = ArrayField(
        models.CharField(max_length=64), default=list, help_text=_("Keys of other concepts that have terms of it.")
    )
    changes = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    entry = models.JSONField(null=True)
    action = models.CharField(
        _("decision"), max_length=16, choices=RowAction, blank=True, help_text=_("Blank: as the import says.")
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=16, choices=RowOutcome, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["of", "number"]
        verbose_name = _("row of an import")
        verbose_name_plural = _("conflicts from imports")
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint("of", "number", name="import_row_unique"),
            models.CheckConstraint(condition=Q(kind__in=RowKind), name="import_row_kind_known"),
            models.CheckConstraint(condition=Q(action__in=["", *RowAction.values]), name="import_row_action_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *RowOutcome.values]), name="import_row_outcome_known"),
            models.CheckConstraint(
                condition=Q(reasons__contained_by=ConflictReason.values), name="import_row_reasons_known"
            ),
        ]
        indexes = [
            models.Index("of", "kind", "number", name="import_row_kind"),
            models.Index("of", "key", name="import_row_key"),
        ]

    def __str__(self) -> str:
        return self.title or self.key or str(self.number)


class ColumnMapping(models.Model):
    """What the headings of a table, or the fields of a MultiTerm file, stand for, as a person has said once."""

    signature = models.CharField(max_length=64, unique=True, help_text=_("SHA-256 of the kind of file and its names."))
    names = models.JSONField(help_text=_("The names of the file."))
    fields = models.JSONField(default=dict)
    languages = models.JSONField(default=dict)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-said_at"]
        verbose_name = _("meaning of columns")
        verbose_name_plural = _("meanings of columns")
        default_permissions = ()

    def __str__(self) -> str:
        return ", ".join(self.names)[:80]
