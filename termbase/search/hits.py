"""Hits: what is found, with all that a reader wants to see of its concept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from termbase.models import CandidateExample, Concept, Document, Example, SubjectField, Term, TermFrequency
from termbase.models.concepts import TERMS_IN_ORDER, shown_statuses
from termbase.models.news import fetch
from termbase.search.query import Query
from termbase.search.sql import Row
from termbase.search.steps import MATCH, NAMES, REMARKS
from termbase.text.languages import EXPANSIONS, counterpart, language_of
from termbase.text.pinyin import typed_pinyin
from termbase.vocabulary import TermType


@dataclass(frozen=True, slots=True)
class ExampleInContext:
    """A sentence with the term at [start, end), in code points of `text`, and where it stands.

    `number` is the passage's as printed; of one without, such as a title, its kind. `translation` is the whole
    passage's as far as it is known, else "".
    """

    text: str
    start: int
    end: int
    document: str
    document_key: str
    position: int
    number: str
    translation: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A definition or a note in which a query was found; it has a `pk` as terms have one, but is none of them."""

    language: str
    text: str
    key: str
    pk: None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept that answers a query.

    `match` is how `matched` answered: the tier, one of `MODES`, or `definition` or `note`. `score` is the share of it
    that the query covers, for `fuzzy` the share that was typed right, 0 to 1. `source_terms` are in its language,
    `target_terms` in the other or the one asked for.
    """

    concept: Concept
    matched: Term | Remark
    match: str
    score: float
    source_terms: tuple[Term, ...]
    target_terms: tuple[Term, ...]
    example: ExampleInContext | None


_TERM_COLUMNS = [
    "id",
    "concept_id",
    "language",
    "text",
    "term_type",
    "administrative_status",
    "part_of_speech",
    "geographical_usage",
    "reading",
    "source",
    "note",
    "usage_note",
    "reliability",
    "review_status",
    "key",
    "pinyin",
    "initials",
]
_CONCEPT_COLUMNS = ["id", "key", "subject_field_id"]
_SUBJECT_COLUMNS = ["id", "key", "name_en", "name_zh", "parent_id"]

_CONCEPTS = """
SELECT {columns} FROM termbase_concept AS c
LEFT JOIN termbase_subjectfield AS s ON s.id = c.subject_field_id
JOIN termbase_term AS t ON t.concept_id = c.id AND t.review_status = ANY(%(shown)s)
WHERE c.id = ANY(%(concepts)s)
ORDER BY {order}
""".format(
    order=TERMS_IN_ORDER,
    columns=", ".join(
        f"{table}.{column}"
        for table, columns in (("c", _CONCEPT_COLUMNS), ("s", _SUBJECT_COLUMNS), ("t", _TERM_COLUMNS))
        for column in columns
    ),
)

# By concept the best example: of a term that matched, pinned, of a preferred term, by score.
_EXAMPLES = """
SELECT DISTINCT ON (t.concept_id) t.concept_id,
    substr(p.text, e.sentence_start + 1, e.sentence_end - e.sentence_start),
    e.start - e.sentence_start, e."end" - e.sentence_start, d.key, d.symbol, d.series,
    p.position, coalesce(nullif(p.number, ''), p.kind), p.translation
FROM termbase_example AS e
JOIN termbase_term AS t ON t.id = e.term_id
JOIN termbase_passage AS p ON p.id = e.passage_id
JOIN termbase_document AS d ON d.id = p.document_id
WHERE e.term_id = ANY(%(terms)s)
ORDER BY t.concept_id, e.term_id = ANY(%(matched)s) DESC, e.pinned DESC, t.search_rank / 10000, e.score DESC, e.id
"""

_ALL_EXAMPLES = """
SELECT e.term_id,
    substr(p.text, e.sentence_start + 1, e.sentence_end - e.sentence_start),
    e.start - e.sentence_start, e."end" - e.sentence_start, d.key, d.symbol, d.series,
    p.position, coalesce(nullif(p.number, ''), p.kind), p.translation
FROM termbase_example AS e
JOIN termbase_passage AS p ON p.id = e.passage_id
JOIN termbase_document AS d ON d.id = p.document_id
WHERE e.term_id = ANY(%(terms)s)
ORDER BY e.pinned DESC, e.score DESC, e.id
"""

_FREQUENCIES = """
SELECT f.term_id, d.key, d.symbol, d.series, f.count
FROM termbase_termfrequency AS f JOIN termbase_document AS d ON d.id = f.document_id
WHERE f.term_id = ANY(%(terms)s)
ORDER BY d.key
"""

_REMARK = "SELECT id, {step.column}, {step.key} FROM {step.table} WHERE id = ANY(%(ids)s)"


def hits(rows: Sequence[Row], query: Query) -> list[Hit]:
    """The hits that `rows` of `query` stand for, in their order."""
    if not rows:
        return []
    concepts, terms = _concepts(rows, query)
    by_id = {term.pk: term for of_concept in terms.values() for term in of_concept}
    remarks = _remarks(rows)
    # A row that was written since it was found is left out.
    found = [
        (row, matched) for row in rows if row.concept in terms and (matched := remarks.get(row) or by_id.get(row.row))
    ]
    examples = _examples(list(by_id), [matched.pk for _, matched in found if matched.pk])
    return [
        Hit(
            concept=concepts[row.concept],
            matched=matched,
            match=MATCH[NAMES[row.step]],
            score=round(min(1.0, _score(NAMES[row.step], matched, query)), 3),
            source_terms=_shown(terms[row.concept], query.source or _side(matched.language), query),
            target_terms=_shown(terms[row.concept], query.target or counterpart(matched.language), query),
            example=examples.get(row.concept),
        )
        for row, matched in found
    ]


def in_context(example: Example | CandidateExample) -> ExampleInContext:
    """An example as its sentence, with the term's place in it; `passage.document` should be loaded."""
    document = example.passage.document
    return ExampleInContext(
        text=example.sentence,
        start=example.start - example.sentence_start,
        end=example.end - example.sentence_start,
        document=document.cited_as,
        document_key=document.key,
        position=example.passage.position,
        number=example.passage.number or example.passage.kind,
        translation=example.passage.translation,
    )


