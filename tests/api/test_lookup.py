"""GET /api/v1/lookup/."""

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termbase.api.views import PARAMETERS
from termbase.errors import InvalidInput
from termbase.models import Concept, SubjectField, Term
from termbase.search import Query

pytestmark = pytest.mark.django_db


@pytest.fixture
def lookup(client, small_termbase):
    def call(q, **parameters):
        response = client.get("/api/v1/lookup/", {"q": q, **parameters})
        assert response.status_code == 200, response.content
        return response.json()["hits"]

    return call


@pytest.mark.parametrize(
    ("q", "expected", "why"),
    [
        ("毒罪办", [("c0001", "exact")], "the abbreviation"),
        ("毒罪辦", [("c0001", "exact")], "typed in Traditional characters"),
        ("毒 罪　办", [("c0001", "exact")], "with inner spaces, one of them ideographic"),
        ("unodc", [("c0001", "exact")], "in lower case"),
        ("ＵＮＯＤＣ", [("c0001", "exact")], "in full width"),
        ("毒", [("c0002", "prefix"), ("c0001", "prefix")], "one character: the preferred term before the admitted one"),
        ("罪", [("c0001", "part")], "one character inside; the proposed c0005 is not shown"),
        ("毒品", [("c0002", "exact"), ("c0001", "prefix")], "exact before prefix, and one hit a concept"),
        ("恐怖主义", [("c0004", "exact"), ("c0003", "part")], "exact before part"),
        ("怖主", [("c0004", "part"), ("c0003", "part")], "two characters in the middle, shorter first"),
        ("作战人员", [("c0003", "part")], "the end of a term"),
        ("terror", [("c0004", "prefix"), ("c0003", "part")], "English prefix before English part"),
        ("fi", [("c0003", "part")], "two letters begin a word inside"),
        ("外国恐怖分子战士", [("c0003", "exact")], "a deprecated form leads to its concept"),
        ("没有这个词", [], "unknown"),
        ("%", [], "a wildcard of SQL stands for itself"),
        ("_", [], "and so does the other"),
        ("《》", [], "marks alone normalise to nothing"),
        ("", [], "empty"),
        ("Foreign Terrorist Fighters", [("c0003", "spelling")], "in the plural"),
        ("fighter, terrorist", [("c0003", "words")], "in another order"),
        ("the office of the drugs and crimes", [("c0001", "words")], "small words do not count"),
        ("恐怖 作战", [("c0003", "words")], "two Chinese words, divided by a space"),
        ("作战 外国", [("c0003", "words")], "in another order"),
        ("毒 unodc", [], "not in one term"),
        ("外国*人员", [("c0003", "wildcard")], "anything between"),
        ("毒？办", [("c0001", "wildcard")], "one character between, the mark in full width"),
        ("*terror*", [("c0004", "wildcard"), ("c0003", "wildcard")], "anywhere"),
        ("毒?", [("c0002", "wildcard")], "exactly one more character"),
        ("terorism", [("c0004", "fuzzy"), ("c0003", "fuzzy")], "a missing letter; then two errors"),
        ("terrroist", [("c0003", "fuzzy"), ("c0004", "fuzzy")], "swapped letters, then two errors"),
        ("foriegn terrorist figther", [("c0003", "fuzzy")], "two words with letters swapped"),
        ("drog", [("c0002", "fuzzy"), ("c0001", "fuzzy")], "a wrong letter; every form of the word"),
        ("drgs", [("c0002", "fuzzy"), ("c0001", "fuzzy")], "one error in a short word"),
        ("drigz", [], "and not two"),
        ("drx", [], "none in a word of three letters"),
        ("恐布主义", [("c0004", "fuzzy")], "a wrong character"),
        ("恐怖义主", [("c0004", "fuzzy")], "two characters swapped"),
        ("恐怖的主义", [("c0004", "fuzzy")], "a character too many"),
        ("外国怖主义作战人员", [("c0003", "fuzzy")], "a missing character"),
        ("恐布", [], "two characters are too few to guess"),
        ("duzuiban", [("c0001", "pinyin")], "pinyin"),
        ("du zui ban", [("c0001", "pinyin")], "in syllables"),
        ("dú zuì bàn", [("c0001", "pinyin")], "with tone marks"),
        ("du2zui4ban4", [("c0001", "pinyin")], "with tone numbers"),
        ("DZB", [("c0001", "pinyin")], "the initials"),
        ("dupin", [("c0002", "pinyin"), ("c0001", "pinyin")], "a whole reading, then the beginning of another"),
        ("wgkb", [("c0003", "pinyin")], "the beginning of the initials"),
    ],
)
def test_finds(lookup, q, expected, why):
    assert [(hit["concept"], hit["match"]) for hit in lookup(q)] == expected, why


