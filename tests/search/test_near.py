"""What a query that found nothing is answered with: near forms, and the known terms inside it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termbase.models import Concept, Term
from termbase.search import Query, inside, near
from termbase.search.near import MOST_INSIDE, MOST_NEAR
from termbase.text.normalise import normalise

pytestmark = pytest.mark.django_db


@pytest.fixture
def terms(db):
    """By text, each of a concept of its own but for the two of 再次犯罪; one is only proposed."""
    texts = {
        "zh-Hans": ["预防犯罪", "犯罪", "再次犯罪", "累犯", "国际合作", "国际合作机制", "人权", "人权理事会", "贩毒"],
        "en": [
            "crime",
            "crime prevention",
            "foreign terrorist fighter",
            "rule of law",
            "prison",
            "United Nations Office on Drugs and Crime",
        ],
    }
    for language, of_language in texts.items():
        for n, text in enumerate(of_language):
            concept = Concept.objects.create(key=f"{language}{n}")
            review = "proposed" if text == "贩毒" else "approved"
            concept.terms.create(language=language, text=text, source="x", review_status=review)
    again = Term.objects.get(text="再次犯罪").concept
    again.terms.create(language="zh-Hans", text="再犯罪", source="x", review_status="approved")


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        ("犯罪预防", ["预防犯罪"], "turned round"),
        ("罪犯", ["犯罪"], "of two characters too, for a person to judge"),
        ("再犯", ["再犯罪"], "all characters in their order; a concept once, by its shortest"),
        ("人理会", ["人权理事会"], "as an abbreviation has those of its full form"),
        ("人理", ["人权理事会"], "of two characters"),
        ("毒贩", [], "of proposed ones nothing"),
        ("犯", [], "one character is near to too much"),
        ("crime preventing", [], "English has its stems and its mended typing errors"),
        ("UN犯罪", [], "what is mixed is taken apart instead"),
        ("", [], "nothing"),
    ],
)
def test_near(terms, text, expected, reason):
    assert [hit.matched.text for hit in near(Query(text))] == expected, reason


def test_what_is_far_longer_is_near_by_chance_alone(terms):
    Term.objects.filter(text="人权理事会").delete()
    concept = Concept.objects.create(key="long")
    text = "人" + "权" * 20 + "理"
    concept.terms.create(language="zh-Hans", text=text, source="x", review_status="approved")
    assert near(Query("人理")) == []


def test_a_long_name_with_pieces_left_out(terms):
    concept = Concept.objects.create(key="office")
    name = "联合国毒品和犯罪问题办公室"
    concept.terms.create(language="zh-Hans", text=name, source="x", review_status="approved")
    assert [hit.matched.text for hit in near(Query("联合国毒品犯罪办公室"))] == [name]


def test_proposed_ones_on_request(terms):
    assert [hit.matched.text for hit in near(Query("毒贩", proposed=True))] == ["贩毒"]


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        ("打击犯罪的国际合作机制", ["犯罪", "国际合作机制"], "the longest where two begin alike, in order"),
        ("犯罪和犯罪", ["犯罪"], "a concept once"),
        ("国際合作", ["国际合作"], "in either script"),
        ("preventing crimes in prison", ["crime", "prison"], "words, whole, also in the plural"),
        ("crime prevention and the rule of law", ["crime prevention", "rule of law"], "the longest here too"),
        ("imprisonment", [], "no part of a word"),
        ("foreign terrorist fighters", ["foreign terrorist fighter"], "several words in the plural"),
        ("the United Nations Office on Drugs and Crime", ["United Nations Office on Drugs and Crime"], "long names"),
        ("的", [], "nothing known"),
        ("", [], "nothing"),
    ],
)
def test_inside(terms, text, expected, reason):
    assert [hit.matched.text for hit in inside(Query(text))] == expected, reason


def test_filters_hold_for_both(terms):
    assert near(Query("犯罪预防", source="en")) == []
    assert inside(Query("打击犯罪", reliability=4)) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("再次犯罪预防国际合作机制人权crime of law- *?'"), max_size=60))
def test_no_text_is_too_strange_and_bounds_hold(terms, text):
    query = Query(text)
    assert len(near(query)) <= MOST_NEAR
    found = inside(query)
    assert len(found) <= MOST_INSIDE
    rest = normalise(text)
    for hit in found:
        assert hit.matched.key in rest or hit.matched.key + "s" in rest
    assert len({hit.concept.pk for hit in found}) == len(found)


def test_the_longest_query_is_answered(terms):
    assert [hit.matched.text for hit in inside(Query("犯罪" * 100))] == ["犯罪"]
    assert [hit.matched.text for hit in inside(Query("crime " * 33))] == ["crime"]


def test_counts_of_queries(terms, django_assert_num_queries):
    # what is found, its concepts with their terms, an example; then what has the characters in order, nothing
    with django_assert_num_queries(4):
        near(Query("犯罪预防"))
    with django_assert_num_queries(3):
        inside(Query("打击犯罪的国际合作机制"))
