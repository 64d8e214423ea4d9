"""Source documents, their passages, and where terms stand in them."""

from datetime import datetime
from typing import Self

from django.contrib.auth.models import User
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from termbase.errors import Conflict, InvalidInput
from termbase.models.changes import log_context
from termbase.models.concepts import Term
from termbase.models.history import with_history, with_history_of_pins
from termbase.models.matching import KeyField, Matched, MatchedQuerySet, NgramsField, clean_text
from termbase.models.permissions import demand
from termbase.text.names import NCNAME
from termbase.vocabulary import DocumentKind, Language, PassageKind


class DocumentQuerySet(models.QuerySet["Document"]):
    """Sets of documents."""

    def current(self) -> Self:
        """Those that have not been withdrawn."""
        return self.filter(withdrawn_at=None)


class Document(models.Model):
    """A source document; the text itself is in its passages."""

    key = models.CharField(max_length=64, unique=True, validators=[RegexValidator(NCNAME)])
    symbol = models.CharField(max_length=120, blank=True, help_text=_("As printed; empty where none is."))
    series = models.CharField(max_length=120, blank=True, help_text=_("Where the symbol is not printed: its series."))
    title_zh = models.TextField(blank=True)
    title_en = models.TextField(blank=True)
    body = models.CharField(max_length=200, blank=True)
    session = models.CharField(max_length=200, blank=True)
    date = models.CharField(max_length=40, blank=True, help_text=_("ISO 8601, as exact as it is known: 2019-10"))
    language = models.CharField(max_length=16, choices=Language, default=Language.ZH_HANS)
    kind = models.CharField(max_length=16, choices=DocumentKind, default=DocumentKind.TEXT)
    url = models.URLField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField(default=1, help_text=_("Versions of its text that were harvested so far."))
    added_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawal_reason = models.TextField(blank=True, editable=False, default="", db_default="")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint("symbol", condition=~Q(symbol=""), name="document_symbol_unique"),
            models.CheckConstraint(condition=Q(key__regex=NCNAME), name="document_key_is_ncname"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="document_sha256_is_hex"),
            # It becomes a link on the page of the document: of no script, and of no file.
            models.CheckConstraint(
                condition=Q(url="") | Q(url__iregex="^https?://"),
                name="document_url_is_web",
                violation_error_message=_("An address of the web begins with http:// or https://."),
            ),
            models.CheckConstraint(condition=Q(language__in=Language), name="document_language_known"),
            models.CheckConstraint(condition=Q(kind__in=DocumentKind), name="document_kind_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawal_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason=""),
                name="document_withdrawn_says_why",
            ),
        ]
        triggers = [*with_history("document"), log_context("document")]

    def __str__(self) -> str:
        return self.cited_as

    @property
    def cited_as(self) -> str:
        """How a source line names the document: its symbol, or its series with a key where no symbol is printed."""
        return self.symbol or (f"{self.series} ({self.key})" if self.series else self.key)

    @property
    def title(self) -> str:
        """Its title in the language of the page, else in the other, else how it is cited."""
        titles = (
            (self.title_zh, self.title_en)
            if (get_language() or "").startswith("zh")
            else (self.title_en, self.title_zh)
        )
        return next(filter(None, titles), self.cited_as)

    def withdraw(self, *, by: User, reason: str) -> None:
        """Take the document out of use; readers are told why. What hangs on it is `harvest.withdrawing`'s to see to.

        Raises `NotAllowed`, `InvalidInput` without a reason, and `Conflict` where it has been withdrawn.
        """
        demand(by, "change_document")
        if not reason.strip():
            raise InvalidInput(gettext("A withdrawal needs a reason."), fields={"reason": ["is missing"]})
        if self.withdrawn_at is not None:
            raise Conflict(gettext("%s has been withdrawn.") % self.cited_as)
        self._set_withdrawn(timezone.now(), reason.strip())

    def bring_back(self, *, by: User) -> None:
        """Take the document into use again. Raises `NotAllowed`, and `Conflict` where it is in use."""
        demand(by, "change_document")
        if self.withdrawn_at is None:
            raise Conflict(gettext("%s is in use.") % self.cited_as)
        self._set_withdrawn(None, "")

    def _set_withdrawn(self, at: datetime | None, reason: str) -> None:
        self.withdrawn_at, self.withdrawal_reason = at, reason
        self.save(update_fields=["withdrawn_at", "withdrawal_reason"])


