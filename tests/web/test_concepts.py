"""The page of a concept, and the same concept as data at the same address."""

import pytest
import rdflib
from django.contrib.auth.models import Group, User

from termbase.jobs import refresh_occurrences
from termbase.models import Concept, Document, Term

pytestmark = pytest.mark.django_db


def test_every_form_is_shown(client, small_termbase):
    page = client.get("/concepts/c0003").text
    for shown in (
        "外国恐怖主义作战人员",
        "外国恐怖分子战士",
        "wài guó kǒng bù",
        "foreign terrorist fighter",
        "deprecated",
        "form attested in an official text",
        "/concepts/c0004",
    ):
        assert shown in page, shown


def test_a_definition_a_source_and_a_frequency(client, small_termbase):
    assert "Violence meant to intimidate." in client.get("/concepts/c0004").text
    office = client.get("/concepts/c0001").text
    assert "毒罪办 1" in office
    assert 'href="/documents/a-conf-234-7#p0"' in office


@pytest.fixture
def aligned(small_termbase):
    document = Document.objects.create(key="corpus", kind="corpus", sha256="c" * 64)
    for at, (text, translation) in enumerate(
        [
            ("毒罪办介绍了<毒品>问题。", "UNODC presented the drug & crime problem."),
            ("毒品问题。", "The narcotics problem."),
        ]
    ):
        document.passages.create(position=at, kind="paragraph", text=text, translation=translation)
    refresh_occurrences()


def test_evidence_with_sentences_that_have_another_rendering(client, aligned):
    page = client.get("/concepts/c0002").text
    assert "Evidence from translations" in page
    assert "2 aligned sentences" in page
    assert "none of these forms" in page
    assert "The narcotics problem." in page
    chinese = client.get("/concepts/c0002", headers={"Accept-Language": "zh-Hans"}).text
    assert "译文佐证" in chinese
    assert "Evidence" not in chinese
    assert "Evidence from translations" not in client.get("/concepts/c0004").text


def test_examples_show_both_languages_with_the_forms_marked(client, aligned):
    page = client.get("/concepts/c0002").text
    assert "The <" not in page
    assert '<blockquote lang="en">UNODC presented the <mark>drug</mark> &amp; crime problem.</blockquote>' in page
    assert "&lt;<mark>毒品</mark>&gt;" in page


def test_a_page_with_evidence_asks_a_fixed_number_of_times(client, aligned, django_assert_max_num_queries):
    with django_assert_max_num_queries(18):
        client.get("/concepts/c0002")


def test_relations_are_seen_from_both_ends(client, small_termbase):
    page = client.get("/concepts/c0004").text
    assert page.count('href="/concepts/c0003"') == 2, "in the map and in the list"
    assert "foreign terrorist fighter" in page


def test_terms_in_traditional_characters(client, small_termbase):
    page = client.get("/concepts/c0001", {"script": "zh-Hant"}).text
    assert '<span class="form" lang="zh-Hant">聯合國毒品和犯罪問題辦公室</span>' in page
    assert '<span class="form" lang="en">UNODC</span>' in page


def test_the_same_wording_elsewhere_is_told(client, small_termbase):
    other = Concept.objects.create(key="c0100")
    Term.objects.create(
        concept=other, language="zh-Hans", text="毒品", review_status="approved", source="x", reading="dú pǐn"
    )
    assert 'href="/concepts/c0100"' in client.get("/concepts/c0002").text


def test_htmx_gets_the_short_form(client, small_termbase):
    response = client.get("/concepts/c0003", headers={"HX-Request": "true"})
    assert "<html" not in response.text
    assert "外国恐怖主义作战人员" in response.text
    assert {"HX-Request", "Accept"} <= set(response["Vary"].split(", "))


@pytest.mark.parametrize(
    ("accept", "expected", "reason"),
    [
        ("*/*", "text/html", "whatever there is"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html", "a browser"),
        ("application/json", "application/json", "a script"),
        ("text/turtle", "text/turtle", "a linked-data reader"),
        ("application/ld+json", "application/ld+json", "another"),
        ("text/turtle;q=0.4, application/ld+json", "application/ld+json", "the one it likes better"),
    ],
)
def test_one_address_in_several_formats(client, small_termbase, accept, expected, reason):
    response = client.get("/concepts/c0003", headers={"Accept": accept})
    assert response.status_code == 200
    assert response["Content-Type"].split(";")[0] == expected, reason
    assert "Accept" in response["Vary"]


def test_nothing_acceptable(client, small_termbase):
    assert client.get("/concepts/c0003", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/concepts/c0003", {"format": "docx"}).status_code == 406


def test_json_is_what_the_api_says(client, small_termbase):
    of_api = client.get("/api/v1/concepts/c0003/").json()
    assert client.get("/concepts/c0003", {"format": "json"}).json() == of_api


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize(("name", "reader"), [("ttl", "turtle"), ("jsonld", "json-ld")])
def test_linked_data(client, small_termbase, name, reader):
    response = client.get("/concepts/c0003", {"format": name})
    graph = rdflib.Graph().parse(data=response.text, format=reader)
    concept = rdflib.URIRef("http://testserver/concepts/c0003")
    assert (concept, rdflib.SKOS.prefLabel, rdflib.Literal("foreign terrorist fighter", lang="en")) in graph
    assert (concept, rdflib.SKOS.related, rdflib.URIRef("http://testserver/concepts/c0004")) in graph


def test_merged_concepts_lead_on_and_withdrawn_ones_say_so(client, small_termbase):
    drug = Concept.objects.get(key="c0002")
    drug.note = "Named twice."
    drug.save()
    drug.withdraw()
    response = client.get("/concepts/c0002")
    assert response.status_code == 410
    assert "Named twice." in response.text
    assert client.get("/concepts/c0002", headers={"Accept": "text/turtle"}).status_code == 410
    drug.withdraw(replaced_by=Concept.objects.get(key="c0001"))
    response = client.get("/concepts/c0002")
    assert (response.status_code, response["Location"]) == (301, "/concepts/c0001")


def test_an_unknown_concept_is_not_found(client, db):
    assert client.get("/concepts/c9999").status_code == 404


@pytest.mark.parametrize(("role", "sees"), [("reader", False), ("terminologist", True)])
def test_the_way_to_the_workbench_is_for_those_who_may(client, small_termbase, role, sees):
    user = User.objects.create(username=role)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    assert ("Edit in the workbench" in client.get("/concepts/c0001").text) is sees


def test_the_same_number_of_queries_however_much_there_is(client, small_termbase, django_assert_num_queries):
    # the concept, its terms and their frequencies, examples, definitions, relations both ways with the names of
    # what they lead to, homographs, evidence
    for key in ("c0003", "c0004"):
        with django_assert_num_queries(10):
            client.get(f"/concepts/{key}")
