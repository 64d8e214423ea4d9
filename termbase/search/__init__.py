"""Look-up: a query in either language to ranked hits.

A query goes through tiers, each broader than the one before; the hits of all make one sequence, which pages cut.

| tier | a term answers if | asked |
|---|---|---|
| exact | its key is the query's | always |
| spelling | it is the query but for hyphens, spaces, -ise and -ize, or the singular and plural of its nouns | always |
| prefix | its key begins with the query's | always |
| part | its key holds the query's | always |
| words | it has all the query's words, whatever their form and order | always |
| wildcard | its key fits, `*` standing for anything and `?` for one character | instead of all these |
| definition, note | its concept's definitions, or notes, hold the query | if the query asks for them |
| pinyin | its reading or the initials of its syllables are, or begin with, the query | if nothing was found so far |
| fuzzy | it is the query with typing errors mended | if nothing was found so far |

Inside a tier the order is total: preferred before admitted before deprecated before superseded, then the shorter key,
then the key itself, then the older term. A concept comes once, where its first term comes. Inside `pinyin` whole
readings come before whole initials, beginnings of readings and of initials; inside `fuzzy` one error comes before two;
definitions and notes come shorter first, then older first.
"""

from termbase.search.contents import ExampleInContext
from termbase.search.examples import examples_of, frequencies_of, whole
from termbase.search.hits import Hit, Remark
from termbase.search.kept import Answer, answers
from termbase.search.lookup import Page, count, lookup, lookup_page
from termbase.search.near import inside, near
from termbase.search.query import DEFAULT_LIMIT, MAX_LIMIT, MAX_QUERY, MODES, PLACES, Query

__all__ = [
    "DEFAULT_LIMIT",
    "MAX_LIMIT",
    "MAX_QUERY",
    "MODES",
    "PLACES",
    "Answer",
    "ExampleInContext",
    "Hit",
    "Page",
    "Query",
    "Remark",
    "answers",
    "count",
    "examples_of",
    "frequencies_of",
    "inside",
    "lookup",
    "lookup_page",
    "near",
    "whole",
]
