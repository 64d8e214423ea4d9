"""The page of a concept, and the same concept as data at the same address."""

import re

import pytest
import rdflib
from django.contrib.auth.models import Group, User
from django.utils import timezone
from lxml import etree

from termbase.history import restoring
from termbase.jobs import refresh_occurrences
from termbase.models import Concept, Document, Passage, Term

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
    assert 'lang="en"><mark>UNODC</mark>' not in page, "another concept's form"
    assert 'lang="en">UNODC presented the <mark>drug</mark> &amp; crime problem.</blockquote>' in page
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


def test_a_homograph_that_is_not_to_be_used_does_not_look_as_if_it_were(client, small_termbase):
    other = Concept.objects.create(key="c0100")
    other.terms.create(
        language="zh-Hans", text="毒品", administrative_status="deprecated", review_status="approved", source="x"
    )
    assert '<li class="deprecated"><a class="form" href="/concepts/c0100">' in client.get("/concepts/c0002").text


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
    # What the address says goes before what the program that asks would like.
    for accepted in ("text/html", "image/png"):
        answer = client.get("/concepts/c0003", {"format": "json"}, headers={"Accept": accepted})
        assert (answer.status_code, answer.json()) == (200, of_api)


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
    restoring.bring_back(key="c0002", by=User.objects.create_superuser("li"))
    restoring.withdraw(key="c0002", versions=None, by=User.objects.get(), reason="Not a term.")
    assert "Not a term." in client.get("/concepts/c0002").text
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
    # the concept, its terms and their frequencies, examples, whether anything is proposed, definitions, comments,
    # relations both ways with the names of what they lead to, homographs, evidence
    for key in ("c0003", "c0004"):
        with django_assert_num_queries(12):
            client.get(f"/concepts/{key}")


class TestProposed:
    """An entry of which nobody has approved anything, and one with a part of it."""

    @pytest.fixture(autouse=True)
    def _entries(self, small_termbase):
        waiting = Concept.objects.get(key="c0005")
        waiting.note = "Not for readers yet."
        waiting.save()
        waiting.definitions.create(language="en", text="Nobody has read this.")
        waiting.relations.create(relation_type="related", target=Concept.objects.get(key="c0004"))
        Term.objects.filter(concept__key="c0002", language="en").update(review_status="proposed")

    def test_what_nobody_has_approved_is_not_for_readers(self, client):
        page = client.get("/concepts/c0005").text
        assert "Nothing of this entry has been approved yet." in page
        for hidden in ("恐怖主义罪", "terrorist offence", "Not for readers yet.", "Nobody has read this.", "c0004"):
            assert hidden not in page, hidden

    def test_nor_as_data(self, client):
        for name in ("json", "ttl", "jsonld", "txt", "tbx"):
            text = client.get("/concepts/c0005", {"format": name}).text
            assert "terrorist offence" not in text, name
            assert "Nobody has read this." not in text, name

    def test_nor_beside_a_text(self, client):
        assert "terrorist offence" not in client.get("/concepts/c0005", headers={"HX-Request": "true"}).text

    def test_it_is_shown_on_request_and_said_to_be_so(self, client):
        assert 'href="?proposed=true"' in client.get("/concepts/c0005").text
        page = client.get("/concepts/c0005?proposed=true").text
        for shown in ("恐怖主义罪", "terrorist offence", "not yet approved", "Not for readers yet.", "c0004"):
            assert shown in page, shown

    def test_a_part_of_an_entry(self, client):
        page = client.get("/concepts/c0002").text
        assert "no term to use in this language" in page
        assert ">drug<" not in page
        assert 'href="?proposed=true"' in page
        page = client.get("/concepts/c0002?proposed=true").text
        assert re.search(r'<h1 class="pair">.*drug <span class="review">not yet approved</span>', page, re.DOTALL)

    @pytest.mark.parametrize("value", ["yes", "1", "True", "on", " true"])
    def test_a_flag_is_true_or_false(self, client, value):
        response = client.get("/concepts/c0002", {"proposed": value})
        assert response.status_code == 400
        assert f"“proposed” cannot be “{value}”; it can be: false, true." in response.text


def test_as_lines_of_text(client, small_termbase):
    response = client.get("/concepts/c0003", {"format": "txt"})
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines() == [
        "Chinese",
        "  外国恐怖主义作战人员 (full form, preferred) [A/CONF.234/7]",
        "  外国恐怖分子战士 (full form, deprecated) [A/CONF.234/7]",
        "English",
        "  foreign terrorist fighter (full form, preferred) [A/CONF.234/7]",
        "c0003 http://testserver/concepts/c0003",
    ]


def test_as_tbx_with_approved_terms_alone(client, small_termbase):
    Term.objects.create(concept=Concept.objects.get(key="c0003"), language="en", text="only proposed")
    response = client.get("/concepts/c0003", {"format": "tbx"})
    assert response["Content-Type"] == "application/x-tbx+xml; charset=utf-8"
    root = etree.fromstring(response.content)
    entries = root.findall(".//{*}conceptEntry")
    assert [entry.get("id") for entry in entries] == ["c0003"]
    assert {term.text for term in entries[0].iter("{*}term")} == {
        *("外国恐怖主义作战人员", "外国恐怖分子战士", "foreign terrorist fighter")
    }


def test_a_citation_names_version_and_day(client, small_termbase):
    cited = re.search(r'data-copy="(毒品 = drug\.[^"]+)"', client.get("/concepts/c0002").text)[1]
    assert re.fullmatch(
        r"毒品 = drug\. Termbase, c0002, version \d+ of \d{4}-\d\d-\d\d, http://testserver/concepts/c0002"
        r" \(consulted on \d{4}-\d\d-\d\d\)",
        cited,
    )


def test_an_example_has_its_translation_where_one_is_known(client, small_termbase):
    Passage.objects.update(translation="UNODC supports networks.")
    page = client.get("/concepts/c0001").text
    assert '<blockquote class="translation" lang="en"><mark>UNODC</mark> supports networks.</blockquote>' in page


def test_a_script_that_there_is_not_is_a_400(client, small_termbase):
    assert client.get("/concepts/c0001", {"script": "zh"}).status_code == 400


def test_the_map_names_in_full_what_it_cuts_short(client, small_termbase):
    Term.objects.filter(text="terrorism").update(text="t" * 60, reviewed_at=timezone.now())
    assert f"<title>恐怖主义 · {'t' * 60}</title>" in client.get("/concepts/c0003").text
