"""Concordance: every place of a string in the passages of the documents, with what stands around it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThanOrEqual
from django.db.models.functions import Length, Replace

from termbase.models import Document, Passage
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


def lines(
    text: str, *, width: int, limit: int, after: Position = BEGINNING, document: str = ""
) -> tuple[list[Line], bool]:
    """Up to `limit` lines behind `after`, by document and place, and whether there are more.

    `width` is the most code points on either side; with `document` (a key) the lines are of that one alone. A text that
    normalises to nothing that is indexed has no lines.
    """
    key = normalise(text)
    passages = _holding(key)
    if document:
        passages = passages.filter(document__key=document)
    from_here = TupleGreaterThanOrEqual(Tuple("document_id", "position"), after[:2])
    # Each passage found has a hit at least, but those of the first may all have been told before.
    passages = (
        passages.filter(from_here)
        .select_related("document")
        .defer("key", "ngrams")
        .order_by("document_id", "position")[: limit + 2]
    )
    behind = (line for passage in passages for line in _lines(passage, key, width) if line.position > after)
    found = list(islice(behind, limit + 1))
    return found[:limit], len(found) > limit


def counts(text: str) -> list[tuple[Document, int]]:
    """How many lines there are of `text`, by document, most first; one query."""
    key = normalise(text)
    without = Length(Replace("key", Value(key), Value("")))
    places = Sum((Length("key") - without) / len(key)) if key else Value(0, output_field=IntegerField())
    by_document = _holding(key).order_by().values("document").annotate(places=places).values("places")
    documents = Document.objects.annotate(
        places=Subquery(by_document.filter(document=OuterRef("pk")), output_field=IntegerField())
    )
    rows = documents.filter(places__gt=0).order_by("-places", "key")
    return [(document, document.places) for document in rows]  # type: ignore[attr-defined]


def _holding(key: str) -> QuerySet[Passage]:
    """The passages of current documents in which a matching key stands."""
    grams = required_ngrams(key)
    passages = Passage.objects.current()
    return passages.filter(ngrams__contains=grams, key__contains=key) if grams else passages.none()


def _lines(passage: Passage, key: str, width: int) -> Iterator[Line]:
    text = passage.text
    normalised = normalise_with_offsets(text)
    at = normalised.key.find(key)
    while at >= 0:
        start, end = normalised.span(at, at + len(key))
        place = (passage.document_id, passage.position, start)
        yield Line(text[max(0, start - width) : start], text[start:end], text[end : end + width], passage, place)
        at = normalised.key.find(key, at + len(key))
