"""The look-up page as HTML: what a reader sees without a script."""

import re

import pytest

from termbase.models import Term
from termbase.search import MODES
from termbase.web.lookup import MATCH_NAMES

pytestmark = pytest.mark.django_db


def test_the_page_alone_invites_a_query(client):
    response = client.get("/")
    assert response.status_code == 200
    assert 'type="search"' in response.text
    assert "No term holds" not in response.text


def test_hits_stand_in_the_page_without_scripts(client, small_termbase):
    page = client.get("/", {"q": "毒罪办"}).text
    for shown in (
        "<mark>毒罪办</mark>",
        "UNODC",
        "联合国毒品和犯罪问题办公室",
        "A/CONF.234/7, 13",
        "/documents/a-conf-234-7#p0",
        "preferred",
        "acronym",
        "reliability 3 of 4",
        "Bodies",
    ):
        assert shown in page, shown


def test_the_pair_to_use_stands_first(client, small_termbase):
    page = client.get("/", {"q": "毒罪办"}).text
    heading = re.search(r'<h2 class="pair">.*?</h2>', page, re.DOTALL)[0]
    assert "联合国毒品和犯罪问题办公室" in heading
    assert "United Nations Office on Drugs and Crime" in heading
    assert "毒罪办" not in heading.replace("联合国毒品和犯罪问题办公室", "")


def test_htmx_gets_the_hits_alone_and_the_address_to_show(client, small_termbase):
    response = client.get("/", {"q": "unodc", "source": ""}, headers={"HX-Request": "true"})
    assert "<html" not in response.text
    assert "毒罪办" in response.text
    assert "HX-Request" in response["Vary"]
    assert response["HX-Replace-Url"] == "/?q=unodc"


@pytest.mark.parametrize(
    ("source", "hits", "reason"),
    [
        ("", 1, "any language"),
        ("en", 1, "an English term in English"),
        ("zh", 0, "no Chinese term is written so"),
    ],
)
def test_the_direction_is_a_filter(client, small_termbase, source, hits, reason):
    page = client.get("/", {"q": "unodc", "source": source}).text
    assert page.count('<li class="hit') == hits, reason
    assert f'<option value="{source}" selected' in page


def test_what_is_typed_is_escaped(client):
    page = client.get("/", {"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"q": "x" * 201}, "too long"),
        ({"q": "x", "source": "tlh"}, "no such language"),
        ({"q": "a\0b"}, "no text holds a null"),
    ],
)
def test_a_query_that_cannot_be_is_told(client, query, reason):
    response = client.get("/", query)
    assert response.status_code == 200
    assert 'role="alert"' in response.text, reason


def test_a_deprecated_form_leads_to_the_one_to_use(client, small_termbase):
    page = client.get("/", {"q": "外国恐怖分子战士"}).text
    heading = re.search(r'<h2 class="pair">.*?</h2>', page, re.DOTALL)[0]
    assert "外国恐怖主义作战人员" in heading
    assert "外国恐怖分子战士" not in heading
    warning = re.search(r'<p class="warning">.*?</p>', page, re.DOTALL)[0]
    assert "deprecated" in warning
    assert "外国恐怖主义作战人员" in warning


def test_a_concept_with_nothing_to_use_recommends_nothing(client, small_termbase):
    Term.objects.filter(concept__key="c0003", language="zh-Hans").exclude(administrative_status="deprecated").delete()
    page = client.get("/", {"q": "foreign terrorist fighter"}).text
    heading = re.search(r'<h2 class="pair">.*?</h2>', page, re.DOTALL)[0]
    assert "no term to use in this language" in heading


def test_without_hits_the_documents_are_shown(client, small_termbase):
    page = client.get("/", {"q": "支持若干"}).text
    assert "No term holds" in page
    assert "<mark>支持若干</mark>" in page
    assert "/concordance?q=%E6%94%AF" in page


def test_more_hits_on_request(client, small_termbase, monkeypatch):
    monkeypatch.setattr("termbase.search.DEFAULT_LIMIT", 1)
    page = client.get("/", {"q": "毒"}).text
    assert page.count('<li class="hit') == 1
    more = re.search(r'class="more" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert client.get(f"/{more}").text.count('<li class="hit') == 2


def test_every_mode_says_why():
    assert set(MATCH_NAMES) == set(MODES)


def test_the_same_number_of_queries_however_many_hits(client, small_termbase, django_assert_num_queries):
    # all tiers in one, the concepts with their terms, the examples
    with django_assert_num_queries(3):
        client.get("/", {"q": "恐"})


def test_no_page_reaches_beyond_this_server(client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_pages_are_sent_compressed(client, small_termbase):
    response = client.get("/", {"q": "毒罪办"}, headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/concepts/c0001",
        "/documents",
        "/documents/x",
        "/documents/x/glossary",
        "/concordance",
        "/subjects",
        "/subjects/x",
        "/coverage",
        "/healthz",
        "/readyz",
    ],
)
def test_pages_are_for_reading(client, path):
    assert client.post(path).status_code == 405
