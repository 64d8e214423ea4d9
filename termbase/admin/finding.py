"""Finding a concept in the admin: by its key, or by any term as readers find them."""

from termbase.models import Concept
from termbase.search import MAX_QUERY, Query, lookup

FOUND = 12


def concepts_found(q: str, *, apart_from: int | None = None) -> list[Concept]:
    """Up to FOUND concepts in use, that of the key `q` first, with `preferred_terms`, Chinese first.

    Proposed ones as well: a doublet is best merged before anyone has approved it. What no one
    can have typed finds nothing.
    """
    query = Query(q.replace("\0", "").strip()[:MAX_QUERY], proposed=True, limit=FOUND)
    hits = lookup(query, record=False)
    order = [hit.concept.pk for hit in hits]
    current = Concept.objects.current().with_names()
    by_key = list(current.filter(key__iexact=query.text)) if query.text else []
    by_term = current.exclude(pk__in=[concept.pk for concept in by_key]).in_bulk(order)
    found = [*by_key, *(by_term[pk] for pk in order if pk in by_term)]
    return [concept for concept in found if concept.pk != apart_from][:FOUND]