def whole(concept: Concept, *, proposed: bool = False) -> tuple[list[Term], list[tuple[Term, ExampleInContext]]]:
    """What a reader may see of a concept: its terms in order with their frequencies, and all their examples."""
    frequencies = Prefetch("frequencies", TermFrequency.objects.select_related("document"))
    terms = list(concept.terms.visible(proposed=proposed).in_order().prefetch_related(frequencies))
    by_term = examples_of([term.pk for term in terms])
    return terms, [(term, example) for term in terms for example in by_term.get(term.pk, [])]


def examples_of(terms: Sequence[int]) -> dict[int, list[ExampleInContext]]:
    """By term (id) all its examples, those that a person has chosen first, then the best first."""
    found: dict[int, list[ExampleInContext]] = {}
    for term, text, start, end, key, symbol, series, *place in fetch(_ALL_EXAMPLES, {"terms": list(terms)}):
        cited_as = Document(key=key, symbol=symbol, series=series).cited_as
        found.setdefault(term, []).append(ExampleInContext(text, start, end, cited_as, key, *place))
    return found


def frequencies_of(terms: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """By term (id) the documents that it stands in, as they are cited, and how often."""
    found: dict[int, list[tuple[str, int]]] = {}
    for term, key, symbol, series, count in fetch(_FREQUENCIES, {"terms": list(terms)}):
        cited_as = Document(key=key, symbol=symbol, series=series).cited_as
        found.setdefault(term, []).append((cited_as, count))
    return found


def _concepts(rows: Sequence[Row], query: Query) -> tuple[dict[int, Concept], dict[int, list[Term]]]:
    """By id the concepts of `rows` with their subject fields, and their terms that readers may see, in order."""
    parameters = {
        "concepts": [row.concept for row in rows],
        "shown": shown_statuses(proposed=query.proposed),
        "types": TermType.values,
    }
    concepts: dict[int, Concept] = {}
    terms: dict[int, list[Term]] = {}
    subject_at, term_at = len(_CONCEPT_COLUMNS), len(_CONCEPT_COLUMNS) + len(_SUBJECT_COLUMNS)
    for values in fetch(_CONCEPTS, parameters):
        if values[0] not in concepts:
            concept = Concept.from_db("default", _CONCEPT_COLUMNS, values[:subject_at])
            subject = values[subject_at:term_at]
            concept.subject_field = SubjectField.from_db("default", _SUBJECT_COLUMNS, subject) if subject[0] else None
            concepts[values[0]] = concept
        terms.setdefault(values[0], []).append(Term.from_db("default", _TERM_COLUMNS, values[term_at:]))
    return concepts, terms


def _examples(terms: list[int], matched: list[int]) -> dict[int, ExampleInContext]:
    """By concept (id) the best example of `terms` (ids), those that `matched` before others."""
    found = {}
    for concept, text, start, end, key, symbol, series, *place in fetch(
        _EXAMPLES, {"terms": terms, "matched": matched}
    ):
        cited_as = Document(key=key, symbol=symbol, series=series).cited_as
        found[concept] = ExampleInContext(text, start, end, cited_as, key, *place)
    return found


def _remarks(rows: Iterable[Row]) -> dict[Row, Remark]:
    """The texts of those rows that are definitions or notes."""
    found: dict[Row, Remark] = {}
    for step in (step for steps in REMARKS.values() for step in steps):
        by_id = {row.row: row for row in rows if row.step == step.number}
        if by_id:
            for id_, text, key in fetch(_REMARK.format(step=step), {"ids": list(by_id)}):
                found[by_id[id_]] = Remark(language_of(text), text, key)
    return found


def _score(step: str, matched: Term | Remark, query: Query) -> float:
    """The share of `matched` that the query covers, or for typing errors the share that was typed right."""
    if isinstance(matched, Term) and MATCH[step] == "pinyin":
        return len(typed_pinyin(query.key)) / len(matched.initials if "initials" in step else matched.pinyin)
    if MATCH[step] == "fuzzy":
        return 1 - (1 + (step == "two_errors")) / len(query.key)
    typed = query.key.replace("*", "") if step == "wildcard" else query.key
    return len(typed) / len(matched.key)


def _side(language: str) -> str:
    return "en" if language == "en" else "zh"


def _shown(terms: Iterable[Term], languages: str, query: Query) -> tuple[Term, ...]:
    """Those of `languages` (a key of `EXPANSIONS`); of a strict query only those that pass its filters."""
    return tuple(
        term for term in terms if term.language in EXPANSIONS[languages] and (not query.strict or _passes(term, query))
    )


def _passes(term: Term, query: Query) -> bool:
    return (
        (not query.administrative_status or term.administrative_status in query.administrative_status)
        and (not query.term_type or term.term_type in query.term_type)
        and term.reliability >= query.reliability
    )
