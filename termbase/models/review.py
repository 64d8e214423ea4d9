"""What waits for a person's decision: candidates from the harvest and suggestions from readers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from termbase.models.concepts import Concept, SubjectField, Term
from termbase.models.history import with_history_of_updates
from termbase.models.matching import KeyField, Matched, MatchedQuerySet, clean_text
from termbase.vocabulary import Language, QueueStatus, TermType


class Candidate(Matched):
    """A possible term found by the harvest; a rejected one is remembered by its key and not proposed again."""

    language = models.CharField(max_length=16, choices=Language, default=Language.ZH_HANS)
    text = models.TextField()
    key = KeyField()
    term_type = models.CharField(max_length=16, choices=TermType, default=TermType.FULL_FORM)
    subject_field = models.ForeignKey(SubjectField, models.SET_NULL, null=True, blank=True)
    score = models.FloatField(default=0)
    status = models.CharField(max_length=16, choices=QueueStatus, default=QueueStatus.WAITING)
    rejection_reason = models.TextField(blank=True)
    term = models.ForeignKey(Term, models.SET_NULL, null=True, blank=True, help_text=_("What it became."))
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False)
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    found_at = models.DateTimeField(auto_now_add=True)

    objects = MatchedQuerySet["Candidate"].as_manager()

    class Meta:
        ordering = ["-score", "pk"]
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = [
            clean_text("text", "candidate_text_is_clean"),
            models.UniqueConstraint("language", "key", name="candidate_key_unique"),
            models.CheckConstraint(condition=Q(status__in=QueueStatus), name="candidate_status_known"),
            models.CheckConstraint(condition=Q(language__in=Language), name="candidate_language_known"),
            models.CheckConstraint(condition=Q(term_type__in=TermType), name="candidate_term_type_known"),
        ]
        triggers = with_history_of_updates("candidate")

    def __str__(self) -> str:
        return self.text


class Suggestion(models.Model):
    """A reader's proposal: a new term, or a remark on a concept."""

    concept = models.ForeignKey(Concept, models.CASCADE, null=True, blank=True, related_name="suggestions")
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    comment = models.TextField(blank=True)
    status = models.CharField(max_length=16, choices=QueueStatus, default=QueueStatus.WAITING)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    suggested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="suggestions"
    )
    suggested_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["suggested_at", "pk"]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        constraints = [
            models.CheckConstraint(condition=~Q(text_zh="", text_en="", comment=""), name="suggestion_says_something"),
            models.CheckConstraint(condition=Q(status__in=QueueStatus), name="suggestion_status_known"),
        ]
        triggers = with_history_of_updates("suggestion")

    def __str__(self) -> str:
        return self.text_zh or self.text_en or self.comment[:80]
