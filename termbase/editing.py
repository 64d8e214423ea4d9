"""Editing of concepts by people and programs that have read them before: no write goes over one it has not seen.

Values are dictionaries of the fields of the models. `versions` are the versions of the concept that the writer has
seen; the row is locked before they are compared, so of two writers one is refused. `reason` is for the history. All
raise `NotAllowed` for a person whose role does not allow it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError
from psycopg.errors import CheckViolation, UniqueViolation

from termbase.errors import Conflict, InvalidInput, NotFound, Stale, Withdrawn
from termbase.models import Concept, ConceptRelation, Definition, Term
from termbase.models.history import acting
from termbase.models.permissions import demand
from termbase.vocabulary import ActivityKind, AdministrativeStatus, ReviewStatus

Values = Mapping[str, Any]

# The database is the judge; this is what its constraints mean to a caller: field, and what is wrong.
_MEANINGS = {
    "termbase_concept_key_key": ("key", "is in use"),
    "term_unique_in_concept_and_language": ("text", "the concept has this term in this language already"),
    "term_one_preferred_per_language": ("administrative_status", "another term is preferred in this language"),
    "definition_unique_in_concept_and_language": ("definitions", "the same stands twice"),
    "relation_unique": ("relations", "the same stands twice"),
    "term_approved_has_source": ("source", "an approved term has one"),
    "relation_not_to_itself": ("relations", "a concept is not related to itself"),
}


@contextmanager
def _explained(by: User, activity: ActivityKind | None = None, reason: str = "") -> Iterator[None]:
    """An activity, and a transaction, whose broken constraints are said in words."""
    try:
        with acting(user=by, activity=activity, reason=reason):
            yield
    except IntegrityError as error:
        cause = error.__cause__
        if not isinstance(cause, (CheckViolation, UniqueViolation)):
            raise
        name = str(cause.diag.constraint_name)
        field, problem = _MEANINGS.get(name, ("body", f"breaks the rule {name}"))
        kind = Conflict if isinstance(cause, UniqueViolation) else InvalidInput
        raise kind(f"{field}: {problem}.", fields={field: [problem]}) from error


def create_concept(*, values: Values, by: User, reason: str = "") -> Concept:
    """A new concept; without a key it gets the next one. Its terms are proposed.

    Raises `Conflict` for a key in use, or for terms that cannot stand together.
    """
    demand(by, "add_concept", "add_term")
    with _explained(by, reason=reason):
        plain = {name: values[name] for name in ("subject_field", "note") if name in values}
        concept = Concept.objects.create(key=values.get("key") or Concept.next_key(), **plain)
        _set_parts(concept, values, by)
    concept.refresh_from_db()
    return concept


def change_concept(*, key: str, versions: Collection[int], values: Values, by: User, reason: str = "") -> Concept:
    """The concept with these values; lists are taken whole, fields that are not given stay.

    A term with an `id` is changed, one without is new. An approved term that is not given is refused: terms are
    rejected, not taken out. Raises `NotFound`, `Stale`, `Withdrawn`, `InvalidInput`, `Conflict`.
    """
    demand(by, "change_concept", "change_term")
    with _explained(by, reason=reason):
        concept = _locked(key, versions)
        changed = [name for name in ("subject_field", "note") if name in values]
        changed = [name for name in changed if getattr(concept, name) != values[name]]
        for name in changed:
            setattr(concept, name, values[name])
        if changed:
            concept.save(update_fields=changed)
        _set_parts(concept, values, by)
    concept.refresh_from_db()
    return concept


def withdraw_concept(*, key: str, versions: Collection[int], by: User, reason: str = "") -> None:
    """Take the concept out of use. Raises `NotFound`, `Stale`, `Withdrawn`."""
    demand(by, "change_concept")
    with acting(user=by, activity=ActivityKind.WITHDRAW, reason=reason):
        _locked(key, versions).withdraw()


def add_term(*, concept_key: str, values: Values, by: User, reason: str = "") -> Term:
    """A new term of a concept, proposed by `by`. Raises `NotFound`, `Withdrawn`, `Conflict`."""
    demand(by, "add_term")
    with _explained(by, reason=reason):
        concept = _locked(concept_key, None)
        term = Term.objects.create(concept=concept, proposed_by=by, **values)
    term.refresh_from_db()
    return term


def change_term(*, term: Term, versions: Collection[int], values: Values, by: User, reason: str = "") -> Term:
    """The term with these values; another text is a proposal of `by`. Raises `Stale`, `Withdrawn`, `Conflict`."""
    demand(by, "change_term")
    with _explained(by, reason=reason):
        _locked(term.concept.key, versions)
        term.refresh_from_db()
        _change(term, values, by)
    term.refresh_from_db()
    return term


def review_term(
    *, term: Term, versions: Collection[int], by: User, rejected_because: str | None = None, reason: str = ""
) -> Term:
    """The term approved, or rejected for a reason. Raises `Stale`, `Withdrawn`, `NotAllowed`, `InvalidInput`."""
    with _explained(by, ActivityKind.REVIEW, rejected_because or reason):
        _locked(term.concept.key, versions)
        term.refresh_from_db()
        if rejected_because is None:
            term.approve(by=by)
        else:
            term.reject(by=by, reason=rejected_because)
    term.refresh_from_db()
    return term


def _locked(key: str, versions: Collection[int] | None) -> Concept:
    concept = Concept.objects.select_for_update().filter(key=key).first()
    if concept is None:
        raise NotFound(f"There is no concept “{key}”.")
    if versions is not None and concept.version not in versions:
        raise Stale(f"The concept has changed since; it is at version {concept.version}. Read it again.")
    if concept.withdrawn_at is not None:
        raise Withdrawn(f"The concept {key} has been withdrawn.")
    return concept


def _set_parts(concept: Concept, values: Values, by: User) -> None:
    if "terms" in values:
        _set_terms(concept, values["terms"], by)
    if "definitions" in values:
        _set_definitions(concept, values["definitions"])
    if "relations" in values:
        _set_relations(concept, values["relations"])


def _set_terms(concept: Concept, given: Iterable[Values], by: User) -> None:
    existing = {term.pk: term for term in concept.terms.all()}
    named = [values for values in given if values.get("id") is not None]
    _check_ids([values["id"] for values in named], existing)
    # Who was preferred steps back first: the constraint allows one preferred term at every moment.
    for values in sorted(named, key=_preferred):
        _change(existing[values["id"]], values, by)
    for values in given:
        if values.get("id") is None:
            plain = {name: value for name, value in values.items() if name != "id"}
            Term.objects.create(concept=concept, proposed_by=by, **plain)


def _check_ids(ids: list[int], existing: Mapping[int, Term]) -> None:
    problems = [f"{pk} is not a term of this concept" for pk in ids if pk not in existing]
    problems += [f"{pk} stands twice" for pk in {pk for pk in ids if ids.count(pk) > 1}]
    approved = (term for term in existing.values() if term.review_status == ReviewStatus.APPROVED)
    problems += [
        f"{term.pk} ({term}) is approved and missing; a term is rejected, not taken out"
        for term in approved
        if term.pk not in ids
    ]
    if problems:
        raise InvalidInput("The terms cannot be taken.", fields={"terms": problems})


def _preferred(values: Values) -> bool:
    return values.get("administrative_status") == AdministrativeStatus.PREFERRED


def _change(term: Term, values: Values, by: User) -> None:
    changed = {name: value for name, value in values.items() if name != "id" and getattr(term, name) != value}
    # A blank reading is one to be filled in: it leaves the one that is there.
    if not changed.get("reading", "-"):
        del changed["reading"]
    if "text" in changed:
        changed["proposed_by"] = by
        # The reading of another wording is no reading of this one.
        changed.setdefault("reading", "")
    for name, value in changed.items():
        setattr(term, name, value)
    if changed:
        term.save(update_fields=list(changed))


def _set_definitions(concept: Concept, given: Iterable[Values]) -> None:
    existing = {(d.language, d.text): d for d in concept.definitions.all()}
    kept: set[int] = set()
    new = []
    for values in given:
        definition = existing.get((values["language"], values["text"]))
        if definition is None or definition.pk in kept:
            new.append(Definition(concept=concept, **values))
            continue
        kept.add(definition.pk)
        if definition.source != values["source"]:
            definition.source = values["source"]
            definition.save(update_fields=["source"])
    gone = {definition.pk for definition in existing.values()} - kept
    if gone:
        Definition.objects.filter(pk__in=gone).delete()
    Definition.objects.bulk_create(new)


def _set_relations(concept: Concept, given: Iterable[Values]) -> None:
    wanted = [(values["relation_type"], values["concept"]) for values in given]
    existing = {(relation.relation_type, relation.target_id): relation for relation in concept.relations.all()}
    gone = {r.pk for key, r in existing.items() if key not in {(kind, target.pk) for kind, target in wanted}}
    if gone:
        ConceptRelation.objects.filter(pk__in=gone).delete()
    ConceptRelation.objects.bulk_create(
        ConceptRelation(concept=concept, relation_type=kind, target=target)
        for kind, target in wanted
        if (kind, target.pk) not in existing
    )
