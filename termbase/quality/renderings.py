"""Renderings of one term that differ within a batch."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from termbase.quality.findings import Batch, Finding, is_short
from termbase.quality.pairs import Pair
from termbase.recognition.stored import KnownConcept
from termbase.recognition.texts import Recognised
from termbase.text.english import key_of
from termbase.text.languages import EN
from termbase.text.normalise import normalise
from termbase.vocabulary import FindingKind, FindingLevel, PartOfSpeech, TermType

SHORTENED = (TermType.ACRONYM, TermType.ABBREVIATION, TermType.SHORT_FORM)
"""What is short for a longer form may stand beside it anywhere: it is no other rendering."""
_SETTLED = 3
_LEVEL = {False: FindingLevel.LIKELY, True: FindingLevel.POSSIBLE}


def inconsistent(pairs: Sequence[Pair], batch: Batch) -> Iterator[Finding]:
    """Renderings of one source term that are not the batch's most frequent one.

    Acronyms and short forms are no other rendering than the full form, nor are spellings and inflections.
    """
    renderings: dict[int, list[tuple[Pair, Recognised, dict[str, Recognised]]]] = {}
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
                kind, level = FindingKind.INCONSISTENT_RENDERING, _LEVEL[is_short(item.surface)]
                yield replace(batch.finding(kind, level, pair.segment, item.concept, item, other), expected=(expected,))


def _full_renderings(pair: Pair, concept: KnownConcept, batch: Batch) -> dict[str, Recognised]:
    """The full forms of a concept that the target has, by key."""
    return {
        key_of(item.term.text) if batch.target == EN else normalise(item.term.text): item
        for readings in pair.chosen
        for item in readings
        if item.concept.key == concept.key and item.term.term_type not in SHORTENED and not item.term.is_deprecated
    }
