"""What hits show of concepts: their terms, and the best example of each; kept for the hits that show them next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from termbase.models import Concept, Document, SubjectField, Term
from termbase.models.concepts import TERMS_IN_ORDER
from termbase.models.news import fetch
from termbase.vocabulary import ReviewStatus, TermType


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
class Content:
    """A concept with its terms that nobody has rejected, in the order of `TermQuerySet.in_order`.

    `examples` has the best example of each term (by id) that has any: first a pinned one, then of a preferred term.
    """

    concept: Concept
    terms: tuple[Term, ...]
    examples: Mapping[int, ExampleInContext]

    def visible(self, *, proposed: bool) -> list[Term]:
        """The approved terms or, on request, also the proposed ones."""
        return [term for term in self.terms if proposed or term.review_status == ReviewStatus.APPROVED]

    def example(self, terms: Iterable[Term], matched: int | None) -> ExampleInContext | None:
        """The best example of `terms`: of the one that `matched` (an id), if that has any."""
        wanted = {term.pk for term in terms}
        if matched in self.examples and matched in wanted:
            return self.examples[matched]
        return next((example for term, example in self.examples.items() if term in wanted), None)


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

_EXAMPLES = """
SELECT concept_id, term_id, sentence, start, "end", key, symbol, series, position, number, translation
FROM (
    SELECT DISTINCT ON (e.term_id) t.concept_id, e.term_id, e.pinned, t.search_rank, e.score, e.id,
        substr(p.text, e.sentence_start + 1, e.sentence_end - e.sentence_start) AS sentence,
        e.start - e.sentence_start AS start, e."end" - e.sentence_start AS "end", d.key, d.symbol, d.series,
        p.position, coalesce(nullif(p.number, ''), p.kind) AS number, p.translation
    FROM termbase_example AS e
    JOIN termbase_term AS t ON t.id = e.term_id
    JOIN termbase_passage AS p ON p.id = e.passage_id
    JOIN termbase_document AS d ON d.id = p.document_id
    WHERE e.term_id = ANY(%(terms)s) AND d.withdrawn_at IS NULL
    ORDER BY e.term_id, e.pinned DESC, e.score DESC, e.id
) AS best
ORDER BY pinned DESC, search_rank / 10000, score DESC, id
"""


class Contents:
    """Concepts by id, loaded as they are asked for; those with no term to show are none.

    Whoever holds it says for how long that is right. Its objects are for all who ask: nobody changes them.
    """

    MOST = 5_000
    """Beyond so many it begins anew; one with its terms takes about ten kilobytes."""

    def __init__(self) -> None:
        self._known: dict[int, Content] = {}

    def without(self, concepts: Iterable[int]) -> "Contents":
        """Others that know all but `concepts` already. What is still being loaded here is not known there."""
        others = Contents()
        others._known = self._known.copy()
        for concept in concepts:
            others._known.pop(concept, None)
        return others

    def of(self, concepts: Iterable[int]) -> dict[int, Content]:
        """Those of `concepts` that there are; two queries at most."""
        wanted = set(concepts)
        found = {pk: content for pk in wanted if (content := self._known.get(pk)) is not None}
        if missing := wanted - found.keys():
            loaded = _loaded(list(missing))
            found |= loaded
            if len(self._known) + len(loaded) > self.MOST:
                self._known = {}
            self._known |= loaded
        return found


def _loaded(wanted: list[int]) -> dict[int, Content]:
    shown = [str(ReviewStatus.APPROVED), str(ReviewStatus.PROPOSED)]
    concepts: dict[int, Concept] = {}
    terms: dict[int, list[Term]] = {}
    subject_at, term_at = len(_CONCEPT_COLUMNS), len(_CONCEPT_COLUMNS) + len(_SUBJECT_COLUMNS)
    for values in fetch(_CONCEPTS, {"concepts": wanted, "shown": shown, "types": TermType.values}):
        if values[0] not in concepts:
            concept = Concept.from_db("default", _CONCEPT_COLUMNS, values[:subject_at])
            subject = values[subject_at:term_at]
            concept.subject_field = SubjectField.from_db("default", _SUBJECT_COLUMNS, subject) if subject[0] else None
            concepts[values[0]] = concept
        terms.setdefault(values[0], []).append(Term.from_db("default", _TERM_COLUMNS, values[term_at:]))
    examples = _examples([term.pk for of_concept in terms.values() for term in of_concept])
    return {pk: Content(concepts[pk], tuple(terms[pk]), examples.get(pk, {})) for pk in concepts}


def _examples(terms: list[int]) -> dict[int, dict[int, ExampleInContext]]:
    """By concept and term (ids) the best example of each of `terms`."""
    found: dict[int, dict[int, ExampleInContext]] = {}
    for concept, term, text, start, end, key, symbol, series, *place in fetch(_EXAMPLES, {"terms": terms}):
        cited_as = Document(key=key, symbol=symbol, series=series).cited_as
        found.setdefault(concept, {})[term] = ExampleInContext(text, start, end, cited_as, key, *place)
    return found
