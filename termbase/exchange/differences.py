"""What an entry of a file says otherwise than the termbase, and what becomes of the two under each decision.

No database: both are entries. A conflict is a value that would replace another one which somebody stands for: one of an
approved term or of a concept with such a term, or one of a concept that has changed since the file was written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from termbase.exchange.entry import (
    EVERYTHING,
    TERM_FIELDS,
    Entry,
    EntryDefinition,
    EntryRelation,
    EntryTerm,
)
from termbase.exchange.settling import is_preferred
from termbase.vocabulary import AdministrativeStatus, ConflictReason, ReviewStatus, RowAction

_VALUES = tuple(name for name in TERM_FIELDS if name not in ("language", "text"))
_REVIEW = frozenset({"review_status", "rejection_reason"})
# The fields of a concept itself, with what an entry calls them.
_OF_CONCEPT = {
    "subject_field": "subject_field",
    "concept_note": "note",
    "withdrawn_at": "withdrawn_at",
    "replaced_by": "replaced_by",
}
_DEFAULTS = EntryTerm("", "")


@dataclass(frozen=True, slots=True)
class Change:
    """A value that would be another: `before` is blank for a new one, `after` for one that is cleared.

    `what` is concept, term, definition or relation, `title` what that is known by and `language` its language. Without
    a `field` the whole of it is new. `conflict` is a `ConflictReason`, or blank.
    """

    what: str
    title: str
    language: str
    field: str
    before: str
    after: str
    conflict: str = ""


def as_proposed(entry: Entry) -> Entry:
    """The entry as one who may approve nothing brings it in: new terms are proposed, reviews stay what they are."""
    terms = tuple(replace(term, review_status=ReviewStatus.PROPOSED.value, rejection_reason="") for term in entry.terms)
    return replace(entry, terms=terms, given=entry.given - _REVIEW)


def resolved(entry: Entry, current: Entry | None, action: str) -> Entry | None:
    """What is to be written of `entry` into the concept that is now `current`, or as a new one; None for nothing.

    All fields of what it returns are given. *Skip* writes nothing. *Fill blanks* adds what is missing and replaces
    nothing. *Overwrite* lets every value that the file gives stand; what it lacks stays. *Add as proposed* adds the
    terms that are missing, to be reviewed, and nothing else.
    """
    if action == RowAction.SKIP:
        return None
    if current is None:
        return as_proposed(entry) if action == RowAction.PROPOSE else entry
    merge = {RowAction.FILL: _filled, RowAction.OVERWRITE: _overwritten, RowAction.PROPOSE: _with_proposals}
    wanted = replace(merge[RowAction(action)](entry, current), key=current.key, line=entry.line, given=EVERYTHING)
    return wanted if next(_changes(current, wanted), None) else None


def changes(current: Entry | None, wanted: Entry, *, newer: bool = False) -> list[Change]:
    """In what `wanted`, as `resolved` has it, differs from `current`; the latter's parts that it lacks stay.

    `newer` says that the concept has changed since the file was written.
    """
    if current is None:
        return list(_new(wanted))
    known = {(term.language, term.text): term for term in current.terms}
    approved = any(term.review_status == ReviewStatus.APPROVED for term in current.terms)
    found = []
    for change in _changes(current, wanted):
        term = known.get((change.language, change.title)) if change.what == "term" else None
        stands = approved if change.what != "term" else bool(term and term.review_status == ReviewStatus.APPROVED)
        # To withdraw a concept, or to give it a successor, replaces nothing and yet is a decision about all of it.
        if (change.before or change.field in ("withdrawn_at", "replaced_by")) and (stands or newer):
            reason = ConflictReason.APPROVED if stands else ConflictReason.CHANGED_SINCE
            change = replace(change, conflict=reason.value)
        found.append(change)
    return found


def _overwritten(entry: Entry, current: Entry) -> Entry:
    known = {(term.language, term.text): term for term in current.terms}
    terms = []
    for term in entry.terms:
        there = known.get((term.language, term.text))
        values = {name: getattr(term, name) for name in _VALUES if name in entry.given}
        # A blank reading is one to be filled in: it leaves the one that is there.
        if not values.get("reading"):
            values.pop("reading", None)
        terms.append(term if there is None else replace(there, **values))
    of_concept = {
        name: getattr(entry if field in entry.given else current, name) for field, name in _OF_CONCEPT.items()
    }
    if not entry.withdrawn_at:
        # A file that has a concept has it in use, unless it says otherwise.
        of_concept |= {"withdrawn_at": "", "replaced_by": ""}
    return replace(
        entry,
        **of_concept,
        terms=(*terms, *_stepping_back(terms, current)),
        definitions=tuple(_with_sources(entry, current)),
    )


def _stepping_back(terms: list[EntryTerm], current: Entry) -> Iterator[EntryTerm]:
    """The terms that are preferred now where the file prefers another."""
    wanted = {term.language for term in terms if is_preferred(term.administrative_status, term.review_status)}
    own = {(term.language, term.text) for term in terms}
    for term in current.terms:
        if term.language in wanted and (term.language, term.text) not in own and _is_preferred(term):
            yield replace(term, administrative_status=AdministrativeStatus.ADMITTED.value)


def _with_sources(entry: Entry, current: Entry) -> Iterator[EntryDefinition]:
    known = {(definition.language, definition.text): definition for definition in current.definitions}
    for definition in entry.definitions:
        there = known.get((definition.language, definition.text))
        yield definition if there is None or "definition_source" in entry.given else there


def _filled(entry: Entry, current: Entry) -> Entry:
    known = {(term.language, term.text): term for term in current.terms}
    terms = []
    for term in _after(current, entry.terms):
        there = known.get((term.language, term.text))
        blank = {name: getattr(term, name) for name in _VALUES if there and not getattr(there, name)}
        given = {name: value for name, value in blank.items() if name in entry.given}
        terms.append(term if there is None else replace(there, **given))
    definitions = {(d.language, d.text): d for d in current.definitions if d.source}
    return replace(
        entry,
        subject_field=current.subject_field or entry.subject_field,
        note=current.note or entry.note,
        withdrawn_at=current.withdrawn_at,
        replaced_by=current.replaced_by,
        terms=tuple(terms),
        definitions=tuple(definitions.get((d.language, d.text), d) for d in entry.definitions),
    )


def _with_proposals(entry: Entry, current: Entry) -> Entry:
    known = {(term.language, term.text) for term in current.terms}
    missing = tuple(term for term in as_proposed(entry).terms if (term.language, term.text) not in known)
    return replace(current, terms=tuple(_after(current, missing)), definitions=(), relations=())


def _after(current: Entry, terms: tuple[EntryTerm, ...]) -> Iterator[EntryTerm]:
    """The terms, with none preferred where one is that stays so."""
    taken = {term.language for term in current.terms if _is_preferred(term)}
    for term in terms:
        second = _is_preferred(term) and term.language in taken
        yield replace(term, administrative_status=AdministrativeStatus.ADMITTED.value) if second else term


def _is_preferred(term: EntryTerm) -> bool:
    return is_preferred(term.administrative_status, term.review_status)


def _changes(current: Entry, wanted: Entry) -> Iterator[Change]:
    for field, name in _OF_CONCEPT.items():
        yield from _change("concept", current.key, "", field, getattr(current, name), getattr(wanted, name))
    terms = {(term.language, term.text): term for term in current.terms}
    for term in wanted.terms:
        there = terms.get((term.language, term.text))
        if there is None:
            yield from _new_term(term)
            continue
        for name in _VALUES:
            yield from _change("term", term.text, term.language, name, getattr(there, name), getattr(term, name))
    yield from _changed_definitions(current, wanted)
    yield from (_of_relation(relation) for relation in wanted.relations if relation not in current.relations)


def _changed_definitions(current: Entry, wanted: Entry) -> Iterator[Change]:
    definitions = {(definition.language, definition.text): definition for definition in current.definitions}
    for definition in wanted.definitions:
        known = definitions.get((definition.language, definition.text))
        if known is None:
            yield _of_definition(definition)
        else:
            title, source = definition.text, definition.source
            yield from _change("definition", title, definition.language, "definition_source", known.source, source)


def _new(entry: Entry) -> Iterator[Change]:
    for field, name in _OF_CONCEPT.items():
        yield from _change("concept", entry.key, "", field, "", getattr(entry, name))
    for term in entry.terms:
        yield from _new_term(term)
    yield from map(_of_definition, entry.definitions)
    yield from map(_of_relation, entry.relations)


def _new_term(term: EntryTerm) -> Iterator[Change]:
    yield Change("term", term.text, term.language, "", "", term.text)
    for name in _VALUES:
        value = getattr(term, name)
        if value != getattr(_DEFAULTS, name):
            yield Change("term", term.text, term.language, name, "", str(value))


def _of_definition(definition: EntryDefinition) -> Change:
    return Change("definition", definition.text, definition.language, "", "", definition.text)


def _of_relation(relation: EntryRelation) -> Change:
    return Change("relation", relation.target, "", "", "", relation.relation_type)


def _change(what: str, title: str, language: str, field: str, before: Any, after: Any) -> Iterator[Change]:
    if before != after:
        yield Change(what, title, language, field, str(before), str(after))
