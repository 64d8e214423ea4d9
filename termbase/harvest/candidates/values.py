"""What goes between the stages: a document to read, what is known already, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from termbase.harvest.examples import Occurrence
from termbase.vocabulary import Badge, Language, PassageKind, TermType


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A passage to read: its id, kind and text."""

    passage: int
    kind: PassageKind
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """A document to read: its id, its passages in order, and its language (`zh-Hans` or `zh-Hant`)."""

    document: int
    paragraphs: tuple[Paragraph, ...]
    language: Language = Language.ZH_HANS


@dataclass(frozen=True, slots=True)
class KnownTerm:
    """A Chinese term: its id and concept, the English to use for it ("" for none), its subject field (id)."""

    term: int
    concept: int
    text: str
    english: str = ""
    subject_field: int | None = None


@dataclass(frozen=True)
class Known:
    """The termbase as the harvest sees it: Chinese terms by matching key, and the keys of rejected candidates."""

    terms: Mapping[str, KnownTerm] = field(default_factory=dict)
    rejected: frozenset[str] = frozenset()

    @cached_property
    def excluded(self) -> frozenset[str]:
        """The keys that are no candidates."""
        return self.rejected.union(self.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A candidate in one document.

    `score` is the probability, 0 to 1, that a terminologist would record it. `places` are its best few. `known_terms`
    are ids of terms that stand inside it. `full_form` is what it was introduced as short for, `variant_of` the concept
    (id) whose term it is a form of, `english` a proposal made of what its parts are known as; "" or None for none.
    """

    document: int
    key: str
    text: str
    language: Language = Language.ZH_HANS
    score: float
    count: int
    badges: tuple[Badge, ...] = ()
    places: tuple[Occurrence, ...] = ()
    known_terms: tuple[int, ...] = ()
    term_type: TermType = TermType.FULL_FORM
    subject_field: int | None = None
    full_form: str = ""
    variant_of: int | None = None
    english: str = ""
