"""The rules of the models, said of an entry before it meets the database, with the line and field to mend."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import chain, product
from operator import attrgetter
from typing import Any, TypeVar

from termbase.exchange.entry import TERM_FIELDS, Entry, EntryTerm, Problem
from termbase.exchange.keys import is_key
from termbase.models import SubjectField
from termbase.models.matching import MAX_BYTES, is_clean
from termbase.text.normalise import normalise
from termbase.vocabulary import (
    AdministrativeStatus,
    Language,
    PartOfSpeech,
    RelationType,
    Reliability,
    ReviewStatus,
    TermType,
)

Item = TypeVar("Item")
MAX_TEXT = 100_000
"""The longest note, source or the like, in characters."""

# What PostgreSQL takes into no text at all.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_PICKLISTS = {
    "language": Language.values,
    "term_type": TermType.values,
    "administrative_status": AdministrativeStatus.values,
    "part_of_speech": PartOfSpeech.values,
    "review_status": ReviewStatus.values,
}
_LANGUAGES, _RELATION_TYPES, _GRADES = Language.values, RelationType.values, frozenset(Reliability.values)
_TEXTS = [name for name in TERM_FIELDS if name != "reliability"]
# A value that is none of theirs is kept as a note; it is no reason to lose the term.
_SETTLED = ("term_type", "administrative_status", "part_of_speech")
_settled_of = attrgetter(*_SETTLED)
_KNOWN = set(product(*(_PICKLISTS[name] for name in _SETTLED)))
_DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(EntryTerm) if field.name in _SETTLED}


class Checker:
    """Knows the subject fields, the keys that it has seen, and what it has said already."""

    def __init__(self) -> None:
        self._subject_fields: dict[str, int] = {}
        # A file of another termbase may have the names; a key is never hidden by one.
        for pk, *names in SubjectField.objects.order_by("pk").values_list("pk", "key", "name_en", "name_zh"):
            named = {form: pk for name in names[1:] for form in (name, name.casefold())}
            self._subject_fields = named | self._subject_fields | {names[0]: pk}
        self._seen: set[str] = set()
        self._said: set[tuple[str, str]] = set()

    def subject_field(self, name: str) -> int | None:
        """The id of the subject field with this key, or this name in either language."""
        return self._subject_fields.get(name) or self._subject_fields.get(name.casefold())

    def settled(self, entry: Entry) -> tuple[Entry, list[Problem]]:
        """The entry with a note in the place of a value that the termbase has not, and remarks, each once a file."""
        if entry.subject_field and self.subject_field(entry.subject_field) is None:
            unknown = [("subject_field", entry.subject_field)]
        elif all(_settled_of(term) in _KNOWN for term in entry.terms):
            return entry, []
        else:
            unknown = []
        terms = []
        for term in entry.terms:
            found = [(name, value) for name in _SETTLED if (value := getattr(term, name)) not in _PICKLISTS[name]]
            plain = {name: _DEFAULTS[name] for name, _ in found}
            terms.append(replace(term, note=_noted(term.note, found), **plain) if found else term)
            unknown += found
        of_concept = [item for item in unknown if item[0] == "subject_field"]
        settled = replace(
            entry,
            subject_field="" if of_concept else entry.subject_field,
            note=_noted(entry.note, of_concept),
            terms=tuple(terms),
            given=entry.given - {name for name, _ in unknown},
        )
        return settled, list(self._remarks(entry, unknown))

    def _remarks(self, entry: Entry, unknown: Iterable[tuple[str, str]]) -> Iterator[Problem]:
        for name, value in unknown:
            if value and (name, value) not in self._said:
                self._said.add((name, value))
                message = f"“{value}” is not known here; it is kept as a note"
                yield Problem(entry.line, entry.key, name, message, refuses=False)

    def problems(self, entry: Entry) -> list[Problem]:
        """Everything wrong with `entry`."""
        rules = (self._of_concept, _of_withdrawal, _of_terms, _of_definitions, _of_relations, _of_texts)
        found = chain.from_iterable(rule(entry) for rule in rules)
        problems = [Problem(entry.line, entry.key, name, message) for name, message in found]
        self._seen.add(entry.key)
        return problems

    def _of_concept(self, entry: Entry) -> Iterator[tuple[str, str]]:
        if not is_key(entry.key):
            yield "concept", "must begin with a letter and hold only letters, digits and . _ - (64 at most)"
        if entry.key in self._seen:
            yield "concept", "stands twice in the file"
        if not entry.terms:
            yield "text", "the concept has no term"


def _noted(note: str, unknown: Iterable[tuple[str, str]]) -> str:
    """The note with a line for each value, unless it has that line."""
    lines = note.splitlines()
    said = [f"{name.replace('_', ' ')}: {value}" for name, value in unknown if value]
    return "\n".join([*([note] if note else []), *(line for line in dict.fromkeys(said) if line not in lines)])


def is_preferred(administrative_status: str, review_status: str) -> bool:
    """As the constraint has it: the preference of a rejected term does not count."""
    return administrative_status == AdministrativeStatus.PREFERRED and review_status != ReviewStatus.REJECTED


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
    terms = entry.terms
    preferred = [term.language for term in terms if is_preferred(term.administrative_status, term.review_status)]
    for language in _repeated(preferred):
        yield "administrative_status", f"{preferred.count(language)} preferred terms in {language}, one is the most"
    texts = [(term.language, term.text) for term in terms]
    for language, text in _repeated(texts):
        yield "text", f"“{text}” stands {texts.count((language, text))} times in {language}"
    for term in terms:
        yield from _of_term(term)


def _repeated(items: list[Item]) -> list[Item]:
    """What stands more than once, in order; hardly ever anything does."""
    return [] if len(set(items)) == len(items) else [item for item, n in Counter(items).items() if n > 1]


def _of_term(term: EntryTerm) -> Iterator[tuple[str, str]]:
    yield from _of_text(term.text)
    for name, values in _PICKLISTS.items():
        if getattr(term, name) not in values:
            yield name, f"“{getattr(term, name)}” is not one of {', '.join(values)}"
    if term.reliability not in _GRADES:
        yield "reliability", "is not a number from 1 to 4"
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
    if _is_too_long(text) or _is_too_long(key):
        yield "text", f"is longer than {MAX_BYTES} bytes"


def _is_too_long(text: str) -> bool:
    # A character has four bytes at most.
    return len(text) * 4 > MAX_BYTES and len(text.encode(errors="surrogatepass")) > MAX_BYTES


def _of_definitions(entry: Entry) -> Iterator[tuple[str, str]]:
    for definition in entry.definitions:
        if definition.language not in _LANGUAGES:
            yield "definition", f"“{definition.language}” is not a language"
        if not is_clean(definition.text):
            yield "definition", "holds control characters, or white space at its ends"
        if _is_too_long(definition.text):
            yield "definition", f"is longer than {MAX_BYTES} bytes"
    texts = [(definition.language, definition.text) for definition in entry.definitions]
    for language, text in _repeated(texts):
        yield "definition", f"stands {texts.count((language, text))} times in {language}"


def _of_relations(entry: Entry) -> Iterator[tuple[str, str]]:
    for relation in entry.relations:
        if relation.relation_type not in _RELATION_TYPES:
            yield "relations", f"“{relation.relation_type}” is not one of {', '.join(_RELATION_TYPES)}"
        if relation.target == entry.key:
            yield "relations", "a concept is not related to itself"


def _of_texts(entry: Entry) -> Iterator[tuple[str, str]]:
    # Hardly any entry has such a text, so all texts are looked at as one first.
    whole = "".join(text for _, text in _texts(entry))
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
