"""What recognition reads from the database: the keys to look for, and the concepts to answer with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from termbase.models import Term
from termbase.models.concepts import TermQuerySet
from termbase.recognition.matcher import Entry
from termbase.text import english
from termbase.text.languages import EN, EXPANSIONS
from termbase.vocabulary import AdministrativeStatus, ReviewStatus

SIDES = ("zh", EN)
"""The languages that have a matcher: both scripts of Chinese share a key, and so one."""

_ENTRY_FIELDS = ("language", "key", "text", "pk", "concept_id", "review_status")
_TERM_FIELDS = (
    "pk",
    "language",
    "text",
    "term_type",
    "administrative_status",
    "review_status",
    "part_of_speech",
    "reliability",
)
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class KnownTerm:
    """A term that is not rejected, as an answer needs it."""

    pk: int
    language: str
    text: str
    term_type: str
    administrative_status: str
    review_status: str
    part_of_speech: str
    reliability: int

    @property
    def is_deprecated(self) -> bool:
        """Whether it is not to be used: deprecated or superseded."""
        return self.administrative_status in (AdministrativeStatus.DEPRECATED, AdministrativeStatus.SUPERSEDED)

    @property
    def is_approved(self) -> bool:
        """Whether a person has approved it."""
        return self.review_status == ReviewStatus.APPROVED


@dataclass(frozen=True, slots=True)
class KnownConcept:
    """A current concept with its terms in the order of `TermQuerySet.in_order`."""

    key: str
    terms: tuple[KnownTerm, ...]

    def terms_in(self, language: str, *, proposed: bool = False) -> tuple[KnownTerm, ...]:
        """Those in `language` (a key of `languages.EXPANSIONS`) that are approved or, on request, proposed."""
        wanted = EXPANSIONS[language]
        return tuple(term for term in self.terms if term.language in wanted and (proposed or term.is_approved))


def side_of(language: str) -> str:
    """Which of `SIDES` a key of `languages.EXPANSIONS` belongs to."""
    return EN if language == EN else "zh"


def all_entries(side: str) -> Iterator[Entry]:
    """The entries of all terms of a side, read as they are asked for: within a transaction, from one moment."""
    rows = _findable().filter(language__in=EXPANSIONS[side]).values_list(*_ENTRY_FIELDS)
    return (_entry(*row) for row in rows.iterator(chunk_size=_CHUNK))


def entries_of(concepts: Iterable[int]) -> dict[int, dict[str, list[Entry]]]:
    """The entries of these concepts (ids), by concept and side; a concept without any is left out."""
    found: dict[int, dict[str, list[Entry]]] = {}
    for language, *row in _findable().filter(concept__in=list(concepts)).values_list(*_ENTRY_FIELDS):
        entry = _entry(language, *row)
        found.setdefault(entry.concept, {}).setdefault(side_of(language), []).append(entry)
    return found


def load(concepts: Iterable[int]) -> dict[int, KnownConcept]:
    """These concepts (ids) but those withdrawn or without terms; one query."""
    rows = _findable().filter(concept__in=list(concepts)).in_order()
    terms: dict[int, list[KnownTerm]] = {}
    keys: dict[int, str] = {}
    for concept, key, *values in rows.values_list("concept_id", "concept__key", *_TERM_FIELDS):
        keys[concept] = key
        terms.setdefault(concept, []).append(KnownTerm(*values))
    return {concept: KnownConcept(keys[concept], tuple(terms[concept])) for concept in terms}


def _findable() -> TermQuerySet:
    return Term.objects.exclude(review_status=ReviewStatus.REJECTED).filter(concept__withdrawn_at=None)


def _entry(language: str, key: str, text: str, term: int, concept: int, review_status: str) -> Entry:
    # English is looked for by its words, whose case the stored key has lost.
    key = english.key_of(text) if language == EN else key
    return Entry(key, term, concept, review_status == ReviewStatus.APPROVED)
