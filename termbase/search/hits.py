"""Hits: what is found, with all that a reader wants to see of its concept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from termbase.models import Concept, Term
from termbase.models.news import fetch
from termbase.search.contents import Content, Contents, ExampleInContext
from termbase.search.query import Query
from termbase.search.sql import Row
from termbase.search.steps import MATCH, NAMES, REMARKS
from termbase.text.languages import EXPANSIONS, counterpart, language_of
from termbase.text.pinyin import typed_pinyin


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


_REMARK = "SELECT id, {step.column}, {step.key} FROM {step.table} WHERE id = ANY(%(ids)s)"


def hits(rows: Sequence[Row], query: Query, contents: Contents) -> list[Hit]:
    """The hits that `rows` of `query` stand for, in their order."""
    if not rows:
        return []
    known = contents.of(row.concept for row in rows)
    remarks = _remarks(rows)
    # A row that was written since it was found is left out.
    return [
        hit for row in rows if row.concept in known and (hit := _hit(row, known[row.concept], remarks.get(row), query))
    ]


def _hit(row: Row, content: Content, remark: Remark | None, query: Query) -> Hit | None:
    terms = content.visible(proposed=query.proposed)
    matched = remark or next((term for term in terms if term.pk == row.row), None)
    if matched is None or not terms:
        return None
    return Hit(
        concept=content.concept,
        matched=matched,
        match=MATCH[NAMES[row.step]],
        score=round(min(1.0, _score(NAMES[row.step], matched, query)), 3),
        source_terms=_shown(terms, query.source or _side(matched.language), query),
        target_terms=_shown(terms, query.target or counterpart(matched.language), query),
        example=content.example(terms, matched.pk),
    )


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
