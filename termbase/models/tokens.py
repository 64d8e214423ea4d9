"""Tokens with which programs call the API in a person's name."""

import hashlib
import secrets
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from termbase.vocabulary import Scope

MARK = "tb_"
"""How every secret begins, so that people and leak scanners know one when they see it."""
SHOWN = 6
"""How many characters after the mark a list shows."""
SECRET_BYTES = 32
LAST_USE_EXACT_TO = timedelta(minutes=1)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Sets of tokens."""

    def usable(self) -> Self:
        """Those that open the door now: not revoked, not expired, of an active user."""
        unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.filter(unexpired, revoked_at=None, user__is_active=True)

    def of_secret(self, secret: str) -> "ApiToken | None":
        """The usable token with this secret, with its user; its use is noted, at most once a minute."""
        token = self.usable().select_related("user").filter(digest=digest_of(secret)).first()
        if token is not None:
            self._note_use(token)
        return token

    def _note_use(self, token: "ApiToken") -> None:
        now = timezone.now()
        if token.last_used_at is None or token.last_used_at < now - LAST_USE_EXACT_TO:
            # Several processes may come at once; the condition lets one of them write.
            self.filter(Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USE_EXACT_TO), pk=token.pk).update(
                last_used_at=now
            )


class ApiToken(models.Model):
    """A key to the API: what its scopes and its user's role both allow. Only a digest of the secret is kept."""

    name = models.CharField(max_length=80, help_text=_("What uses it: the CAT tool in room 5."))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope))
    shown = models.CharField(max_length=16, editable=False, help_text=_("How the secret begins."))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True, help_text=_("Empty: never."))
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    position = models.BigIntegerField(
        default=0, db_default=0, editable=False, help_text=_("Of what was last written with it, in the database's log.")
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=list(Scope.values), scopes__len__gt=0), name="api_token_scopes_known"
            ),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="api_token_digest_is_hex"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.shown}…)"

    def new_secret(self) -> str:
        """A fresh secret, of which the token keeps the digest alone: the caller shows it once."""
        secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
        self.shown = secret[: len(MARK) + SHOWN]
        self.digest = digest_of(secret)
        return secret

    def note_position(self, position: int) -> None:
        """What is read with the token from now on has all that was written before this place in the log."""
        type(self).objects.filter(pk=self.pk, position__lt=position).update(position=position)

    def revoke(self) -> None:
        """Shut the door for good; the token stays on the list."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"])

    @classmethod
    def issue(cls, *, name: str, user: User, scopes: list[str]) -> tuple["ApiToken", str]:
        """A saved token with its secret."""
        token = cls(name=name, user=user, scopes=scopes)
        secret = token.new_secret()
        token.save()
        return token, secret


def digest_of(secret: str) -> str:
    """SHA-256, in hexadecimal: with 256 random bits in the secret there is nothing for a slow hash to slow down."""
    return hashlib.sha256(secret.encode()).hexdigest()
