"""Checking translations against the termbase: segment pairs to findings.

Official translations are the measure: what they do is right, so every rule here that lets a translation pass is one
that they showed to be needed (`tests/benchmarks/check_precision.py`).
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from termbase.models import Waiver
from termbase.recognition.current import keeper
from termbase.recognition.stored import KnownConcept, KnownTerm, side_of
from termbase.recognition.texts import Answer, Recognised, check_language, invalid, prepared
from termbase.text.english import SEPARATOR, key_of
from termbase.text.languages import EN
from termbase.text.normalise import has_han, normalise
from termbase.text.paraphrase import acronyms, may_hold, says, says_in_parts, takes_up
from termbase.vocabulary import FindingKind, PartOfSpeech, TermType

MAX_SEGMENTS = 500
MAX_CHARACTERS = 200_000
"""Of the sources and targets of a call together."""

# Segments with a word that tell in what sense a batch uses it.
_ENOUGH = 4
_SETTLED = 3
# What is short for a longer form may stand beside it anywhere: it is no other rendering.
_SHORTENED = (TermType.ACRONYM, TermType.ABBREVIATION, TermType.SHORT_FORM)


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
    the two texts alone: the same in every project and run, whatever stands around. `certain` is false for what hangs
    on a short word, which may be used in a sense that the termbase does not know.
    """

    id: str
    kind: FindingKind
    segment: Segment
    concept: KnownConcept
    source: Found | None
    target: Found | None
    expected: tuple[KnownTerm, ...]
    certain: bool
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


@dataclass(frozen=True, slots=True)
class _Pair:
    """A segment with what was recognised: in the source, in the target, and of the source language in the target.

    `asked` holds the readings of each source place, more than one for a homograph. `found` are all places in the
    target, also inside one another; `chosen` only the longest.
    """

    segment: Segment
    asked: list[list[Recognised]]
    found: Mapping[str, list[Recognised]]
    chosen: list[list[Recognised]]
    untranslated: Mapping[str, Recognised]


def check(batch: Batch) -> list[Finding]:
    """The findings of a batch by segment; waived ones carry their waiver. Three queries at most."""
    pairs = _recognised(batch)
    introduced = {item.term.pk for pair in pairs for readings in pair.asked for item in readings}
    findings = _without_repeats([item for pair in pairs for item in _of_equivalents(pair, batch, introduced)], pairs)
    findings += [item for pair in pairs for item in _of_deprecated(pair, batch)]
    findings += _of_renderings(pairs, batch)
    order = {id(segment): at for at, segment in enumerate(batch.segments)}
    findings.sort(key=lambda item: (order[id(item.segment)], item.source.start if item.source else 0, item.kind))
    return _with_waivers(findings, batch.project)


def _recognised(batch: Batch) -> list[_Pair]:
    current = keeper.current()
    source, target = current.matchers[side_of(batch.source)], current.matchers[side_of(batch.target)]
    texts = [(prepared(s.source, batch.source), prepared(s.target, batch.target)) for s in batch.segments]
    # The target as a text of the source language.
    foreign = [prepared(segment.target, batch.source) for segment in batch.segments]
    asked = [source.find(one.text) for one, _ in texts]
    found = [target.everything(other.text) for _, other in texts]
    chosen = [target.find(other.text) for _, other in texts]
    left = [source.everything(other.text) for other in foreign]
    matches = [match for column in (asked, found, chosen, left) for row in column for match in row]
    of_source = Answer.of(current, matches, batch.source)
    of_target = replace(of_source, language=batch.target)
    return [
        _Pair(
            segment,
            asked=_by_place(of_source.recognised(one, asked[at])),
            found=_by_concept(replace(of_target, nouns=False).recognised(other, found[at])),
            chosen=_by_place(of_target.recognised(other, chosen[at])),
            untranslated={
                key: items[0] for key, items in _by_concept(of_source.recognised(foreign[at], left[at])).items()
            },
        )
        for at, (segment, (one, other)) in enumerate(zip(batch.segments, texts, strict=True))
    ]


