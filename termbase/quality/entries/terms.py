"""The terms in use, gathered once for all kinds of findings."""

GATHER = """
CREATE TEMP TABLE term_in_use ON COMMIT DROP AS
SELECT term.id, concept_id, subject_field_id, CASE language WHEN 'en' THEN 'en' ELSE 'zh' END AS language, text,
    term.key, compound, stems, term_type, administrative_status AS status, part_of_speech, source,
    term.note <> '' OR usage_note <> '' OR concept.note <> '' AS has_note,
    row_number() OVER (ORDER BY concept_id, language = 'en', language, search_rank / 10000, term_type, text) AS place
FROM termbase_term AS term JOIN termbase_concept AS concept ON concept.id = concept_id
WHERE withdrawn_at IS NULL AND review_status <> 'rejected'
"""
"""A table of the terms in use for this transaction.

`language` is `zh` or `en`; the term at the first `place` stands for all of its concept: Chinese, then preferred first.
"""
