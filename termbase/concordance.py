"""Concordance: every place of a string in the passages of the documents, with what stands around it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThanOrEqual

from termbase.models import Passage
from termbase.text.ngrams import required_ngrams
from termbase.text.normalise import normalise, normalise_with_offsets

Position = tuple[int, int, int]
"""Of a line: document (id), place of the passage in it, start of the hit in code points."""
BEGINNING: Position = (0, 0, -1)


@dataclass(frozen=True, slots=True)
class Line:
    """A hit in its passage: `left` + `hit` + `right` is a stretch of the passage's own text."""

    left: str
    hit: str
    right: str
    passage: Passage
    position: Position


def lines(text: str, *, width: int, limit: int, after: Position = BEGINNING) -> tuple[list[Line], bool]:
    """Up to `limit` lines behind `after`, by document and place, and whether there are more.

    `width` is the most code points on either side. A text that normalises to nothing that is indexed has no lines.
    """
    key = normalise(text)
    grams = required_ngrams(key)
    if not grams:
        return [], False
    from_here = TupleGreaterThanOrEqual(Tuple("document_id", "position"), after[:2])
    # Each passage found has a hit at least, but those of the first may all have been told before.
    passages = (
        Passage.objects.filter(from_here, ngrams__contains=grams, key__contains=key)
        .select_related("document")
        .defer("key", "ngrams")
        .order_by("document_id", "position")[: limit + 2]
    )
    behind = (line for passage in passages for line in _lines(passage, key, width) if line.position > after)
    found = list(islice(behind, limit + 1))
    return found[:limit], len(found) > limit


def _lines(passage: Passage, key: str, width: int) -> Iterator[Line]:
    text = passage.text
    normalised = normalise_with_offsets(text)
    at = normalised.key.find(key)
    while at >= 0:
        start, end = normalised.span(at, at + len(key))
        place = (passage.document_id, passage.position, start)
        yield Line(text[max(0, start - width) : start], text[start:end], text[end : end + width], passage, place)
        at = normalised.key.find(key, at + len(key))
