"""What hits show of concepts: loaded once, for as long as its holder keeps it, and no more than there is room for."""

import pytest

from termbase.models import Concept, Term
from termbase.search import Query, lookup_page
from termbase.search.contents import Contents

pytestmark = pytest.mark.django_db


@pytest.fixture
def concepts():
    made = Concept.objects.bulk_create(Concept(key=f"c{n}") for n in range(4))
    Term.objects.bulk_create(
        Term(concept=concept, language="zh-Hans", text=f"毒品{n}", review_status=status, source="made up")
        for n, (concept, status) in enumerate(zip(made, ("approved", "approved", "proposed", "rejected"), strict=True))
    )
    return [concept.pk for concept in made]


def test_two_queries_then_none(concepts, django_assert_num_queries):
    contents = Contents()
    with django_assert_num_queries(2):
        first = contents.of(concepts[:1])
    with django_assert_num_queries(2):
        both = contents.of(concepts[:2])
    with django_assert_num_queries(0):
        assert contents.of(concepts[:2]) == both
    assert both[concepts[0]] is first[concepts[0]]


def test_a_concept_with_nothing_to_show_is_none(concepts):
    assert set(Contents().of(concepts)) == set(concepts[:3])


def test_proposed_terms_are_for_those_who_ask(concepts):
    contents = Contents()
    for proposed, expected in ((True, ["c0", "c1", "c2"]), (False, ["c0", "c1"]), (True, ["c0", "c1", "c2"])):
        hits = lookup_page(Query("毒品", proposed=proposed), contents=contents).hits
        assert [hit.concept.key for hit in hits] == expected


def test_it_begins_anew_when_it_is_full(concepts, monkeypatch):
    monkeypatch.setattr(Contents, "MOST", 2)
    contents = Contents()
    contents.of(concepts[:2])
    assert set(contents.of(concepts[:3])) == set(concepts[:3])
    assert set(contents._known) == {concepts[2]}
