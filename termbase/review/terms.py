"""Terms to approve, one by one: proposed ones, and those whose approval is due for another look."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from termbase import merging
from termbase.errors import InvalidInput, NotFound
from termbase.models import Concept, Example, Term
from termbase.models.concepts import TermQuerySet
from termbase.models.decisions import decided_already
from termbase.models.history import acting
from termbase.models.permissions import demand
from termbase.review.work import Card, Field, Known, Recorded, Texts, near_entries, sentences
from termbase.vocabulary import ActivityKind, ReviewStatus

YEAR = timedelta(days=365.25)
FROM_THE_ENTRY = 5
NOTICE = timedelta(days=90)
"""How long before an approval is due for another look it is in the queue."""


class Proposed(Recorded):
    """Proposed terms, the oldest first, but for one's own."""

    filters = {
        "language": "language",
        "subject_field": "concept__subject_field__key",
        "proposed_by": "proposed_by__username",
    }
    reasons = (
        gettext_lazy("not the equivalent"),
        gettext_lazy("not attested"),
        gettext_lazy("against house style"),
        gettext_lazy("another form of the entry is enough"),
        gettext_lazy("outdated"),
    )

    def waiting(self, by: User) -> TermQuerySet:
        """Terms that `by` may approve or reject."""
        terms = Term.objects.filter(review_status=ReviewStatus.PROPOSED, concept__withdrawn_at=None)
        return _not_ones_own(terms, by).order_by("pk")

    def card(self, item: int) -> Card:
        """A term among the others of its concept."""
        term = Term.objects.select_related("concept__subject_field", "proposed_by").filter(pk=item).first()
        if term is None:
            raise NotFound(_("There is no such term any more."))
        examples = _examples(term)
        parts = term.frequencies.select_related("document").order_by("-count", "document__key")
        return Card(
            item=term.pk,
            text=term.text,
            language=term.language,
            facts=_facts(term),
            badges=[str(term.get_term_type_display()), str(term.get_administrative_status_display())],
            sentences=sentences(examples),
            language_of_sentences=examples[0].term.language if examples else "",
            counts=[(part.document.cited_as, part.count) for part in parts],
            known=[Known(t.text, t.get_review_status_display(), term.concept_id, "") for t in _others(term)],
            near=near_entries(term.text, without=term.concept_id),
            fields=[Field("source", _("Source"), term.source)],
            entry=term.concept_id,
            accepting=_("Approve"),
        )

    def accept(self, *, item: int, by: User, fields: Texts) -> None:
        """Approve it, with a better source if one is given."""
        demand(by, "review_term")
        with acting(user=by, activity=ActivityKind.REVIEW):
            term = self.locked(item)
            source = fields.get("source", term.source).strip()
            if source != term.source:
                demand(by, "change_term")
                term.source = source
                term.save(update_fields=["source"])
            term.approve(by=by)

    def reject(self, *, item: int, by: User, reason: str) -> None:
        """Reject it; it stays on record with the reason."""
        demand(by, "review_term")
        with acting(user=by, activity=ActivityKind.REVIEW, reason=reason.strip()):
            self.locked(item).reject(by=by, reason=reason.strip())

    def merge(self, *, item: int, into: str, by: User) -> None:
        """Merge its concept, in which nothing is approved yet, into another."""
        with acting(user=by, activity=ActivityKind.REVIEW):
            term = self.locked(item)
            if term.concept.terms.filter(review_status=ReviewStatus.APPROVED).exists():
                problem = _("The entry has approved terms; merge it on its own page.")
                raise InvalidInput(problem, fields={"into": ["is for entries in which nothing is approved"]})
            merging.merge(source=term.concept.key, target=into, by=by)

    def locked(self, pk: int) -> Term:
        """The term, still to be decided; of two who decide at once the second is told."""
        term = Term.objects.select_related("concept").filter(pk=pk).first()
        if term is None or not Concept.objects.select_for_update().filter(pk=term.concept_id, withdrawn_at=None):
            raise NotFound(_("There is no such term any more."))
        # Read again: whoever held the concept may have decided.
        term = Term.objects.select_related("concept", "reviewed_by").get(pk=pk)
        if not self.is_waiting(term):
            raise decided_already(term.reviewed_by, term.text, term.get_review_status_display())
        return term

    def is_waiting(self, term: Term) -> bool:
        """Whether it is still to be decided."""
        return term.review_status == ReviewStatus.PROPOSED


class Expiring(Proposed):
    """Approved terms that somebody is to look at again, the longest approved first; accepting is approving anew."""

    def waiting(self, by: User) -> TermQuerySet:
        """None, where approvals hold for ever."""
        if not settings.TERMBASE_APPROVAL_YEARS:
            return Term.objects.none()
        terms = Term.objects.filter(
            review_status=ReviewStatus.APPROVED, reviewed_at__lt=_due(), concept__withdrawn_at=None
        )
        return _not_ones_own(terms, by).order_by("reviewed_at", "pk")

    def is_waiting(self, term: Term) -> bool:
        """Whether nobody has looked at it again yet."""
        due = term.reviewed_at is not None and term.reviewed_at < _due()
        return due and term.review_status == ReviewStatus.APPROVED


def _due() -> datetime:
    return timezone.now() - settings.TERMBASE_APPROVAL_YEARS * YEAR + NOTICE


def _not_ones_own(terms: TermQuerySet, by: User) -> TermQuerySet:
    if settings.TERMBASE_SELF_APPROVAL:
        return terms
    return terms.filter(Q(proposed_by=None) | ~Q(proposed_by=by))


def _examples(term: Term) -> list[Example]:
    """Its own; of one without, such as English where the documents are Chinese, those of the entry."""
    of_entry = Example.objects.current().filter(term__concept=term.concept_id)
    in_order = of_entry.select_related("passage__document", "term").order_by("-pinned", "-score", "pk")
    return list(in_order.filter(term=term)) or list(in_order[:FROM_THE_ENTRY])


def _others(term: Term) -> TermQuerySet:
    others = Term.objects.filter(concept=term.concept).exclude(pk=term.pk)
    return others.exclude(review_status=ReviewStatus.REJECTED).in_order()


def _facts(term: Term) -> list[tuple[str, str]]:
    facts = [(_("entry"), term.concept.key)]
    if term.concept.subject_field is not None:
        facts.append((_("subject field"), str(term.concept.subject_field)))
    facts.append((_("reliability"), f"{term.reliability} – {term.get_reliability_display()}"))
    if term.proposed_by is not None:
        facts.append((_("proposed by"), term.proposed_by.get_username()))
    if term.reviewed_at is not None and term.review_status == ReviewStatus.APPROVED:
        facts.append((_("approved"), term.reviewed_at.strftime("%Y-%m-%d")))
    facts += [(name, text) for name, text in ((_("note"), term.note), (_("usage note"), term.usage_note)) if text]
    return facts
