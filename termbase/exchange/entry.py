"""The format-neutral records that every format reads into and writes from."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from termbase.vocabulary import AdministrativeStatus, PartOfSpeech, Reliability, ReviewStatus, TermType


@dataclass(frozen=True, slots=True)
class EntryTerm:
    """A term; the fields are those of `models.Term`."""

    language: str
    text: str
    term_type: str = TermType.FULL_FORM.value
    administrative_status: str = AdministrativeStatus.ADMITTED.value
    part_of_speech: str = PartOfSpeech.NOUN.value
    geographical_usage: str = ""
    reading: str = ""
    source: str = ""
    note: str = ""
    usage_note: str = ""
    reliability: int = Reliability.UNSURE.value
    review_status: str = ReviewStatus.PROPOSED.value


@dataclass(frozen=True, slots=True)
class EntryDefinition:
    """A definition in one language."""

    language: str
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class EntryRelation:
    """A relation to the concept with the key `target`."""

    relation_type: str
    target: str


EVERYTHING = frozenset({"subject_field", "note", *(f.name for f in fields(EntryTerm))})
"""The names of all fields that a format may give, of the concept and of its terms."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept with all that belongs to it; `line` is where the file has it, from 1, or 0.

    `given` names the fields that the file has at all: an absent column is no wish to clear the field.
    """

    key: str
    subject_field: str = ""
    note: str = ""
    terms: tuple[EntryTerm, ...] = ()
    definitions: tuple[EntryDefinition, ...] = ()
    relations: tuple[EntryRelation, ...] = ()
    line: int = 0
    given: frozenset[str] = field(default=EVERYTHING, compare=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """What was wrong with one line, entry or field of a file, for a person to mend."""

    line: int
    key: str
    field: str
    message: str

    def __str__(self) -> str:
        where = ", ".join(part for part in (f"line {self.line}" if self.line else "", self.key, self.field) if part)
        return f"{where}: {self.message}" if where else self.message


Read = Iterator[Entry | Problem]
"""What a format's `read` yields: the entries that could be read, and a problem for all that could not."""
