"""Where documents say something else than the termbase. The function gives the SQL of its findings."""


def newer_usage() -> str:
    """The newest documents have another form of an entry, and never the preferred one: usage may have moved on.

    The newest are those of three years, up to that of the newest of all; they must have the other form twice, for once
    is chance. It is a form that may be used, of the same kind (neither an abbreviation nor a phrase speaks against the
    full form), and no homograph, of which nobody knows which it is. Where one form holds the other, the documents do
    have the preferred one, with more or less around it.
    """
    return """
    WITH newest AS (
        SELECT id FROM termbase_document
        WHERE date ~ '^[0-9]{4}' AND withdrawn_at IS NULL AND left(date, 4) > (
            SELECT (max(left(date, 4))::integer - 3)::text FROM termbase_document
            WHERE date ~ '^[0-9]{4}' AND withdrawn_at IS NULL
        )
    ), used AS MATERIALIZED (
        SELECT term_id AS id, sum(count) AS count FROM termbase_termfrequency
        WHERE document_id IN (SELECT id FROM newest) GROUP BY term_id
    ), other AS MATERIALIZED (
        SELECT term.*, count FROM used JOIN term_in_use AS term USING (id)
        WHERE count > 1 AND status = 'admitted' AND NOT EXISTS (
            SELECT FROM term_in_use AS homograph
            WHERE homograph.key = term.key AND homograph.language = term.language
            AND homograph.concept_id <> term.concept_id
        )
    )
    SELECT DISTINCT ON (preferred.id) preferred.concept_id, NULL::bigint, preferred.language, '',
        preferred.text, other.text
    FROM other JOIN term_in_use AS preferred USING (concept_id, language)
    WHERE preferred.status = 'preferred' AND (other.term_type <> 'phrase' OR preferred.term_type = 'phrase')
    AND preferred.id NOT IN (SELECT id FROM used)
    AND (preferred.term_type IN ('abbreviation', 'acronym', 'short_form'))
        = (other.term_type IN ('abbreviation', 'acronym', 'short_form'))
    AND position(preferred.key IN other.key) = 0 AND position(other.key IN preferred.key) = 0
    ORDER BY preferred.id, other.count DESC, other.text
    """
