"""Look-up: a query in either language to ranked hits.

The tiers are tried in order until there are enough hits: exact (the key is the query's), prefix (it begins with it),
part (it holds it). Inside a tier the order is total: preferred before admitted before deprecated before superseded,
then the shorter key, then the key itself, then the older term.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, F, Prefetch, When
from django.db.models.functions import Length

from termbase.errors import InvalidInput
from termbase.models import Concept, Example, Term, TermFrequency
from termbase.models.concepts import TermQuerySet, status_rank
from termbase.text.languages import EXPANSIONS, counterpart
from termbase.text.ngrams import required_ngrams
from termbase.text.normalise import normalise

MODES = ("exact", "prefix", "part")
MAX_QUERY = 200
MAX_LIMIT = 100
DEFAULT_LIMIT = 20


@dataclass(frozen=True, slots=True)
class ExampleInContext:
    """A sentence with the term at [start, end), in code points of `text`, and where it stands.

    `number` is the passage's as printed; of one without, such as a title, its kind.
    """

    text: str
    start: int
    end: int
    document: str
    document_key: str
    number: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept that answers a query.

    `match` is the tier (one of MODES) in which `matched` answered; `score` the share of its key that the query
    covers, 0 to 1. `source_terms` are in the matched term's language, `target_terms` in the other or the one asked for.
    """

    concept: Concept
    matched: Term
    match: str
    score: float
    source_terms: tuple[Term, ...]
    target_terms: tuple[Term, ...]
    example: ExampleInContext | None


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked up; `source` and `target` are keys of `languages.EXPANSIONS`, or empty for any."""

    text: str
    source: str = ""
    target: str = ""
    modes: Sequence[str] = field(default=MODES)
    limit: int = DEFAULT_LIMIT
    proposed: bool = False

    def __post_init__(self) -> None:
        for name, value in (("source", self.source), ("target", self.target)):
            if value and value not in EXPANSIONS:
                raise _invalid(name, f"must be one of {', '.join(EXPANSIONS)}")
        if not set(self.modes) <= set(MODES):
            raise _invalid("mode", f"must be one of {', '.join(MODES)}")
        if not 1 <= self.limit <= MAX_LIMIT:
            raise _invalid("limit", f"must be from 1 to {MAX_LIMIT}")
        if len(self.text) > MAX_QUERY:
            raise _invalid("q", f"is longer than {MAX_QUERY} characters")
        if "\0" in self.text:
            raise _invalid("q", "holds a null character")


def lookup(query: Query) -> list[Hit]:
    """The hits of `query`, one a concept, best first; none for a query that normalises to nothing.

    Raises `InvalidInput`, at `Query`'s making, for values out of range.
    """
    key = normalise(query.text)
    if not key:
        return []
    found: dict[int, tuple[Term, str]] = {}
    for mode in MODES:
        if mode in query.modes and len(found) < query.limit:
            for term in _tier(mode, key, query, seen=found):
                found.setdefault(term.concept_id, (term, mode))
    best = list(found.values())[: query.limit]
    return _hits(best, len(key), query)


def _tier(mode: str, key: str, query: Query, *, seen: Iterable[int]) -> list[Term]:
    terms = Term.objects.visible(proposed=query.proposed)
    if query.source:
        terms = terms.filter(language__in=EXPANSIONS[query.source])
    terms = _matching(terms, mode, key).exclude(concept__in=list(seen))
    # Synonyms of one concept that all match make one hit; three rows a hit leave room for them.
    ordered = terms.order_by(status_rank(), Length("key"), "key", "pk")
    return list(ordered[: 3 * query.limit])


def _matching(terms: TermQuerySet, mode: str, key: str) -> TermQuerySet:
    if mode == "exact":
        return terms.filter(key=key)
    if mode == "prefix":
        return terms.filter(key__startswith=key).exclude(key=key)
    grams = required_ngrams(key)
    if not grams:
        return terms.none()
    return terms.filter(ngrams__contains=grams, key__contains=key).exclude(key__startswith=key)


def _hits(found: list[tuple[Term, str]], query_length: int, query: Query) -> list[Hit]:
    concepts = [term.concept_id for term, _ in found]
    terms: dict[int, list[Term]] = {}
    for term in Term.objects.visible(proposed=query.proposed).filter(concept__in=concepts).in_order():
        terms.setdefault(term.concept_id, []).append(term)
    by_id = Concept.objects.select_related("subject_field").in_bulk(concepts)
    examples = best_examples([t.pk for group in terms.values() for t in group], [term.pk for term, _ in found])
    hits = []
    for term, mode in found:
        target = EXPANSIONS[query.target or counterpart(term.language)]
        source = EXPANSIONS.get(query.source or ("en" if term.language == "en" else "zh"), ())
        hits.append(
            Hit(
                concept=by_id[term.concept_id],
                matched=term,
                match=mode,
                score=round(query_length / len(term.key), 3),
                source_terms=tuple(t for t in terms[term.concept_id] if t.language in source),
                target_terms=tuple(t for t in terms[term.concept_id] if t.language in target),
                example=examples.get(term.concept_id),
            )
        )
    return hits


def best_examples(terms: Iterable[int], matched: Iterable[int]) -> dict[int, ExampleInContext]:
    """By concept (id) the best example of `terms` (ids): of a `matched` one, pinned, of a preferred one, by score."""
    asked_for = Case(When(term__in=list(matched), then=0), default=1)
    rows = (
        Example.objects.filter(term__in=list(terms))
        .select_related("passage__document")
        .defer("passage__key", "passage__ngrams")
        .order_by("term__concept_id", asked_for, F("pinned").desc(), status_rank("term__"), F("score").desc(), "pk")
        .distinct("term__concept_id")
        .annotate(concept_id=F("term__concept_id"))
    )
    return {row.concept_id: in_context(row) for row in rows}


def in_context(example: Example) -> ExampleInContext:
    """An example as its sentence, with the term's place in it; `passage.document` should be loaded."""
    document = example.passage.document
    return ExampleInContext(
        text=example.sentence,
        start=example.start - example.sentence_start,
        end=example.end - example.sentence_start,
        document=document.cited_as,
        document_key=document.key,
        number=example.passage.number or example.passage.kind,
    )


def whole(concept: Concept, *, proposed: bool = False) -> tuple[list[Term], list[tuple[Term, ExampleInContext]]]:
    """What a reader may see of a concept: its terms in order with their frequencies, and all their examples."""
    frequencies = Prefetch("frequencies", TermFrequency.objects.select_related("document"))
    terms = list(concept.terms.visible(proposed=proposed).in_order().prefetch_related(frequencies))
    rows = (
        Example.objects.filter(term__in=terms)
        .select_related("passage__document")
        .defer("passage__key", "passage__ngrams")
        .order_by("-pinned", "-score", "pk")
    )
    by_term: dict[int, list[ExampleInContext]] = {}
    for row in rows:
        by_term.setdefault(row.term_id, []).append(in_context(row))
    return terms, [(term, example) for term in terms for example in by_term.get(term.pk, [])]


def _invalid(name: str, problem: str) -> InvalidInput:
    return InvalidInput(f"{name} {problem}.", fields={name: [problem]})
