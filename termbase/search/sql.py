"""The plain SQL of look-up: steps to one statement, and its rows.

Plain, because building six queries from objects took longer than the database took to answer them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from termbase import replicas
from termbase.models import Document
from termbase.models.news import fetch
from termbase.search.buckets import PROPOSED, asked_array
from termbase.search.query import Position, Query, invalid
from termbase.search.steps import Remarks, Shape, Step, beyond
from termbase.text.languages import EXPANSIONS
from termbase.vocabulary import ReviewStatus

# No limit, but the planner does not know: it takes it that not all rows are wanted, and reads them off an index that
# has them in order, if there is one, where it would collect and sort them.
_IN_ORDER = "LIMIT (SELECT NULL::bigint)"

# One step through tokens. The subquery takes bucket after bucket in the order of hits and sorts no more than one at a
# time; what is costly to ask (is the concept current? has it come before?) is asked of each row only when its turn has
# come, and nothing is asked after the last row that is wanted. That the rows come in this order is how the database
# works through a nested loop under a LIMIT, in one process: the functions named in it are not marked as safe to run in
# several.
_BY_BUCKET = """
SELECT {number} AS step, found.search_rank, found.key, found.id, found.concept_id
FROM unnest(%({name}_buckets)s::integer[]) AS bucket
CROSS JOIN LATERAL (
    SELECT t.search_rank, t.key, t.id, t.concept_id FROM termbase_term AS t
    WHERE ({in_bucket}) AND {condition} AND {shown}{after}
    ORDER BY t.search_rank, t.key, t.id
) AS found
WHERE {bucket_after}{of_concept} AND {first_of_concept}
LIMIT %(limit)s
"""

# One step to the keys that begin alike. Few are sorted as they are. Many are taken rank after rank, as those of one
# rank stand side by side and in order in the index; what ranks there are is read off it one by one, as they are wanted.
_FEW = 500
_BEGINNING = f"""
WITH few AS MATERIALIZED (
    SELECT t.search_rank, t.key, t.id, t.concept_id, t.review_status, t.language, t.administrative_status, t.term_type,
        t.reliability
    FROM termbase_term AS t WHERE t.key >= %({{name}}_start)s AND t.key < %({{name}}_end)s LIMIT {_FEW + 1}
), size AS MATERIALIZED (SELECT count(*) AS size FROM few)
SELECT {{number}} AS step, found.search_rank, found.key, found.id, found.concept_id
FROM (
    (
        SELECT t.search_rank, t.key, t.id, t.concept_id FROM few AS t
        WHERE (SELECT size FROM size) <= {_FEW} AND {{condition}} AND {{shown}}{{after}}
        ORDER BY t.search_rank, t.key, t.id
    ) UNION ALL (
        WITH RECURSIVE next (rank) AS (
            (
                SELECT t.search_rank FROM termbase_term AS t
                WHERE t.search_rank >= {{lowest}} ORDER BY t.search_rank LIMIT 1
            )
            UNION ALL
            SELECT (
                SELECT t.search_rank FROM termbase_term AS t
                WHERE t.search_rank > next.rank ORDER BY t.search_rank LIMIT 1
            ) FROM next WHERE next.rank IS NOT NULL
        )
        SELECT of_rank.* FROM (SELECT rank FROM next WHERE (SELECT size FROM size) > {_FEW}) AS ranks
        CROSS JOIN LATERAL (
            SELECT t.search_rank, t.key, t.id, t.concept_id FROM termbase_term AS t
            WHERE t.search_rank = ranks.rank AND t.key >= %({{name}}_start)s AND t.key < %({{name}}_end)s
                AND {{condition}} AND {{shown}}{{after}}
            ORDER BY t.key, t.id {{IN_ORDER}}
        ) AS of_rank
    )
) AS found
WHERE {{of_concept}} AND {{first_of_concept}}
LIMIT %(limit)s
"""  # noqa: S608 - of parts of this module

# One step whose rows an ordinary index finds.
_DIRECT = """
SELECT {number} AS step, found.search_rank, found.key, found.id, found.concept_id
FROM (
    SELECT t.search_rank, t.key, t.id, t.concept_id FROM termbase_term AS t
    WHERE {condition} AND {shown}{after}
    ORDER BY t.search_rank, t.key, t.id {IN_ORDER}
) AS found
WHERE {of_concept} AND {first_of_concept}
LIMIT %(limit)s
"""

# One step through definitions or notes. PostgreSQL's full-text search cuts no Chinese into words, so they have an index
# of n-grams; such texts are few beside terms, and those that answer are sorted as they are.
_REMARKS = """
SELECT {number} AS step, found.search_rank, ''::text AS key, found.id, found.concept_id
FROM (
    SELECT length(r.{key}) AS search_rank, r.id, r.{concept} AS concept_id FROM {table} AS r
    WHERE {condition}{after}
    ORDER BY length(r.{key}), r.id
) AS found
WHERE {of_concept} AND {first_of_concept}
LIMIT %(limit)s
"""

# Written so that it is asked row by row, and never becomes a join of whole tables.
_EXISTS = "(SELECT true FROM {table} AS o WHERE o.{concept} = found.concept_id AND {condition} LIMIT 1)"
_TOKENS = "termbase_search_tokens(t.review_status, t.search_rank, t.key, t.ngrams, t.stems, t.pinyin, t.initials)"
# What `termbase_in_bucket` makes of tokens, by functions that take a tenth of its time, as every bucket needs it.
_BETWEEN = "\x01"
_HERE = (
    "string_to_array(chr(256 + bucket + {offset}) ||"
    " replace(%({name})s, E'\\x01', E'\\x01' || chr(256 + bucket + {offset})), E'\\x01')"
)
_TERM_BEFORE = "(o.search_rank, o.key, o.id) < (found.search_rank, found.key, found.id)"
_REMARK_BEFORE = "(length(o.{key}), o.id) < (found.search_rank, found.id)"


@dataclass(frozen=True, slots=True)
class Row:
    """Where a hit stands, and what it is of: a term's id, or that of the row whose text answered, and the concept's."""

    step: int
    rank: int
    key: str
    row: int
    concept: int

    @property
    def position(self) -> Position:
        """The place in the sequence of hits."""
        return Position(self.step, self.rank, self.key, self.row)


@dataclass(frozen=True, slots=True)
class Filters:
    """The conditions on terms ({t}) and on concepts (`found.concept_id`) that a query's filters come to.

    `proposed`: whether proposed terms pass. Equal are those of the same conditions, whatever their parameters.
    """

    of_term: str
    of_concept: str
    proposed: bool
    parameters: dict[str, Any] = field(compare=False)


def filters(query: Query) -> Filters:
    """The conditions of `query`; raises `InvalidInput` for a subject field or a document that there is not."""
    shown = [ReviewStatus.APPROVED, *([ReviewStatus.PROPOSED] if query.proposed else [])]
    parameters: dict[str, Any] = {"shown": [str(status) for status in shown]}
    of_term = ["{t}.review_status = ANY(%(shown)s)"]
    chosen: tuple[tuple[str, Sequence[str]], ...] = (
        ("language", EXPANSIONS.get(query.source, ())),
        ("administrative_status", query.administrative_status),
        ("term_type", query.term_type),
    )
    for column, values in chosen:
        if values:
            of_term.append(f"{{t}}.{column} = ANY(%({column})s)")
            parameters[column] = list(values)
    if query.reliability:
        of_term.append("{t}.reliability >= %(reliability)s")
        parameters["reliability"] = query.reliability
    of_concept = ["o.withdrawn_at IS NULL", *_concept_conditions(query, parameters)]
    exists = _EXISTS.format(table="termbase_concept", concept="id", condition=" AND ".join(of_concept))
    return Filters(" AND ".join(of_term), exists, query.proposed, parameters)


def find(steps: Sequence[Step | Remarks], query: Query, wanted: int, after: Position | None) -> list[Row]:
    """The first `wanted` rows of `steps`, in order, after a place in their sequence; a concept comes once."""
    sql, parameters = _statement(steps, query, wanted, after)
    return [Row(*row) for row in fetch(sql, parameters)] if sql else []


def concepts_of_each(asked: Sequence[tuple[Sequence[Step], Query]], wanted: int) -> list[list[int]]:
    """The concepts (ids) of the first `wanted` rows of each of many queries, in one statement."""
    pieces: list[str] = []
    parameters: dict[str, Any] = {}
    for number, (steps, query) in enumerate(asked):
        sql, own = _statement(steps, query, wanted, None)
        if sql:
            parameters |= {f"q{number}_{name}": value for name, value in own.items()}
            renamed = re.sub(r"%\((\w+)\)s", rf"%(q{number}_\1)s", sql)
            pieces.append(f"SELECT {number} AS query, of_query.concept_id FROM ({renamed}) AS of_query")  # noqa: S608 - of the templates above
    found: list[list[int]] = [[] for _ in asked]
    if pieces:
        # No such statement comes twice, and apart from it there may be more parameters than the database takes.
        with replicas.connection().cursor() as cursor:
            cursor.execute("\nUNION ALL ".join(pieces), parameters)
            for number, concept in cursor.fetchall():
                found[number].append(concept)
    return found


def _statement(
    steps: Sequence[Step | Remarks], query: Query, wanted: int, after: Position | None
) -> tuple[str, dict[str, Any]]:
    """The statement of `find` with its parameters; empty where no step is left."""
    of = filters(query)
    parameters: dict[str, Any] = {**of.parameters, "limit": wanted}
    if after:
        parameters |= {"after_rank": after.rank, "after_key": after.key, "after_row": after.row}
    for step in steps:
        parameters |= step.parameters
        if isinstance(step, Step):
            parameters |= _way(step)
    shapes = tuple(step.shape if isinstance(step, Step) else step for step in steps)
    return _sql(shapes, of, after.step if after else -1), parameters


def _way(step: Step) -> dict[str, Any]:
    """The parameters of the way to a step's terms: its tokens and buckets, or its beginning."""
    if not step.groups:
        if not step.start:
            return {}
        beginning = {f"{step.name}_start": step.start, f"{step.name}_end": beyond(step.start)}
        return {**beginning, f"{step.name}_shortest": step.shortest}
    tokens = {
        _tokens(step.name, at, n): _BETWEEN.join(wanted)
        for at, group in enumerate(step.groups)
        for n, (_, wanted) in enumerate(group.conditions)
    }
    return {**tokens, f"{step.name}_buckets": asked_array(step.shortest, step.start[:1])}


