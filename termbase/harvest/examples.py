"""Which sentences show a term best."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from termbase.vocabulary import PassageKind

EXAMPLES_PER_TERM = 5
# Readable at a glance: long enough to give a context, short enough for two or three lines of a page.
_SHORTEST, _LONGEST, _FAR_TOO_LONG = 18, 90, 260
_WEIGHT_OF_KIND = {
    PassageKind.PARAGRAPH: 1.0,
    PassageKind.ITEM: 0.9,
    PassageKind.FOOTNOTE: 0.5,
    PassageKind.HEADING: 0.2,
}
_SENTENCE_ENDS = ("。", "；", "！", "？", ".", "!", "?", "”", "）", "，")
# Two sentences that share more than this part of their character triples are copies of one formula.
_SAME_FORMULA = 0.5


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place of one term: passage id, the term's and its sentence's spans in the passage, and the score."""

    passage: int
    document: int
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    sentence: str
    score: float


def score(sentence: str, *, kind: str, in_doubt: bool, translated: bool = False) -> float:
    """How good an example `sentence` is, 0 to 1: whole, of readable length, prose rather than a list.

    `in_doubt` is a match that another known term crosses. One that shows both languages is better.
    """
    value = (1.0 if translated else 0.9) * _WEIGHT_OF_KIND[PassageKind(kind)] * _readability(len(sentence))
    if not sentence.endswith(_SENTENCE_ENDS[:-1]):
        # A resolution's clause ends with a comma: whole, but not as good as a sentence.
        value *= 0.8 if sentence.endswith("，") else 0.5
    enumerated = sentence.count("、") / max(len(sentence), 1)
    value *= 1 - min(0.5, 6 * max(0.0, enumerated - 0.04))
    figures = sum(character.isdecimal() or character == "/" for character in sentence) / max(len(sentence), 1)
    value *= 1 - min(0.5, 2 * max(0.0, figures - 0.08))
    return value * (0.4 if in_doubt else 1.0)


def best(occurrences: Iterable[Occurrence], most: int = EXAMPLES_PER_TERM) -> list[Occurrence]:
    """The best few, no two of them copies of one formula, from as many documents as there are."""
    chosen: list[Occurrence] = []
    shingles: list[set[str]] = []
    per_document: Counter[int] = Counter()
    waiting = sorted(occurrences, key=lambda o: (-o.score, o.document, o.passage, o.start))
    while waiting and len(chosen) < most:
        # Each example that a document has given already makes its next one a fifth less welcome.
        waiting.sort(key=lambda o: -o.score * 0.8 ** per_document[o.document])
        candidate = waiting.pop(0)
        own = {candidate.sentence[i : i + 3] for i in range(len(candidate.sentence) - 2)}
        if any(len(own & other) > _SAME_FORMULA * min(len(own), len(other)) for other in shingles):
            continue
        chosen.append(candidate)
        shingles.append(own)
        per_document[candidate.document] += 1
    return chosen


def _readability(length: int) -> float:
    if length < _SHORTEST:
        return max(0.2, length / _SHORTEST)
    if length <= _LONGEST:
        return 1.0
    return max(0.15, 1 - (length - _LONGEST) / (_FAR_TOO_LONG - _LONGEST))
