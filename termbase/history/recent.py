"""What a person has done last, with the concepts that it touched."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import connection

from termbase.models import Activity

_LOOKED_AT = 50
"""Rows of a step that are looked at for its concepts; an import has a hundred thousand."""

_TOUCHED = """
SELECT DISTINCT step.id, concept.id, concept.key
FROM unnest(%(steps)s::bigint[]) AS step (id)
CROSS JOIN LATERAL (
    SELECT model, "row", "left" FROM termbase_revision WHERE activity_id = step.id LIMIT %(looked_at)s
) AS revision
LEFT JOIN termbase_term AS term ON model = 'term' AND term.id = "row"
LEFT JOIN termbase_definition AS definition ON model = 'definition' AND definition.id = "row"
LEFT JOIN termbase_conceptrelation AS relation ON model = 'conceptrelation' AND relation.id = "row"
JOIN termbase_concept AS concept ON concept.id = coalesce(
    CASE model WHEN 'concept' THEN "row" END, term.concept_id, definition.concept_id, relation.concept_id, "left"
)
ORDER BY step.id, concept.key
"""


@dataclass(frozen=True, slots=True)
class Recent:
    """A step with the ids and keys of the first concepts that it touched."""

    activity: Activity
    concepts: list[tuple[int, str]]


def recent(user: User, limit: int = 8) -> list[Recent]:
    """The last steps of `user`, the latest first, in two queries."""
    steps = list(Activity.objects.filter(user=user)[:limit])
    touched: dict[int, list[tuple[int, str]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, {"steps": [step.pk for step in steps], "looked_at": _LOOKED_AT})
        for step, concept, key in cursor.fetchall():
            touched[step].append((concept, key))
    return [Recent(step, touched[step.pk]) for step in steps]
