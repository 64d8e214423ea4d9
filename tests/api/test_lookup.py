"""GET /api/v1/lookup/."""

import pytest

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
    assert lookup("恐怖主义罪") == []
    (hit,) = lookup("恐怖主义罪", proposed="true")
    assert hit["target_terms"][0]["review_status"] == "proposed"


def test_limit_counts_concepts(lookup):
    assert len(lookup("恐怖", limit=1)) == 1


def test_asks_the_database_a_fixed_number_of_times(lookup, django_assert_num_queries):
    # exact, prefix and part tiers; then terms, concepts and examples of the hits
    with django_assert_num_queries(6):
        lookup("恐怖")
    # the three tiers, and no hits to fill in
    with django_assert_num_queries(3):
        lookup("没有这个词")


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
    ],
)
def test_bad_parameters_are_named(client, parameters, field):
    response = client.get("/api/v1/lookup/", parameters)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == "invalid"
    assert list(error["fields"]) == [field]
