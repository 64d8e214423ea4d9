"""What is found wrong with entries when the whole termbase is looked through, what of it is let stand, and how many."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from termbase.models.concepts import Concept, SubjectField
from termbase.models.waivers import FINDING_ID
from termbase.vocabulary import EntryFindingKind, EntryFindingRule, Side


class EntryWaiver(models.Model):
    """That a finding on an entry is none, with the reason; it holds while the text that was found stays as it is."""

    fingerprint = models.CharField(max_length=32)
    concept = models.ForeignKey(Concept, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=EntryFindingKind)
    reason = models.TextField()
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    waived_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-waived_at", "pk"]
        verbose_name = _("waiver on an entry")
        verbose_name_plural = _("waivers on entries")
        # Lifting one is a change; nothing is deleted.
        default_permissions = ("add", "change", "view")
        constraints = [
            models.UniqueConstraint("fingerprint", condition=Q(lifted_at=None), name="entry_waiver_unique"),
            models.CheckConstraint(condition=Q(fingerprint__regex=FINDING_ID), name="entry_waiver_finding_is_hex"),
            models.CheckConstraint(condition=Q(kind__in=EntryFindingKind), name="entry_waiver_kind_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="entry_waiver_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.concept} {self.kind}: {self.reason}"

    def lift(self, *, by: User) -> None:
        """Let the finding count again; who waived it and why stays on record."""
        self.lifted_by = by
        self.lifted_at = timezone.now()
        self.save(update_fields=["lifted_by", "lifted_at"])


class EntryFindingQuerySet(models.QuerySet["EntryFinding"]):
    """Sets of findings."""

    def open(self) -> Self:
        """Those that nobody has waived."""
        # Not a join: pages are read off the index of their order, however many findings there are.
        return self.exclude(fingerprint__in=_in_force())

    def waived(self) -> Self:
        """Those that somebody let stand."""
        return self.filter(fingerprint__in=_in_force())


def _in_force() -> models.QuerySet[EntryWaiver, str]:
    return EntryWaiver.objects.filter(lifted_at=None).order_by().values_list("fingerprint", flat=True)


class EntryFinding(models.Model):
    """A finding on an entry, as of the last time that the whole termbase was looked through.

    `text` is what was found, `other_text` what it is held against: the like term of the entry `other`, or the headword
    as house style has it. The fingerprint hangs on kind, entries and texts: a changed text is another finding.
    """

    kind = models.CharField(max_length=16, choices=EntryFindingKind)
    rule = models.CharField(max_length=16, choices=EntryFindingRule, blank=True)
    concept = models.ForeignKey(Concept, models.CASCADE, related_name="findings")
    other = models.ForeignKey(Concept, models.CASCADE, null=True, related_name="+")
    # That of the concept, kept here so that the findings of a field are read without a join.
    subject_field = models.ForeignKey(SubjectField, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=2, choices=Side, blank=True)
    text = models.TextField()
    other_text = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=32)
    found_at = models.DateTimeField(default=timezone.now)

    objects = EntryFindingQuerySet.as_manager()

    class Meta:
        # By the id: a concept is ordered by its key, and the index of the order could not be used.
        ordering = ["kind", "concept_id", "pk"]
        verbose_name = _("finding on an entry")
        verbose_name_plural = _("findings on entries")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint("fingerprint", name="entry_finding_unique"),
            models.CheckConstraint(condition=Q(fingerprint__regex=FINDING_ID), name="entry_finding_is_hex"),
            models.CheckConstraint(condition=Q(kind__in=EntryFindingKind), name="entry_finding_kind_known"),
            models.CheckConstraint(
                condition=Q(rule="") | Q(rule__in=EntryFindingRule), name="entry_finding_rule_known"
            ),
            models.CheckConstraint(condition=Q(language="") | Q(language__in=Side), name="entry_finding_side_known"),
        ]
        indexes = [models.Index("kind", "concept", "id", name="entry_finding_order")]

    def __str__(self) -> str:
        return f"{self.concept} {self.kind}: {self.text}"


class EntryFindingCount(models.Model):
    """How many findings of a kind there were on a day, as last counted on it."""

    day = models.DateField()
    kind = models.CharField(max_length=16, choices=EntryFindingKind)
    open = models.PositiveIntegerField()
    waived = models.PositiveIntegerField()
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["day", "kind"]
        verbose_name = _("count of findings on entries")
        verbose_name_plural = _("counts of findings on entries")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("day", "kind", name="entry_finding_count_unique"),
            models.CheckConstraint(condition=Q(kind__in=EntryFindingKind), name="entry_finding_count_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}: {self.open}"
