"""The subject tree, the concepts of a field, and the figures of the whole."""

import re
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.utils import timezone

from termbase.coverage import growth, most_used, subject_tree
from termbase.models import Concept, SubjectField

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(small_termbase):
    crime = SubjectField.objects.create(key="crime", name_en="Crime", name_zh="犯罪")
    drugs = SubjectField.objects.create(key="drugs", name_en="Drugs", name_zh="毒品", parent=crime)
    terrorism = SubjectField.objects.create(key="terrorism", name_en="Terrorism", name_zh="恐怖主义", parent=crime)
    Concept.objects.filter(key="c0002").update(subject_field=drugs)
    Concept.objects.filter(key__in=["c0003", "c0004", "c0005"]).update(subject_field=terrorism)


def test_counts_are_of_what_readers_see_and_include_the_fields_below(tree):
    rows = [(node.subject_field.key, node.depth, node.own, node.total) for node in subject_tree()]
    assert rows == [("bodies", 0, 1, 1), ("crime", 0, 0, 3), ("drugs", 1, 1, 1), ("terrorism", 1, 2, 2)]


def test_the_tree_takes_two_queries(client, tree, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get("/subjects")


def test_a_field_has_the_concepts_of_those_below(client, tree):
    page = client.get("/subjects/crime").text
    assert re.findall(r'href="/concepts/(\w+)"', page) == ["c0002", "c0003", "c0004"]
    assert "外国恐怖主义作战人员" in page
    assert "3 concepts" in page
    assert 'href="/subjects/crime"' in client.get("/subjects/drugs").text, "the way up"


def test_page_by_page(client, tree, monkeypatch):
    monkeypatch.setattr("termbase.web.browse.PAGE_SIZE", 2)
    first, last = client.get("/subjects/crime").text, client.get("/subjects/crime?page=99").text
    assert ('rel="next"' in first, 'rel="prev"' in first) == (True, False)
    assert re.findall(r'href="/concepts/(\w+)"', last) == ["c0004"], "past the end is the end"


def test_a_page_of_a_field_counts_its_queries(client, tree, django_assert_num_queries):
    # the field, the tree in two, how many concepts, the concepts, their terms
    with django_assert_num_queries(6):
        client.get("/subjects/crime")


def test_an_unknown_field_is_not_found(client, db):
    assert client.get("/subjects/none").status_code == 404


def test_names_are_in_the_language_of_the_page(client, tree):
    page = client.get("/subjects", headers={"Accept-Language": "zh-CN"}).text
    assert "犯罪" in page
    assert "Crime" not in page


def test_growth_by_month(client, tree):
    Concept.objects.update(created_at=datetime(2024, 1, 5, tzinfo=UTC))
    Concept.objects.filter(key="c0005").update(created_at=datetime(2024, 3, 5, tzinfo=UTC))
    assert [(period.begins.isoformat(), period.total) for period in growth()] == [("2024-01-01", 4), ("2024-03-01", 5)]
    assert "<polyline" in client.get("/coverage").text


def test_most_used_terms(tree):
    assert [(term.text, count) for term, count in most_used()] == [("毒罪办", 1)]


def test_growth_of_a_young_termbase_by_day(client, tree):
    Concept.objects.update(created_at=datetime(2024, 1, 5, tzinfo=UTC))
    page = client.get("/coverage").text
    assert '<time datetime="2024-01-05">' in page
    assert "<polyline" not in page, "one point is no line"
    Concept.objects.filter(key="c0005").update(created_at=datetime(2024, 1, 7, tzinfo=UTC))
    assert [(period.begins.day, period.total) for period in growth()] == [(5, 4), (7, 5)]


def test_most_used_terms_come_with_their_english(client, tree):
    row = re.search(r'href="/concepts/c0001">毒罪办</a>(.*?)</th>', client.get("/coverage").text)[1]
    assert "United Nations Office on Drugs and Crime" in row
    assert "admitted" in row, "a form that is not the preferred one says so"


def test_what_is_only_proposed_is_told_apart(client, tree):
    page = client.get("/coverage").text
    assert "<dt>with an approved preferred term in both languages</dt><dd>4</dd>" in page
    assert "<dt>more if what is proposed were approved</dt><dd>1</dd>" in page


@pytest.fixture
def slow(monkeypatch):
    """Whatever is counted counts as slow, and nothing of it is left for other tests."""
    monkeypatch.setattr("termbase.kept.SLOW", 0)
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize("path", ["/coverage", "/subjects"])
def test_what_takes_long_to_count_is_kept_for_a_while_in_each_language(client, tree, slow, path):
    first = client.get(path).text.partition("<main")[2]
    Concept.objects.update(withdrawn_at=timezone.now())
    assert client.get(path).text.partition("<main")[2] == first
    assert "Crime" not in client.get(path, headers={"Accept-Language": "zh-CN"}).text


@pytest.mark.parametrize(("path", "before"), [("/coverage", "<dd>5</dd>"), ("/subjects", '<td class="number">3</td>')])
def test_a_small_termbase_is_counted_each_time(client, tree, monkeypatch, path, before):
    monkeypatch.setattr("termbase.kept.SLOW", 60)
    assert before in client.get(path).text
    Concept.objects.update(withdrawn_at=timezone.now())
    assert before not in client.get(path).text
