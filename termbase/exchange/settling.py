"""An entry as the termbase can hold it: what it has no place for becomes a note, and a remark says so.

Other programs allow what our rules forbid: two preferred terms, a term twice, terms in twenty languages. None of it is
a reason to lose the entry.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from itertools import product
from operator import attrgetter
from typing import Any

from termbase.exchange.entry import Entry, EntryDefinition, EntryTerm, Problem
from termbase.models.matching import MAX_BYTES
from termbase.vocabulary import AdministrativeStatus, Language, PartOfSpeech, Reliability, ReviewStatus, TermType

_PICKLISTS: dict[str, list[Any]] = {
    "term_type": TermType.values,
    "administrative_status": AdministrativeStatus.values,
    "part_of_speech": PartOfSpeech.values,
    "reliability": Reliability.values,
}
_LANGUAGES = frozenset(Language.values)
_settled_of = attrgetter("language", *_PICKLISTS)
_KNOWN = set(product(_LANGUAGES, *_PICKLISTS.values()))
_DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(EntryTerm)}
_SEVERAL = re.compile(r"[;；]| / ")
_VALUES = [name for name in _DEFAULTS if name not in ("language", "text", "note")]
_SHOWN = 100
PREFERRED, ADMITTED = AdministrativeStatus.PREFERRED.value, AdministrativeStatus.ADMITTED.value


def is_preferred(administrative_status: str, review_status: str) -> bool:
    """As the constraint has it: the preference of a rejected term does not count."""
    return administrative_status == PREFERRED and review_status != ReviewStatus.REJECTED


def is_too_long(text: str) -> bool:
    """Whether an index would not take it; a character has four bytes at most."""
    return len(text) * 4 > MAX_BYTES and len(text.encode(errors="surrogatepass")) > MAX_BYTES


class Settler:
    """Says each thing once a file; `knows_field` tells whether the termbase has a subject field."""

    def __init__(self, knows_field: Callable[[str], bool]) -> None:
        self._knows_field = knows_field
        self._said: set[tuple[str, str]] = set()

    def settled(self, entry: Entry) -> tuple[Entry, list[Problem]]:
        """The entry as it fits, and remarks on what was made of the rest."""
        strange_field = bool(entry.subject_field) and not self._knows_field(entry.subject_field)
        if not strange_field and _fits(entry):
            return entry, []
        settling = _Settling(entry)
        if strange_field:
            settling.unknown_field()
        settling.languages()
        settling.picklists()
        settling.repetitions()
        settling.preference()
        settling.several_in_one()
        settling.definitions()
        return settling.finished(), list(self._unsaid(settling))

    def _unsaid(self, settling: "_Settling") -> Iterator[Problem]:
        for name, message in settling.remarks:
            if (name, message) not in self._said:
                self._said.add((name, message))
                yield Problem(settling.entry.line, settling.entry.key, name, message, refuses=False)


def _fits(entry: Entry) -> bool:
    """Whether there is nothing to do; nearly always there is not."""
    terms = entry.terms
    if len({(term.language, term.text) for term in terms}) < len(terms):
        return False
    if not all(_settled_of(term) in _KNOWN and not _may_be_several(term.text) for term in terms):
        return False
    preferred = [term.language for term in terms if is_preferred(term.administrative_status, term.review_status)]
    return len(set(preferred)) == len(preferred) and (not entry.definitions or _definitions_fit(entry.definitions))


def _may_be_several(text: str) -> bool:
    # What is longer is the title of something, which may hold a semicolon.
    return len(text) <= _SHOWN and _SEVERAL.search(text) is not None


def _definitions_fit(definitions: tuple[EntryDefinition, ...]) -> bool:
    once = len({(definition.language, definition.text) for definition in definitions}) == len(definitions)
    return once and not any(d.language not in _LANGUAGES or is_too_long(d.text) for d in definitions)


def _noted(note: str, lines: list[str]) -> str:
    """The note with these lines, unless it has them."""
    there = set(note.splitlines())
    return "\n".join([*([note] if note else []), *(line for line in dict.fromkeys(lines) if line not in there)])


def _plain(name: str) -> str:
    return name.replace("_", " ")


class _Settling:
    """An entry under way, with what is to be said of it."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.terms = list(self.entry.terms)
        self.kept_definitions = list(self.entry.definitions)
        self.subject_field = self.entry.subject_field
        self.lines: list[str] = []
        self.not_given: set[str] = set()
        self.remarks: list[tuple[str, str]] = []

    def finished(self) -> Entry:
        """The entry as it has become."""
        return replace(
            self.entry,
            subject_field=self.subject_field,
            note=_noted(self.entry.note, self.lines),
            terms=tuple(self.terms),
            definitions=tuple(self.kept_definitions),
            given=self.entry.given - self.not_given,
        )

    def unknown_field(self) -> None:
        """A subject field that the termbase has not."""
        self._unknown("subject_field", self.subject_field, self.lines)
        self.subject_field = ""

    def languages(self) -> None:
        """Terms in other languages, unless the entry has no others: then it is refused for that."""
        ours = [term for term in self.terms if term.language in _LANGUAGES]
        if not ours:
            return
        for term in self.terms:
            if term.language not in _LANGUAGES:
                self._foreign(term.language, term.text)
        self.terms = ours

    def _foreign(self, language: str, text: str, what: str = "") -> None:
        self.lines.append(f"{what}{language or 'no language'}: {text}")
        message = f"“{language}” is none of the termbase's; its terms and definitions are kept in the note"
        self.remarks.append(("language", message if language else "what names none is kept in the note"))

    def picklists(self) -> None:
        """Values that are none of their field."""
        for at, term in enumerate(self.terms):
            lines: list[str] = []
            plain = {}
            for name, values in _PICKLISTS.items():
                if (value := getattr(term, name)) not in values:
                    self._unknown(name, value, lines)
                    plain[name] = _DEFAULTS[name]
            if plain:
                self.terms[at] = replace(term, note=_noted(term.note, lines), **plain)

    def _unknown(self, name: str, value: str, lines: list[str]) -> None:
        self.not_given.add(name)
        if value:
            lines.append(f"{_plain(name)}: {value}")
            self.remarks.append((name, f"“{value}” is not known here; it is kept as a note"))

    def repetitions(self) -> None:
        """A term that stands twice: made one, which has the values of both."""
        once: dict[tuple[str, str], list[EntryTerm]] = defaultdict(list)
        for term in self.terms:
            once[term.language, term.text].append(term)
        for (language, text), several in once.items():
            if len(several) > 1:
                self.remarks.append(("text", f"“{text}” stands more than once in {language}; it is made one"))
        self.terms = [_merged(several) for several in once.values()]

    def preference(self) -> None:
        """The first preferred term of a language stays, the others are admitted."""
        first: dict[str, str] = {}
        for at, term in enumerate(self.terms):
            if is_preferred(term.administrative_status, term.review_status):
                if term.language in first:
                    self.terms[at] = replace(term, administrative_status=ADMITTED)
                    message = f"“{term.text}” is preferred beside “{first[term.language]}”; it is taken as admitted"
                    self.remarks.append(("administrative_status", message))
                first.setdefault(term.language, term.text)

    def several_in_one(self) -> None:
        """Texts that may be several; whoever knows must part them."""
        for term in self.terms:
            if _may_be_several(term.text):
                self.remarks.append(("text", f"“{term.text}” is taken as one term"))

    def definitions(self) -> None:
        """Definitions in other languages, too long ones, and those that stand twice."""
        once: dict[tuple[str, str], EntryDefinition] = {}
        for definition in self.kept_definitions:
            if definition.language not in _LANGUAGES:
                self._foreign(definition.language, definition.text, "definition in ")
            elif is_too_long(definition.text):
                self.lines.append(f"definition: {definition.text}")
                message = f"one longer than {MAX_BYTES} bytes is kept in the note"
                self.remarks.append(("definition", message))
            else:
                there = once.setdefault((definition.language, definition.text), definition)
                sources = dict.fromkeys(filter(None, (there.source, definition.source)))
                once[definition.language, definition.text] = replace(there, source="; ".join(sources))
        self.kept_definitions = list(once.values())


def _merged(several: list[EntryTerm]) -> EntryTerm:
    """The first, with what it lacks from the others; where they contradict it, theirs is a line of its note."""
    first, lines = several[0], list[str]()
    values: dict[str, Any] = {}
    for other in several[1:]:
        lines += other.note.splitlines()
        for name in _VALUES:
            mine, theirs = values.get(name, getattr(first, name)), getattr(other, name)
            if mine == _DEFAULTS[name]:
                values[name] = theirs
            elif theirs not in (mine, _DEFAULTS[name]):
                lines.append(f"{_plain(name)}: {theirs}")
    return replace(first, note=_noted(first.note, lines), **values) if lines or values else first
