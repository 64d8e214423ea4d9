"""The whole termbase looked through: all kinds of findings in one transaction, in a fixed number of statements."""

from collections.abc import Callable

from django.db import connection, transaction

from termbase.quality.entries import completeness, likeness, usage
from termbase.quality.entries.style import house_style
from termbase.quality.entries.terms import GATHER
from termbase.vocabulary import EntryFindingKind

# In this order: conflicts leave out what has been found as near duplicates.
_QUERIES: dict[EntryFindingKind, Callable[[], str]] = {
    EntryFindingKind.NO_EQUIVALENT: completeness.no_equivalent,
    EntryFindingKind.TWO_PREFERRED: completeness.two_preferred,
    EntryFindingKind.NO_REPLACEMENT: completeness.no_replacement,
    EntryFindingKind.NO_PREFERRED: completeness.no_preferred,
    EntryFindingKind.NEAR_DUPLICATE: likeness.near_duplicates,
    EntryFindingKind.CONFLICT: likeness.conflicts,
    EntryFindingKind.NEWER_USAGE: usage.newer_usage,
    EntryFindingKind.NO_SOURCE: completeness.no_source,
    EntryFindingKind.NO_EXAMPLE: completeness.no_example,
}

_FOUND = """
CREATE TEMP TABLE found (
    kind text, concept_id bigint, other_id bigint, language text, rule text, text text, other_text text
) ON COMMIT DROP
"""

# One finding, one fingerprint: lengths keep two different contents from being one string.
_KNOWN = """
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT DISTINCT ON (fingerprint) * FROM (
    SELECT *, md5(
        concat_ws(':', kind, concept_id, coalesce(other_id, 0), language, rule, length(text), text, other_text)
    ) AS fingerprint
    FROM found
) AS marked
"""

_FORGET = """
DELETE FROM termbase_entryfinding AS old
WHERE NOT EXISTS (SELECT FROM known WHERE known.fingerprint = old.fingerprint)
"""

_REMEMBER = """
INSERT INTO termbase_entryfinding
    (kind, concept_id, other_id, subject_field_id, language, rule, text, other_text, fingerprint, found_at)
SELECT kind, concept_id, other_id, subject_field_id, language, rule, text, other_text, fingerprint, now()
FROM known JOIN termbase_concept AS concept ON concept.id = concept_id
WHERE NOT EXISTS (SELECT FROM termbase_entryfinding AS old WHERE old.fingerprint = known.fingerprint)
ORDER BY kind, concept_id
"""

_MOVE = """
UPDATE termbase_entryfinding AS finding SET subject_field_id = concept.subject_field_id
FROM termbase_concept AS concept
WHERE concept.id = concept_id AND finding.subject_field_id IS DISTINCT FROM concept.subject_field_id
"""

_COUNT = """
INSERT INTO termbase_entryfindingcount (day, kind, open, waived, counted_at)
SELECT (now() AT TIME ZONE 'UTC')::date, kinds.kind, count(finding.id) - count(waiver.id), count(waiver.id), now()
FROM unnest(%s::text[]) AS kinds (kind)
LEFT JOIN termbase_entryfinding AS finding ON finding.kind = kinds.kind
LEFT JOIN termbase_entrywaiver AS waiver ON waiver.fingerprint = finding.fingerprint AND lifted_at IS NULL
GROUP BY kinds.kind
ON CONFLICT (day, kind) DO UPDATE
SET open = EXCLUDED.open, waived = EXCLUDED.waived, counted_at = EXCLUDED.counted_at
"""


@transaction.atomic
def look_through() -> None:
    """Find anew what is wrong with entries: what is still so keeps its date, what is no longer so goes."""
    with connection.cursor() as cursor:
        cursor.execute(GATHER)
        cursor.execute("ANALYZE term_in_use")
        cursor.execute(_FOUND)
        for kind, query in _QUERIES.items():
            # The queries are this package's own, and nobody's input is in them.
            cursor.execute(f"INSERT INTO found SELECT '{kind.value}', * FROM ({query()}) AS query")  # noqa: S608
        house_style(cursor)
        for statement in (_KNOWN, "ANALYZE known", _FORGET, _MOVE, _REMEMBER, "DROP TABLE term_in_use, found, known"):
            cursor.execute(statement)
    count_today()


def count_today() -> None:
    """Write down how many findings of each kind there are, as the count of today."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [list(EntryFindingKind.values)])