def test_a_hit_tells_all_forms_with_status_and_an_example_with_its_place(lookup):
    (hit,) = lookup("毒罪办")
    assert [(t["text"], t["administrative_status"], t["term_type"]) for t in hit["source_terms"]] == [
        ("联合国毒品和犯罪问题办公室", "preferred", "full_form"),
        ("毒罪办", "admitted", "abbreviation"),
        ("毒品和犯罪问题办公室", "admitted", "short_form"),
    ]
    assert [(t["text"], t["administrative_status"]) for t in hit["target_terms"]] == [
        ("United Nations Office on Drugs and Crime", "preferred"),
        ("UNODC", "admitted"),
    ]
    assert hit["matched"] == {"language": "zh-Hans", "text": "毒罪办"}
    example = hit["example"]
    assert example["text"][example["start"] : example["end"]] == "毒罪办"
    assert (example["document"], example["number"]) == ("A/CONF.234/7", "13")
    assert hit["subject_field"] == {"key": "bodies", "name_en": "Bodies", "name_zh": "机构"}


def test_source_narrows_to_a_language(lookup):
    assert lookup("unodc", source="zh") == []
    (hit,) = lookup("unodc", source="en")
    assert hit["source_terms"][0]["language"] == "en"
    assert hit["target_terms"][0]["language"] == "zh-Hans"


def test_mode_narrows_to_a_tier(lookup):
    assert [hit["concept"] for hit in lookup("毒品", mode="prefix")] == ["c0001"]


def test_proposed_terms_are_shown_as_such_on_request_only(lookup):
    # 恐怖主义 is one character away, and nothing nearer is shown.
    assert [(hit["concept"], hit["match"]) for hit in lookup("恐怖主义罪")] == [("c0004", "fuzzy")]
    (hit,) = lookup("恐怖主义罪", proposed="true")
    assert hit["target_terms"][0]["review_status"] == "proposed"


def test_limit_counts_concepts(lookup):
    assert len(lookup("恐怖", limit=1)) == 1


def test_asks_the_database_a_fixed_number_of_times(lookup, django_assert_num_queries):
    # whether what is kept is right; the tiers that take the query as it stands, at once; the concepts with their terms;
    # the examples
    with django_assert_num_queries(4):
        lookup("恐怖")
    # that; these tiers; what is like it; and that nothing was found, in a transaction of its own, cleaned up after
    with django_assert_num_queries(7):
        lookup("没有这个词")
    # that, these tiers, how much the pinyin tier would find, that tier, is each word known, what is like one that is
    # not, then as above
    with django_assert_num_queries(10):
        lookup("qqqqqqqq")


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({}, "q"),
        ({"q": "x", "source": "fr"}, "source"),
        ({"q": "x", "target": "fr"}, "target"),
        ({"q": "x", "mode": "sideways"}, "mode"),
        ({"q": "x", "limit": "0"}, "limit"),
        ({"q": "x", "limit": "101"}, "limit"),
        ({"q": "x", "limit": "many"}, "limit"),
        ({"q": "x", "limit": "9" * 5000}, "limit"),
        ({"q": "x" * 201}, "q"),
        ({"q": "a\0b"}, "q"),
        ({"q": "*"}, "q"),
        ({"q": "??*"}, "q"),
        ({"q": "x", "in": "passages"}, "in"),
        ({"q": "x", "proposed": "yes"}, "proposed"),
        ({"q": "x", "strict": "1"}, "strict"),
        ({"q": "x", "subject_field": "weather"}, "subject_field"),
        ({"q": "x", "subject_field": "a\0b"}, "subject_field"),
        ({"q": "x", "document": "A/1"}, "document"),
        ({"q": "x", "administrative_status": "approved"}, "administrative_status"),
        ({"q": "x", "term_type": "slogan"}, "term_type"),
        ({"q": "x", "reliability": "5"}, "reliability"),
        ({"q": "x", "reliability": "high"}, "reliability"),
        ({"q": "x", "changed_since": "yesterday"}, "changed_since"),
        ({"q": "x", "cursor": "x"}, "cursor"),
        ({"q": "x", "cursor": "毒"}, "cursor"),
        ({"q": "x", "cursor": "W10"}, "cursor"),
    ],
)
def test_bad_parameters_are_named(client, parameters, field):
    response = client.get("/api/v1/lookup/", parameters)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == "invalid"
    assert list(error["fields"]) == [field]


def texts(terms):
    return [term["text"] for term in terms]


