"""A person's decision on one candidate: accept, reject, merge into a concept, skip; and taken back.

Each decision is one step of the history. What becomes of a candidate is a proposal of whoever decides: somebody else
approves it. Callers have occurrences refreshed (`jobs.request_refresh`) once a term has come of it.
"""

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from termbase import editing
from termbase.errors import Conflict, InvalidInput, NotFound
from termbase.history import undoing
from termbase.models import Candidate, CandidateExample, Example, Revision, Term, TermFrequency, Turn
from termbase.models.decisions import decided_already
from termbase.models.history import acting
from termbase.models.matching import MAX_BYTES, is_clean
from termbase.models.permissions import demand
from termbase.text.normalise import normalise
from termbase.vocabulary import ActivityKind, AdministrativeStatus, Language, QueueStatus, Reliability, TermType

QUEUE = "candidates"
MAY_ACCEPT = ("change_candidate", "add_concept", "add_term")
MAY_DECIDE = ("change_candidate",)


def accept(
    *, candidate: int, by: User, english: str | None = None, term_type: TermType | None = None, reason: str = ""
) -> Term:
    """Make the candidate (id) a concept with a proposed term, which is returned.

    `english` and `term_type` are what the harvest proposes, unless given; "" is for no English. Raises `NotAllowed`,
    `NotFound`, `Conflict` where it is decided already, `InvalidInput`.
    """
    demand(by, *MAY_ACCEPT)
    with acting(user=by, reason=reason, activity=ActivityKind.REVIEW):
        found = _locked(candidate)
        text = _checked(found.proposed_english if english is None else english)
        terms = [_chinese(found, term_type or TermType(found.term_type), AdministrativeStatus.PREFERRED)]
        if text:
            terms.append(_english(text, made_up=text == found.proposed_english))
        concept = editing.create_concept(values={"subject_field": found.subject_field, "terms": terms}, by=by)
        return _become(found, concept.terms.get(language=found.language), by)


def merge(*, candidate: int, into: str, by: User, term_type: TermType | None = None, reason: str = "") -> Term:
    """Make the candidate (id) a proposed term, a variant, of the concept with the key `into`; the term is returned.

    Raises `NotAllowed`, `NotFound`, `Withdrawn`, and `Conflict` where it is decided already or the concept has it.
    """
    demand(by, *MAY_ACCEPT)
    with acting(user=by, reason=reason, activity=ActivityKind.REVIEW):
        found = _locked(candidate)
        proposed = TermType.VARIANT if found.term_type == TermType.FULL_FORM else TermType(found.term_type)
        values = _chinese(found, term_type or proposed, AdministrativeStatus.ADMITTED)
        return _become(found, editing.add_term(concept_key=into, values=values, by=by), by)


def reject(*, candidate: int, by: User, reason: str) -> None:
    """Reject the candidate (id); its key is remembered, and no harvest proposes it again.

    Raises `NotAllowed`, `NotFound`, `Conflict` where it is decided already, `InvalidInput` without a reason.
    """
    demand(by, *MAY_DECIDE)
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("A rejection needs a reason."), fields={"reason": ["is missing"]})
    with acting(user=by, reason=reason, activity=ActivityKind.REVIEW):
        found = _locked(candidate)
        found.rejection_reason = reason
        _decide(found, QueueStatus.REJECTED, by)


def skip(*, candidate: int, by: User) -> None:
    """Set the candidate (id) aside: it is given to others, and to `by` on another day. Raises as the others do."""
    demand(by, *MAY_DECIDE)
    with acting(user=by):
        Turn.objects.note(QUEUE, _locked(candidate).pk, by, skipped=True)


