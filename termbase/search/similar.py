"""Concepts that may be the same as one that is being written down: terms of the same key, and those near to it."""

from dataclasses import replace

from termbase.search.hits import Hit
from termbase.search.lookup import lookup
from termbase.search.near import near
from termbase.search.query import MAX_QUERY, Query

MOST_SIMILAR = 6
_MODES = ("exact", "spelling", "words", "fuzzy")


def similar(text: str, *, source: str, apart_from: int | None = None) -> list[Hit]:
    """Up to MOST_SIMILAR concepts, those with a term of the same matching key first (`exact`), proposed ones as well.

    `source` is the side of `text`, `zh` or `en`; the concept with the id `apart_from` is no duplicate of itself.
    """
    text = text[:MAX_QUERY]
    query = Query(text, source=source, proposed=True, modes=_MODES, limit=MOST_SIMILAR + 1)
    if not query.key:
        return []
    exact = lookup(replace(query, modes=_MODES[:1]), record=False)
    once: dict[int, Hit] = {}
    for hit in [*exact, *near(query), *lookup(query, record=False)]:
        once.setdefault(hit.concept.pk, hit)
    return [hit for pk, hit in once.items() if pk != apart_from][:MOST_SIMILAR]
