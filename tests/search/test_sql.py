"""Many queries in one statement."""

import pytest

from termbase.search.query import Query
from termbase.search.sql import concepts_of_each, find
from termbase.search.steps import literal_steps

pytestmark = pytest.mark.django_db


def test_many_queries_find_what_each_finds(small_termbase, django_assert_num_queries):
    queries = [
        Query("毒品", source="zh", modes=("prefix", "part")),
        Query("恐怖主义", source="zh", modes=("prefix", "part"), proposed=True),
        Query("terrorist", source="en", modes=("words",)),
        Query("100%", source="en", modes=("words",)),
        Query("of", source="en", modes=("words",)),
        Query("没有", source="zh"),
    ]
    asked = [(literal_steps(query), query) for query in queries]
    each = [[row.concept for row in find(*one, 40, None)] for one in asked]
    assert list(map(len, each)) == [1, 2, 1, 0, 0, 0]
    with django_assert_num_queries(1):
        assert concepts_of_each(asked, 40) == each
    assert [len(row) for row in concepts_of_each(asked, 1)] == [1, 1, 1, 0, 0, 0]


def test_no_query_asks_nothing(small_termbase, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert concepts_of_each([], 40) == []
