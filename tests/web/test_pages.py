"""The pages as HTML: what a reader sees without a script."""

import pytest

from termbase.models import Concept

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
        "preferred",
        "acronym",
    ):
        assert shown in page, shown


def test_htmx_gets_the_hits_alone(client, small_termbase):
    response = client.get("/", {"q": "unodc"}, headers={"HX-Request": "true"})
    assert "<html" not in response.text
    assert "毒罪办" in response.text
    assert "HX-Request" in response["Vary"]


def test_what_is_typed_is_escaped(client):
    page = client.get("/", {"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page


def test_a_query_too_long_is_told(client):
    assert 'role="alert"' in client.get("/", {"q": "x" * 201}).text


def test_deprecated_forms_stand_after_the_preferred_one_and_are_struck(client, small_termbase):
    page = client.get("/", {"q": "外国恐怖分子战士"}).text
    assert page.index("外国恐怖主义作战人员") < page.index('<li class="term deprecated">')


def test_a_concept_page_shows_every_form(client, small_termbase):
    page = client.get("/concepts/c0003").text
    for shown in (
        "外国恐怖主义作战人员",
        "外国恐怖分子战士",
        "foreign terrorist fighter",
        "deprecated",
        "/concepts/c0004",
    ):
        assert shown in page, shown


def test_merged_concepts_lead_on_and_withdrawn_ones_say_so(client, small_termbase):
    drug = Concept.objects.get(key="c0002")
    drug.withdraw()
    assert client.get("/concepts/c0002").status_code == 410
    drug.withdraw(replaced_by=Concept.objects.get(key="c0001"))
    response = client.get("/concepts/c0002")
    assert (response.status_code, response["Location"]) == (301, "/concepts/c0001")


def test_an_unknown_concept_is_not_found(client, db):
    assert client.get("/concepts/c9999").status_code == 404


def test_no_page_reaches_beyond_this_server(client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/", "/concepts/c0001", "/healthz", "/readyz"])
def test_pages_are_for_reading(client, path):
    assert client.post(path).status_code == 405