class PassageQuerySet(MatchedQuerySet["Passage"]):
    """Sets of passages."""

    def current(self) -> Self:
        """Those of documents that have not been withdrawn."""
        return self.filter(document__withdrawn_at=None)

    def aligned(self) -> Self:
        """Chinese ones of current documents that have a translation."""
        chinese = [Language.ZH_HANS, Language.ZH_HANT]
        return self.current().filter(document__language__in=chinese).exclude(translation="")


class Passage(Matched):
    """A heading, paragraph, list item or footnote of a document, as one line of text."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField(help_text=_("Place in the document, from 0."))
    number = models.CharField(max_length=60, blank=True, help_text=_("As printed: 12, op3, fn7."))
    kind = models.CharField(max_length=16, choices=PassageKind)
    text = models.TextField()
    translation = models.TextField(blank=True)
    key = KeyField()
    ngrams = NgramsField()

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["document", "position"]
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        constraints = [
            clean_text("text", "passage_text_is_clean"),
            models.UniqueConstraint("document", "position", name="passage_position_unique"),
            models.CheckConstraint(condition=Q(kind__in=PassageKind), name="passage_kind_known"),
        ]
        indexes = [
            models.Index("document", "number", name="passage_number"),
            # The concordance looks for any part of the text.
            GinIndex("ngrams", name="passage_ngrams"),
        ]
        triggers = [log_context("passage")]

    def __str__(self) -> str:
        return self.text[:80]


class ExampleQuerySet(models.QuerySet["Example"]):
    """Sets of examples."""

    def current(self) -> Self:
        """Those in documents that have not been withdrawn."""
        return self.filter(passage__document__withdrawn_at=None)


class Example(models.Model):
    """A term in a sentence: [start, end) is the term and [sentence_start, sentence_end) the sentence in the passage."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="examples")
    passage = models.ForeignKey(Passage, models.CASCADE, related_name="examples")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    sentence_start = models.PositiveIntegerField()
    sentence_end = models.PositiveIntegerField()
    score = models.FloatField()
    pinned = models.BooleanField(default=False, help_text=_("Chosen by a person; the harvest leaves it alone."))

    objects = ExampleQuerySet.as_manager()

    class Meta:
        ordering = ["term", "-pinned", "-score", "pk"]
        verbose_name = _("example")
        verbose_name_plural = _("examples")
        constraints = [
            models.UniqueConstraint("term", "passage", "start", name="example_unique"),
            models.CheckConstraint(
                condition=Q(start__lt=F("end"), sentence_start__lte=F("start"), sentence_end__gte=F("end")),
                name="example_term_inside_sentence",
            ),
        ]
        triggers = [*with_history_of_pins("example"), log_context("example")]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """The sentence, whole."""
        return self.passage.text[self.sentence_start : self.sentence_end]


class TermFrequency(models.Model):
    """How often a term stands in a document, where no longer known term holds it."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="frequencies")
    document = models.ForeignKey(Document, models.CASCADE, related_name="frequencies")
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["term", "document"]
        verbose_name = _("term frequency")
        verbose_name_plural = _("term frequencies")
        constraints = [
            models.UniqueConstraint("term", "document", name="term_frequency_unique"),
            models.CheckConstraint(condition=Q(count__gt=0), name="term_frequency_positive"),
        ]
        triggers = [log_context("term_frequency")]

    def __str__(self) -> str:
        return f"{self.term}: {self.count}"
