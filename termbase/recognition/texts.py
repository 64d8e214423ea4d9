"""Answers to callers: the matches of their texts with what to use for them, the glossary of a job, marked HTML."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import NamedTuple

from termbase.errors import InvalidInput
from termbase.metrics import RECOGNITION_SECONDS
from termbase.recognition.current import Current, keeper
from termbase.recognition.matcher import Match, Text
from termbase.recognition.stored import KnownConcept, KnownTerm, side_of
from termbase.text import english
from termbase.text.differences import EXACT, differences
from termbase.text.languages import EN, EXPANSIONS
from termbase.text.normalise import normalise_with_offsets
from termbase.text.spans import Span, without
from termbase.vocabulary import AdministrativeStatus, PartOfSpeech

MAX_TEXTS = 500
MAX_CHARACTERS = 200_000
"""Of all texts of a call together."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text ready for recognition; `skipped` are the code-point spans of its markup."""

    original: str
    skipped: tuple[Span, ...]
    text: Text

    def surface(self, start: int, end: int) -> str:
        """What stands in a span, without markup."""
        if not self.skipped:
            return self.original[start:end]
        inside = [(max(s, start) - start, min(e, end) - start) for s, e in self.skipped if s < end and e > start]
        return without(self.original[start:end], inside)[0]


