"""POST /api/v1/recognise/."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(client):
    def call(body, status=200):
        response = client.post("/api/v1/recognise/", body, content_type="application/json")
        assert response.status_code == status, response.content
        return response.json()

    return call


def test_a_text(post, small_termbase):
    answer = post({"text": "毒罪办支持外国恐怖分子战士", "source": "zh", "target": "en"})
    office, fighter = answer["matches"]
    assert (office["start"], office["end"], office["text"], office["concept"]) == (0, 3, "毒罪办", "c0001")
    assert office["term"] == {
        "language": "zh-Hans",
        "text": "毒罪办",
        "term_type": "abbreviation",
        "administrative_status": "admitted",
        "review_status": "approved",
        "reliability": 3,
    }
    assert (office["how"], office["nested"], office["in_doubt"]) == (["exact"], False, False)
    assert (office["deprecated"], office["preferred"]) == (False, None)
    assert [(t["text"], t["administrative_status"]) for t in office["target_terms"]] == [
        ("United Nations Office on Drugs and Crime", "preferred"),
        ("UNODC", "admitted"),
    ]
    assert fighter["deprecated"]
    assert fighter["preferred"]["text"] == "外国恐怖主义作战人员"


def test_source_and_target_are_seen_from_the_text(post, small_termbase):
    answer = post({"text": "Drugs"})
    assert (answer["source"], answer["target"]) == ("en", "zh")
    assert [t["text"] for t in answer["matches"][0]["target_terms"]] == ["毒品"]


def test_many_texts(post, small_termbase, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        answer = post({"texts": ["毒品", "", "恐怖主义和毒品"]})
    assert [[m["concept"] for m in r["matches"]] for r in answer["results"]] == [["c0002"], [], ["c0004", "c0002"]]


@pytest.mark.parametrize(("offsets", "start"), [("codepoint", 3), ("utf16", 5)])
def test_offsets(post, small_termbase, offsets, start):
    (match,) = post({"text": "😀𠀀：毒品", "offsets": offsets})["matches"]
    assert (match["start"], match["end"]) == (start, start + 2)


@pytest.mark.parametrize(("offsets", "skip"), [("codepoint", [[2, 5]]), ("utf16", [[3, 6]])])
def test_markup_is_skipped(post, small_termbase, offsets, skip):
    (match,) = post({"text": "😀毒<b>品", "offsets": offsets, "skip": skip})["matches"]
    assert (match["text"], match["how"]) == ("毒品", ["markup"])


def test_markup_of_many_texts(post, small_termbase):
    answer = post({"texts": ["毒<b>品", "毒品"], "skip": [[[1, 4]], []]})
    assert [len(result["matches"]) for result in answer["results"]] == [1, 1]


def test_nested_and_proposed(post, small_termbase):
    matches = post({"text": "恐怖主义罪", "nested": True, "proposed": True})["matches"]
    assert [(m["concept"], m["nested"]) for m in matches] == [("c0005", False), ("c0004", True)]
    assert matches[0]["target_terms"][0]["review_status"] == "proposed"


def test_glossary(post, small_termbase):
    answer = post({"texts": ["毒品和毒品", "毒罪办"], "format": "glossary"})
    assert [(g["term"]["text"], g["count"], g["concept"]) for g in answer["glossary"]] == [
        ("毒品", 2, "c0002"),
        ("毒罪办", 1, "c0001"),
    ]


def test_html(post, small_termbase):
    assert post({"text": "<毒品>", "format": "html"})["html"] == '&lt;<mark data-concept="c0002">毒品</mark>&gt;'
    assert [r["html"] for r in post({"texts": ["a&b"], "format": "html"})["results"]] == ["a&amp;b"]


@pytest.mark.parametrize(
    ("body", "field", "why"),
    [
        ({}, "text", "neither text nor texts"),
        ({"text": "x", "texts": ["x"]}, "text", "both"),
        ({"text": None}, "text", "null"),
        ({"text": 5}, "text", "a number"),
        ({"text": "x" * 200_001}, "text", "too long"),
        ({"texts": "x"}, "texts", "no list"),
        ({"texts": ["x", 5]}, "texts[1]", "a number among them"),
        ({"texts": ["x"] * 501}, "texts", "too many"),
        ({"texts": ["x" * 100_001] * 2}, "texts", "too long together"),
        ({"text": "x", "source": "fr"}, "source", "not a language of the termbase"),
        ({"text": "x", "target": ["en"]}, "target", "a list"),
        ({"text": "x", "offsets": "bytes"}, "offsets", "unknown"),
        ({"text": "x", "nested": "yes"}, "nested", "no truth value"),
        ({"text": "x", "format": "xml"}, "format", "unknown"),
        ({"text": "x", "format": "html", "nested": True}, "nested", "marks would overlap"),
        ({"text": "x", "nestd": True}, "nestd", "a slip of the pen"),
        ({"text": "x", "skip": 5}, "skip", "no list"),
        ({"text": "x", "skip": [5]}, "skip[0]", "no pair"),
        ({"text": "x", "skip": [[0, True]]}, "skip[0]", "no number"),
        ({"text": "x", "skip": [[1, 0]]}, "skip[0]", "ends before it begins"),
        ({"text": "x", "skip": [[0, 2]]}, "skip[0]", "ends after the text"),
        ({"text": "😀", "skip": [[0, 1]], "offsets": "utf16"}, "skip[0]", "splits a character"),
        ({"text": "x", "skip": [[0, 0]] * 20_001}, "skip", "too many"),
        ({"texts": ["x", "y"], "skip": [[]]}, "skip", "not one for each text"),
        ([1], "body", "no object"),
    ],
)
def test_bad_bodies_are_named(post, body, field, why):
    error = post(body, 400)["error"]
    assert (error["code"], list(error["fields"])) == ("invalid", [field]), why


def test_a_body_beyond_all_limits_is_not_even_read(post):
    assert post({"text": "x" * 8_000_000}, 413)["error"]["code"] == "payload_too_large"


def test_no_json(client):
    response = client.post("/api/v1/recognise/", "{", content_type="application/json")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "parse_error")
