"""How Chinese terms and candidates are rendered in aligned passages: counts, and a few passages."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from termbase.models.concepts import Term
from termbase.models.documents import Passage
from termbase.models.review import Candidate


class TermEvidence(models.Model):
    """In how many aligned passages a Chinese term stands, and in how many translations no form of its concept does."""

    term = models.OneToOneField(Term, models.CASCADE, related_name="evidence")
    passages = models.PositiveIntegerField()
    without = models.PositiveIntegerField(help_text=_("Passages in whose translation no known form stands."))

    class Meta:
        ordering = ["term"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=Q(passages__gt=0, without__lte=F("passages")), name="evidence_counts_make_sense"
            )
        ]

    def __str__(self) -> str:
        return f"{self.term}: {self.passages}"


class Rendering(models.Model):
    """In how many of them an English form of the concept stands in the translation."""

    evidence = models.ForeignKey(TermEvidence, models.CASCADE, related_name="renderings")
    term = models.ForeignKey(Term, models.CASCADE, related_name="renderings")
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["evidence", "-count", "pk"]
        verbose_name = _("rendering")
        verbose_name_plural = _("renderings")
        constraints = [
            models.UniqueConstraint("evidence", "term", name="rendering_unique"),
            models.CheckConstraint(condition=Q(count__gt=0), name="rendering_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.term}: {self.count}"


class RivalPassage(models.Model):
    """One of the few kept passages whose translation has another rendering: the term stands at [start, end)."""

    evidence = models.ForeignKey(TermEvidence, models.CASCADE, related_name="rivals")
    passage = models.ForeignKey(Passage, models.CASCADE, related_name="rivals")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        ordering = ["evidence", "pk"]
        verbose_name = _("passage with another rendering")
        verbose_name_plural = _("passages with another rendering")
        constraints = [
            models.UniqueConstraint("evidence", "passage", name="rival_unique"),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="rival_has_a_place"),
        ]

    def __str__(self) -> str:
        return str(self.passage)


class LikelyEquivalent(models.Model):
    """An English phrase that comes where a candidate comes: in so many of the aligned passages that have it."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="likely_equivalents")
    text = models.TextField()
    count = models.PositiveIntegerField()
    score = models.FloatField(help_text=_("How likely, 0 to about 1."))

    class Meta:
        ordering = ["candidate", "-score", "pk"]
        verbose_name = _("likely equivalent")
        verbose_name_plural = _("likely equivalents")
        constraints = [
            models.UniqueConstraint("candidate", "text", name="likely_equivalent_unique"),
            models.CheckConstraint(condition=Q(count__gt=0), name="likely_equivalent_positive"),
        ]

    def __str__(self) -> str:
        return self.text
