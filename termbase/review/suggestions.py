"""Readers' suggestions, one by one."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from termbase import editing
from termbase.errors import Conflict, InvalidInput, NotFound
from termbase.models import Suggestion
from termbase.models.history import acting
from termbase.models.matching import MAX_BYTES, is_clean
from termbase.models.permissions import demand
from termbase.review.work import Card, Field, Texts, near_entries
from termbase.text.normalise import normalise
from termbase.vocabulary import ActivityKind, AdministrativeStatus, Language, QueueStatus, Reliability

_LANGUAGES = {"text_zh": Language.ZH_HANS, "text_en": Language.EN}


class Suggestions:
    """Oldest first."""

    filters = {"concept": "concept__key"}

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
            fields=[
                Field("text_zh", _("Chinese"), found.text_zh, language=Language.ZH_HANS),
                Field("text_en", _("English"), found.text_en, language=Language.EN),
            ],
            entry=found.concept_id,
        )

    def accept(self, *, item: int, by: User, fields: Texts) -> None:
        """Add its terms, as proposals, to the concept it is about, or to a new one; a remark alone is seen to."""
        demand(by, "change_suggestion", "add_concept", "add_term")
        with acting(user=by, activity=ActivityKind.REVIEW):
            found = _locked(item)
            terms = list(_terms(found, fields))
            if found.concept is not None:
                _add(found.concept.key, terms, by)
            elif terms:
                preferred = {"administrative_status": AdministrativeStatus.PREFERRED}
                editing.create_concept(values={"terms": [term | preferred for term in terms]}, by=by)
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
            terms = list(_terms(found, {}))
            if not terms:
                raise InvalidInput(_("A remark has no terms to merge."), fields={"text_zh": ["is missing"]})
            _add(into, terms, by)
            _decide(found, QueueStatus.ACCEPTED, by)


def _locked(pk: int) -> Suggestion:
    found = Suggestion.objects.select_for_update(of=("self",)).select_related("concept").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such suggestion any more."))
    if found.status != QueueStatus.WAITING:
        who = found.reviewed_by.get_username() if found.reviewed_by else _("Somebody")
        told = {"who": who, "text": str(found), "decision": found.get_status_display()}
        raise Conflict(_("%(who)s has decided on “%(text)s” already: %(decision)s.") % told)
    return found


def _decide(found: Suggestion, status: QueueStatus, by: User) -> None:
    found.status = status
    found.reviewed_by = by
    found.reviewed_at = timezone.now()
    found.save(update_fields=["status", "reviewed_by", "reviewed_at"])


def _terms(found: Suggestion, fields: Texts) -> Iterator[dict[str, Any]]:
    """Its terms as the reviewer wants them: nobody vouches for a reader's words but who has changed them."""
    for name, language in _LANGUAGES.items():
        said = str(getattr(found, name)).strip()
        text = fields.get(name, said).strip()
        if not text:
            continue
        if not is_clean(text) or not normalise(text) or len(text.encode()) > MAX_BYTES:
            problem = "holds control characters, nothing to be found by, or too much"
            raise InvalidInput(_("The text cannot be taken."), fields={name: [problem]})
        reliability = Reliability.UNSURE if text == said else Reliability.EDITORIAL
        yield {"language": language, "text": text, "reliability": reliability}


def _add(key: str, terms: list[dict[str, Any]], by: User) -> None:
    for values in terms:
        editing.add_term(concept_key=key, values=values, by=by)


def _terms_of(found: Suggestion) -> list[str]:
    preferred = AdministrativeStatus.PREFERRED
    terms = found.concept.terms.filter(administrative_status=preferred) if found.concept else None
    return [] if terms is None else [term.text for term in terms.order_by("-language")]
