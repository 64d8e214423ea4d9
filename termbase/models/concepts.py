"""Concepts and their terms: concept -> language -> term, as ISO 16642 and ISO 30042 have it."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import User
from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from termbase.errors import InvalidInput, NotAllowed
from termbase.models.changes import log_context
from termbase.models.history import with_history
from termbase.models.matching import (
    CompoundField,
    KeyField,
    Matched,
    MatchedQuerySet,
    ReadingField,
    StemsField,
    TermNgramsField,
    clean_text,
)
from termbase.models.permissions import demand
from termbase.models.search_index import know_words, of_reading, remark_index, search_rank, term_indexes
from termbase.text.names import NCNAME
from termbase.vocabulary import (
    AdministrativeStatus,
    Language,
    PartOfSpeech,
    RelationType,
    Reliability,
    ReviewStatus,
    TermType,
)


class SubjectField(models.Model):
    """A node of the subject tree (`subjectField`)."""

    key = models.SlugField(max_length=60, unique=True)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ["key"]
        verbose_name = _("subject field")
        verbose_name_plural = _("subject fields")
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="subject_field_not_own_parent"),
        ]
        triggers = [
            # A concept's record says its subject field by name, so a new name is a change of the concept.
            pgtrigger.Trigger(
                name="subject_field_name_touches_concepts",
                operation=pgtrigger.Update,
                when=pgtrigger.After,
                level=pgtrigger.Statement,
                referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
                func=(
                    "UPDATE termbase_concept SET version = version WHERE subject_field_id IN ("
                    " SELECT id FROM (SELECT id, key, name_en, name_zh FROM new_rows"
                    " EXCEPT SELECT id, key, name_en, name_zh FROM old_rows) AS renamed);"
                    " RETURN NULL;"
                ),
            ),
            *with_history("subject_field"),
            log_context("subject_field"),
        ]

    def __str__(self) -> str:
        # In the language of the page.
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en

    def path(self) -> tuple[str, ...]:
        """The keys from the root of the tree down to this field; sorting by it puts children under their parent."""
        return (*(self.parent.path() if self.parent else ()), self.key)


class ConceptQuerySet(MatchedQuerySet["Concept"]):
    """Sets of concepts."""

    def current(self) -> Self:
        """Those that have not been withdrawn."""
        return self.filter(withdrawn_at=None)

    def approved(self) -> Self:
        """Current ones with an approved term: what readers see."""
        approved = Term.objects.filter(concept=models.OuterRef("pk"), review_status=ReviewStatus.APPROVED)
        return self.current().filter(models.Exists(approved))

    def with_names(self) -> Self:
        """With `preferred_terms`, the preferred terms of each, whoever approved them or not, Chinese first."""
        preferred = Term.objects.filter(administrative_status=AdministrativeStatus.PREFERRED).order_by("-language")
        # To be read: what a term is found by is longer than the term.
        shown = preferred.only("concept_id", "language", "text")
        return self.prefetch_related(models.Prefetch("terms", shown, to_attr="preferred_terms"))

    def with_terms_to_use(self) -> Self:
        """With `preferred_terms`, the approved preferred terms of each, Chinese first."""
        return self.prefetch_related(models.Prefetch("terms", preferred_terms(), to_attr="preferred_terms"))


def log_changes() -> list[pgtrigger.Trigger]:
    """Triggers that log every write to a concept in `models.Change`; its parts' writes give it a new version first."""
    current = (
        "CASE WHEN withdrawn_at IS NULL THEN 'changed' WHEN replaced_by_id IS NULL THEN 'withdrawn' ELSE 'merged' END"
    )
    kinds = {
        "insert": (pgtrigger.Insert, "'created'", pgtrigger.Referencing(new="written")),
        "update": (pgtrigger.Update, current, pgtrigger.Referencing(new="written")),
        "delete": (pgtrigger.Delete, "'withdrawn'", pgtrigger.Referencing(old="written")),
    }
    log = (
        "INSERT INTO termbase_change (transaction, concept_key, kind, at)"
        " SELECT pg_current_xact_id()::text::bigint, key, {kind}, clock_timestamp() FROM written ORDER BY key"
        # What a transaction created stays created for those who have not seen it, unless it is gone again.
        " ON CONFLICT (transaction, concept_key) DO UPDATE SET at = EXCLUDED.at, kind = CASE"
        " WHEN termbase_change.kind = 'created' AND EXCLUDED.kind = 'changed' THEN 'created' ELSE EXCLUDED.kind END;"
        " RETURN NULL;"
    )
    return [
        pgtrigger.Trigger(
            name=f"concept_{name}_is_logged",
            operation=operation,
            when=pgtrigger.After,
            level=pgtrigger.Statement,
            referencing=referencing,
            func=log.format(kind=kind),
        )
        for name, (operation, kind, referencing) in kinds.items()
    ]


