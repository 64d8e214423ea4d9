"""Findings on translations."""

import pytest

from termbase.errors import InvalidInput
from termbase.models import Concept, Term
from termbase.quality import MAX_CHARACTERS, MAX_SEGMENTS, Batch, Segment, check

pytestmark = pytest.mark.django_db


def add(key, *terms):
    concept = Concept.objects.create(key=key)
    for language, text, *rest in terms:
        values = {"source": "A/1", "review_status": "approved", "administrative_status": "admitted"}
        Term.objects.create(concept=concept, language=language, text=text, **(values | (rest[0] if rest else {})))


@pytest.fixture
def terms(small_termbase):
    add("m1", ("zh-Hans", "洗钱"), ("en", "money-laundering"), ("en", "laundering of proceeds"))
    add("m2", ("zh-Hans", "土耳其"), ("en", "Türkiye"), ("en", "Turkey", {"administrative_status": "superseded"}))
    add("m3", ("zh-Hans", "安全理事会"), ("en", "Security Council"), ("en", "UNSC", {"term_type": "acronym"}))
    add("m4", ("zh-Hans", "强调", {"part_of_speech": "verb"}), ("en", "emphasizes", {"part_of_speech": "verb"}))
    add(
        "m5",
        ("zh-Hans", "预防犯罪和刑事司法委员会"),
        ("zh-Hans", "委员会", {"term_type": "short_form"}),
        ("en", "Commission on Crime Prevention and Criminal Justice"),
    )
    add("h1", ("zh-Hans", "会议"), ("en", "meeting"))
    add("h2", ("zh-Hans", "会议"), ("en", "conference"))
    add("n1", ("zh-Hans", "龙头"))
    add("i1", ("zh-Hans", "有组织犯罪"), ("en", "organized crime"))
    add("i2", ("zh-Hans", "国际法"), ("en", "international law"))
    add("i3", ("zh-Hans", "法治"), ("en", "rule of law"))
    add("g1", ("zh-Hans", "发展中国家"), ("en", "developing country"))
    add("g2", ("zh-Hans", "被请求国"), ("en", "requested State"))
    add("g3", ("zh-Hans", "主席"), ("en", "Chair"), ("en", "Chairman", {"administrative_status": "deprecated"}))


def findings(*pairs, source="zh", target="en", **options):
    segments = [Segment(str(number), *pair) for number, pair in enumerate(pairs)]
    return check(Batch(segments, source, target, **options))


def brief(items):
    return [(item.kind.value, item.concept.key, item.source and item.source.text, item.target and item.target.text)
            for item in items]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "target", "expected", "why"),
    [
        ("毒品问题", "The drug problem", [], "the preferred equivalent"),
        ("毒品问题", "The Drugs problem", [], "in the plural, with a capital"),
        ("毒罪办的报告", "A report of UNODC", [], "any approved variant will do"),
        ("毒品问题", "The medicine problem", [("missing_equivalent", "c0002", "毒品", None)], "none of them"),
        ("打击洗钱", "to fight money laundering", [], "without the hyphen"),
        ("打击洗钱", "to fight the laundering of criminal proceeds", [], "a word between"),
        ("有组织犯罪", "organised crimes", [], "the other spelling, in the plural"),
        ("外国恐怖主义作战人员", "Foreign Terrorist Fighters", [], "the longest wins: no terrorism is asked for"),
        ("联合国毒品和犯罪问题办公室", "The Office reported", [], "a name taken up by its head noun"),
        ("土耳其", "Turkey", [("deprecated_term", "m2", "土耳其", "Turkey")], "superseded; said once, not missing too"),
        ("土耳其", "Türkiye, formerly Turkey", [("deprecated_term", "m2", "土耳其", "Turkey")], "beside the right one"),
        ("该国", "Turkey", [("deprecated_term", "m2", None, "Turkey")], "whatever the source says"),
        ("毒品问题", "The 毒品 problem", [("untranslated_term", "c0002", "毒品", "毒品")], "left in Chinese"),
        ("毒品问题", "The drug (毒品) problem", [], "quoted beside its equivalent"),
        ("强调", "underlines", [], "a verb is rendered by the sentence"),
        ("委员会", "the Committee", [], "half a name that is nowhere given in full"),
        ("会议", "The conference", [], "one reading of a homograph will do"),
        ("会议", "The session", [("missing_equivalent", "h1", "会议", None)], "none of its readings"),
        ("龙头", "faucet", [], "nothing is expected"),
        ("国际法治", "rule of law", [], "crossed by another term, so in doubt"),
        ("安全理事会", "SC resolution", [], "an acronym with its initials"),
        ("恐怖主义罪", "a crime of terrorism", [], "a proposed term asks for nothing, the approved one in it does"),
        ("发展中国家", "developed countries", [("missing_equivalent", "g1", "发展中国家", None)], "turned round"),
        ("被请求国", "the requesting State", [("missing_equivalent", "g2", "被请求国", None)], "and so"),
        ("被请求国", "the requested States", [], "the right way round"),
        ("主席", "the Chairman", [("deprecated_term", "g3", "主席", "Chairman")], "a deprecated form"),
        ("主席", "the OSCE Chairman-in-Office", [], "not in the title of an office"),
        ("", "", [], "nothing"),
    ],
)
def test_zh_en(terms, source, target, expected, why):
    assert brief(findings((source, target))) == expected, why


