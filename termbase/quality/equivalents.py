"""What the source of a segment asks for and its target lacks."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from functools import cache

from termbase.quality.findings import Batch, Finding, Segment, is_short
from termbase.quality.levels import Doubt, Uses, levels
from termbase.quality.pairs import Pair, is_in_compound
from termbase.quality.renderings import SHORTENED
from termbase.quality.steadiness import Steadiness
from termbase.recognition.stored import KnownConcept
from termbase.recognition.texts import Recognised
from termbase.text.english import SEPARATOR, is_used_as_verb, key_of
from termbase.text.languages import EN
from termbase.text.normalise import normalise
from termbase.text.paraphrase import acronyms, is_said, may_hold, says, says_in_parts, spelt_out, takes_up, turns_round
from termbase.vocabulary import FindingKind, FindingLevel, PartOfSpeech

# Segments with a word that tell in what sense a batch uses it.
_ENOUGH = 4


def lacking(pairs: Sequence[Pair], batch: Batch) -> tuple[list[Finding], list[Doubt]]:
    """The terms left untranslated, and those of which no equivalent is found, once a concept and segment."""
    given = {item.term.pk for pair in pairs for readings in pair.asked for item in readings}
    untranslated: list[Finding] = []
    missing: list[Doubt] = []
    for pair in pairs:
        for item, left in _lacking(pair, batch, given, _saying(pair.segment, batch)):
            if left is None:
                missing.append((pair, item))
            else:
                kind, level = FindingKind.UNTRANSLATED_TERM, FindingLevel.CERTAIN
                untranslated.append(batch.finding(kind, level, pair.segment, item.concept, item, left))
    return untranslated, missing


def missing(
    doubts: Sequence[Doubt], pairs: Sequence[Pair], batch: Batch, steadiness: dict[int, Steadiness]
) -> list[Finding]:
    """The findings on `doubts`, each at its level; none where the target says what longer terms have in its place."""
    kind = FindingKind.MISSING_EQUIVALENT
    doubts = [
        (pair, item) for pair, item in doubts if not _has_any(pair.segment, steadiness[item.term.pk].otherwise, batch)
    ]
    found = [
        batch.finding(kind, level, pair.segment, item.concept, item, None)
        for (pair, item), level in zip(doubts, levels(doubts, Uses.of(pairs, doubts), steadiness), strict=True)
    ]
    return _without_repeats(found, pairs)


def _lacking(
    pair: Pair, batch: Batch, given: set[int], says_it: Callable[[KnownConcept], bool]
) -> Iterator[tuple[Recognised, Recognised | None]]:
    seen: set[str] = set()
    for readings in pair.asked:
        keys = [item.concept.key for item in readings]
        if seen.issuperset(keys):
            continue
        seen.update(keys)
        if any(_is_rendered(item.concept, pair, batch) for item in readings):
            continue
        left = next((pair.untranslated[key] for key in keys if key in pair.untranslated), None)
        if left is not None:
            yield readings[0], left
        elif all(_is_demanded(item, pair.segment, batch, given) for item in readings) and not any(
            says_it(item.concept) for item in readings
        ):
            yield readings[0], None


def _without_repeats(findings: list[Finding], pairs: Sequence[Pair]) -> list[Finding]:
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


def _is_rendered(concept: KnownConcept, pair: Pair, batch: Batch) -> bool:
    """Whether a form of the concept stands in the target; one that is not to be used is another finding's matter."""
    return concept.key in pair.found or not batch.expected(concept)


def _is_demanded(item: Recognised, segment: Segment, batch: Batch, given: set[int]) -> bool:
    """Whether a source term asks for its equivalent by itself.

    It does not where its reading is in doubt or it is part of a compound; where it is no noun or not used as one, as
    verbs and adverbs are rendered by the sentence; or where it is half of a longer name (委员会) or less,
    and none of the terms `given` by the batch (ids) is that name in full.
    """
    if item.crossed or item.term.part_of_speech != PartOfSpeech.NOUN:
        return False
    if is_in_compound(segment.source, item) or (batch.source == EN and is_used_as_verb(segment.source, *item[:2])):
        return False
    if item.term.term_type not in SHORTENED:
        return True
    short = normalise(item.term.text)
    fuller = [
        term
        for term in item.concept.terms_in(batch.source)
        if short in (full := normalise(term.text)) and 2 * len(short) <= len(full)
    ]
    return not fuller or any(term.pk in given for term in fuller)


def _has_any(segment: Segment, pieces: Set[str], batch: Batch) -> bool:
    if batch.target != EN:
        key = normalise(segment.target)
        return any(piece in key for piece in pieces)
    present = set(key_of(segment.target).split(SEPARATOR)) if pieces else set()
    return any(is_said(piece, present) for piece in pieces)


def _saying(segment: Segment, batch: Batch) -> Callable[[KnownConcept], bool]:
    """Whether the target says a concept in other words, or takes a name up by its head noun.

    The target is taken apart once, when first asked about: it may be a whole text, with hundreds of concepts to find.
    """

    @cache
    def parts() -> tuple[str, list[str], Sequence[str]]:
        if batch.target != EN:
            return normalise(segment.target), [], ()
        return "", key_of(segment.target).split(SEPARATOR), acronyms(segment.target)

    def says_it(concept: KnownConcept) -> bool:
        key, words, abbreviated = parts()
        if batch.target != EN:
            return any(says_in_parts(key, normalise(term.text)) for term in concept.terms_in(batch.target))
        return any(
            says([*words, *(word for acronym in abbreviated for word in spelt_out(acronym, term.text))], term.text)
            or takes_up(segment.target, term.text)
            or any(may_hold(acronym, term.text) for acronym in abbreviated)
            for term in concept.terms_in(batch.target)
            if not turns_round(segment.target, term.text)
        )

    return says_it
