"""How surely a term is rendered by its equivalents: what the longer terms of the termbase that hold it show.

评估 is *review* in one entry, but 风险评估 in another is *risk assessment*: a translation without *review* may be right
and one with *assessment* is. 毒品 is *drug* wherever it stands. So the termbase is its own witness, and grows better
at it as it grows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from termbase.quality.findings import Batch
from termbase.recognition.current import Current
from termbase.recognition.stored import KnownConcept, KnownTerm
from termbase.recognition.texts import Recognised
from termbase.search.query import MAX_QUERY, Query
from termbase.search.sql import concepts_of_each
from termbase.search.steps import literal_steps
from termbase.text.english import SEPARATOR, key_of
from termbase.text.languages import EN
from termbase.text.normalise import normalise
from termbase.text.paraphrase import content_words, says

_WITNESSES = 40
_SHAKY, _PROVED = 2 / 3, 9 / 10
_FEW = 2
_REMEMBERED = 20_000
_COMMON = 1 / 4


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Of how many other concepts (`witnesses`) with a term that holds this one, how many are rendered with it.

    `otherwise` are what the others have in common: stems of English words, pairs of Chinese characters.
    """

    witnesses: int
    rendered: int
    otherwise: frozenset[str] = frozenset()

    @property
    def is_shaky(self) -> bool:
        """Whether a third of them and more are rendered otherwise: it has other senses, or other equivalents."""
        return self.rendered < _SHAKY * self.witnesses

    @property
    def is_proved(self) -> bool:
        """Whether there are some, and nearly all are."""
        return self.witnesses >= _FEW and self.rendered >= _PROVED * self.witnesses


def steadiness_of(items: Sequence[Recognised], batch: Batch, current: Current) -> dict[int, Steadiness]:
    """By id of the terms in `items`, all of the batch's source language.

    Two queries at most; none for words that have been asked about since the termbase last changed.
    """
    known = current.derived
    if len(known) > _REMEMBERED:
        known.clear()
    names = {item.term.pk: (Steadiness, item.term.pk, batch.source, batch.target) for item in items}
    found = {pk: known.get(name) for pk, name in names.items()}
    result: dict[int, Steadiness] = {pk: value for pk, value in found.items() if value is not None}
    unknown = {item.term.pk: item for item in items if item.term.pk not in result}
    worked_out = _worked_out([item for item in unknown.values() if len(item.term.text) <= MAX_QUERY], batch, current)
    for pk in unknown:
        result[pk] = known[names[pk]] = worked_out.get(pk, Steadiness(0, 0))
    return result


def _worked_out(items: Sequence[Recognised], batch: Batch, current: Current) -> dict[int, Steadiness]:
    asked = [_holding(item.term.text, batch.source) for item in items]
    found = concepts_of_each([(literal_steps(query), query) for query in asked], _WITNESSES)
    concepts = current.concepts({concept for row in found for concept in row})
    return {
        item.term.pk: _steadiness(
            item, [concepts[pk] for pk in row if pk in concepts and concepts[pk].key != item.concept.key], batch
        )
        for item, row in zip(items, found, strict=True)
    }


def _holding(text: str, language: str) -> Query:
    """The look-up that leads to the terms that hold `text`."""
    return Query(text, source=language, modes=("spelling", "words") if language == EN else ("prefix", "part"))


def _steadiness(item: Recognised, concepts: Sequence[KnownConcept], batch: Batch) -> Steadiness:
    held = _key(item.term.text, batch.source)
    equivalents = [term.text for term in item.concept.terms_in(batch.target)]
    witnesses = 0
    others: list[set[str]] = []
    for concept in concepts:
        renderings = concept.terms_in(batch.target)
        if renderings and any(_holds(_key(term.text, batch.source), held) for term in concept.terms_in(batch.source)):
            witnesses += 1
            if not _says_any(renderings, equivalents, batch.target):
                others.append({word for term in renderings for word in pieces(term.text, batch.target)})
    return Steadiness(witnesses, witnesses - len(others), frozenset(_common(others)))


def pieces(text: str, language: str) -> Iterable[str]:
    """What makes up a term: the stems of its English words, or each two of its Chinese characters."""
    if language == EN:
        return content_words(text)
    key = normalise(text)
    return [key[at : at + 2] for at in range(len(key) - 1)]


def _common(others: list[set[str]]) -> Iterator[str]:
    """The piece that most have, then the one that most of the rest have, as long as it is in a good part of all."""
    least = max(2, _COMMON * len(others))
    counts = Counter(piece for pieces in others for piece in sorted(pieces))
    while counts:
        piece, count = counts.most_common(1)[0]
        if count < least:
            break
        yield piece
        others = [pieces for pieces in others if piece not in pieces]
        counts = Counter(piece for pieces in others for piece in sorted(pieces))


def _key(text: str, language: str) -> str:
    return SEPARATOR + key_of(text) if language == EN else normalise(text)


def _holds(key: str, held: str) -> bool:
    return held in key and len(key) > len(held)


def _says_any(terms: Iterable[KnownTerm], equivalents: Sequence[str], language: str) -> bool:
    if language == EN:
        words = [word for term in terms for word in key_of(term.text).split(SEPARATOR)]
        return any(says(words, text) for text in equivalents)
    keys = [normalise(term.text) for term in terms]
    return any(normalise(text) in key for text in equivalents for key in keys)