class Concept(Matched):
    """A unit of thought with its terms in each language (`conceptEntry`)."""

    key = models.CharField(max_length=64, unique=True, validators=[RegexValidator(NCNAME)])
    subject_field = models.ForeignKey(SubjectField, models.PROTECT, null=True, blank=True, related_name="concepts")
    note = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaces")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    note_key = KeyField(of="note")

    objects = ConceptQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        verbose_name = _("concept")
        verbose_name_plural = _("concepts")
        constraints = [
            models.CheckConstraint(condition=Q(key__regex=NCNAME), name="concept_key_is_ncname"),
            models.CheckConstraint(condition=~Q(replaced_by=F("pk")), name="concept_not_replaced_by_itself"),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | Q(withdrawn_at__isnull=False), name="concept_replaced_is_withdrawn"
            ),
        ]
        indexes = [remark_index("note_key", "concept_note")]
        triggers = [
            # A reader's copy is known by its version, so no write may leave it standing: not bulk, not SQL.
            pgtrigger.Trigger(
                name="concept_new_version",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="NEW.version = OLD.version + 1; NEW.changed_at = clock_timestamp(); RETURN NEW;",
            ),
            # Who follows what replaced a concept must come to an end.
            pgtrigger.Trigger(
                name="concept_replacement_is_no_circle",
                operation=pgtrigger.UpdateOf("replaced_by_id"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__replaced_by__isnull=False),
                func=(
                    "IF NEW.id IN (WITH RECURSIVE chain AS ("
                    " SELECT id, replaced_by_id FROM termbase_concept WHERE id = NEW.replaced_by_id"
                    " UNION SELECT c.id, c.replaced_by_id FROM termbase_concept AS c, chain"
                    " WHERE c.id = chain.replaced_by_id"
                    ") SELECT id FROM chain) THEN"
                    " RAISE EXCEPTION 'What replaced a concept is not replaced by it.'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'concept_replacement_is_no_circle';"
                    " END IF; RETURN NEW;"
                ),
            ),
            # Readers' copies know a concept by its key, and would keep one under the old key for ever.
            pgtrigger.Trigger(
                name="concept_key_is_kept",
                operation=pgtrigger.UpdateOf("key"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__key__df=pgtrigger.F("new__key")),
                func=(
                    "RAISE EXCEPTION 'The key of a concept never changes.'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'concept_key_is_kept';"
                ),
            ),
            *log_changes(),
            *with_history("concept"),
        ]

    def __str__(self) -> str:
        return self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Given when it is saved, not when a form is shown: a page that is only looked at uses up no key.
        self.key = self.key or Concept.next_key()
        super().save(*args, **kwargs)

    def withdraw(self, *, replaced_by: "Concept | None" = None) -> None:
        """Take the concept out of use; its key stays resolvable, and answers with `replaced_by` after a merge."""
        self.withdrawn_at = timezone.now()
        self.replaced_by = replaced_by
        self.save(update_fields=["withdrawn_at", "replaced_by"])

    @staticmethod
    def reserve_keys() -> None:
        """Let `next_key` begin after all keys of its own form, so that a gap, once somebody's key, is never filled."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval('termbase_concept_key_seq', max(number)) FROM ("
                " SELECT substring(key FROM 2)::bigint AS number FROM termbase_concept WHERE key ~ '^c[0-9]{1,9}$'"
                " UNION ALL SELECT last_value FROM termbase_concept_key_seq) AS used HAVING max(number) > 1"
            )

    @staticmethod
    def next_key() -> str:
        """The next key not in use, `c0001` and so on; two callers at once never get the same."""
        with connection.cursor() as cursor:
            while True:
                cursor.execute("SELECT nextval('termbase_concept_key_seq')")
                key = f"c{cursor.fetchone()[0]:04d}"
                if not Concept.objects.filter(key=key).exists():
                    return key


def touch_concepts(model: str) -> list[pgtrigger.Trigger]:
    """Triggers that give a concept a new version when a row of `model`, one of its parts, is written in any way."""
    touch = "UPDATE termbase_concept SET version = version WHERE id IN ({touched}); RETURN NULL;"
    of_new, of_old = "SELECT concept_id FROM new_rows", "SELECT concept_id FROM old_rows"
    kinds = {
        "insert": (pgtrigger.Insert, of_new, pgtrigger.Referencing(new="new_rows")),
        # A part may move from one concept to another.
        "update": (pgtrigger.Update, f"{of_new} UNION {of_old}", pgtrigger.Referencing(old="old_rows", new="new_rows")),
        "delete": (pgtrigger.Delete, of_old, pgtrigger.Referencing(old="old_rows")),
    }
    return [
        pgtrigger.Trigger(
            name=f"{model}_{kind}_touches_concept",
            operation=operation,
            when=pgtrigger.After,
            level=pgtrigger.Statement,
            referencing=referencing,
            func=touch.format(touched=touched),
        )
        for kind, (operation, touched, referencing) in kinds.items()
    ]


TERMS_IN_ORDER = "t.search_rank / 10000, array_position(%(types)s::text[], t.term_type::text), t.text"
"""The order of `TermQuerySet.in_order` for SQL in which terms are `t` and the parameter `types` has all term types."""


class TermQuerySet(MatchedQuerySet["Term"]):
    """Sets of terms."""

    def visible(self, *, proposed: bool = False) -> Self:
        """Terms of current concepts that readers may see: the approved, on request the proposed ones too."""
        return self.filter(review_status__in=shown_statuses(proposed=proposed), concept__withdrawn_at=None)

    def in_order(self) -> Self:
        """Preferred before admitted before deprecated before superseded, then full forms first, then by text."""
        return self.order_by(status_rank(), _rank("term_type", TermType), "text")


def shown_statuses(*, proposed: bool) -> list[str]:
    """The review statuses of the terms that readers may see."""
    return [str(status) for status in (ReviewStatus.APPROVED, *([ReviewStatus.PROPOSED] if proposed else []))]


def preferred_terms() -> TermQuerySet:
    """The approved preferred terms of current concepts, Chinese first."""
    return Term.objects.visible().filter(administrative_status=AdministrativeStatus.PREFERRED).order_by("-language")


def status_rank(prefix: str = "") -> models.Case:
    """An ordering by administrative status, preferred first; `prefix` leads to the term, as `term__`."""
    return _rank(f"{prefix}administrative_status", AdministrativeStatus)


def _rank(field: str, choices: type[models.TextChoices]) -> models.Case:
    whens = (models.When(**{field: value}, then=rank) for rank, value in enumerate(choices))
    return models.Case(*whens, output_field=models.SmallIntegerField())


class Term(Matched):
    """A designation of a concept in one language (`termSec`)."""

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="terms")
    language = models.CharField(max_length=16, choices=Language)
    text = models.TextField()
    term_type = models.CharField(max_length=16, choices=TermType, default=TermType.FULL_FORM)
    administrative_status = models.CharField(
        max_length=16, choices=AdministrativeStatus, default=AdministrativeStatus.ADMITTED
    )
    part_of_speech = models.CharField(max_length=16, choices=PartOfSpeech, default=PartOfSpeech.NOUN)
    geographical_usage = models.CharField(max_length=120, blank=True)
    reading = ReadingField(blank=True)
    source = models.TextField(blank=True)
    note = models.TextField(blank=True)
    usage_note = models.TextField(blank=True)
    reliability = models.PositiveSmallIntegerField(choices=Reliability, default=Reliability.UNSURE)
    review_status = models.CharField(max_length=16, choices=ReviewStatus, default=ReviewStatus.PROPOSED)
    rejection_reason = models.TextField(blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="proposed_terms"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="reviewed_terms"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    key = KeyField()
    ngrams = TermNgramsField()
    stems = StemsField()
    compound = CompoundField()
    note_key = KeyField(of="note")
    usage_note_key = KeyField(of="usage_note")
    search_rank = search_rank()
    pinyin = of_reading("pinyin")
    initials = of_reading("initials")

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["concept", "language", "pk"]
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        permissions = [("review_term", _("Can approve and reject terms"))]
        constraints = [
            clean_text("text", "term_text_is_clean"),
            # A text of title marks alone, say, would be a term that nothing ever finds.
            models.CheckConstraint(condition=~Q(key=""), name="term_text_leaves_a_key"),
            models.UniqueConstraint(
                "concept",
                "language",
                condition=Q(administrative_status=AdministrativeStatus.PREFERRED)
                & ~Q(review_status=ReviewStatus.REJECTED),
                name="term_one_preferred_per_language",
            ),
            models.UniqueConstraint("concept", "language", "text", name="term_unique_in_concept_and_language"),
            models.CheckConstraint(condition=Q(language__in=Language), name="term_language_known"),
            models.CheckConstraint(condition=Q(term_type__in=TermType), name="term_type_known"),
            models.CheckConstraint(
                condition=Q(administrative_status__in=AdministrativeStatus), name="term_administrative_status_known"
            ),
            models.CheckConstraint(condition=Q(part_of_speech__in=PartOfSpeech), name="term_part_of_speech_known"),
            models.CheckConstraint(condition=Q(review_status__in=ReviewStatus), name="term_review_status_known"),
            models.CheckConstraint(condition=Q(reliability__in=Reliability), name="term_reliability_known"),
            models.CheckConstraint(
                condition=~Q(review_status=ReviewStatus.APPROVED) | ~Q(source=""), name="term_approved_has_source"
            ),
        ]
        indexes = [
            *term_indexes(),
            # The queues: what is proposed, and what was approved long ago.
            models.Index("id", name="term_proposed", condition=Q(review_status=ReviewStatus.PROPOSED)),
            models.Index("reviewed_at", name="term_approved_at", condition=Q(review_status=ReviewStatus.APPROVED)),
        ]
        triggers = [
            # Approval is of a wording for a concept; whoever changes it, by whatever path, has it approved again. A
            # write that is itself a review (it moves reviewed_at) stands.
            pgtrigger.Trigger(
                name="term_text_reopens_approval",
                operation=pgtrigger.UpdateOf("text", "language", "concept_id"),
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.review_status = 'approved' AND NEW.reviewed_at IS NOT DISTINCT FROM OLD.reviewed_at AND"
                    " (NEW.text, NEW.language, NEW.concept_id)"
                    " IS DISTINCT FROM (OLD.text, OLD.language, OLD.concept_id)"
                ),
                func=f"NEW.review_status = '{ReviewStatus.PROPOSED}'; NEW.reviewed_by_id = NULL; RETURN NEW;",
            ),
            *touch_concepts("term"),
            *know_words(),
            *with_history("term"),
        ]

    def __str__(self) -> str:
        return self.text

    def approve(self, *, by: User) -> None:
        """Approve this wording.

        Raises `NotAllowed` where `by` is no reviewer, or proposed it and the setting TERMBASE_SELF_APPROVAL does not
        permit that, and `InvalidInput` where it has no source.
        """
        demand(by, "review_term")
        if not self.source:
            problem = gettext("“%s” has no source.") % self.text
            raise InvalidInput(problem, fields={"source": ["is needed for approval"]})
        if self.proposed_by_id == by.pk and not settings.TERMBASE_SELF_APPROVAL:
            problem = gettext("No one approves their own proposal.")
            raise NotAllowed(problem, fields={"review_status": ["proposed by you"]})
        self._review(ReviewStatus.APPROVED, by=by, reason="")

    def reject(self, *, by: User, reason: str) -> None:
        """Reject this wording; it stays on record with the reason.

        Who proposed it may take it back so. Raises `NotAllowed` for others who are no reviewers, and `InvalidInput`
        without a reason.
        """
        own = by.is_authenticated and self.proposed_by_id == by.pk
        if not own or self.review_status != ReviewStatus.PROPOSED:
            demand(by, "review_term")
        if not reason.strip():
            raise InvalidInput(gettext("A rejection needs a reason."), fields={"reason": ["is missing"]})
        self._review(ReviewStatus.REJECTED, by=by, reason=reason)

    def _review(self, status: ReviewStatus, *, by: User, reason: str) -> None:
        self.review_status = status
        self.rejection_reason = reason
        self.reviewed_by = by
        self.reviewed_at = timezone.now()
        self.save(update_fields=["review_status", "rejection_reason", "reviewed_by", "reviewed_at"])


class Definition(Matched):
    """What a concept is, in one language (`definition`)."""

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="definitions")
    language = models.CharField(max_length=16, choices=Language)
    text = models.TextField()
    source = models.TextField(blank=True)
    key = KeyField()

    objects = MatchedQuerySet["Definition"].as_manager()

    class Meta:
        ordering = ["concept", "language", "pk"]
        verbose_name = _("definition")
        verbose_name_plural = _("definitions")
        constraints = [
            clean_text("text", "definition_text_is_clean"),
            models.UniqueConstraint("concept", "language", "text", name="definition_unique_in_concept_and_language"),
            models.CheckConstraint(condition=Q(language__in=Language), name="definition_language_known"),
        ]
        indexes = [remark_index("key", "definition_text")]
        triggers = [*touch_concepts("definition"), *with_history("definition")]

    def __str__(self) -> str:
        return self.text


class ConceptRelationQuerySet(models.QuerySet["ConceptRelation"]):
    """Sets of relations."""

    def current(self) -> Self:
        """Those that lead to a concept in use."""
        return self.filter(target__withdrawn_at=None)

    def with_preferred_terms(self) -> Self:
        """With `target.preferred_terms`, the target's approved preferred terms, Chinese first."""
        return self.select_related("target").prefetch_related(
            models.Prefetch("target__terms", preferred_terms(), to_attr="preferred_terms")
        )


class ConceptRelation(models.Model):
    """A directed link between two concepts."""

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="relations")
    relation_type = models.CharField(max_length=16, choices=RelationType)
    target = models.ForeignKey(Concept, models.CASCADE, related_name="inverse_relations")

    objects = ConceptRelationQuerySet.as_manager()

    class Meta:
        ordering = ["concept", "relation_type", "target"]
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [
            models.UniqueConstraint("concept", "relation_type", "target", name="relation_unique"),
            models.CheckConstraint(condition=~Q(concept=F("target")), name="relation_not_to_itself"),
            models.CheckConstraint(condition=Q(relation_type__in=RelationType), name="relation_type_known"),
        ]
        triggers = [*touch_concepts("relation"), *with_history("relation")]

    def __str__(self) -> str:
        return f"{self.concept} {self.relation_type} {self.target}"