def undo(*, candidate: int, by: User, reason: str = "") -> None:
    """Take the decision on the candidate (id) back: it waits again, and the concept that came of it is withdrawn.

    Raises `NotAllowed`, `NotFound`, and `Conflict` where nothing is decided, where what came of it has changed since,
    or where it was decided with others in one step, which is undone as a whole.
    """
    demand(by, *MAY_DECIDE)
    with acting(user=by, reason=reason):
        found = Candidate.objects.select_for_update().filter(pk=candidate).first()
        if found is None:
            raise NotFound(_("There is no such candidate any more."))
        decided = Revision.objects.filter(model="candidate", row=candidate, changes__has_key="status")
        last = decided.select_related("activity").order_by("-pk").first()
        if found.status == QueueStatus.WAITING or last is None:
            raise Conflict(_("“%s” is waiting; there is nothing to undo.") % found.text)
        if Revision.objects.filter(activity=last.activity, model="candidate").exclude(row=candidate).exists():
            raise Conflict(_("It was decided with others in one step; undo that step."))
        undoing.undo_wholly(activity=last.activity, by=by, reason=reason)


def _locked(pk: int) -> Candidate:
    """The candidate, waiting; of two who decide at once the second is told."""
    found = Candidate.objects.select_for_update(of=("self",)).select_related("subject_field").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such candidate any more."))
    if found.status != QueueStatus.WAITING:
        raise decided_already(found.reviewed_by, found.text, found.get_status_display())
    return found


def _become(found: Candidate, term: Term, by: User) -> Term:
    _show_places(found, term)
    found.term = term
    _decide(found, QueueStatus.ACCEPTED, by)
    return term


def _decide(found: Candidate, status: QueueStatus, by: User) -> None:
    found.status = status
    found.reviewed_by = by
    found.reviewed_at = timezone.now()
    found.save(update_fields=["status", "rejection_reason", "term", "reviewed_by", "reviewed_at"])
    Turn.objects.filter(queue=QUEUE, item=found.pk).delete()


def _checked(english: str) -> str:
    text = english.strip()
    if text and (not is_clean(text) or not normalise(text) or len(text.encode()) > MAX_BYTES):
        problem = "holds control characters, nothing to be found by, or too much"
        raise InvalidInput(_("The English cannot be taken."), fields={"english": [problem]})
    return text


def _chinese(found: Candidate, term_type: TermType, status: AdministrativeStatus) -> dict[str, Any]:
    source = _source(found)
    return {
        "language": found.language,
        "text": found.text,
        "term_type": term_type,
        "administrative_status": status,
        "source": source,
        "reliability": Reliability.ATTESTED if source else Reliability.UNSURE,
    }


def _english(text: str, *, made_up: bool) -> dict[str, Any]:
    """What was made of the English of the parts nobody vouches for; what a person wrote is that person's knowledge."""
    return {
        "language": Language.EN,
        "text": text,
        "administrative_status": AdministrativeStatus.PREFERRED,
        "reliability": Reliability.UNSURE if made_up else Reliability.EDITORIAL,
    }


def _source(found: Candidate) -> str:
    """The documents it stands in, each with the paragraph of its best sentence: “A/CONF.234/7, 13; …”."""
    cited: dict[int, str] = {}
    examples = CandidateExample.objects.filter(candidate=found).select_related("passage__document")
    for example in examples.order_by("-score", "pk"):
        document = example.passage.document
        cited.setdefault(document.pk, ", ".join(filter(None, (document.cited_as, example.passage.number))))
    return "; ".join(cited[pk] for pk in sorted(cited))


def _show_places(found: Candidate, term: Term) -> None:
    """Give the term the candidate's sentences and counts, to be seen before the next refresh of them all."""
    Example.objects.bulk_create(
        Example(
            term=term,
            passage_id=place.passage_id,
            start=place.start,
            end=place.end,
            sentence_start=place.sentence_start,
            sentence_end=place.sentence_end,
            score=place.score,
        )
        for place in found.examples.all()
    )
    TermFrequency.objects.bulk_create(
        TermFrequency(term=term, document_id=part.document_id, count=part.count) for part in found.frequencies.all()
    )
