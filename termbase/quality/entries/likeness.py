"""Entries that are like one another. Each function gives the SQL of its findings, as in `completeness`.

Where many entries share something, each is held against the one before it, not against all: so many findings as
entries too many, however large the group. What somebody has told apart, by a relation or by a note on both, is none.
"""

_PAIRS = """
    SELECT concept_id, lag(concept_id) OVER same AS other_id, language, rule, text, lag(text) OVER same AS other_text,
        has_note AND lag(has_note) OVER same AS told_apart
    FROM ({rows}) AS form WINDOW same AS (PARTITION BY {shared} ORDER BY concept_id, text)
"""

_FINDINGS = """
    SELECT DISTINCT ON (concept_id, other_id, language) concept_id, other_id, language, rule, text, other_text
    FROM ({pairs}) AS pair WHERE other_id <> concept_id AND NOT told_apart
    AND NOT EXISTS (
        SELECT FROM termbase_conceptrelation AS relation
        WHERE (relation.concept_id, target_id) IN ((pair.concept_id, other_id), (other_id, pair.concept_id))
    ) AND NOT EXISTS (
        SELECT FROM found WHERE kind = 'near_duplicate' AND found.concept_id = pair.concept_id
        AND found.other_id = pair.other_id
    )
    ORDER BY concept_id, other_id, language,
        array_position(ARRAY['same', 'turned', 'one_error', 'same_words'], rule), text
"""

_NEAR_FORMS = """
    WITH shared AS MATERIALIZED (
        SELECT compound FROM term_in_use
        WHERE compound <> '' AND language = 'en' AND term_type NOT IN ('acronym', 'abbreviation')
        GROUP BY compound HAVING count(DISTINCT concept_id) > 1
    ), form AS MATERIALIZED (
        SELECT zh.concept_id, zh.text, zh.key, zh.has_note AND en.has_note AS has_note, en.compound AS english
        FROM shared JOIN term_in_use AS en USING (compound) JOIN term_in_use AS zh USING (concept_id)
        WHERE en.language = 'en' AND zh.language = 'zh' AND en.term_type NOT IN ('acronym', 'abbreviation')
    )
    SELECT concept_id, text, has_note, '' AS language, 'same' AS rule, english, key AS chinese FROM form
    UNION ALL
    SELECT concept_id, text, has_note, '', 'turned', english,
        (SELECT string_agg(letter, '' ORDER BY letter) FROM regexp_split_to_table(key, '') AS letter)
    FROM form
    UNION ALL
    SELECT concept_id, text, has_note, '', 'one_error', english, unnest(termbase_one_error(key))::text
    FROM form WHERE length(key) > 4
    UNION ALL
    SELECT zh.concept_id, zh.text, zh.has_note AND en.has_note, '', 'same_words', array_to_string(en.stems, ' '), zh.key
    FROM term_in_use AS en JOIN term_in_use AS zh USING (concept_id)
    WHERE en.language = 'en' AND zh.language = 'zh' AND en.stems <> '{}'
"""


def near_duplicates() -> str:
    """Two entries for what is most likely one concept: work is done twice, and what is found depends on chance.

    The same English, but for spaces, hyphens and spelling, with Chinese that is the same, has the same characters in
    another order, or differs by one character of five or more; or the same Chinese with the same English words in any
    order and form. Acronyms alone make no pair: CPCJS is no plural of CPCJ.
    """
    return _FINDINGS.format(pairs=_PAIRS.format(rows=_NEAR_FORMS, shared="rule, english, chinese"))


def conflicts() -> str:
    """A form of an entry that another of the same subject has too: a reader cannot tell which is meant.

    Near duplicates are found as such.
    """
    rows = "SELECT concept_id, text, has_note, language, '' AS rule, subject_field_id, key FROM term_in_use"
    return _FINDINGS.format(pairs=_PAIRS.format(rows=rows, shared="subject_field_id, language, key"))
