"""What editors ask of each other: entries and candidates assigned, and notes on entries that readers do not see."""

import re
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from termbase.errors import InvalidInput, NotAllowed
from termbase.models.concepts import Concept
from termbase.models.permissions import demand
from termbase.models.review import Candidate

_MENTION = re.compile(r"(?<![\w.@+-])@([\w.@+-]+)")
LONGEST = 2_000


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Sets of assignments."""

    def open(self) -> Self:
        """Those that are not done."""
        return self.filter(done_at=None)


class Assignment(models.Model):
    """That a person is asked to see to an entry, or to a candidate."""

    concept = models.ForeignKey(Concept, models.CASCADE, null=True, related_name="assignments")
    candidate = models.ForeignKey(Candidate, models.CASCADE, null=True, related_name="assignments")
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    note = models.TextField(blank=True)
    assigned_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["assigned_at", "pk"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        default_permissions = ("add",)
        constraints = [
            models.CheckConstraint(
                condition=Q(concept=None, candidate__isnull=False) | Q(concept__isnull=False, candidate=None),
                name="assignment_of_one_thing",
            ),
            models.UniqueConstraint(
                "assigned_to",
                "concept",
                "candidate",
                condition=Q(done_at=None),
                nulls_distinct=False,
                name="assignment_open_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.concept or self.candidate)

    def finish(self, *, by: User) -> None:
        """It is done. Raises `NotAllowed` for others than the two whom it concerns."""
        if by.pk not in (self.assigned_to_id, self.assigned_by_id):
            raise NotAllowed(gettext("This is between others."))
        if self.done_at is None:
            self.done_at = timezone.now()
            self.save(update_fields=["done_at"])


class Memo(models.Model):
    """A note on an entry from one editor to others, whom it may mention: `@name`."""

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="memos")
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memos")
    written_at = models.DateTimeField(default=timezone.now)
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="mentions")

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name = _("memo")
        verbose_name_plural = _("memos")
        default_permissions = ("add",)
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="memo_says_something")]

    def __str__(self) -> str:
        return self.text[:80]

    @classmethod
    def write(cls, *, concept: Concept, text: str, by: User) -> "Memo":
        """A saved memo. Raises `NotAllowed`, and `InvalidInput` for one that says nothing, or too much."""
        demand(by, "add_memo")
        text = text.replace("\0", "").strip()
        if not text or len(text) > LONGEST:
            raise InvalidInput(
                gettext("Say something, in up to %d characters.") % LONGEST, fields={"text": ["is needed"]}
            )
        memo = cls.objects.create(concept=concept, text=text, written_by=by)
        memo.mentioned.set(editors().filter(username__in=names_in(text)))
        return memo


class Digest(models.Model):
    """When a person was last sent what is new for them."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digest")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["user"]
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)


def editors() -> "models.QuerySet[User]":
    """People who work on entries: who can be assigned to and mentioned."""
    backend = "django.contrib.auth.backends.ModelBackend"
    return User.objects.with_perm("termbase.change_concept", backend=backend).order_by("username")


def names_in(text: str) -> set[str]:
    """The names mentioned in a text; a full stop behind one ends the sentence."""
    found = _MENTION.findall(text)
    return {form for name in found for form in (name, name.rstrip(".+-@"))}