@pytest.mark.parametrize(
    ("source", "target", "expected", "why"),
    [
        ("Drugs", "毒品", [], "right"),
        ("Drugs", "毒 品", [], "with a space"),
        ("Drugs", "毒品，藥物", [], "beside other words"),
        ("Drugs", "药物", [("missing_equivalent", "c0002", "Drugs", None)], "another word"),
        ("UNODC", "毒罪辦", [], "in Traditional characters"),
        ("UNODC", "UNODC的报告", [("untranslated_term", "c0001", "UNODC", "UNODC")], "left in English"),
        ("UNODC", "毒罪办（UNODC）", [], "quoted beside its equivalent"),
        ("UNODCs", "办公室", [("missing_equivalent", "c0001", "UNODCs", None)], "the plural of an acronym"),
        ("the requesting State", "请求国", [], "no form of requested State"),
        ("It shall chair the session", "主持会议", [], "a verb asks for nothing"),
        ("missiles", "导弹", [], "ISIL is not in them, nor anything else"),
        (
            "foreign terrorist fighters",
            "外国恐怖分子战士",
            [("deprecated_term", "c0003", "foreign terrorist fighters", "外国恐怖分子战士")],
            "deprecated",
        ),
    ],
)
def test_en_zh(terms, source, target, expected, why):
    assert brief(findings((source, target), source="en", target="zh")) == expected, why


def test_spans_and_expectation(terms):
    (item,) = findings(("关于恐怖主义的报告", "A report on horror"))
    assert (item.source.start, item.source.end, item.target) == (2, 6, None)
    assert [term.text for term in item.expected] == ["terrorism"]


def test_a_short_form_is_asked_for_once_its_name_is_given(terms):
    pairs = [
        ("预防犯罪和刑事司法委员会", "Commission on Crime Prevention and Criminal Justice"),
        ("委员会开会。", "It met."),
    ]
    assert brief(findings(*pairs)) == [("missing_equivalent", "m5", "委员会", None)]


def test_renderings_of_one_term_in_a_batch(terms):
    usual = ("打击有关洗钱活动", "fighting money-laundering")
    odd = ("打击有关洗钱活动", "fighting the laundering of proceeds")
    items = findings(usual, usual, usual, odd)
    assert brief(items) == [("inconsistent_rendering", "m1", "洗钱", "laundering of proceeds")]
    assert [term.text for term in items[0].expected] == ["money-laundering"]
    assert items[0].segment.id == "3"


def test_an_acronym_is_no_other_rendering(terms):
    assert (
        findings(("安全理事会", "Security Council"), ("安全理事会", "UNSC"), ("安全理事会", "Security Council")) == []
    )


def test_spellings_and_inflections_are_no_other_renderings(terms):
    assert findings(("有组织犯罪", "organized crime"), ("有组织犯罪", "Organised crimes")) == []


def test_a_short_word_that_a_batch_renders_otherwise_is_said_once(terms):
    pairs = [("毒品", "medicine")] * 5
    assert [item.segment.id for item in findings(*pairs)] == ["0"]
    mixed = [("毒品", "medicine"), *[("毒品", "drug")] * 4]
    assert [item.segment.id for item in findings(*mixed)] == ["0"]
    few = [("毒品", "medicine")] * 3
    assert len(findings(*few)) == 3


def test_a_longer_term_is_said_every_time(terms):
    assert len(findings(*[("恐怖主义", "horror")] * 5)) == 5


def test_an_id_hangs_on_the_finding_and_its_texts_alone(terms):
    pair = ("毒品问题", "The medicine problem")
    (one,) = findings(pair)
    (other,) = (item for item in findings(("安全理事会", "x"), pair) if item.segment.source == pair[0])
    assert one.id == other.id
    Term.objects.create(
        concept=Concept.objects.get(key="c0002"), language="en", text="narcotic", review_status="approved", source="x"
    )
    (same,) = findings(pair)
    assert same.id == one.id
    (changed,) = findings((pair[0], pair[1] + "."))
    assert changed.id != one.id
    (elsewhere,) = findings(pair, project="another")
    assert elsewhere.id == one.id


def test_a_fixed_number_of_queries(terms, django_assert_num_queries):
    pairs = [("毒品问题和恐怖主义", "x")] * 50
    findings(*pairs)
    # Two ask what has changed, three make the matchers of a transaction that has written, two ask for longer terms.
    with django_assert_num_queries(7):
        findings(*pairs)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (([], "fr", "en"), "source"),
        (([], "zh", "fr"), "target"),
        (([], "zh", "zh-Hans"), "target"),
        (([Segment("1", "", "")] * (MAX_SEGMENTS + 1), "zh", "en"), "segments"),
        (([Segment("1", "x", "x" * MAX_CHARACTERS)], "zh", "en"), "segments"),
    ],
)
def test_limits(arguments, field):
    with pytest.raises(InvalidInput) as error:
        Batch(*arguments)
    assert list(error.value.fields) == [field]
