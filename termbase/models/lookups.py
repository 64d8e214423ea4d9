"""How often concepts are looked up: numbers a day, and nothing about who asked."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from termbase.models.concepts import Concept

KEPT_DAYS = 90


class LookupCountQuerySet(models.QuerySet["LookupCount"]):
    """Sets of counts."""

    def forget_old(self) -> int:
        """Delete those of days that are no longer looked at; how many."""
        return self.filter(day__lt=timezone.now().date() - timedelta(days=KEPT_DAYS)).delete()[0]


class LookupCount(models.Model):
    """How often a concept was looked up by the very text of one of its terms, on a day."""

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="lookups")
    day = models.DateField()
    count = models.PositiveIntegerField()

    objects = LookupCountQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-count", "pk"]
        verbose_name = _("count of look-ups")
        verbose_name_plural = _("counts of look-ups")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("concept", "day", name="lookup_count_unique"),
            models.CheckConstraint(condition=Q(count__gt=0), name="lookup_count_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.concept}, {self.day}: {self.count}"
