"""What an entry lacks.

Each function gives the SQL of its findings: concept, other concept, language, rule, text, other text.
"""


def no_equivalent() -> str:
    """Entries with terms in one language alone, or with none: whoever looks one up gets no answer."""
    return """
    SELECT concept_id, NULL::bigint, CASE min(language) WHEN 'en' THEN 'zh' ELSE 'en' END, '',
        (array_agg(text ORDER BY place))[1], ''
    FROM term_in_use GROUP BY concept_id HAVING min(language) = max(language)
    UNION ALL
    SELECT id, NULL, '', 'no_term', key, '' FROM termbase_concept AS concept
    WHERE withdrawn_at IS NULL AND NOT EXISTS (SELECT FROM term_in_use WHERE concept_id = concept.id)
    """


def two_preferred() -> str:
    """Two preferred forms in one language: the entry does not say which to use.

    The database allows one for each script of Chinese, which must then be the same word.
    """
    return """
    SELECT concept_id, NULL::bigint, language, '', min(text), max(text)
    FROM term_in_use WHERE status = 'preferred' GROUP BY concept_id, language HAVING count(DISTINCT key) > 1
    """


def no_replacement() -> str:
    """A form not to be used, where nothing says what to use instead."""
    return """
    SELECT concept_id, NULL::bigint, language, '',
        (array_agg(text ORDER BY place) FILTER (WHERE status IN ('deprecated', 'superseded')))[1], ''
    FROM term_in_use GROUP BY concept_id, language
    HAVING bool_or(status IN ('deprecated', 'superseded')) AND NOT bool_or(status = 'preferred')
    """


def no_preferred() -> str:
    """Only admitted forms in a language: glossaries and CAT tools are given the preferred form, so here none."""
    return """
    SELECT concept_id, NULL::bigint, language, '', (array_agg(text ORDER BY place))[1], ''
    FROM term_in_use GROUP BY concept_id, language HAVING bool_and(status = 'admitted')
    """


def no_source() -> str:
    """Terms and definitions that nobody can check; without a source a term is not approved either."""
    return """
    SELECT concept_id, NULL::bigint, language, 'term', text, '' FROM term_in_use WHERE source = ''
    UNION ALL
    SELECT concept_id, NULL, CASE language WHEN 'en' THEN 'en' ELSE 'zh' END, 'definition', text, ''
    FROM termbase_definition AS definition JOIN termbase_concept AS concept ON concept.id = concept_id
    WHERE source = '' AND withdrawn_at IS NULL
    """


def no_example() -> str:
    """Entries of which no form is shown in a sentence: a reader cannot see how it is used, nor that it is."""
    return """
    SELECT concept_id, NULL::bigint, '', '', (array_agg(text ORDER BY place))[1], ''
    FROM term_in_use WHERE concept_id NOT IN (
        SELECT concept_id FROM termbase_example AS example JOIN termbase_term AS term ON term.id = term_id
        JOIN termbase_passage AS passage ON passage.id = passage_id
        JOIN termbase_document AS document ON document.id = document_id AND withdrawn_at IS NULL
    ) GROUP BY concept_id
    """