class TestFilters:
    """What narrows the hits, alone and together."""

    @pytest.fixture(autouse=True)
    def _tree(self, small_termbase):
        bodies = SubjectField.objects.get(key="bodies")
        offices = SubjectField.objects.create(key="offices", name_en="Offices", name_zh="办公室", parent=bodies)
        SubjectField.objects.create(key="laws", name_en="Laws", name_zh="法律")
        Concept.objects.filter(key="c0002").update(subject_field=offices)

    @pytest.mark.parametrize(
        ("q", "filters", "expected", "why"),
        [
            ("毒", {"subject_field": "bodies"}, ["c0002", "c0001"], "a field with what is below it"),
            ("毒", {"subject_field": "offices"}, ["c0002"], "the lower one alone"),
            ("毒", {"subject_field": "laws"}, [], "nothing in it"),
            ("毒", {"administrative_status": "admitted"}, ["c0001"], "a status"),
            ("毒", {"administrative_status": "preferred,admitted"}, ["c0002", "c0001"], "one of two"),
            ("外国", {"administrative_status": ["deprecated", "superseded"]}, ["c0003"], "given twice"),
            ("毒", {"term_type": "abbreviation"}, ["c0001"], "a type"),
            ("毒", {"document": "a-conf-234-7"}, ["c0001"], "a document in which a term of the concept stands"),
            ("毒", {"reliability": "3"}, ["c0002", "c0001"], "at least"),
            ("毒", {"reliability": "4"}, [], "none so good"),
            ("毒", {"changed_since": "2020-01-01"}, ["c0002", "c0001"], "a date"),
            ("毒", {"changed_since": "2999-01-01T00:00:00+08:00"}, [], "to come"),
            ("毒", {"changed_since": "0001-01-01T00:00:00+14:00"}, ["c0002", "c0001"], "before the year 1 in UTC"),
            ("毒", {"source": "en"}, [], "a language"),
            (
                "恐怖",
                {"source": "zh-Hans", "term_type": "full_form", "reliability": "3"},
                ["c0004", "c0003"],
                "several",
            ),
        ],
    )
    def test_narrow(self, lookup, q, filters, expected, why):
        assert [hit["concept"] for hit in lookup(q, **filters)] == expected, why

    def test_a_hit_shows_all_terms_unless_strict(self, lookup):
        (hit,) = lookup("毒罪", administrative_status="admitted")
        assert texts(hit["target_terms"]) == ["United Nations Office on Drugs and Crime", "UNODC"]
        (hit,) = lookup("毒罪", administrative_status="admitted", strict="true")
        assert texts(hit["source_terms"]) == ["毒罪办", "毒品和犯罪问题办公室"]
        assert texts(hit["target_terms"]) == ["UNODC"]


class TestRemarks:
    """Definitions and notes, on request, after the terms."""

    @pytest.fixture(autouse=True)
    def _notes(self, small_termbase):
        Concept.objects.filter(key="c0001").update(note="In Vienna; see also 犯罪委員會.")
        Term.objects.filter(text="drug").update(note="Not for medicine.", usage_note="毒品 only of narcotics.")

    @pytest.mark.parametrize(
        ("q", "within", "expected", "why"),
        [
            ("intimidate", "", [], "only on request"),
            ("intimidate", "definitions", [("c0004", "definition")], "a definition"),
            ("INTIMID", "definitions", [("c0004", "definition")], "part of a word, in capitals"),
            ("vienna", "definitions", [], "a note is no definition"),
            ("vienna", "definitions,notes", [("c0001", "note")], "a concept's note"),
            ("犯罪委员会", "notes", [("c0001", "note")], "in Simplified where the note is in Traditional"),
            ("medicine", "notes", [("c0002", "note")], "a term's note"),
            ("narcotic", "notes", [("c0002", "note")], "a usage note"),
            ("毒品", "notes", [("c0002", "exact"), ("c0001", "prefix")], "terms first, and a concept once"),
            ("委", "notes", [], "one character is too common in running text"),
            ("%", "notes", [], "a wildcard of SQL stands for itself"),
        ],
    )
    def test_finds(self, lookup, q, within, expected, why):
        hits = lookup(q, **({"in": within} if within else {}))
        assert [(hit["concept"], hit["match"]) for hit in hits] == expected, why

    def test_says_where(self, lookup):
        (hit,) = lookup("intimidate", **{"in": "definitions"})
        assert hit["matched"] == {"language": "en", "text": "Violence meant to intimidate."}
        assert texts(hit["source_terms"]) == ["terrorism"]
        assert texts(hit["target_terms"]) == ["恐怖主义"]

    def test_a_proposed_terms_note_is_not_shown(self, lookup):
        Term.objects.filter(text="terrorist offence").update(note="A draft.")
        assert lookup("draft", **{"in": "notes"}) == []
        assert [h["concept"] for h in lookup("draft", **{"in": "notes", "proposed": "true"})] == ["c0005"]