def _tokens(step: str, group: int, condition: int) -> str:
    """The name of a parameter."""
    return f"{step}_tokens_{group}_{condition}"


@lru_cache(maxsize=1_000)
def _sql(steps: tuple[Shape | Remarks, ...], of: Filters, after: int) -> str:
    """The statement for steps, those before the number `after` left out, that of it continued; empty for none.

    Kept, as to put it together takes longer than to send it.
    """
    pieces = []
    for at, step in enumerate(steps):
        if step.number < after:
            continue
        earlier, continued = steps[:at], step.number == after
        pieces.append(
            _remarks(step, earlier, of, continued)
            if isinstance(step, Remarks)
            else _terms(step, earlier, of, continued)
        )
    if not pieces:
        return ""
    union = "\nUNION ALL ".join(f"({piece})" for piece in pieces)
    return f"SELECT * FROM ({union}) AS hits LIMIT %(limit)s"  # noqa: S608 - of the templates above


def _terms(step: Shape, earlier: Sequence[Shape | Remarks], of: Filters, continued: bool) -> str:
    """The statement of a step through terms."""
    before = [*(f"({other.condition})" for other in earlier if isinstance(other, Shape))]
    before.append(f"(({step.condition}) AND {_TERM_BEFORE})")
    came = _EXISTS.format(
        table="termbase_term", concept="concept_id", condition=f"{of.of_term} AND ({' OR '.join(before)})"
    )
    after = " AND (t.search_rank, t.key, t.id) > (%(after_rank)s, %(after_key)s, %(after_row)s)"
    bucket_after = "bucket >= termbase_bucket(%(after_rank)s, %(after_key)s) AND "
    return (_BY_BUCKET if step.groups else _BEGINNING if step.has_start else _DIRECT).format(
        number=step.number,
        name=step.name,
        in_bucket=" OR ".join(_in_bucket(step, of)),
        lowest=f"greatest(%({step.name}_shortest)s, %(after_rank)s)" if continued else f"%({step.name}_shortest)s",
        IN_ORDER=_IN_ORDER,
        condition=step.condition.format(t="t"),
        shown=of.of_term.format(t="t"),
        after=after if continued else "",
        bucket_after=bucket_after if continued else "",
        of_concept=of.of_concept,
        first_of_concept=f"{came.format(t='o')} IS NOT TRUE",
    )