class Recognised(NamedTuple):
    """A concept's term in a text, at the code points [start, end); a named tuple, as a long text makes thousands.

    `surface` is what stands there, without markup. `how` tells what the text's form has other than `term`: `exact` for
    nothing, else of width, case, script, marks, spaces, inflection, spelling, hyphen and markup. `preferred` is what to
    use in the same language, where `term` is deprecated or superseded. `nested` and `crossed` are as in `Match`.
    """

    start: int
    end: int
    surface: str
    concept: KnownConcept
    term: KnownTerm
    how: tuple[str, ...]
    preferred: KnownTerm | None
    nested: bool
    crossed: bool


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A distinct term of a job, and how often it stands there."""

    concept: KnownConcept
    term: KnownTerm
    preferred: KnownTerm | None
    count: int


@dataclass(frozen=True, slots=True)
class Job:
    """Texts in one language to be recognised; `skips[i]` are the code-point spans of text i that are markup."""

    texts: Sequence[str]
    source: str
    skips: Sequence[Sequence[Span]] = ()
    nested: bool = False
    proposed: bool = False

    def __post_init__(self) -> None:
        check_language("source", self.source)
        if len(self.texts) > MAX_TEXTS:
            raise invalid("texts", f"are more than {MAX_TEXTS}")
        if sum(map(len, self.texts)) > MAX_CHARACTERS:
            raise invalid("texts", f"have more than {MAX_CHARACTERS} characters")


def check_language(name: str, value: str) -> None:
    """Raises `InvalidInput` where `value` is not a key of `languages.EXPANSIONS`."""
    if value not in EXPANSIONS:
        raise invalid(name, f"must be one of {', '.join(EXPANSIONS)}")


def invalid(name: str, problem: str) -> InvalidInput:
    """The error of a field."""
    return InvalidInput(f"{name} {problem}.", fields={name: [problem]})


def recognise(job: Job) -> list[list[Recognised]]:
    """The terms in each text of `job`, by position; homographs side by side, the most recommended first."""
    return terms_in(job.texts, job.source, skips=job.skips, nested=job.nested, proposed=job.proposed)


@RECOGNITION_SECONDS.time()
def terms_in(
    texts: Sequence[str],
    source: str,
    *,
    skips: Sequence[Sequence[Span]] = (),
    nested: bool = False,
    proposed: bool = False,
) -> list[list[Recognised]]:
    """As `recognise`, for texts of our own, however many and long they are.

    Two queries at most, however many texts; one where all concepts have been met before.
    """
    current = keeper.current()
    matcher = current.matchers[side_of(source)]
    ready = [prepared(text, source, skip) for text, skip in zip(texts, skips or [()] * len(texts), strict=True)]
    matches = [matcher.find(text.text, nested=nested, proposed=proposed) for text in ready]
    answer = Answer.of(current, [match for found in matches for match in found], source, proposed=proposed)
    return [answer.recognised(text, found) for text, found in zip(ready, matches, strict=True)]


def prepared(text: str, language: str, skipped: Iterable[Span] = ()) -> Prepared:
    """`text` in `language`, a key of `languages.EXPANSIONS`, without the spans that are markup."""
    skipped = tuple(skipped)
    visible, positions = without(text, skipped)
    normalised = normalise_with_offsets(visible)
    if language != EN:
        return Prepared(text, skipped, normalised.moved(positions) if skipped else normalised)
    words = english.words_of(normalised, visible)
    if skipped:
        words = replace(words, normalised=normalised.moved(positions))
    return Prepared(text, skipped, words)


@dataclass(frozen=True, slots=True)
class Answer:
    """What makes matches in texts of one language into an answer.

    `nouns`: whether the only word of an English noun term must be inflected as a noun.
    """

    concepts: Mapping[int, KnownConcept]
    terms: Mapping[int, KnownTerm]
    language: str
    proposed: bool
    nouns: bool = True

    @classmethod
    def of(cls, current: Current, matches: Iterable[Match], language: str, *, proposed: bool = False) -> "Answer":
        """For these matches, with one query for the concepts that are not known yet."""
        concepts = current.concepts(concept for match in matches for concept in match.concepts)
        terms = {term.pk: term for known in concepts.values() for term in known.terms}
        return cls(concepts, terms, language, proposed)

    def recognised(self, text: Prepared, matches: Iterable[Match]) -> list[Recognised]:
        """The matches with their concepts and terms; those that turn out to be none, left out."""
        found: list[Recognised] = []
        # The same form of the same term is answered alike wherever it stands.
        known: dict[tuple[str, tuple[int, ...]], list[_Reading]] = {}
        for start, end, terms, concepts, nested, crossed in matches:
            surface = text.surface(start, end)
            readings = known.get((surface, terms))
            if readings is None:
                readings = known[surface, terms] = self._readings(terms, concepts, surface)
            for concept, term, how, preferred in readings:
                if len(surface) < end - start:
                    how = (*(name for name in how if name != EXACT), "markup")
                found.append(Recognised(start, end, surface, concept, term, how, preferred, nested, crossed))
        return found

    def _readings(self, terms: Iterable[int], concepts: Iterable[int], surface: str) -> list["_Reading"]:
        """For each concept the term that `surface` is a form of: the very text, else the most recommended."""
        chosen: dict[int, KnownTerm] = {}
        for concept, pk in zip(concepts, terms, strict=True):
            term = self.terms.get(pk)
            # Changed since the matchers were made, or no form of this noun.
            if concept not in self.concepts or term is None or not self._fits(term, surface):
                continue
            if concept not in chosen or _rank(term, surface) < _rank(chosen[concept], surface):
                chosen[concept] = term
        found = [self._reading(self.concepts[concept], term, surface) for concept, term in chosen.items()]
        return sorted(found, key=lambda item: (_rank(item[1], ""), item[0].key)) if len(found) > 1 else found

    def _fits(self, term: KnownTerm, surface: str) -> bool:
        if not (self.proposed or term.is_approved):
            return False
        if self.language != EN or surface == term.text:
            return True
        return english.is_form_of(surface, term.text, noun=self.nouns and term.part_of_speech == PartOfSpeech.NOUN)

    def _reading(self, concept: KnownConcept, term: KnownTerm, surface: str) -> "_Reading":
        how = (EXACT,) if surface == term.text else differences(surface, term.text, english=self.language == EN)
        return concept, term, how, preferred_in(concept, term.language) if term.is_deprecated else None


# Concept, term, how the text's form differs, what to prefer to it.
_Reading = tuple[KnownConcept, KnownTerm, tuple[str, ...], KnownTerm | None]
_RANKS = {status: rank for rank, status in enumerate(AdministrativeStatus.values)}


def _rank(term: KnownTerm, surface: str) -> tuple[bool, int]:
    return term.text != surface, _RANKS[term.administrative_status]


def preferred_in(concept: KnownConcept, language: str) -> KnownTerm | None:
    """The approved term of a concept to prefer in a language (a BCP 47 tag)."""
    for term in concept.terms:
        if term.language == language and term.is_approved and not term.is_deprecated:
            return term
    return None


def glossary(recognised: Iterable[Iterable[Recognised]]) -> list[GlossaryEntry]:
    """The distinct terms of a job's texts with their counts, in the order in which they first stand there."""
    entries: dict[tuple[str, int], GlossaryEntry] = {}
    for item in (item for text in recognised for item in text):
        key = (item.concept.key, item.term.pk)
        count = entries[key].count if key in entries else 0
        entries[key] = GlossaryEntry(item.concept, item.term, item.preferred, count + 1)
    return list(entries.values())


def marked(text: str, recognised: Iterable[Recognised]) -> str:
    """`text` as HTML, escaped, with its longest matches in `<mark>`; `data-concept` holds their concepts' keys."""
    pieces: list[str] = []
    at = 0
    by_span: dict[Span, list[Recognised]] = {}
    for item in recognised:
        if not item.nested:
            by_span.setdefault((item.start, item.end), []).append(item)
    for (start, end), items in by_span.items():
        keys = escape(" ".join(item.concept.key for item in items))
        deprecated = ' class="deprecated"' if all(item.term.is_deprecated for item in items) else ""
        pieces += [escape(text[at:start]), f'<mark data-concept="{keys}"{deprecated}>', escape(text[start:end])]
        pieces.append("</mark>")
        at = end
    return "".join([*pieces, escape(text[at:])])
