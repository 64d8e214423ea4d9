"""The look-up page as HTML: what a reader sees without a script."""

import re

import pytest

from termbase.models import Concept, Term
from termbase.search import MODES
from termbase.web.rows import MATCH_NAMES

pytestmark = pytest.mark.django_db


def test_the_page_alone_invites_a_query(client):
    response = client.get("/")
    assert response.status_code == 200
    assert 'type="search"' in response.text
    assert "No term contains" not in response.text


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
    ("query", "said", "reason"),
    [
        ({"q": "x" * 201}, "longer than 200 characters", "too long"),
        ({"q": "x", "source": "tlh"}, "“source” cannot be “tlh”; it can be: zh, en.", "no such language"),
        ({"q": "x", "proposed": "yes"}, "“proposed” cannot be “yes”; it can be: false, true.", "no flag"),
        ({"q": "x", "reliability": "5"}, "“reliability” cannot be “5”", "no such grade"),
        ({"q": "x", "in": "titles"}, "“in” cannot be “titles”", "no such place"),
        ({"q": "x", "subject_field": "none"}, "“none” is the key of no subject field", "no such field"),
        ({"q": "x", "subject_field": "a\0b"}, "is the key of no subject field", "nor one with a null"),
        ({"q": "a\0b"}, "This cannot be looked up", "no text holds a null"),
        ({"q": "x", "cursor": "nonsense"}, "cursor", "no cursor of ours"),
        ({"q": "**x"}, "wildcards need", "nothing to go by"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_a_query_that_cannot_be_is_told(client, db, query, said, reason, headers):
    response = client.get("/", query, headers=headers)
    assert response.status_code == 400
    told = re.search(r'role="alert">(.*?)<', response.text)[1]
    assert said in told, reason


@pytest.mark.parametrize("text", ["*", "?", " ** "])
def test_somebody_who_is_still_typing_is_not_told_off(client, db, text):
    response = client.get("/", {"q": text})
    assert response.status_code == 200
    assert "type something beside them" in response.text


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
    assert "No term contains" in page
    assert "<mark>支持若干</mark>" in page
    assert "/concordance?q=%E6%94%AF" in page


@pytest.fixture
def many(db):
    concepts = Concept.objects.bulk_create(Concept(key=f"m{n:02}") for n in range(60))
    for concept in concepts:
        concept.terms.create(language="zh-Hans", text=f"毒{concept.key}", review_status="approved", source="x")


def test_more_hits_on_request(client, many):
    seen = []
    page = client.get("/", {"q": "毒", "source": "zh"}).text
    assert "the first 10 concepts" in page
    for hits in (10, 40, 10):
        seen += re.findall(r'class="open" href="/concepts/(\w+)"', page)
        assert page.count('<li class="hit') == hits
        more = re.search(r'class="more" href="([^"]+)"', page)
        page = client.get(more[1].replace("&amp;", "&")).text if more else ""
    assert len(set(seen)) == 60, "each once"


def test_htmx_gets_more_hits_alone(client, many):
    more = re.search(r'hx-get="([^"]+)"[^>]*>Show more', client.get("/", {"q": "毒"}).text)[1].replace("&amp;", "&")
    response = client.get(more, headers={"HX-Request": "true"})
    assert response.text.lstrip().startswith('<ol class="hits">')
    assert "HX-Replace-Url" not in response, "the address to share is that of the first hits"


class TestProposed:
    """c0005 is proposed as a whole; of c0002 the English."""

    @pytest.fixture(autouse=True)
    def _terms(self, small_termbase):
        Term.objects.filter(concept__key="c0002", language="en").update(review_status="proposed")

    def test_readers_see_what_is_approved(self, client):
        assert "c0005" not in client.get("/", {"q": "恐怖主义罪"}).text

    def test_an_empty_side_leads_to_what_is_proposed(self, client):
        page = client.get("/", {"q": "毒品"}).text
        assert "no term to use in this language" in page
        assert ">drug<" not in page
        assert re.search(r'href="(/\?q=[^"]*proposed=true)"', page)

    def test_on_request_it_is_shown_and_said_to_be_so(self, client):
        page = client.get("/", {"q": "毒品", "proposed": "true"}).text
        assert re.search(r'class="target" lang="en">drug<', page)
        assert "not yet approved" in page
        assert "c0005" in client.get("/", {"q": "恐怖主义罪", "proposed": "true"}).text

    def test_an_approved_form_goes_before_a_proposed_one(self, client):
        Term.objects.create(
            concept=Concept.objects.get(key="c0002"),
            language="en",
            text="narcotic",
            administrative_status="admitted",
            review_status="approved",
            source="x",
        )
        page = client.get("/", {"q": "毒品", "proposed": "true"}).text
        assert re.search(r'class="target" lang="en">narcotic<', page), "drug is preferred, but only proposed"


@pytest.mark.parametrize(
    ("given", "hits", "reason"),
    [
        ({"subject_field": "bodies"}, ["c0001"], "of a subject"),
        ({"reliability": "4"}, [], "better attested than any"),
        ({"reliability": "3"}, ["c0002", "c0001"], "as well as all are"),
        ({"proposed": "false"}, ["c0002", "c0001"], "false is as if not said"),
    ],
)
def test_filters(client, small_termbase, given, hits, reason):
    page = client.get("/", {"q": "毒", **given}).text
    assert re.findall(r'class="open" href="/concepts/(\w+)"', page) == hits, reason


def test_definitions_and_notes_on_request(client, small_termbase):
    assert "c0004" not in client.get("/", {"q": "intimidate"}).text
    page = client.get("/", {"q": "intimidate", "in": "definitions,notes"}).text
    assert "in the definition" in page
    assert 'href="/concepts/c0004"' in page
    assert "checked" in page


@pytest.mark.parametrize(
    ("q", "section", "found", "reason"),
    [
        ("主义恐怖", "Near forms", "恐怖主义", "the same pieces the other way round"),
        ("恐主", "Near forms", "恐怖主义", "all characters in their order"),
        ("毒罪办和毒品问题", "Known terms in it", "毒罪办", "a stretch of a sentence"),
        ("drugs and the unodc", "Known terms in it", "drug", "English too, in the plural"),
    ],
)
def test_instead_of_hits(client, small_termbase, q, section, found, reason):
    page = client.get("/", {"q": q}).text
    assert "No term contains" in page
    part = page[page.index(f"<h2>{section}</h2>") :]
    assert found in re.findall(r'class="form"[^>]*>(.*?)</span>', part), reason


def test_with_filters_the_way_without_them_is_shown(client, small_termbase):
    page = client.get("/", {"q": "unodc", "source": "zh"}).text
    assert 'href="/?q=unodc"' in page


def test_every_mode_says_why():
    assert set(MATCH_NAMES) == {*MODES, "definition", "note"}


def test_the_same_number_of_queries_however_many_hits(client, small_termbase, django_assert_num_queries):
    # all tiers in one, the concepts with their terms, the examples; for the page, the subjects to choose from
    with django_assert_num_queries(3):
        client.get("/", {"q": "恐"}, headers={"HX-Request": "true"})
    with django_assert_num_queries(4):
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


@pytest.mark.parametrize(
    ("given", "expected", "reason"),
    [
        ({"q": "恐怖主义"}, ["恐怖主义\tterrorism", "外国恐怖主义作战人员\tforeign terrorist fighter"], "from Chinese"),
        ({"q": "terrorism"}, ["terrorism\t恐怖主义"], "from English, as was typed"),
        ({"q": "unodc", "source": "zh"}, [], "what does not pass the filters is not there"),
        ({"q": "terrorist offence"}, [], "nor what is only proposed"),
        ({"q": "terrorist offence", "proposed": "true"}, ["terrorist offence\t恐怖主义罪"], "but on request"),
    ],
)
def test_hits_can_be_saved(client, small_termbase, given, expected, reason):
    response = client.get("/", {**given, "format": "omegat"})
    assert response["Content-Disposition"] == 'attachment; filename="termbase.utf8"'
    lines = [line for line in response.content.decode().splitlines() if not line.startswith("#")]
    found = ["\t".join(line.split("\t")[:2]) for line in lines]
    assert (set(expected) <= set(found)) if expected else found == [], reason


def test_saving_hits_is_offered_and_strict(client, small_termbase):
    assert 'href="/?q=unodc&amp;format=omegat"' in client.get("/", {"q": "unodc"}).text
    assert client.get("/", {"q": "unodc", "format": "abacus"}).status_code == 400
