"""What the API remembers of requests: answers to repeat, and how often a caller has called."""

import time
from datetime import timedelta

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT = timedelta(hours=24)
WINDOW = 60
"""Seconds over which the requests of a caller are counted together."""


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    """Sets of remembered answers."""

    def forget_old(self) -> int:
        """Delete those past their time; how many."""
        return self.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


class IdempotencyKey(models.Model):
    """The answer to a request that its caller may send again without its being carried out twice."""

    caller = models.CharField(max_length=80, help_text=_("token:5, user:3 or an address."))
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64, help_text=_("SHA-256 of method, address and body."))
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [models.UniqueConstraint("caller", "key", name="idempotency_key_unique")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"


class RequestCountQuerySet(models.QuerySet["RequestCount"]):
    """Sets of counts."""

    def add_one(self, caller: str) -> tuple[int, int]:
        """Count a request: how many there were in this window with it, and the seconds to the window's end.

        One statement on one row, whatever the number of processes. The window is of the clock of this machine: clocks
        that differ by a second share a caller's count but for that second.
        """
        now = time.time()
        window = int(now) // WINDOW
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO termbase_requestcount AS kept (caller, of_window, requests) VALUES (%s, %s, 1)"
                " ON CONFLICT (caller) DO UPDATE SET of_window = EXCLUDED.of_window, requests ="
                " CASE WHEN kept.of_window = EXCLUDED.of_window THEN kept.requests + 1 ELSE 1 END"
                " RETURNING requests",
                [caller, window],
            )
            return cursor.fetchone()[0], (window + 1) * WINDOW - int(now)

    def forget_old(self) -> int:
        """Delete those of windows gone by; how many."""
        return self.filter(of_window__lt=int(time.time()) // WINDOW).delete()[0]


class RequestCount(models.Model):
    """How many requests a caller made in the window it was last seen in.

    The table is UNLOGGED: a crash of the server empties it, and a request costs no write to the log.
    """

    caller = models.CharField(max_length=80, primary_key=True)
    of_window = models.BigIntegerField()
    requests = models.IntegerField()

    objects = RequestCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of requests")
        verbose_name_plural = _("counts of requests")

    def __str__(self) -> str:
        return f"{self.caller}: {self.requests}"