def _in_bucket(step: Shape, of: Filters) -> Iterator[str]:
    """For each group of tokens, and each kind of term that is shown, the condition that its terms have them."""
    for at, operators in enumerate(step.groups):
        for offset in (0, PROPOSED) if of.proposed else (0,):
            yield " AND ".join(
                f"{_TOKENS} {operator} {_HERE.format(offset=offset, name=_tokens(step.name, at, n))}"
                for n, operator in enumerate(operators)
            )


def _remarks(step: Remarks, earlier: Sequence[Shape | Remarks], of: Filters, continued: bool) -> str:
    """The statement of a step through definitions or notes."""
    terms = " OR ".join(f"({other.condition})" for other in earlier if isinstance(other, Shape))
    came = [f"{of.of_term} AND ({terms})"] if terms else []
    came = [_EXISTS.format(table="termbase_term", concept="concept_id", condition=condition) for condition in came]
    for other in earlier:
        if isinstance(other, Remarks):
            came.append(_remark_exists(other, of, ""))
    came.append(_remark_exists(step, of, f" AND {_REMARK_BEFORE.format(key=step.key)}"))
    shown = _EXISTS.format(table="termbase_term", concept="concept_id", condition=of.of_term)
    return _REMARKS.format(
        number=step.number,
        key=step.key,
        table=step.table,
        concept=_concept(step),
        condition=f"termbase_text_ngrams(r.{step.key}) @> termbase_text_ngrams(%(text)s)"
        f" AND cardinality(termbase_text_ngrams(%(text)s)) > 0 AND {_holds('r', step, of)}",
        after=f" AND (length(r.{step.key}), r.id) > (%(after_rank)s, %(after_row)s)" if continued else "",
        of_concept=f"{of.of_concept} AND {shown.format(t='o')}",
        first_of_concept=" AND ".join(f"{exists.format(t='o')} IS NOT TRUE" for exists in came),
    )