class TestPages:
    """Hits in pages, by cursor."""

    def test_lead_on_to_the_end(self, client, small_termbase):
        seen, cursor = [], ""
        while cursor is not None:
            answer = client.get("/api/v1/lookup/", {"q": "毒", "limit": 1, "cursor": cursor}).json()
            seen += [hit["concept"] for hit in answer["hits"]]
            cursor = answer["next"]
        assert seen == ["c0002", "c0001"]

    def test_a_cursor_is_good_for_its_query_alone(self, client, small_termbase):
        cursor = client.get("/api/v1/lookup/", {"q": "毒", "limit": 1}).json()["next"]
        for other in ({"q": "恐"}, {"q": "毒", "source": "zh"}, {"q": "毒", "mode": "part"}):
            error = client.get("/api/v1/lookup/", {**other, "cursor": cursor}).json()["error"]
            assert list(error["fields"]) == ["cursor"]
        assert client.get("/api/v1/lookup/", {"q": "毒", "cursor": cursor, "target": "en"}).status_code == 200

    def test_what_was_written_since_shifts_nothing(self, client, small_termbase):
        cursor = client.get("/api/v1/lookup/", {"q": "毒", "limit": 1}).json()["next"]
        Concept.objects.get(key="c0002").withdraw()
        answer = client.get("/api/v1/lookup/", {"q": "毒", "cursor": cursor}).json()
        assert [hit["concept"] for hit in answer["hits"]] == ["c0001"]

    def test_a_forged_cursor_is_no_fault_of_ours(self, client, small_termbase):
        real = client.get("/api/v1/lookup/", {"q": "毒", "limit": 1}).json()["next"]
        digest, *_ = json.loads(base64.urlsafe_b64decode(real + "=" * (-len(real) % 4)))
        for forged in (
            [digest, 99, 0, "", 0],
            [digest, 1, 2**62, "毒", 2**63 - 1],
            [digest, 1, -1, "毒", 0],
            [digest, 1, 0, "\0", 0],
            [digest, 1, 0, "\ud800", 0],
            [digest, True, 0, "", 0],
            [digest, 1, 0, 5, 0],
            [digest, 1, 0, ""],
            {"a": 1},
            "text",
            None,
        ):
            cursor = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
            assert client.get("/api/v1/lookup/", {"q": "毒", "cursor": cursor}).status_code in (200, 400), forged


@given(
    st.text(max_size=30)
    | st.text(alphabet="毒罪 a'*?%_\\\0-%\ud800é̈", max_size=30)
    | st.text(min_size=190, max_size=210)
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_query_is_a_fault_of_ours(client, small_termbase, q):
    parameters = {"q": q.encode("utf-8", "replace"), "in": "definitions,notes", "limit": 1}
    response = client.get("/api/v1/lookup/", parameters)
    assert response.status_code in (200, 400)
    while response.status_code == 200 and (cursor := response.json()["next"]):
        response = client.get("/api/v1/lookup/", {**parameters, "cursor": cursor})
        assert response.status_code == 200
    assert client.get("/", {"q": parameters["q"]}).status_code in (200, 400)


@pytest.mark.parametrize("text", ["\ud800", "毒\udfff罪", "a\0"])
def test_what_no_database_takes_is_refused(text):
    with pytest.raises(InvalidInput):
        Query(text)


def test_some_members_of_each_hit(client, small_termbase):
    answer = client.get("/api/v1/lookup/", {"q": "毒罪办", "fields": "concept,match"}).json()
    assert answer == {"q": "毒罪办", "hits": [{"concept": "c0001", "match": "exact"}], "next": None}


def test_an_answer_has_a_tag_until_something_changes(client, small_termbase):
    first = client.get("/api/v1/lookup/", {"q": "毒罪办"})
    assert first["Cache-Control"] == "private, no-cache"
    again = client.get("/api/v1/lookup/", {"q": "毒罪办"}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    concept = Concept.objects.get(key="c0001")
    Term.objects.create(concept=concept, language="en", text="UNDOC", review_status="approved", source="made up")
    changed = client.get("/api/v1/lookup/", {"q": "毒罪办"}, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_the_schema_has_all_parameters_and_no_others(client, db):
    schema = client.get("/api/v1/schema/").json()
    described = schema["paths"]["/api/v1/lookup/"]["get"]["parameters"]
    assert {parameter["name"] for parameter in described if parameter["in"] == "query"} == set(PARAMETERS)
