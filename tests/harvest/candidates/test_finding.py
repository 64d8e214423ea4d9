"""From a document to its candidates."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termbase.harvest.candidates import finding
from termbase.harvest.candidates.finding import candidates, candidates_of, merged
from termbase.harvest.candidates.proposals import badges_of, type_of
from termbase.harvest.candidates.reading import Piece, read
from termbase.harvest.candidates.values import Found, Known, KnownTerm, Paragraph, Source
from termbase.harvest.candidates.weights import SHIPPED, Weights, read_weights
from termbase.harvest.candidates.words import words_of
from termbase.text.normalise import normalise
from termbase.vocabulary import Badge, PassageKind, TermType

WEIGHTS = read_weights(SHIPPED)
TEXT = (
    "联合国毒品和犯罪问题办公室（毒罪办）支持会员国打击非法贩运野生动植物。",
    "根据《联合国打击跨国有组织犯罪公约》，缔约国应加强司法协助、引渡和资产追回方面的合作。",
    "会议强调了司法协助的重要性，并注意到野生生物犯罪、海上犯罪和网络犯罪等新兴犯罪形式。",
    "被判刑人员的移交是国际合作的重要形式。司法协助请求书应当及时提交中央机关。",
)


@pytest.fixture
def found(source, shared):
    def by_key(*texts, known=(), rejected=()):
        return {item.key: item for item in candidates_of(source(*texts), shared(*known, rejected=rejected), WEIGHTS)}

    return by_key


@pytest.mark.parametrize(
    ("term", "badge", "why"),
    [
        ("联合国打击跨国有组织犯罪公约", Badge.TITLE, "an instrument"),
        ("毒罪办", Badge.SHORT_FORM, "a short form in brackets"),
        ("联合国毒品和犯罪问题办公室", Badge.FULL_FORM, "its full form"),
        ("联合国毒品和犯罪问题办公室", Badge.BODY, "a body"),
        ("海上犯罪", Badge.SERIES, "one of a series"),
        ("司法协助", Badge.SERIES, "one of a series"),
    ],
)
def test_kinds(found, term, badge, why):
    assert badge in found(*TEXT)[term].badges, why


def test_a_short_form_knows_its_full_form(found):
    short = found(*TEXT)["毒罪办"]
    assert (short.full_form, short.term_type) == ("联合国毒品和犯罪问题办公室", TermType.ABBREVIATION)


def test_the_best_are_terms(found):
    best = list(found(*TEXT))[:12]
    assert {"司法协助", "网络犯罪", "联合国打击跨国有组织犯罪公约"} <= set(best)


def test_known_and_rejected_ones_are_none(found):
    keys = found(*TEXT, known=["司法協助=mutual legal assistance"], rejected=["网络犯罪"])
    assert not keys.keys() & {"司法协助", "网络犯罪"}


def test_a_known_term_with_a_new_head(found):
    item = found(*TEXT, known=["司法协助=mutual legal assistance", "请求书=request"])["司法协助请求书"]
    assert item.badges == (Badge.KNOWN_HEAD, Badge.KNOWN_MODIFIER)
    assert (item.known_terms, item.english) == ((1, 2), "mutual legal assistance request")


def test_a_part_that_never_stands_alone_is_folded(found):
    assert "毒品和犯罪问题" not in found(*TEXT)


def test_a_part_that_stands_only_inside_a_known_term_is_folded(source, shared):
    texts = ["联合国区域间犯罪和司法研究所的报告。", "会议感谢联合国区域间犯罪和司法研究所。"]
    strong = Weights({"any": 1.0})
    alone = {item.key for item in candidates_of(source(*texts), shared("感谢"), strong)}
    beside = {item.key for item in candidates_of(source(*texts), shared("联合国区域间犯罪和司法研究所"), strong)}
    assert alone
    assert not [key for key in beside if key in "联合国区域间犯罪和司法研究所"]


def test_a_variant_is_proposed_with_what_its_term_has(found):
    item = found(*TEXT, known=["请求司法协助书=request for mutual legal assistance@7"])["司法协助请求书"]
    assert (item.term_type, item.variant_of) == (TermType.VARIANT, 101)
    assert (item.english, item.subject_field) == ("request for mutual legal assistance", 7)


@pytest.mark.parametrize(
    ("key", "expected", "why"),
    [
        ("假释", TermType.FULL_FORM, "a verb alone names an action"),
        ("基于性别的暴力", TermType.FULL_FORM, "a clause closed by a noun"),
        ("引渡请求", TermType.FULL_FORM, "two actions, the second of which is a thing"),
        ("赞赏地注意到", TermType.PHRASE, "ends as no noun does"),
        ("负责暴力侵害问题委员会", TermType.FULL_FORM, "ends as bodies do"),
    ],
)
def test_the_proposed_type(key, expected, why):
    assert type_of(key, Piece(tuple(word.form for word in words_of(key))), ()) == expected, why


@pytest.mark.parametrize(
    ("key", "expected", "why"),
    [
        ("国际劳工组织", (Badge.BODY,), "a body, though the dictionary has it as one word"),
        ("工作组", (), "what many bodies end with is the name of none"),
        ("秘书长", (), "a post that many names end with"),
        ("司法部长", (Badge.POST,), "a post"),
        ("巴黎-莫斯科", (), "a place that ends as sections do"),
    ],
)
def test_badges_of_names(shared, key, expected, why):
    reading = read([Paragraph(1, PassageKind.PARAGRAPH, key)])
    assert badges_of(key, reading.pieces[key], reading, shared()) == expected, why


def test_places_lead_to_the_passage(found):
    item = found(*TEXT)["司法协助"]
    assert item.count == 3
    for place in item.places:
        text = TEXT[place.passage - 1]
        assert text[place.start : place.end] == "司法协助"
        assert text[place.sentence_start : place.sentence_end] == place.sentence
        assert place.sentence_start <= place.start < place.end <= place.sentence_end


@pytest.mark.parametrize("text", ["", "。", "2019 A/1", "United Nations Office", "\u3000", "《》", "（）（（“”"])
def test_nothing_comes_of_nothing(found, text):
    assert found(text) == {}


def test_a_document_without_paragraphs(shared):
    assert candidates_of(Source(1, ()), shared(), WEIGHTS) == []


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_documents_does_not_matter(order):
    documents = [Source(n, (Paragraph(n, PassageKind.PARAGRAPH, text),)) for n, text in enumerate(TEXT)]
    expected = set(candidates(documents, Known(), WEIGHTS))
    order.shuffle(documents)
    assert set(candidates(documents, Known(), WEIGHTS)) == expected


def test_a_long_document_is_read_in_parts(monkeypatch, source, shared):
    texts = TEXT * 3
    monkeypatch.setattr(finding, "PART", sum(map(len, TEXT)))
    parts = {item.key: item for item in candidates_of(source(*texts), shared(), WEIGHTS)}
    one = {item.key: item for item in candidates_of(source(*TEXT), shared(), WEIGHTS)}
    assert {key: item.count for key, item in parts.items()} == {key: 3 * item.count for key, item in one.items()}
    assert {key: item.score for key, item in parts.items()} == {key: item.score for key, item in one.items()}


def test_of_a_long_document_the_best_are_kept_with_all_their_places_counted(monkeypatch, source, shared):
    monkeypatch.setattr(finding, "PART", sum(map(len, TEXT)))
    everything = candidates_of(source(*TEXT * 3), shared(), WEIGHTS)
    monkeypatch.setattr(finding, "MOST", 3)
    kept = candidates_of(source(*TEXT * 3), shared(), WEIGHTS)
    assert len(everything) > 6
    assert [(item.key, item.count) for item in kept] == [(item.key, item.count) for item in everything[:3]]


def test_merging_parts_does_not_hang_on_their_order(source, shared):
    one, other = (
        {item.key: item for item in candidates_of(source(*texts), shared(), WEIGHTS)} for texts in (TEXT[:3], TEXT[1:])
    )
    for key in one.keys() & other.keys():
        assert merged(one[key], other[key]) == merged(other[key], one[key])


def test_any_text_is_read(shared):
    draw = random.Random(7)
    alphabet = "联合国犯罪的和、，。（）《》“”〈〉 aB1/.-年月\u00a0\ufb01é"
    for _ in range(150):
        text = "".join(draw.choices(alphabet, k=30))
        for item in candidates_of(
            Source(1, (Paragraph(1, PassageKind.PARAGRAPH, text),)), shared("犯罪=crime"), WEIGHTS
        ):
            assert isinstance(item, Found)
            assert normalise(item.text) == item.key
            assert 0 < item.score < 1


def test_known_terms_are_looked_up_by_key():
    known = Known({"司法协助": KnownTerm(1, 1, "司法协助")}, frozenset({"引渡"}))
    assert known.excluded == {"司法协助", "引渡"}
