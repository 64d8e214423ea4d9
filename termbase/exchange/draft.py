"""An entry while it is read from a file that may say more, or say it otherwise, than the termbase does.

Nothing good is lost: what has no field becomes a note, and a remark says so, once a file for each kind of thing.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from termbase.exchange.entry import (
    EVERYTHING,
    Entry,
    EntryDefinition,
    EntryExample,
    EntryRelation,
    EntryTerm,
    Problem,
)
from termbase.exchange.keys import key_from
from termbase.exchange.languages import by_script, language_from, region_of
from termbase.exchange.options import ReadOptions
from termbase.exchange.values import value_from

_BREAK = re.compile(r"[\r\n\t]")
_BROKEN_LINE = re.compile(r"[ \t]*[\r\n\t][ \t\r\n]*")
_UNDETERMINED = "und"
_SECOND = "has room for one value only"
_SHOWN = 60
_OF_SEVERAL_LINES = {"note", "usage_note", "source", "rejection_reason"}


def one_line(text: str) -> str:
    """`text` without line breaks and tabs, which indented files have inside a value."""
    return (_BROKEN_LINE.sub(" ", text) if _BREAK.search(text) else text).strip()


class Remarks:
    """What was made of things that have no place in the termbase: problems that refuse nothing, each kind once."""

    def __init__(self) -> None:
        self._said: set[tuple[str, str]] = set()
        self._waiting: list[Problem] = []

    def say(self, draft: "Draft", name: str, message: str) -> None:
        """A remark about the field or category `name` of `draft`."""
        if (name, message) not in self._said:
            self._said.add((name, message))
            self._waiting.append(Problem(draft.line, draft.identifier, name, message, refuses=False))

    def take(self) -> list[Problem]:
        """Those that have not been taken yet."""
        taken, self._waiting = self._waiting, []
        return taken


@dataclass(slots=True)
class DraftTerm:
    """A term while it is read."""

    language: str
    text: str
    region: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    examples: list[EntryExample] = field(default_factory=list)

    def finish(self) -> EntryTerm:
        """The term as it was read."""
        return EntryTerm(self.language, self.text, note="\n".join(self.notes), **self.values)


@dataclass(slots=True)
class Draft:
    """An entry while it is read; `identifier` is what the file calls it.

    One of `ours` was written here; of a `whole` one every field is given.
    """

    identifier: str
    line: int
    remarks: Remarks
    options: ReadOptions
    ours: bool = False
    whole: bool = False
    subject_field: str = ""
    withdrawn_at: str = ""
    replaced_by: str = ""
    notes: list[str] = field(default_factory=list)
    terms: list[DraftTerm] = field(default_factory=list)
    definitions: list[EntryDefinition] = field(default_factory=list)
    relations: list[EntryRelation] = field(default_factory=list)
    given: set[str] = field(default_factory=lambda: {"concept", "language", "text"})

    def language(self, name: str) -> str:
        """The language that the file calls `name`: `name` itself where it is none of ours, blank to leave it out."""
        if name in self.options.languages:
            return self.options.languages[name]
        found = language_from(name)
        if found and found != name:
            self.remarks.say(self, "language", f"“{name}” is read as {found}")
        return found or name or _UNDETERMINED

    def add_term(self, language: str, text: str, called: str = "") -> DraftTerm | None:
        """A term to fill, of a language that the file calls `called`; None, with a remark, where there is no text."""
        text = one_line(text)
        if not text:
            self.remarks.say(self, "text", "a term without text is left out")
            return None
        term = DraftTerm(language, text, region_of(called))
        self.terms.append(term)
        return term

    def add_definition(self, language: str, text: str, source: str = "") -> None:
        """A definition; without a language it is in that of its characters."""
        text = one_line(text)
        language = language or by_script(text)
        if text:
            self.given |= {"definition", "definition_source"}
            self.definitions.append(EntryDefinition(language, text, source.strip()))

    def add_relation(self, relation_type: str, target: str) -> None:
        """A relation to the concept that the file calls `target`."""
        self.given.add("relations")
        self.relations.append(EntryRelation(relation_type, key_from(target, ())))

    def add_example(self, term: DraftTerm, called: str, text: str, translation: str, source: str) -> None:
        """An example of ours; any other is a note, as examples come from the documents alone."""
        text, translation = one_line(text), one_line(translation)
        if self.ours and text:
            self.given.add("examples")
            term.examples.append(EntryExample(term.language, term.text, text, translation, source))
        elif text:
            told = " ".join(filter(None, (text, translation, f"({source})" if source else "")))
            self.keep(called, told, term, "examples are found in the documents here")

    def add_note(self, text: str, term: DraftTerm | None = None) -> None:
        """A note of the term, or of the concept."""
        if text := text.strip():
            self.given.add("note" if term else "concept_note")
            (term.notes if term else self.notes).append(text)

    def keep(self, name: str, text: str, term: DraftTerm | None = None, why: str = "has no field") -> None:
        """A note of what the termbase has no place for, with a remark."""
        if text := text.strip():
            self.add_note(f"{name}: {text}", term)
            self.remarks.say(self, name, f"{why}; it is kept as a note")

    def set_concept(self, name: str, called: str, text: str) -> None:
        """A field of the concept; a second value, as there is room for one only, becomes a note."""
        text = one_line(text)
        if not text or getattr(self, name):
            self.keep(called, text, why=_SECOND)
        else:
            self.given.add(name)
            setattr(self, name, text)

    def set_term(self, term: DraftTerm, name: str, called: str, text: str) -> None:
        """A field of a term that the file calls `called`; what is no value of it, or a second one, becomes a note."""
        text = text.strip() if name in _OF_SEVERAL_LINES else one_line(text)
        value = value_from(name, text) if text else None
        if value is None:
            self.keep(called, text, term, f"“{text[:_SHOWN]}” is not known here")
        elif name not in term.values:
            self.given.add(name)
            term.values[name] = value
        elif term.values[name] != value:
            self.keep(called, text, term, _SECOND)

    def finish(self) -> Iterator[Entry | Problem]:
        """The remarks that are due, then the entry; a problem in its place where it has no term."""
        key = key_from(self.identifier, [f"{term.language} {term.text}" for term in self.terms])
        if key != self.identifier:
            self.remarks.say(self, "concept", "ids that are no keys, or are missing, are replaced by keys made of them")
        self._keep_regions()
        yield from self.remarks.take()
        if not self.terms:
            yield Problem(self.line, key, "text", "the entry has no term")
            return
        yield Entry(
            key=key,
            subject_field=self.subject_field,
            note="\n".join(self.notes),
            terms=tuple(term.finish() for term in self.terms),
            definitions=tuple(self.definitions),
            relations=tuple(self.relations),
            examples=tuple(example for term in self.terms for example in term.examples),
            withdrawn_at=self.withdrawn_at,
            replaced_by=self.replaced_by,
            line=self.line,
            given=EVERYTHING if self.whole else frozenset(self.given),
        )

    def _keep_regions(self) -> None:
        """Where the file parts what is one language here, the region says whose term it is: *colour* and *color*."""
        names = Counter(language for language, _region in {(term.language, term.region) for term in self.terms})
        if all(count == 1 for count in names.values()):
            return
        texts = Counter((term.language, term.text) for term in self.terms)
        for term in self.terms:
            alone = names[term.language] > 1 and texts[term.language, term.text] == 1
            if term.region and alone and "geographical_usage" not in term.values:
                self.given.add("geographical_usage")
                term.values["geographical_usage"] = term.region
                self.remarks.say(
                    self, "geographical_usage", "is the region of the language, where an entry has several"
                )