def _by_place(items: Iterable[Recognised]) -> list[list[Recognised]]:
    places: dict[tuple[int, int], list[Recognised]] = {}
    for item in items:
        places.setdefault((item.start, item.end), []).append(item)
    return list(places.values())


def _by_concept(items: Iterable[Recognised]) -> dict[str, list[Recognised]]:
    concepts: dict[str, list[Recognised]] = {}
    for item in items:
        concepts.setdefault(item.concept.key, []).append(item)
    return concepts


def _of_equivalents(pair: _Pair, batch: Batch, introduced: set[int]) -> Iterator[Finding]:
    """What the source asks for and the target lacks, once a concept."""
    seen: set[str] = set()
    says_it = _saying(pair.segment, batch)
    for readings in pair.asked:
        keys = [item.concept.key for item in readings]
        if seen.issuperset(keys):
            continue
        seen.update(keys)
        if any(_is_rendered(item.concept, pair, batch) for item in readings):
            continue
        left = next((pair.untranslated[key] for key in keys if key in pair.untranslated), None)
        if left is not None:
            yield _finding(FindingKind.UNTRANSLATED_TERM, pair, batch, readings[0], left)
        elif all(_is_demanded(item, batch, introduced) for item in readings) and not any(
            says_it(item.concept) for item in readings
        ):
            yield _finding(FindingKind.MISSING_EQUIVALENT, pair, batch, readings[0], None)


def _without_repeats(findings: list[Finding], pairs: Sequence[_Pair]) -> list[Finding]:
    """Of a short word that the batch mostly renders otherwise, only the first missing equivalent.

    Two Han characters, or one English word, have many senses. Where most segments with it lack every known equivalent,
    it is used in another sense, or the termbase lacks a variant: said once, that is news, said again it is noise.
    """
    places = Counter(
        surface for pair in pairs for surface in {readings[0].surface.casefold() for readings in pair.asked}
    )
    missing = Counter(_word(item) for item in findings if item.kind == FindingKind.MISSING_EQUIVALENT)
    kept: list[Finding] = []
    said: set[str] = set()
    for item in findings:
        word = _word(item)
        if item.kind == FindingKind.MISSING_EQUIVALENT and is_short(word) and places[word] >= _ENOUGH:
            if word in said and 2 * missing[word] > places[word]:
                continue
            said.add(word)
        kept.append(item)
    return kept


def _word(finding: Finding) -> str:
    return finding.source.text.casefold() if finding.source else ""


def is_short(text: str) -> bool:
    """Whether a term is a short word, which may have other senses than the termbase knows."""
    return len(normalise(text)) <= 2 if has_han(text) else len(text.split()) == 1


def _expected(concept: KnownConcept, batch: Batch) -> tuple[KnownTerm, ...]:
    return tuple(term for term in concept.terms_in(batch.target) if not term.is_deprecated)


def _is_rendered(concept: KnownConcept, pair: _Pair, batch: Batch) -> bool:
    """Whether a form of the concept stands in the target; one that is not to be used is another finding's matter."""
    return concept.key in pair.found or not _expected(concept, batch)


def _is_demanded(item: Recognised, batch: Batch, introduced: set[int]) -> bool:
    """Whether a source term asks for its equivalent by itself.

    It does not where its reading is in doubt; where it is no noun, as verbs and adverbs are rendered by the sentence;
    or where it is half of a longer name or less (委员会) and the batch never gives the name in full.
    """
    if item.crossed or item.term.part_of_speech != PartOfSpeech.NOUN:
        return False
    if item.term.term_type not in _SHORTENED:
        return True
    short = normalise(item.term.text)
    fuller = [
        term
        for term in item.concept.terms_in(batch.source)
        if short in (full := normalise(term.text)) and 2 * len(short) <= len(full)
    ]
    return not fuller or any(term.pk in introduced for term in fuller)


