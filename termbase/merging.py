"""Two concepts made one, and one made two.

Each is one activity of the history, so it can be undone as one; to see what it would do it is rehearsed
(`history.timeline.rehearse`). Approval is of a wording for a concept: a term that goes to another one is approved anew.
Both raise `NotAllowed` for a person who may not change concepts.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext as _

from termbase.errors import Conflict, InvalidInput, NotFound, Stale
from termbase.models import (
    Assignment,
    Candidate,
    Concept,
    ConceptRelation,
    Definition,
    Example,
    Memo,
    Suggestion,
    Term,
    TermFrequency,
)
from termbase.models.history import acting
from termbase.models.permissions import demand
from termbase.vocabulary import ActivityKind, AdministrativeStatus, Language, RelationType, ReviewStatus

_STATUSES = list(AdministrativeStatus)


@dataclass(frozen=True, slots=True)
class Choice:
    """In a language: the terms that could be preferred after a merge; the first is, unless another is chosen."""

    language: str
    terms: list[Term]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What goes to a new concept, by ids; `relation` is how that is related to the old one.

    `preferred` are terms, of either, that are to be preferred in their language; the others keep their status.
    """

    terms: Collection[int]
    definitions: Collection[int] = ()
    preferred: Collection[int] = ()
    relation: RelationType | None = None


def choices(source: Concept, target: Concept) -> list[Choice]:
    """Where both concepts prefer a term, which of the two; the target's stands first."""
    preferred = Term.objects.filter(administrative_status=AdministrativeStatus.PREFERRED)
    preferred = preferred.exclude(review_status=ReviewStatus.REJECTED)
    found: dict[str, list[Term]] = {}
    for concept in (target, source):
        for term in preferred.filter(concept=concept).order_by("-language"):
            found.setdefault(term.language, []).append(term)
    return [Choice(language, terms) for language, terms in found.items() if len({term.text for term in terms}) > 1]


def merge(
    *,
    source: str,
    target: str,
    versions: Mapping[str, int] | None = None,
    preferred: Mapping[str, int] | None = None,
    by: User,
    reason: str = "",
) -> Concept:
    """Merge the concept `source` into `target`, which is returned; the key of `source` keeps answering.

    Terms move; one that the target has in the same words is folded into it, the better status, source and notes kept.
    Definitions, relations, examples, frequencies, candidates and suggestions follow, and so do concepts that `source`
    had replaced. `preferred` has by language the id of the term to prefer, otherwise the target's is. `versions` are
    those that the caller has seen, by key. Raises `NotFound`, `Stale`, `Conflict` where one is withdrawn, and
    `InvalidInput`.
    """
    demand(by, "change_concept")
    with acting(user=by, reason=reason, activity=ActivityKind.MERGE):
        concepts = _locked([source, target], versions)
        if source == target:
            raise InvalidInput(_("A concept is not merged into itself."), fields={"target": ["is the concept itself"]})
        old, new = concepts[source], concepts[target]
        chosen = _chosen(old, new, preferred or {})
        _merge_concepts(old, new)
        _merge_terms(old, new, chosen)
        _merge_definitions(old, new)
        _merge_relations(old, new)
        Suggestion.objects.filter(concept=old).update(concept=new)
        _move_teamwork(old, new)
        Concept.objects.filter(replaced_by=old).update(replaced_by=new)
        old.withdraw(replaced_by=new)
    new.refresh_from_db()
    return new


def split(
    *, key: str, chosen: Split, version: int | None = None, by: User, reason: str = "", new_key: str = ""
) -> Concept:
    """Move the chosen terms and definitions of a concept to a new one, in the same subject field, which is returned.

    It gets the next key unless one is given. Raises `NotFound`, `Stale`, `Conflict` where the concept is withdrawn, and
    `InvalidInput` where no term would move, none stay, or two of a language be preferred.
    """
    demand(by, "change_concept")
    with acting(user=by, reason=reason, activity=ActivityKind.SPLIT):
        concept = _locked([key], None if version is None else {key: version})[key]
        terms = {term.pk: term for term in concept.terms.all()}
        _check_split(chosen, terms, set(concept.definitions.values_list("pk", flat=True)))
        new = Concept.objects.create(key=new_key, subject_field=concept.subject_field)
        _split_terms(concept, new, terms, chosen)
        for definition in concept.definitions.filter(pk__in=chosen.definitions):
            definition.concept = new
            definition.save(update_fields=["concept"])
        if chosen.relation is not None:
            ConceptRelation.objects.create(concept=new, relation_type=chosen.relation, target=concept)
    new.refresh_from_db()
    return new


