"""Weights from reviewed terms: logistic regression by averaged stochastic gradient.

A document has a hundred pieces that are no terms for each one that is. Nearly all of these are told at a glance, and
few of them are enough; those that look like terms teach most, and all of them are kept. Which ones look so, a first
model tells that is learned from the few.

Steps are as in AdaGrad (Duchi, Hazan and Singer, JMLR 12, 2011), the result is the average of the later rounds (Polyak
and Juditsky, 1992). Each round draws the weights towards 0 (ridge), which keeps small what was seen only a few times.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import NamedTuple
from zlib import crc32

from termbase.harvest.candidates.reading import Reading
from termbase.harvest.candidates.sharing import Shared
from termbase.harvest.candidates.signals import Signals, Surroundings
from termbase.harvest.candidates.weights import Weights

MOST_WEIGHTS = 2_500
# One in so many of the pieces that do not look like terms stands for all of them.
_SAMPLED = 8
_LOOKS_LIKE_A_TERM = 0.003
_FIRST_ROUNDS, _ROUNDS = 6, 10
_STEP = 0.1
_RIDGE = 5.0
# A signal must have been seen on so many terms, or so many pieces at all, to be learned from.
_LEAST_TERMS, _LEAST_PIECES = 3, 10
_NOTHING = Weights({})

Judge = Callable[[str], float | None]
"""What is known of a key: above 0 a term that counts so much, below 0 rejected, 0 never recorded, None not known."""


@dataclass(frozen=True, slots=True)
class Material:
    """A document, what is known beside it, and what a terminologist has said of its pieces."""

    reading: Reading
    shared: Shared
    judge: Judge


class Example(NamedTuple):
    """The signals of a piece, whether a terminologist has recorded it, and how much that counts."""

    signals: Signals
    is_term: bool
    weight: float


def learn(material: Sequence[Material]) -> Weights:
    """The weights that tell terms from others best; the same for the same material."""
    first = _fitted(_examples(material, _NOTHING), _FIRST_ROUNDS)
    examples = _examples(material, first)
    whole = _fitted(examples, _ROUNDS)
    if len(whole.values) <= MOST_WEIGHTS:
        return whole
    return _fitted(_with_signals(examples, _strongest(whole, examples)), _ROUNDS)


def _examples(material: Iterable[Material], model: Weights) -> list[Example]:
    """All terms and rejected pieces, the others that `model` takes for terms, and some of the rest."""
    return [example for one in material for example in _examples_of(one, model)]


def _examples_of(material: Material, model: Weights) -> Iterator[Example]:
    surroundings = Surroundings(material.reading, material.shared)
    for key, piece in material.reading.pieces.items():
        verdict = None if key in material.shared.known.terms else material.judge(key)
        if verdict is None:
            continue
        sampled = crc32(key.encode()) % _SAMPLED == 0
        if not (verdict or sampled or model.values):
            continue
        signals = surroundings.signals(key, piece)
        if verdict:
            yield Example(signals, verdict > 0, abs(verdict))
        elif model.values and model.score(signals) >= _LOOKS_LIKE_A_TERM:
            yield Example(signals, False, 1.0)
        elif sampled:
            yield Example(signals, False, float(_SAMPLED))


def _strongest(weights: Weights, examples: Iterable[Example]) -> frozenset[str]:
    """The signals that move the scores most: by weight and by how often they are seen."""
    seen = Counter(name for example in examples for name in example.signals)
    names = sorted(weights.values, key=lambda name: (-abs(weights.values[name]) * sqrt(seen[name]), name))
    return frozenset(names[:MOST_WEIGHTS])


def _with_signals(examples: Iterable[Example], names: frozenset[str]) -> list[Example]:
    return [
        example._replace(signals={name: value for name, value in example.signals.items() if name in names})
        for example in examples
    ]


def _worth_learning(examples: Iterable[Example]) -> dict[str, int]:
    """The names of signals that are seen often enough, numbered."""
    pieces: Counter[str] = Counter()
    terms: Counter[str] = Counter()
    for example in examples:
        pieces.update(example.signals.keys())
        if example.is_term:
            terms.update(example.signals.keys())
    often = (name for name in pieces if terms[name] >= _LEAST_TERMS or pieces[name] >= _LEAST_PIECES)
    return {name: number for number, name in enumerate(sorted(often))}


def _fitted(examples: list[Example], rounds: int) -> Weights:
    names = _worth_learning(examples)
    rows = [
        ([(names[name], value) for name, value in signals.items() if name in names], is_term, weight)
        for signals, is_term, weight in examples
    ]
    order = random.Random(1)  # noqa: S311
    learner = _Learner(len(names), _RIDGE / max(1, len(rows)))
    for number in range(rounds):
        if number == rounds // 2:
            learner.begin_average()
        order.shuffle(rows)
        for signals, is_term, weight in rows:
            learner.learn(signals, is_term, weight)
    return Weights({name: learner.average(at) for name, at in names.items()})


class _Learner:
    """Weights with their steps; the sum over time of each is brought up to date when the weight changes.

    So is the pull of the `ridge` towards 0, which is that of one example.
    """

    def __init__(self, size: int, ridge: float) -> None:
        self._ridge = ridge
        self._weights = [0.0] * size
        self._slopes = [1.0] * size
        self._sums = [0.0] * size
        self._summed_to = [0] * size
        self._begun = self._time = 0

    def begin_average(self) -> None:
        """Forget the sums so far."""
        size = len(self._weights)
        self._begun = self._time
        self._sums, self._summed_to = [0.0] * size, [self._time] * size

    def average(self, at: int) -> float:
        """A weight's average since the beginning of the sums."""
        total = self._sums[at] + self._weights[at] * (self._time - self._summed_to[at])
        return total / max(1, self._time - self._begun)

    def learn(self, signals: list[tuple[int, float]], is_term: bool, weight: float) -> None:
        """A step towards a piece's being a term or none."""
        self._time += 1
        weights, slopes, sums, summed_to = self._weights, self._slopes, self._sums, self._summed_to
        total = sum([weights[at] * value for at, value in signals])
        error = weight * (1 / (1 + exp(-max(-30.0, min(30.0, total)))) - is_term)
        for at, value in signals:
            elapsed = self._time - summed_to[at]
            sums[at] += weights[at] * elapsed
            summed_to[at] = self._time
            slope = error * value + self._ridge * elapsed * weights[at]
            slopes[at] += slope * slope
            weights[at] -= _STEP * slope / sqrt(slopes[at])
