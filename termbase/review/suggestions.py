"""Readers' suggestions, one by one."""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from termbase.errors import InvalidInput, NotFound
from termbase.models import Suggestion
from termbase.models.decisions import decided_already
from termbase.models.history import acting
from termbase.models.permissions import demand
from termbase.review.wording import add_to, fields_of, make_concept, terms_worded
from termbase.review.work import Card, Recorded, Texts, near_entries
from termbase.vocabulary import ActivityKind, AdministrativeStatus, Language, QueueStatus


class Suggestions(Recorded):
    """Oldest first."""

    filters = {"concept": "concept__key"}
    reasons = (
        gettext_lazy("not a term: a free combination of words"),
        gettext_lazy("not the equivalent"),
        gettext_lazy("not attested"),
        gettext_lazy("known already"),
        gettext_lazy("outside the field"),
    )

    def waiting(self, by: User) -> QuerySet[Suggestion]:
        """Suggestions that nobody has decided on."""
        return Suggestion.objects.filter(status=QueueStatus.WAITING).order_by("suggested_at", "pk")

    def card(self, item: int) -> Card:
        """A suggestion, with what the reader says and what there is already."""
        found = Suggestion.objects.select_related("concept", "suggested_by").filter(pk=item).first()
        if found is None:
            raise NotFound(_("There is no such suggestion any more."))
        text = found.text_zh or found.text_en
        facts = [(_("suggested"), found.suggested_at.strftime("%Y-%m-%d %H:%M"))]
        facts.append((_("by"), found.suggested_by.get_username() if found.suggested_by else _("a reader")))
        if found.comment:
            facts.append((_("comment"), found.comment))
        if found.concept:
            facts.append((_("about"), ", ".join([found.concept.key, *_terms_of(found)])))
        return Card(
            item=found.pk,
            text=str(found),
            language=Language.ZH_HANS if found.text_zh else Language.EN,
            facts=facts,
            near=near_entries(text, without=found.concept_id) if text else (),
            fields=fields_of(_said(found)),
            entry=found.concept_id,
        )

    def accept(self, *, item: int, by: User, fields: Texts) -> None:
        """Add its terms, as proposals, to the concept it is about, or to a new one; a remark alone is seen to."""
        demand(by, "change_suggestion", "add_concept", "add_term")
        with acting(user=by, activity=ActivityKind.REVIEW):
            found = _locked(item)
            terms = terms_worded(_said(found), fields)
            if found.concept is not None:
                add_to(found.concept.key, terms, by)
            elif terms:
                make_concept(terms, by)
            _decide(found, QueueStatus.ACCEPTED, by)

    def reject(self, *, item: int, by: User, reason: str) -> None:
        """Turn it down; the reason is in the history."""
        demand(by, "change_suggestion")
        if not reason.strip():
            raise InvalidInput(_("A rejection needs a reason."), fields={"reason": ["is missing"]})
        with acting(user=by, activity=ActivityKind.REVIEW, reason=reason.strip()):
            _decide(_locked(item), QueueStatus.REJECTED, by)

    def merge(self, *, item: int, into: str, by: User) -> None:
        """Add its terms to another concept than it is about."""
        demand(by, "change_suggestion", "add_term")
        with acting(user=by, activity=ActivityKind.REVIEW):
            found = _locked(item)
            terms = terms_worded(_said(found), {})
            if not terms:
                raise InvalidInput(_("A remark has no terms to merge."), fields={"text_zh": ["is missing"]})
            add_to(into, terms, by)
            _decide(found, QueueStatus.ACCEPTED, by)


def _locked(pk: int) -> Suggestion:
    found = Suggestion.objects.select_for_update(of=("self",)).select_related("concept").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such suggestion any more."))
    if found.status != QueueStatus.WAITING:
        raise decided_already(found.reviewed_by, str(found), found.get_status_display())
    return found


def _decide(found: Suggestion, status: QueueStatus, by: User) -> None:
    found.status = status
    found.reviewed_by = by
    found.reviewed_at = timezone.now()
    found.save(update_fields=["status", "reviewed_by", "reviewed_at"])


def _said(found: Suggestion) -> dict[str, str]:
    return {"text_zh": found.text_zh, "text_en": found.text_en}


def _terms_of(found: Suggestion) -> list[str]:
    preferred = AdministrativeStatus.PREFERRED
    terms = found.concept.terms.filter(administrative_status=preferred) if found.concept else None
    return [] if terms is None else [term.text for term in terms.order_by("-language")]
