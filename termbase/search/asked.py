"""The record of look-ups that found a term by its very text: what readers need most. Nothing about who asked is kept.

A look-up costs no write: what was asked waits in the process, and the first look-up after FLUSH_SECONDS writes all of
it in one statement. Pages look up while one types: what a longer query takes up while it waits was only its beginning.
A process that ends takes with it what still waits.
"""

import logging
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from threading import Lock

from django.db import Error, connection, transaction
from django.db.models import Sum

from termbase.models import Concept, LookupCount

FLUSH_SECONDS = 10.0
MAX_WAITING = 10_000
RECENT = 50
"""Look-ups among which the beginnings of a longer one are sought."""

_log = logging.getLogger(__name__)

# In the order of the concepts, so that two processes never wait for each other in a circle.
_ADD = """
WITH quickly AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO termbase_lookupcount AS known (concept_id, day, count)
SELECT asked.concept, (now() AT TIME ZONE 'UTC')::date, asked.count
FROM quickly, unnest(%s::bigint[], %s::integer[]) AS asked (concept, count)
JOIN termbase_concept AS concept ON concept.id = asked.concept
ORDER BY asked.concept
ON CONFLICT (concept_id, day) DO UPDATE SET count = known.count + EXCLUDED.count
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A concept, and how often it was looked up in the days that are kept."""

    concept: Concept
    count: int


@dataclass(slots=True)
class Waiting:
    """What was asked in this process and is not written yet: (when, key, concepts), the oldest first."""

    asked: list[tuple[float, str, tuple[int, ...]]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def add(self, key: str, concepts: Collection[int], now: float) -> Counter[int]:
        """Take in a look-up; what is to be written now, which is nothing as long as the oldest is young."""
        with self.lock:
            # Somebody who types asks again within a second or so, others in between.
            recent = [item for item in self.asked[-RECENT:] if not (key.startswith(item[1]) and key != item[1])]
            self.asked[-RECENT:] = recent
            self.asked.append((now, key, tuple(concepts)))
            if now - self.asked[0][0] < FLUSH_SECONDS and len(self.asked) < MAX_WAITING:
                return Counter()
            # The youngest may still be the beginning of something.
            ready, self.asked = self.asked[:-1], self.asked[-1:]
        return Counter(concept for _, _, concepts in ready for concept in concepts)

    def clear(self) -> None:
        """Forget what waits."""
        with self.lock:
            self.asked = []


waiting = Waiting()


def record(key: str, concepts: Collection[int]) -> None:
    """Count a look-up of the matching key `key` that is that of a term of each of `concepts`, given by their ids."""
    counts = waiting.add(key, concepts, time.monotonic())
    if not counts:
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ADD, [list(counts), list(counts.values())])
    except Error as error:
        _log.info("Look-ups are not recorded: %s", error)


def most_asked(limit: int) -> list[Asked]:
    """The concepts in use that were looked up most, with their `preferred_terms`, in three queries at most."""
    totals = dict(
        LookupCount.objects.filter(concept__withdrawn_at=None)
        .order_by()
        .values_list("concept")
        .annotate(total=Sum("count"))
        .order_by("-total", "concept")[:limit]
    )
    concepts = Concept.objects.with_terms_to_use().in_bulk(totals)
    return [Asked(concepts[pk], count) for pk, count in totals.items() if pk in concepts]
