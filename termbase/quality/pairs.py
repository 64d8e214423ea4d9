"""Segments with what is recognised in them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from termbase.quality.findings import Batch, Segment
from termbase.recognition.current import Current
from termbase.recognition.stored import side_of
from termbase.recognition.texts import Answer, Recognised, prepared

_COMPOUND = re.compile(r"-[A-Za-z]")
_TITLE = re.compile(r"-(?:at|for|in|of)-[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Pair:
    """A segment with what was recognised: in the source, in the target, and of the source language in the target.

    `asked` holds the readings of each source place, more than one for a homograph. `found` are all places in the
    target, also inside one another; `chosen` only the longest.
    """

    segment: Segment
    asked: list[list[Recognised]]
    found: Mapping[str, list[Recognised]]
    chosen: list[list[Recognised]]
    untranslated: Mapping[str, Recognised]


def recognised(batch: Batch, current: Current) -> list[Pair]:
    """The segments of `batch`, by what the matchers of the moment find; one query at most."""
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
        Pair(
            segment,
            asked=by_place(of_source.recognised(one, asked[at])),
            found=_by_concept(replace(of_target, nouns=False).recognised(other, found[at])),
            chosen=by_place(of_target.recognised(other, chosen[at])),
            untranslated={
                key: items[0] for key, items in _by_concept(of_source.recognised(foreign[at], left[at])).items()
            },
        )
        for at, (segment, (one, other)) in enumerate(zip(batch.segments, texts, strict=True))
    ]


def by_place(items: Iterable[Recognised]) -> list[list[Recognised]]:
    """The readings of each place."""
    places: dict[tuple[int, int], list[Recognised]] = {}
    for item in items:
        places.setdefault((item.start, item.end), []).append(item)
    return list(places.values())


def _by_concept(items: Iterable[Recognised]) -> dict[str, list[Recognised]]:
    concepts: dict[str, list[Recognised]] = {}
    for item in items:
        concepts.setdefault(item.concept.key, []).append(item)
    return concepts


def is_in_compound(text: str, item: Recognised) -> bool:
    """Whether an English term is part of a compound: *decision* in *decision-making*."""
    return bool(_COMPOUND.match(text, item.end) or _COMPOUND.match(text[: item.start][-2:][::-1]))


def is_in_title(text: str, item: Recognised) -> bool:
    """Whether an English term begins the title of an office: *Chairman* in *Chairman-in-Office*."""
    return _TITLE.match(text, item.end) is not None
