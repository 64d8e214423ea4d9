"""From a query to a page of hits."""

from collections.abc import Iterator
from dataclasses import dataclass

from termbase.metrics import LOOKUPS
from termbase.search import asked, failed
from termbase.search.contents import Contents
from termbase.search.fuzzy import fuzzy_steps
from termbase.search.hits import Hit, hits
from termbase.search.pinyin import pinyin_steps
from termbase.search.query import Position, Query
from termbase.search.sql import Row, find
from termbase.search.steps import MATCH, NAMES, Remarks, Step, has_wildcards, literal_steps, remark_steps

_EXACT = NAMES.index("exact")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a look-up is recorded by: how its first hit matched, empty for none, and the concepts whose terms it is."""

    match: str
    concepts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some hits of a query, and the `cursor` of the query for those after them, empty after the last."""

    hits: list[Hit]
    next: str
    outcome: Outcome


def lookup(query: Query, *, record: bool = True) -> list[Hit]:
    """The hits of `query`, one a concept, best first; none for a query that normalises to nothing.

    Raises `InvalidInput` for values that name nothing. A plain query is recorded for terminologists, unless it is only
    the beginning of one: under the concepts of which it is a term, or as one that found nothing.
    """
    return lookup_page(query, record=record).hits


def lookup_page(query: Query, *, contents: Contents | None = None, record: bool = True) -> Page:
    """As `lookup`, with the way to the next hits; their concepts are taken from `contents` as far as it has them."""
    after = Position.of(query)
    if not query.key:
        return Page([], "", Outcome("", ()))
    rows = _rows(query, after)
    outcome = _outcome(rows)
    count(query, outcome, record=record)
    page = rows[: query.limit]
    found = hits(page, query, contents or Contents())
    return Page(found, page[-1].position.cursor(query) if len(rows) > query.limit else "", outcome)


def count(query: Query, outcome: Outcome, *, record: bool = True) -> None:
    """Count a look-up, also one whose answer was kept, and `record` it for terminologists."""
    LOOKUPS.labels(outcome.match or "none").inc()
    if not record or query.narrowed or query.cursor:
        return
    if not outcome.match:
        failed.record(query.text, query.key)
    elif outcome.concepts:
        asked.record(query.key, outcome.concepts)


def _outcome(rows: list[Row]) -> Outcome:
    if not rows:
        return Outcome("", ())
    return Outcome(MATCH[NAMES[rows[0].step]], tuple(sorted({row.concept for row in rows if row.step == _EXACT})))


def _rows(query: Query, after: Position | None) -> list[Row]:
    """One row more than the page has room for, if there is one."""
    for steps in _stages(query):
        if after is None:
            rows = find(steps, query, query.limit + 1, None)
            if rows:
                return rows
        elif after.step in [step.number for step in steps]:
            return find(steps, query, query.limit + 1, after)
    return []


def _stages(query: Query) -> Iterator[list[Step | Remarks]]:
    """The steps, in stages of which each is asked only if those before it found nothing."""
    yield [*literal_steps(query), *remark_steps(query)]
    if not has_wildcards(query):
        yield [*pinyin_steps(query)]
        yield [*fuzzy_steps(query)]
