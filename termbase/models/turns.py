"""Who has what before them in a queue, so that two reviewers do not get in each other's way."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

HELD_FOR = timedelta(minutes=5)
"""Nobody ponders one item for longer; who does is told at the end if another was quicker."""
SKIPPED_FOR = timedelta(hours=12)
"""What was set aside comes back on the next day."""


class TurnQuerySet(models.QuerySet["Turn"]):
    """Sets of turns."""

    def in_the_way(self, queue: str, user: User) -> Self:
        """Those whose items `user` is not given now: before another, or set aside by `user`."""
        now = timezone.now()
        others = models.Q(skipped=False, at__gt=now - HELD_FOR) & ~models.Q(user=user)
        own = models.Q(skipped=True, at__gt=now - SKIPPED_FOR, user=user)
        return self.filter(others | own, queue=queue)

    def note(self, queue: str, item: int, user: User, *, skipped: bool = False) -> None:
        """That `user` has the item, and no other one of the queue, before them; or has set it aside."""
        self.filter(queue=queue, user=user, skipped=False).exclude(item=item).delete()
        self.bulk_create(
            [Turn(queue=queue, item=item, user=user, skipped=skipped)],
            update_conflicts=True,
            unique_fields=["queue", "item", "user"],
            update_fields=["skipped", "at"],
        )

    def forget_old(self) -> None:
        """Drop what no longer says anything."""
        self.filter(at__lt=timezone.now() - SKIPPED_FOR).delete()


class Turn(models.Model):
    """That a reviewer has an item of a queue before them, or has set it aside for later."""

    queue = models.CharField(max_length=32)
    item = models.BigIntegerField(help_text=_("Its id."))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    skipped = models.BooleanField(default=False)

    objects = TurnQuerySet.as_manager()

    class Meta:
        ordering = ["queue", "item", "pk"]
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        default_permissions = ()
        constraints = [models.UniqueConstraint("queue", "item", "user", name="turn_unique")]

    def __str__(self) -> str:
        return f"{self.queue} {self.item}"