def _locked(keys: Iterable[str], versions: Mapping[str, int] | None) -> dict[str, Concept]:
    """The concepts by key, locked in one order whoever comes first."""
    found = Concept.objects.select_for_update().filter(key__in=keys).order_by("pk")
    concepts = {concept.key: concept for concept in found}
    for key in keys:
        if key not in concepts:
            raise NotFound(_("There is no concept “%s”.") % key)
        if versions is not None and versions.get(key) != concepts[key].version:
            raise Stale(_("%(key)s has changed since you looked at it; look again.") % {"key": key})
        if concepts[key].withdrawn_at is not None:
            raise Conflict(_("%s has been withdrawn.") % key)
    return concepts


def _chosen(old: Concept, new: Concept, preferred: Mapping[str, int]) -> set[int]:
    """The ids of the terms of `old` that are to be preferred over those of `new`."""
    allowed = {choice.language: {term.pk for term in choice.terms} for choice in choices(old, new)}
    for language, pk in preferred.items():
        if pk not in allowed.get(language, set()):
            problem = _("is not a preferred term of either concept")
            raise InvalidInput(_("The choice of the preferred term cannot be taken."), fields={language: [problem]})
    return {pk for pk in preferred.values() if old.terms.filter(pk=pk).exists()}


def _merge_concepts(old: Concept, new: Concept) -> None:
    subject_field = new.subject_field or old.subject_field
    note = _joined(new.note, old.note, "\n")
    if (subject_field, note) != (new.subject_field, new.note):
        new.subject_field, new.note = subject_field, note
        new.save(update_fields=["subject_field", "note"])


def _merge_terms(old: Concept, new: Concept, chosen: set[int]) -> None:
    kept = {(term.language, term.text): term for term in new.terms.all()}
    moving = list(old.terms.all())
    languages = {term.language for term in moving if term.pk in chosen}
    for term in kept.values():
        if term.language in languages and _is_preferred(term):
            _demote(term)
    held = {term.language for term in kept.values() if _is_preferred(term)}
    # Folded first: one may give its preference to its like, in a language that has none.
    for term in sorted(moving, key=lambda term: (term.language, term.text) not in kept):
        prefer = term.pk in chosen or (_is_preferred(term) and term.language not in held)
        if prefer:
            held.add(term.language)
        same = kept.get((term.language, term.text))
        if same is None:
            _move(term, new, prefer=prefer)
        else:
            _fold(term, same, prefer=prefer)


def _move(term: Term, new: Concept, *, prefer: bool) -> None:
    term.concept = new
    if _is_preferred(term) and not prefer:
        term.administrative_status = AdministrativeStatus.ADMITTED
    term.save(update_fields=["concept", "administrative_status"])


def _fold(term: Term, same: Term, *, prefer: bool) -> None:
    """Give `same` what `term` has that is better, or that it lacks, and take `term` out."""
    _move_what_hangs_on(term, same)
    # First out of the way: it may be the one preferred so far.
    term.delete()
    best = min(_STATUSES.index(AdministrativeStatus(t.administrative_status)) for t in (term, same))
    if _STATUSES[best] == AdministrativeStatus.PREFERRED and not prefer and not _is_preferred(same):
        best += 1
    same.administrative_status = AdministrativeStatus.PREFERRED if prefer else _STATUSES[best]
    same.source = _joined(same.source, term.source, "; ")
    same.note = _joined(same.note, term.note, "\n")
    same.usage_note = _joined(same.usage_note, term.usage_note, "\n")
    same.geographical_usage = same.geographical_usage or term.geographical_usage
    same.reliability = max(same.reliability, term.reliability)
    if same.review_status == ReviewStatus.REJECTED and term.review_status != ReviewStatus.REJECTED:
        same.review_status = ReviewStatus.PROPOSED
        same.rejection_reason = ""
        same.proposed_by = term.proposed_by
    same.save()