def _remark_exists(step: Remarks, of: Filters, condition: str) -> str:
    return _EXISTS.format(table=step.table, concept=_concept(step), condition=f"{_holds('o', step, of)}{condition}")


def _holds(row: str, step: Remarks, of: Filters) -> str:
    """That the text of a row holds the query's, and a note of a term is one of a term that passes the filters."""
    shown = f" AND {of.of_term.format(t=row)}" if step.table == "termbase_term" else ""
    return f"{row}.{step.key} <> '' AND {row}.{step.key} LIKE %(text_inside)s{shown}"


def _concept(step: Remarks) -> str:
    return "id" if step.table == "termbase_concept" else "concept_id"


def _concept_conditions(query: Query, parameters: dict[str, Any]) -> Iterator[str]:
    """The conditions on a concept (`o`) that the query's filters come to."""
    if query.subject_field:
        parameters["subject_fields"] = _subtree(query.subject_field)
        yield "o.subject_field_id = ANY(%(subject_fields)s)"
    if query.changed_since:
        parameters["changed_since"] = query.changed_since
        yield "o.changed_at >= %(changed_since)s"
    if query.document:
        named = Document.objects.current().filter(key=query.document)
        parameters["document"] = named.values_list("pk", flat=True).first()
        if parameters["document"] is None:
            raise invalid("document", "is the key of no document")
        yield (
            "EXISTS (SELECT FROM termbase_termfrequency f JOIN termbase_term standing ON standing.id = f.term_id"
            " WHERE standing.concept_id = o.id AND f.document_id = %(document)s)"
        )


def _subtree(key: str) -> list[int]:
    """The ids of a subject field and of all below it."""
    rows = fetch(
        "WITH RECURSIVE below (id) AS (SELECT id FROM termbase_subjectfield WHERE key = %(key)s"
        " UNION SELECT child.id FROM termbase_subjectfield AS child JOIN below ON child.parent_id = below.id)"
        " SELECT id FROM below",
        {"key": key},
    )
    if not rows:
        raise invalid("subject_field", "is the key of no subject field")
    return [row[0] for row in rows]
