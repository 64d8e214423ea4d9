"""Pinyin: what a query that found nothing may spell."""

from typing import Any

from termbase.models.news import fetch
from termbase.search.query import Query
from termbase.search.steps import Group, Step, begins, beyond
from termbase.text.languages import EXPANSIONS
from termbase.text.pinyin import typed_pinyin

_LONGEST_SYLLABLE = 6
# By column the mark of its tokens and how many letters they have.
_TOKENS = {"pinyin": ("~", (4, 2)), "initials": ("'", (2,))}
# So many terms are sorted faster than all buckets are asked.
_FEW = 500
_COUNT = "(SELECT count(*) FROM (SELECT FROM termbase_term AS t WHERE {range} LIMIT {most}) AS counted)"
# The indexes lack what is empty; a plan made before the parameters are known uses one only if that is said.
_RANGE = "{{t}}.{column} >= %(pinyin)s AND {{t}}.{column} < %(pinyin_end)s AND {{t}}.{column} <> ''"


def pinyin_steps(query: Query) -> list[Step]:
    """The steps that take the query for pinyin; none where it cannot be, or other languages are asked for."""
    typed = typed_pinyin(query.key)
    chinese = not query.source or EXPANSIONS[query.source] != EXPANSIONS["en"]
    if not typed or not chinese or "pinyin" not in query.modes:
        return []
    parameters = {"pinyin": typed, "pinyin_end": beyond(typed)}
    return [
        Step("reading", "{t}.pinyin = %(pinyin)s AND {t}.pinyin <> ''", parameters),
        Step("initials", "{t}.initials = %(pinyin)s AND {t}.initials <> ''", parameters),
        *_beginnings(typed, parameters),
    ]


def _beginnings(typed: str, parameters: dict[str, Any]) -> list[Step]:
    """The steps to readings and to initials that begin with what is typed: whole where they are few, else in order."""
    counts = (_COUNT.format(range=_RANGE.format(column=column).format(t="t"), most=_FEW + 1) for column in _TOKENS)
    ((readings, initials),) = fetch(f"SELECT {', '.join(counts)}", parameters)
    shortest = -(-len(typed) // _LONGEST_SYLLABLE)
    return [
        _beginning("reading_prefix", "pinyin", readings, parameters, shortest),
        _beginning("initials_prefix", "initials", initials, parameters, 1),
    ]


def _beginning(name: str, column: str, count: int, parameters: dict[str, Any], shortest: int) -> Step:
    other = f" AND {{t}}.{column} <> %(pinyin)s"
    if count <= _FEW:
        return Step(name, _RANGE.format(column=column) + other, parameters)
    mark, lengths = _TOKENS[column]
    typed = parameters["pinyin"]
    token = mark + typed[: next(length for length in lengths if length <= len(typed))]
    return Step(name, begins(column, "pinyin") + other, parameters, (Group((token,)),), shortest)
