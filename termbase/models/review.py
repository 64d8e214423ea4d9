"""What waits for a person's decision: candidates from the harvest and suggestions from readers."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from termbase.models.concepts import Concept, SubjectField, Term
from termbase.models.copying import CopiedQuerySet
from termbase.models.documents import Document, Passage
from termbase.models.history import Revision, with_history_of_updates
from termbase.models.matching import KeyField, Matched, MatchedQuerySet, clean_text
from termbase.vocabulary import Badge, Language, QueueStatus, TermType


class CandidateQuerySet(MatchedQuerySet["Candidate"]):
    """Sets of candidates."""

    def with_version(self) -> Self:
        """Each with its `version`: one more than the changes to it that are on record."""
        changes = Revision.objects.filter(model="candidate", row=OuterRef("pk")).order_by().values("row")
        return self.annotate(version=Coalesce(Subquery(changes.annotate(all=Count("pk")).values("all")), 0) + 1)


class Candidate(Matched):
    """A possible term found by the harvest; a rejected one is remembered by its key and not proposed again."""

    language = models.CharField(max_length=16, choices=Language, default=Language.ZH_HANS)
    text = models.TextField()
    key = KeyField()
    term_type = models.CharField(max_length=16, choices=TermType, default=TermType.FULL_FORM)
    subject_field = models.ForeignKey(SubjectField, models.SET_NULL, null=True, blank=True)
    badges = ArrayField(
        models.CharField(max_length=16, choices=Badge), default=list, blank=True, help_text=_("Why it is here.")
    )
    full_form = models.TextField(blank=True, help_text=_("What it was introduced as short for."))
    variant_of = models.ForeignKey(Concept, models.SET_NULL, null=True, blank=True, related_name="+")
    known_terms = models.ManyToManyField(Term, blank=True, related_name="+", help_text=_("Those inside it."))
    proposed_english = models.TextField(blank=True, help_text=_("Made of the English of its parts; to be judged."))
    score = models.FloatField(default=0, help_text=_("How sure it is a term, 0 to 1."))
    status = models.CharField(max_length=16, choices=QueueStatus, default=QueueStatus.WAITING)
    rejection_reason = models.TextField(blank=True)
    term = models.ForeignKey(Term, models.SET_NULL, null=True, blank=True, help_text=_("What it became."))
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False)
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    found_at = models.DateTimeField(auto_now_add=True)

    objects = CandidateQuerySet.as_manager()

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
        indexes = [
            models.Index(F("score").desc(), "id", name="candidate_waiting", condition=Q(status=QueueStatus.WAITING)),
        ]
        triggers = with_history_of_updates("candidate")

    def __str__(self) -> str:
        return self.text


class CandidateFrequency(models.Model):
    """How often a candidate stands in a document, and how sure it is a term by that document alone."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="frequencies")
    document = models.ForeignKey(Document, models.CASCADE, related_name="candidate_frequencies")
    count = models.PositiveIntegerField()
    score = models.FloatField()
    badges = ArrayField(models.CharField(max_length=16, choices=Badge), default=list, blank=True)

    objects = CopiedQuerySet["CandidateFrequency"].as_manager()

    class Meta:
        ordering = ["candidate", "document"]
        verbose_name = _("candidate frequency")
        verbose_name_plural = _("candidate frequencies")
        constraints = [
            models.UniqueConstraint("candidate", "document", name="candidate_frequency_unique"),
            models.CheckConstraint(condition=Q(count__gt=0), name="candidate_frequency_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate}: {self.count}"


class CandidateExample(models.Model):
    """A candidate in a sentence: [start, end) and [sentence_start, sentence_end) of the passage."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="examples")
    passage = models.ForeignKey(Passage, models.CASCADE, related_name="candidate_examples")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    sentence_start = models.PositiveIntegerField()
    sentence_end = models.PositiveIntegerField()
    score = models.FloatField()

    objects = CopiedQuerySet["CandidateExample"].as_manager()

    class Meta:
        ordering = ["candidate", "-score", "pk"]
        verbose_name = _("sentence of a candidate")
        verbose_name_plural = _("sentences of candidates")
        constraints = [
            models.UniqueConstraint("candidate", "passage", "start", name="candidate_example_unique"),
            models.CheckConstraint(
                condition=Q(start__lt=F("end"), sentence_start__lte=F("start"), sentence_end__gte=F("end")),
                name="candidate_example_inside_sentence",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """The sentence, whole."""
        return self.passage.text[self.sentence_start : self.sentence_end]


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
