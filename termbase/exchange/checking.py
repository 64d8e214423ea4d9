"""The rules of the models, said of an entry before it meets the database, with the line and field to mend."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from operator import attrgetter

from termbase.exchange.entry import TERM_FIELDS, Entry, EntryTerm, Problem
from termbase.exchange.keys import is_key
from termbase.exchange.settling import Settler, is_too_long
from termbase.models import SubjectField
from termbase.models.matching import MAX_BYTES, is_clean
from termbase.text.normalise import normalise
from termbase.vocabulary import (
    Language,
    RelationType,
    ReviewStatus,
)

MAX_TEXT = 100_000
"""The longest note, source or the like, in characters."""

# What PostgreSQL takes into no text at all.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LANGUAGES, _REVIEWS = frozenset(Language.values), frozenset(ReviewStatus.values)
_RELATION_TYPES = RelationType.values
_TEXTS = [name for name in TERM_FIELDS if name != "reliability"]
_texts_of = attrgetter(*_TEXTS)


class Checker:
    """Knows the subject fields, the keys that it has seen, and what it has said already."""

    def __init__(self) -> None:
        self._subject_fields: dict[str, int] = {}
        # A file of another termbase may have the names; a key is never hidden by one.
        for pk, *names in SubjectField.objects.order_by("pk").values_list("pk", "key", "name_en", "name_zh"):
            named = {form: pk for name in names[1:] for form in (name, name.casefold())}
            self._subject_fields = named | self._subject_fields | {names[0]: pk}
        self._settler = Settler(lambda name: self.subject_field(name) is not None)
        self._lines: dict[str, int] = {}

    def subject_field(self, name: str) -> int | None:
        """The id of the subject field with this key, or this name in either language."""
        return self._subject_fields.get(name) or self._subject_fields.get(name.casefold())

    def settled(self, entry: Entry) -> tuple[Entry, list[Problem]]:
        """The entry as the termbase can hold it, with remarks on what was made of the rest, each once a file."""
        return self._settler.settled(entry)

    def problems(self, entry: Entry) -> list[Problem]:
        """Everything wrong with `entry`, which is settled."""
        rules = (self._of_concept, _of_withdrawal, _of_terms, _of_definitions, _of_relations, _of_texts)
        found = chain.from_iterable(rule(entry) for rule in rules)
        problems = [Problem(entry.line, entry.key, name, message) for name, message in found]
        self._lines.setdefault(entry.key, entry.line)
        return problems

    def _of_concept(self, entry: Entry) -> Iterator[tuple[str, str]]:
        if not is_key(entry.key):
            yield "concept", "must begin with a letter and hold only letters, digits and . _ - (64 at most)"
        if entry.key in self._lines:
            before = self._lines[entry.key]
            yield "concept", f"stands in the file already{f', in line {before}' if before else ''}"
        if not entry.terms:
            yield "text", "the concept has no term"


def time_from(text: str) -> datetime | None:
    """The time that ISO 8601 writes so, in UTC where it names no zone; None for a blank. Raises `ValueError`."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _of_withdrawal(entry: Entry) -> Iterator[tuple[str, str]]:
    try:
        time_from(entry.withdrawn_at)
    except ValueError:
        yield "withdrawn_at", f"“{entry.withdrawn_at}” is not a time as in 2026-01-31T08:30:00+00:00"
    if entry.replaced_by and not entry.withdrawn_at:
        yield "replaced_by", "is given for a concept that is not withdrawn"
    if entry.replaced_by == entry.key:
        yield "replaced_by", "a concept does not replace itself"


def _of_terms(entry: Entry) -> Iterator[tuple[str, str]]:
    others = dict.fromkeys(term.language for term in entry.terms if term.language not in _LANGUAGES)
    if others:
        named = ", ".join(f"“{language}”" for language in others)
        yield "language", f"the entry has terms in {named} alone, none in {', '.join(Language.values)}"
    for term in entry.terms:
        yield from _of_term(term)


def _of_term(term: EntryTerm) -> Iterator[tuple[str, str]]:
    yield from _of_text(term.text)
    if term.review_status not in _REVIEWS:
        yield "review_status", f"“{term.review_status}” is not one of {', '.join(ReviewStatus.values)}"
    if not term.source and term.review_status == ReviewStatus.APPROVED:
        yield "source", f"“{term.text}” is approved without a source"
    if len(term.geographical_usage) > 120:
        yield "geographical_usage", "is longer than 120 characters"


def _of_text(text: str) -> Iterator[tuple[str, str]]:
    key = normalise(text)
    if not is_clean(text):
        yield "text", f"“{text}” holds control characters, or white space at its ends"
    elif not key:
        yield "text", f"“{text}” holds nothing to find it by"
    if is_too_long(text) or is_too_long(key):
        yield "text", f"is longer than {MAX_BYTES} bytes"


def _of_definitions(entry: Entry) -> Iterator[tuple[str, str]]:
    for definition in entry.definitions:
        if not is_clean(definition.text):
            yield "definition", "holds control characters, or white space at its ends"


def _of_relations(entry: Entry) -> Iterator[tuple[str, str]]:
    for relation in entry.relations:
        if relation.relation_type not in _RELATION_TYPES:
            yield "relations", f"“{relation.relation_type}” is not one of {', '.join(_RELATION_TYPES)}"
        if relation.target == entry.key:
            yield "relations", "a concept is not related to itself"


def _of_texts(entry: Entry) -> Iterator[tuple[str, str]]:
    # Hardly any entry has such a text, so all texts are looked at as one first.
    of_terms = chain.from_iterable(map(_texts_of, entry.terms))
    of_others = chain.from_iterable((d.text, d.source) for d in entry.definitions)
    whole = "".join([entry.note, entry.replaced_by, *of_terms, *of_others, *(r.target for r in entry.relations)])
    if len(whole) <= MAX_TEXT and not _UNSTORABLE.search(whole):
        return
    for name, text in _texts(entry):
        if _UNSTORABLE.search(text):
            yield name, "holds a null character or half a character"
        if len(text) > MAX_TEXT:
            yield name, f"is longer than {MAX_TEXT} characters"


def _texts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "concept_note", entry.note
    yield "replaced_by", entry.replaced_by
    for term in entry.terms:
        yield from ((name, getattr(term, name)) for name in _TEXTS)
    for definition in entry.definitions:
        yield "definition", definition.text
        yield "definition_source", definition.source
    for relation in entry.relations:
        yield "relations", relation.target
