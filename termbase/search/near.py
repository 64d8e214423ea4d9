"""What a query that found nothing may still be answered with: forms near to it, and known terms that stand inside it.

Near is a Chinese term with the same pieces the other way round (犯罪预防: 预防犯罪), or one that has all characters of
the query in their order with others between them, as a full form has those of its abbreviation (再犯: 再次犯罪).
Both are for a person to judge, so they are no hits.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from termbase.search.contents import Contents
from termbase.search.hits import Hit, hits
from termbase.search.query import Query
from termbase.search.sql import find
from termbase.search.steps import Step, wildcard_step
from termbase.text.normalise import HAN, has_han
from termbase.text.stems import STOP_WORDS

MOST_NEAR = 6
MOST_INSIDE = 12
_ALL_HAN = re.compile(f"[{HAN}]+")
_LONGEST_TURNED = 12
_LONGEST_SPREAD = 16
_SPREAD = 4
_LONGEST_PIECE = 24
_MOST_WORDS = 12
_WORD = re.compile(r"[^\s,.;:!?()\"]+")


def near(query: Query) -> list[Hit]:
    """Up to MOST_NEAR forms near to `query`, those turned round first."""
    key = query.key
    if not _ALL_HAN.fullmatch(key) or len(key) < 2:
        return []
    query = replace(query, cursor="", within=("terms",))
    found: list[Hit] = []
    if len(key) <= _LONGEST_TURNED:
        found += _of_keys([key[at:] + key[:at] for at in range(1, len(key))], query, MOST_NEAR)
    if len(key) <= _LONGEST_SPREAD:
        found += _hits(_spread(key), query, MOST_NEAR)
    once: dict[int, Hit] = {}
    for hit in found:
        once.setdefault(hit.concept.pk, hit)
    return list(once.values())[:MOST_NEAR]


def inside(query: Query) -> list[Hit]:
    """Up to MOST_INSIDE known terms that make up `query`, the longest chosen first, in the order they stand in it."""
    key = query.key
    places: dict[str, tuple[int, int]] = {}
    for start, end, piece in _pieces(key):
        places.setdefault(piece, (start, end))
    if not places:
        return []
    found = _of_keys(list(places), replace(query, cursor="", within=("terms",)), len(places))
    chosen: list[tuple[int, int, Hit]] = []
    for hit in sorted(found, key=lambda hit: -len(hit.matched.key)):
        start, end = places[hit.matched.key]
        if all(end <= other_start or start >= other_end for other_start, other_end, _ in chosen):
            chosen.append((start, end, hit))
    return [hit for _, _, hit in sorted(chosen, key=lambda place: place[0])][:MOST_INSIDE]


def _pieces(key: str) -> Iterator[tuple[int, int, str]]:
    """Every stretch of a key that may be a term: of Chinese two characters or more, of English whole words."""
    if has_han(key):
        for start in range(len(key)):
            for end in range(start + 2, min(start + _LONGEST_PIECE, len(key)) + 1):
                yield start, end, key[start:end]
        return
    words = list(_WORD.finditer(key))
    for first in range(len(words)):
        for last in range(first, min(first + _MOST_WORDS, len(words))):
            start, end = words[first].start(), words[last].end()
            piece = key[start:end]
            if piece not in STOP_WORDS:
                yield start, end, piece
                # Most terms are in the singular.
                if piece.endswith("s"):
                    yield start, end, piece[:-1]


def _spread(key: str) -> Step:
    """The step to keys that have all characters of `key` in order, and are not so long that they would by chance."""
    step = wildcard_step(f"*{'*'.join(key)}*")
    longest = {"longest": _SPREAD * len(key)}
    return replace(
        step, condition=f"{step.condition} AND length({{t}}.key) <= %(longest)s", parameters=step.parameters | longest
    )


def _of_keys(keys: list[str], query: Query, limit: int) -> list[Hit]:
    return _hits(Step("exact", "{t}.key = ANY(%(near)s)", {"near": keys}), query, limit)


def _hits(step: Step, query: Query, limit: int) -> list[Hit]:
    return hits(find([step], query, limit, None), query, Contents())
