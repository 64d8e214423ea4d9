"""What is checked and what is found: segments, batches, findings with ids that stay the same."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from termbase.models import Waiver
from termbase.recognition.stored import KnownConcept, KnownTerm, side_of
from termbase.recognition.texts import Recognised, check_language, invalid
from termbase.text.english import acronym_of
from termbase.text.normalise import has_han, normalise
from termbase.vocabulary import FindingKind, FindingLevel

MAX_SEGMENTS = 500
MAX_CHARACTERS = 200_000
"""Of the sources and targets of a call together."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or the like with its translation; `id` is the caller's own name for it."""

    id: str | int
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of a segment's source or target, at the code points [start, end)."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at in a translation.

    `source` is the term that asked for something, `target` what stands in the translation; either may be missing.
    `expected` are the terms that would have been right, the most recommended first. `id` is made of the finding and
    the two texts alone: the same in every project and run, whatever stands around, and whatever the `level`.
    """

    id: str
    kind: FindingKind
    segment: Segment
    concept: KnownConcept
    source: Found | None
    target: Found | None
    expected: tuple[KnownTerm, ...]
    level: FindingLevel
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Segments of one translation, checked together; `project` names whose waivers count, none if empty."""

    segments: Sequence[Segment]
    source: str
    target: str
    project: str = ""

    def __post_init__(self) -> None:
        check_language("source", self.source)
        check_language("target", self.target)
        if side_of(self.source) == side_of(self.target):
            raise invalid("target", "must be another language than source")
        if len(self.segments) > MAX_SEGMENTS:
            raise invalid("segments", f"are more than {MAX_SEGMENTS}")
        if sum(len(segment.source) + len(segment.target) for segment in self.segments) > MAX_CHARACTERS:
            raise invalid("segments", f"have more than {MAX_CHARACTERS} characters")

    def expected(self, concept: KnownConcept) -> tuple[KnownTerm, ...]:
        """The terms of a concept that its translation may use."""
        return tuple(term for term in concept.terms_in(self.target) if not term.is_deprecated)

    def finding(
        self,
        kind: FindingKind,
        level: FindingLevel,
        segment: Segment,
        concept: KnownConcept,
        source: Recognised | None,
        target: Recognised | None,
    ) -> Finding:
        """A finding on a segment, about a concept that stands on one side at least."""
        places = [_place(source), _place(target)]
        content = [kind.value, concept.key, segment.source, segment.target]
        content += [f"{place.start}-{place.end}" if place else "" for place in places]
        # Lengths keep two different contents from being one string.
        joined = "".join(f"{len(part)}:{part}" for part in content)
        digest = hashlib.sha256(joined.encode(errors="surrogatepass")).hexdigest()[:32]
        return Finding(digest, kind, segment, concept, places[0], places[1], self.expected(concept), level)


def at_least(level: FindingLevel, findings: Iterable[Finding]) -> list[Finding]:
    """Those of `findings` that are as sure as `level`, or surer."""
    levels = list(FindingLevel)
    return [item for item in findings if levels.index(item.level) <= levels.index(level)]


def _place(item: Recognised | None) -> Found | None:
    return Found(item.start, item.end, item.surface) if item else None


def is_short(text: str) -> bool:
    """Whether a term is a short word and no acronym: it may have other senses than the termbase knows."""
    return len(normalise(text)) <= 2 if has_han(text) else len(text.split()) == 1 and not acronym_of(text)
