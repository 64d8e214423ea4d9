"""Files given to the harvest through the web, and how far each has come."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from termbase.models.documents import Document
from termbase.vocabulary import HarvestOutcome, HarvestStep, UploadStatus


class Upload(models.Model):
    """A file for the background worker, which may run on another machine; its bytes go when it has been read."""

    batch = models.UUIDField(default=uuid.uuid4, db_index=True, help_text=_("Files that were sent together."))
    name = models.CharField(max_length=200)
    content = models.BinaryField(null=True)
    encoding = models.CharField(max_length=16, blank=True, help_text=_("As asked for, then as it was read."))
    about = models.JSONField(default=dict, help_text=_("What a catalogue or the form says of the document."))
    status = models.CharField(max_length=16, choices=UploadStatus, default=UploadStatus.WAITING)
    step = models.CharField(max_length=16, choices=HarvestStep, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=16, choices=HarvestOutcome, blank=True)
    problem = models.TextField(blank=True)
    fields = models.JSONField(default=dict, help_text=_("What the problem is about, as in an error of the API."))
    document = models.ForeignKey(Document, models.SET_NULL, null=True, related_name="uploads")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="uploads")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["uploaded_at", "pk"]
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=UploadStatus), name="upload_status_known"),
            models.CheckConstraint(condition=Q(step__in=["", *HarvestStep.values]), name="upload_step_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *HarvestOutcome.values]), name="upload_outcome_known"),
            models.CheckConstraint(
                condition=Q(content=None) | Q(status__in=["waiting", "running"]),
                name="upload_ended_keeps_no_bytes",
            ),
            models.CheckConstraint(condition=~Q(status="refused") | ~Q(problem=""), name="upload_refused_says_why"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self.status in (UploadStatus.DONE, UploadStatus.REFUSED)
