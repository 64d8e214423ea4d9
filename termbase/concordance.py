"""Concordance: every place of a string in the passages of the documents, with what stands around it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from termbase.models import Passage
from termbase.text.normalise import normalise, normalise_with_offsets


@dataclass(frozen=True, slots=True)
class Line:
    """A hit in its passage: `left` + `hit` + `right` is a stretch of the passage's own text."""

    left: str
    hit: str
    right: str
    passage: Passage


def lines(text: str, *, width: int, limit: int) -> tuple[list[Line], bool]:
    """Up to `limit` lines by document and place, and whether there are more; `width` is the most code points aside.

    A text that normalises to nothing has no lines.
    """
    key = normalise(text)
    if not key:
        return [], False
    passages = Passage.objects.select_related("document").order_by("document_id", "position")
    found = list(islice((line for passage in passages for line in _lines(passage, key, width)), limit + 1))
    return found[:limit], len(found) > limit


def _lines(passage: Passage, key: str, width: int) -> Iterator[Line]:
    text = passage.text
    normalised = normalise_with_offsets(text)
    at = normalised.key.find(key)
    while at >= 0:
        start, end = normalised.span(at, at + len(key))
        yield Line(text[max(0, start - width) : start], text[start:end], text[end : end + width], passage)
        at = normalised.key.find(key, at + len(key))
