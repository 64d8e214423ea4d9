"""What the termbase knows, as the harvest needs it."""

from termbase.harvest.candidates.queue import CHINESE
from termbase.harvest.candidates.values import Known, KnownTerm
from termbase.models import Candidate, Term
from termbase.vocabulary import AdministrativeStatus, Language, QueueStatus, ReviewStatus


def known_terms() -> Known:
    """All Chinese terms of current concepts, proposed ones too, and what a terminologist has rejected."""
    findable = Term.objects.filter(concept__withdrawn_at=None).order_by("pk")
    english = dict(
        findable.filter(language=Language.EN, administrative_status=AdministrativeStatus.PREFERRED)
        .exclude(review_status=ReviewStatus.REJECTED)
        .values_list("concept_id", "text")
    )
    rows = findable.filter(language__in=CHINESE).values_list(
        "key", "review_status", "pk", "concept_id", "text", "concept__subject_field_id"
    )
    terms: dict[str, KnownTerm] = {}
    rejected = set(
        Candidate.objects.filter(language__in=CHINESE, status=QueueStatus.REJECTED).values_list("key", flat=True)
    )
    for key, status, term, concept, text, subject_field in rows:
        if status == ReviewStatus.REJECTED:
            rejected.add(key)
        else:
            # Of homographs the oldest.
            terms.setdefault(key, KnownTerm(term, concept, text, english.get(concept, ""), subject_field))
    return Known(terms, frozenset(rejected))
