"""Findings of the translation check that somebody has looked at and let stand."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from termbase.models.history import with_history_of_deletions
from termbase.models.matching import clean_text

FINDING_ID = r"^[0-9a-f]{32}$"


class Waiver(models.Model):
    """That a finding is none in a project, with the reason; the same finding may stand in another."""

    project = models.CharField(max_length=200, help_text=_("The caller's own name for its project."))
    finding = models.CharField(max_length=32, help_text=_("The finding's id, as the check gave it."))
    reason = models.TextField()
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="waivers", verbose_name=_("waived by")
    )
    waived_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["project", "-waived_at", "pk"]
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        constraints = [
            models.UniqueConstraint("project", "finding", name="waiver_unique"),
            clean_text("project", "waiver_project_is_clean"),
            models.CheckConstraint(condition=Q(finding__regex=FINDING_ID), name="waiver_finding_is_hex"),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_reason"),
        ]
        triggers = with_history_of_deletions("waiver")

    def __str__(self) -> str:
        return f"{self.project}: {self.finding}"
