"""What readers say about entries, for other readers."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from termbase.models.concepts import Concept
from termbase.models.permissions import demand
from termbase.vocabulary import QueueStatus


class CommentQuerySet(models.QuerySet["Comment"]):
    """Sets of comments."""

    def shown(self) -> Self:
        """Those that every reader sees, with their writers."""
        return self.filter(status=QueueStatus.ACCEPTED).select_related("written_by")


class Comment(models.Model):
    """A remark on a concept that readers see beside it.

    One from a person with an account is seen at once and may be taken down; any other waits until a person has read it.
    """

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="comments")
    text = models.TextField()
    status = models.CharField(max_length=16, choices=QueueStatus, default=QueueStatus.WAITING)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="comments"
    )
    written_at = models.DateTimeField(auto_now_add=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(condition=Q(status__in=QueueStatus), name="comment_status_known"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def review(self, status: QueueStatus, *, by: User) -> None:
        """Show the comment to readers, or take it down; who did so is kept. Raises `NotAllowed`."""
        demand(by, "change_comment")
        self.status = status
        self.reviewed_by = by
        self.reviewed_at = timezone.now()
        self.save(update_fields=["status", "reviewed_by", "reviewed_at"])
