"""The pieces of which the statements of look-up are made."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from termbase.models import Concept, Term
from termbase.search.buckets import asked
from termbase.search.steps import beyond, few
from termbase.text.ngrams import required_ngrams, seams

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=5)


@given(texts, texts)
def test_what_begins_with_a_text_comes_before_what_is_beyond_it(start, other):
    end = beyond(start)
    assert start < end
    assert (start <= other < end) == other.startswith(start) or start.strip("\U0010ffff") == ""


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("毒", "毓"),
        ("ab", "ac"),
        ("\ud7ff", "\ue000"),
        ("a\U0010ffff", "b"),
        ("\U0010ffff", "\U0010ffff\U0010ffff"),
    ],
)
def test_beyond(start, end):
    assert beyond(start) == end


@pytest.mark.parametrize(
    ("key", "tokens"),
    [
        pytest.param("毒品", ("毒品",), id="one pair"),
        pytest.param("毒品犯罪问题", ("毒品", "品犯", "罪问", "问题"), id="both ends, and some between"),
        pytest.param("money launderings", ("ey la", "mon", "nde", "ngs"), id="where words meet, then both ends"),
    ],
)
def test_few_tokens_are_enough(key, tokens):
    assert few(required_ngrams(key), key) == tokens
    assert set(tokens) <= {*required_ngrams(key), *seams(key)}


@pytest.mark.django_db
def test_the_database_numbers_buckets_as_the_program_does():
    keys = [first * length for first in "a毒办性零" for length in (1, 2, 12, 13, 14, 26, 70, 71, 500)]
    with connection.cursor() as cursor:
        for status in range(4):
            for key in keys:
                cursor.execute("SELECT termbase_bucket(%s, %s)", [10_000 * status + len(key), key])
                (bucket,) = cursor.fetchone()
                assert bucket in asked(len(key), key[0])
                assert bucket in asked(1, "")


@pytest.mark.django_db
def test_rows_from_before_get_what_a_write_would_give_them(small_termbase):
    """The data step of the migration that brought the columns."""
    fields = ("id", "ngrams", "stems", "compound", "concept__version")
    expected = list(Term.objects.order_by("pk").values_list(*fields))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE termbase_term DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE termbase_term SET ngrams = '{}', compound = '', stems = CASE stems WHEN '{}' THEN stems"
            " ELSE '{+before}' END WHERE language = 'en'"
        )
        cursor.execute("ALTER TABLE termbase_term ENABLE TRIGGER USER")
    with connection.schema_editor(atomic=False) as editor:
        import_module("termbase.migrations.0008_look_up_speed").fill(apps, editor)
    assert list(Term.objects.order_by("pk").values_list(*fields)) == expected
    assert Concept.objects.filter(key="c0001", version__gt=0).exists()