def _move_what_hangs_on(term: Term, same: Term) -> None:
    places = set(same.examples.values_list("passage", "start"))
    for example in term.examples.all():
        if (example.passage_id, example.start) not in places:
            Example.objects.filter(pk=example.pk).update(term=same)
        elif example.pinned:
            same.examples.filter(passage=example.passage_id, start=example.start).update(pinned=True)
    counted = same.frequencies.values("document")
    TermFrequency.objects.filter(term=term).exclude(document__in=counted).update(term=same)
    Candidate.objects.filter(term=term).update(term=same)


def _demote(term: Term) -> None:
    term.administrative_status = AdministrativeStatus.ADMITTED
    term.save(update_fields=["administrative_status"])


def _is_preferred(term: Term) -> bool:
    """As the constraint has it: the preference of a rejected term does not count."""
    preferred = term.administrative_status == AdministrativeStatus.PREFERRED
    return preferred and term.review_status != ReviewStatus.REJECTED


def _merge_definitions(old: Concept, new: Concept) -> None:
    kept = {(definition.language, definition.text): definition for definition in new.definitions.all()}
    for definition in old.definitions.all():
        same = kept.get((definition.language, definition.text))
        if same is None:
            definition.concept = new
            definition.save(update_fields=["concept"])
        else:
            Definition.objects.filter(pk=same.pk).update(source=_joined(same.source, definition.source, "; "))
            definition.delete()


def _merge_relations(old: Concept, new: Concept) -> None:
    """Relations of and to `old` become those of `new`; one that would be there twice, or lead to itself, goes."""
    kept = ConceptRelation.objects.filter(Q(concept=new) | Q(target=new))
    there = set(kept.values_list("concept", "relation_type", "target"))
    for relation in ConceptRelation.objects.filter(Q(concept=old) | Q(target=old)).order_by("pk"):
        if relation.concept_id == old.pk:
            relation.concept = new
        if relation.target_id == old.pk:
            relation.target = new
        row = (relation.concept_id, relation.relation_type, relation.target_id)
        if relation.concept_id == relation.target_id or row in there:
            relation.delete()
        else:
            there.add(row)
            relation.save(update_fields=["concept", "target"])


def _move_teamwork(old: Concept, new: Concept) -> None:
    Memo.objects.filter(concept=old).update(concept=new)
    asked = Assignment.objects.open().filter(concept=new).values("assigned_to")
    Assignment.objects.filter(concept=old).exclude(assigned_to__in=asked).update(concept=new)


def _joined(text: str, other: str, between: str) -> str:
    """Both, unless one of them says what the other does."""
    if not other or other in text.split(between):
        return text
    return f"{text}{between}{other}" if text else other


def _check_split(chosen: Split, terms: Mapping[int, Term], definitions: set[int]) -> None:
    if not chosen.terms:
        raise InvalidInput(_("Choose the terms of the new concept."), fields={"terms": [_("none is chosen")]})
    strange = set(chosen.terms) - terms.keys() or set(chosen.definitions) - definitions
    if strange or not set(chosen.preferred) <= terms.keys():
        raise InvalidInput(_("What was chosen is not of this concept."), fields={"terms": [_("not of this concept")]})
    if set(chosen.terms) == terms.keys():
        raise InvalidInput(_("At least one term stays."), fields={"terms": [_("all are chosen")]})
    for (language, _moves), count in Counter(_side(terms[pk], chosen) for pk in chosen.preferred).items():
        if count > 1:
            raise InvalidInput(
                _("One preferred term in %s is the most for either concept.") % Language(language).label,
                fields={"preferred": [_("two in one language")]},
            )


def _side(term: Term, chosen: Split) -> tuple[str, bool]:
    """The language of a term, and whether it moves: of each there is one preferred term."""
    return term.language, term.pk in chosen.terms


def _split_terms(concept: Concept, new: Concept, terms: Mapping[int, Term], chosen: Split) -> None:
    decided = {_side(terms[pk], chosen) for pk in chosen.preferred}
    # Who was preferred steps back first: the constraint allows one preferred term at every moment.
    for term in sorted(terms.values(), key=lambda term: term.pk in chosen.preferred):
        before = (term.concept_id, term.administrative_status)
        if term.pk in chosen.terms:
            term.concept = new
        if term.pk in chosen.preferred:
            term.administrative_status = AdministrativeStatus.PREFERRED
        elif _is_preferred(term) and _side(term, chosen) in decided:
            term.administrative_status = AdministrativeStatus.ADMITTED
        if before != (term.concept_id, term.administrative_status):
            term.save(update_fields=["concept", "administrative_status"])
