"""All sentences that show a term, and how often it stands in which document."""

from collections.abc import Sequence

from django.db.models import Prefetch

from termbase.models import CandidateExample, Concept, Document, Example, Term, TermFrequency
from termbase.models.news import fetch
from termbase.search.contents import ExampleInContext

_EXAMPLES = """
SELECT e.term_id,
    substr(p.text, e.sentence_start + 1, e.sentence_end - e.sentence_start),
    e.start - e.sentence_start, e."end" - e.sentence_start, d.key, d.symbol, d.series,
    p.position, coalesce(nullif(p.number, ''), p.kind), p.translation
FROM termbase_example AS e
JOIN termbase_passage AS p ON p.id = e.passage_id
JOIN termbase_document AS d ON d.id = p.document_id
WHERE e.term_id = ANY(%(terms)s) AND d.withdrawn_at IS NULL
ORDER BY e.pinned DESC, e.score DESC, e.id
"""

_FREQUENCIES = """
SELECT f.term_id, d.key, d.symbol, d.series, f.count
FROM termbase_termfrequency AS f JOIN termbase_document AS d ON d.id = f.document_id
WHERE f.term_id = ANY(%(terms)s)
ORDER BY d.key
"""


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
    """By term (id) all its examples in current documents, those that a person has chosen first, then the best first."""
    found: dict[int, list[ExampleInContext]] = {}
    for term, text, start, end, key, symbol, series, *place in fetch(_EXAMPLES, {"terms": list(terms)}):
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
