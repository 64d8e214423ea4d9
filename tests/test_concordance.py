"""Every place of a string in the documents, in the program and on the page."""

import re
from collections import Counter

import pytest

from termbase.concordance import counts, lines
from termbase.models import Document, Passage

pytestmark = pytest.mark.django_db


@pytest.fixture
def texts(db):
    for name, passages in {
        "a": ["依照国际法加强国际合作。", "国際 合作"],
        "b": ["促进国际合作，开展国际合作。"],
    }.items():
        document = Document.objects.create(key=name, symbol=name.upper(), sha256=name * 64)
        for position, text in enumerate(passages):
            Passage.objects.create(document=document, position=position, kind="paragraph", text=text)


@pytest.mark.parametrize(
    ("q", "hits", "reason"),
    [
        (
            "国际合作",
            ["国际合作", "国際 合作", "国际合作", "国际合作"],
            "in any script and spacing, in the text's own words",
        ),
        ("國際合作", ["国际合作", "国際 合作", "国际合作", "国际合作"], "the query too"),
        ("法", ["法"], "one character"),
        ("毒品", [], "nowhere"),
        ("", [], "nothing asked"),
        ("《》", [], "nothing left of it"),
    ],
)
def test_places(texts, q, hits, reason):
    found, more = lines(q, width=10, limit=100)
    assert ([line.hit for line in found], more) == (hits, False), reason


def test_context_is_cut_to_the_width(texts):
    (line, *_), more = lines("加强", width=3, limit=1)
    assert (line.left, line.hit, line.right, more) == ("国际法", "加强", "国际合", False)


def test_bounded(texts):
    found, more = lines("国际合作", width=5, limit=3)
    assert (len(found), more) == (3, True)


def test_the_page_counts_and_links(client, texts):
    page = client.get("/concordance", {"q": "国际合作"}).text
    assert "4 places" in page
    assert 'href="/documents/a#p1"' in page


@pytest.mark.parametrize(
    ("sort", "left", "reason"),
    [
        ("place", ["依照国际法加强", "", "促进", "促进国际合作，开展"], "by document and place"),
        ("left", ["", "促进国际合作，开展", "依照国际法加强", "促进"], "from the hit outwards: 展, 强, 进"),
        ("right", ["", "促进", "依照国际法加强", "促进国际合作，开展"], "nothing, a comma, a full stop twice"),
    ],
)
def test_sorting(client, texts, sort, left, reason):
    page = client.get("/concordance", {"q": "国际合作", "sort": sort}).text
    assert re.findall(r"<bdi>(.*?)</bdi>", page) == left, reason


@pytest.mark.parametrize("q", ["x" * 201, "a\0b"])
def test_what_cannot_be_looked_for_is_told(client, texts, q):
    response = client.get("/concordance", {"q": q})
    assert response.status_code == 400
    assert 'role="alert"' in response.text


def test_nowhere_is_told(client, texts):
    assert "stands in none of the documents" in client.get("/concordance", {"q": "毒品"}).text


def test_two_queries(client, texts, django_assert_num_queries):
    # the lines, the counts
    with django_assert_num_queries(2):
        client.get("/concordance", {"q": "国际合作"})


@pytest.mark.parametrize(
    ("q", "expected", "reason"),
    [
        ("国际合作", [("a", 2), ("b", 2)], "twice in one passage counts twice; equal counts by key"),
        ("国际", [("a", 3), ("b", 2)], "most first"),
        ("毒品", [], "nowhere"),
        ("", [], "nothing asked"),
        ("《》", [], "nothing left of it"),
    ],
)
def test_counts_by_document(texts, q, expected, reason):
    assert [(document.key, count) for document, count in counts(q)] == expected, reason


@pytest.mark.parametrize("q", ["国际合作", "国际", "合", "，", "a", "国 际"])
def test_counts_are_those_of_the_lines(texts, q):
    found, _more = lines(q, width=1, limit=100)
    assert dict(counts(q)) == Counter(line.passage.document for line in found)


def test_one_document_alone(client, texts):
    page = client.get("/concordance", {"q": "国际合作", "document": "b"}).text
    assert re.findall(r"<bdi>(.*?)</bdi>", page) == ["促进", "促进国际合作，开展"]
    assert "4 places" in page, "the counts stay those of all, to go on to another"
    assert 'href="?q=%E5%9B%BD%E9%99%85%E5%90%88%E4%BD%9C&amp;document=a"' in page


@pytest.mark.parametrize("given", [{"sort": "nonsense"}, {"document": "none"}, {"document": "c\0"}], ids=repr)
def test_what_means_nothing_is_a_400(client, texts, given):
    response = client.get("/concordance", {"q": "国际合作", **given})
    assert response.status_code == 400
    assert 'role="alert"' in response.text


def test_page_by_page(client, texts, monkeypatch):
    monkeypatch.setattr("termbase.web.concordance.PAGE_SIZE", 3)
    first = client.get("/concordance", {"q": "国际合作", "sort": "right"}).text
    assert "page=2" in re.search(r'rel="next" href="([^"]+)"', first)[1]
    last = client.get("/concordance", {"q": "国际合作", "sort": "right", "page": "2"}).text
    assert re.findall(r"<bdi>(.*?)</bdi>", first + last) == ["", "促进", "依照国际法加强", "促进国际合作，开展"]


def test_no_more_are_sorted_than_can_be(client, texts, monkeypatch):
    monkeypatch.setattr("termbase.web.concordance.MAX_LINES", 3)
    page = client.get("/concordance", {"q": "国际合作"}).text
    assert "4 places" in page
    assert "the first 3 are shown" in page


def test_a_known_translation_stands_below(client, texts):
    Passage.objects.filter(document__key="b").update(translation="Promote international cooperation.")
    assert "Promote international cooperation." in client.get("/concordance", {"q": "国际合作"}).text
