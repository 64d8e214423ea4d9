"""From a query to a page of hits."""

from collections.abc import Iterator
from dataclasses import dataclass

from termbase.metrics import LOOKUPS
from termbase.search import asked, failed
from termbase.search.fuzzy import fuzzy_steps
from termbase.search.hits import Hit, hits
from termbase.search.pinyin import pinyin_steps
from termbase.search.query import Position, Query
from termbase.search.sql import Row, find
from termbase.search.steps import MATCH, NAMES, Remarks, Step, has_wildcards, literal_steps, remark_steps

_EXACT = NAMES.index("exact")


@dataclass(frozen=True, slots=True)
class Page:
    """Some hits of a query, and the `cursor` of the query for those after them, empty after the last."""

    hits: list[Hit]
    next: str


def lookup(query: Query, *, record: bool = True) -> list[Hit]:
    """The hits of `query`, one a concept, best first; none for a query that normalises to nothing.

    Raises `InvalidInput` for values that name nothing. A plain query is recorded for terminologists, unless it is only
    the beginning of one: under the concepts of which it is a term, or as one that found nothing.
    """
    return lookup_page(query, record=record).hits


def lookup_page(query: Query, *, record: bool = True) -> Page:
    """As `lookup`, with the way to the next hits."""
    after = Position.of(query)
    if not query.key:
        return Page([], "")
    rows = _rows(query, after)
    LOOKUPS.labels(MATCH[NAMES[rows[0].step]] if rows else "none").inc()
    if record and not query.narrowed and after is None:
        _record(query, rows)
    page = rows[: query.limit]
    return Page(hits(page, query), page[-1].position.cursor(query) if len(rows) > query.limit else "")


def _record(query: Query, rows: list[Row]) -> None:
    if not rows:
        failed.record(query.text, query.key)
    elif concepts := {row.concept for row in rows if row.step == _EXACT}:
        asked.record(query.key, sorted(concepts))


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