def _saying(segment: Segment, batch: Batch) -> Callable[[KnownConcept], bool]:
    """Whether the target says a concept in other words, or takes a name up by its head noun.

    The target is taken apart once, when first asked about: it may be a whole text, with hundreds of concepts to find.
    """

    @cache
    def parts() -> tuple[str, list[str], Sequence[str]]:
        if batch.target != EN:
            return normalise(segment.target), [], ()
        return "", key_of(segment.target).split(SEPARATOR), tuple(acronyms(segment.target))

    def says_it(concept: KnownConcept) -> bool:
        key, words, abbreviated = parts()
        if batch.target != EN:
            return any(says_in_parts(key, normalise(term.text)) for term in _expected(concept, batch))
        return any(
            says(words, term.text)
            or takes_up(segment.target, term.text)
            or any(may_hold(acronym, term.text) for acronym in abbreviated)
            for term in _expected(concept, batch)
        )

    return says_it


def _of_deprecated(pair: _Pair, batch: Batch) -> Iterator[Finding]:
    """Forms in the target that are not to be used, unless another reading of the same form is approved."""
    asked = {item.concept.key: item for readings in pair.asked for item in readings}
    for readings in pair.chosen:
        wanted = [item for item in readings if item.concept.key in asked] or readings
        if all(item.term.is_deprecated for item in wanted):
            item = wanted[0]
            yield _finding(FindingKind.DEPRECATED_TERM, pair, batch, asked.get(item.concept.key), item)


def _of_renderings(pairs: Sequence[_Pair], batch: Batch) -> Iterator[Finding]:
    """Renderings of one source term that are not the batch's most frequent one.

    Acronyms and short forms are no other rendering than the full form, nor are spellings and inflections.
    """
    renderings: dict[int, list[tuple[_Pair, Recognised, dict[str, Recognised]]]] = {}
    for pair in pairs:
        for item in {readings[0].term.pk: readings[0] for readings in pair.asked if len(readings) == 1}.values():
            if item.term.part_of_speech != PartOfSpeech.NOUN:
                continue
            used = _full_renderings(pair, item.concept, batch)
            if used:
                renderings.setdefault(item.term.pk, []).append((pair, item, used))
    for uses in renderings.values():
        counts = Counter(key for _, _, used in uses for key in used)
        usual = max(counts, key=lambda key: counts[key])
        expected = next(used[usual].term for _, _, used in uses if usual in used)
        for pair, item, used in uses:
            # General words have several renderings by right, unless the batch has all but settled on one.
            settled = not is_short(item.surface) or counts[usual] >= _SETTLED * max(counts[key] for key in used)
            if usual not in used and settled:
                other = next(iter(used.values()))
                finding = _finding(FindingKind.INCONSISTENT_RENDERING, pair, batch, item, other)
                yield replace(finding, expected=(expected,))


def _full_renderings(pair: _Pair, concept: KnownConcept, batch: Batch) -> dict[str, Recognised]:
    """The full forms of a concept that the target has, by key."""
    return {
        key_of(item.term.text) if batch.target == EN else normalise(item.term.text): item
        for readings in pair.chosen
        for item in readings
        if item.concept.key == concept.key and item.term.term_type not in _SHORTENED and not item.term.is_deprecated
    }


def _finding(
    kind: FindingKind, pair: _Pair, batch: Batch, source: Recognised | None, target: Recognised | None
) -> Finding:
    concept = (source or target).concept  # type: ignore[union-attr]
    places = [Found(item.start, item.end, item.surface) if item else None for item in (source, target)]
    content = [kind.value, concept.key, pair.segment.source, pair.segment.target]
    content += [f"{place.start}-{place.end}" if place else "" for place in places]
    # Lengths keep two different contents from being one string.
    joined = "".join(f"{len(part)}:{part}" for part in content)
    digest = hashlib.sha256(joined.encode(errors="surrogatepass")).hexdigest()[:32]
    certain = kind != FindingKind.MISSING_EQUIVALENT or places[0] is None or not is_short(places[0].text)
    return Finding(digest, kind, pair.segment, concept, places[0], places[1], _expected(concept, batch), certain)


def _with_waivers(findings: list[Finding], project: str) -> list[Finding]:
    if not project or not findings:
        return findings
    waivers = Waiver.objects.filter(project=project, finding__in={finding.id for finding in findings})
    by_finding = {waiver.finding: waiver for waiver in waivers.select_related("waived_by")}
    return [replace(finding, waiver=by_finding.get(finding.id)) for finding in findings]
