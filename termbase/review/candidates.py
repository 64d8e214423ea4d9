"""Candidates of the harvest, one by one."""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from termbase import concordance
from termbase.errors import InvalidInput, NotFound
from termbase.harvest.candidates import reviewing
from termbase.models import Candidate, Term
from termbase.review.work import Card, Field, Known, Near, Recorded, Texts, near_entries, sentences
from termbase.vocabulary import AdministrativeStatus, Badge, Language, QueueStatus, ReviewStatus, TermType


class Candidates(Recorded):
    """Surest first; `filters` by document, subject field, type and badge."""

    filters = {
        "document": "frequencies__document__key",
        "subject_field": "subject_field__key",
        "term_type": "term_type",
        "badge": "badges__contains",
        "assigned": "assignments__assigned_to__username",
    }
    reasons = (
        gettext_lazy("not a term: a free combination of words"),
        gettext_lazy("cut wrongly"),
        gettext_lazy("only part of a longer term"),
        gettext_lazy("too general"),
        gettext_lazy("known already"),
        gettext_lazy("outside the field"),
    )

    def waiting(self, by: User) -> QuerySet[Candidate]:
        """Candidates that nobody has decided on."""
        return Candidate.objects.filter(status=QueueStatus.WAITING).order_by("-score", "pk")

    def card(self, item: int) -> Card:
        """A candidate in its sentences."""
        found = Candidate.objects.select_related("subject_field", "variant_of").filter(pk=item).first()
        if found is None:
            raise NotFound(_("There is no such candidate any more."))
        examples = found.examples.select_related("passage__document").order_by("-score", "pk")
        parts = found.frequencies.select_related("document").order_by("-count", "document__key")
        return Card(
            item=found.pk,
            text=found.text,
            language=found.language,
            facts=_facts(found),
            badges=[str(Badge(badge).label) for badge in found.badges],
            sentences=sentences(examples),
            counts=[(part.document.cited_as, part.count) for part in parts],
            known=_known_inside(found),
            near=_near(found),
            fields=[
                Field("english", _("English"), found.proposed_english, language=Language.EN),
                Field("term_type", _("Type"), found.term_type, choices=TermType.choices),
            ],
        )

    def accept(self, *, item: int, by: User, fields: Texts) -> None:
        """Make it a concept with proposed terms."""
        given = fields.get("term_type")
        if given is not None and given not in TermType.values:
            raise InvalidInput(_("There is no such type."), fields={"term_type": ["is not one of the picklist"]})
        term_type = TermType(given) if given else None
        reviewing.accept(candidate=item, by=by, english=fields.get("english"), term_type=term_type)

    def reject(self, *, item: int, by: User, reason: str) -> None:
        """No harvest proposes it again."""
        reviewing.reject(candidate=item, by=by, reason=reason)

    def merge(self, *, item: int, into: str, by: User) -> None:
        """Make it a variant there."""
        reviewing.merge(candidate=item, into=into, by=by)


def _facts(found: Candidate) -> list[tuple[str, str]]:
    facts = [(_("likelihood"), f"{found.score:.0%}")]
    if found.subject_field is not None:
        facts.append((_("subject field"), str(found.subject_field)))
    if found.full_form:
        facts.append((_("short for"), found.full_form))
    if found.proposed_english:
        places = sum(count for _document, count in concordance.counts(found.proposed_english))
        facts.append((_("proposed English"), _("%(text)s (in the documents: %(count)d)") % {
            "text": found.proposed_english, "count": places
        }))  # fmt: skip
    return facts


def _known_inside(found: Candidate) -> list[Known]:
    terms = list(found.known_terms.select_related("concept").order_by("pk"))
    equivalents = Term.objects.filter(
        concept__in=[term.concept_id for term in terms],
        language=Language.EN,
        administrative_status=AdministrativeStatus.PREFERRED,
    ).exclude(review_status=ReviewStatus.REJECTED)
    english = dict(equivalents.values_list("concept", "text"))
    return [Known(term.text, english.get(term.concept_id, ""), term.concept_id, term.concept.key) for term in terms]


def _near(found: Candidate) -> list[Near]:
    """With the concept first that the harvest takes it for a variant of."""
    near = near_entries(found.text)
    return sorted(near, key=lambda entry: (not entry.same, entry.concept != found.variant_of_id))
