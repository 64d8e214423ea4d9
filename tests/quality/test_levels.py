"""How sure a finding is: by what the termbase shows of the word, and by what the batch does with it."""

import pytest

from termbase.models import Concept, Term
from termbase.quality import Batch, Segment, at_least, check
from termbase.quality.steadiness import Steadiness, steadiness_of
from termbase.recognition.current import keeper
from termbase.recognition.texts import Job, recognise
from termbase.vocabulary import FindingKind, FindingLevel

pytestmark = pytest.mark.django_db


def add(key, zh, *english, **fields):
    concept = Concept.objects.create(key=key)
    for language, text in (("zh-Hans", zh), *(("en", text) for text in english)):
        values = {"source": "A/1", "review_status": "approved", "administrative_status": "admitted"} | fields
        Term.objects.create(concept=concept, language=language, text=text, **values)


@pytest.fixture
def terms(small_termbase):
    add("r1", "评估", "review")
    add("r2", "风险评估", "risk assessment")
    add("r3", "威胁评估", "threat assessment")
    add("r4", "评估报告", "review report")
    add("d1", "毒品犯罪", "drug crime")
    add("d2", "毒品贩运", "drug trafficking")
    add("t1", "工作队", "task force")
    add("w1", "难民", "refugee")
    add("i1", "行动计划", "plan of action", "action plan")
    add("l1", "恐怖主义行为", "terrorist act")
    add("l2", "恐怖主义犯罪", "terrorist crime")


def levels(*pairs, source="zh", target="en"):
    found = check(Batch([Segment(at, *pair) for at, pair in enumerate(pairs)], source, target))
    return [(item.segment.id, item.source.text, item.level.value) for item in found]


@pytest.mark.parametrize(
    ("source", "target", "expected", "why"),
    [
        ("毒品", "medicine", ["likely"], "a short word that all longer terms render so"),
        ("恐怖主义", "horror", ["certain"], "a longer one that all of several longer terms render so"),
        ("外国恐怖主义作战人员", "horror", ["likely"], "a longer one of which nothing is known"),
        ("难民", "migrant", ["possible"], "a short word of which nothing is known"),
        ("评估", "an appraisal", ["possible"], "most longer terms render it otherwise"),
        ("评估", "an assessment", [], "and so: the termbase itself shows that this is right"),
        ("评估", "assessed", [], "in another form"),
        ("评估", "reviewing", [], "one of its equivalents in another form"),
    ],
)
def test_what_the_longer_terms_show(terms, source, target, expected, why):
    assert [level for *_, level in levels((source, target))] == expected, why


@pytest.mark.parametrize(
    ("source", "target", "expected", "why"),
    [
        ("drugs", "药物", ["likely"], "longer English terms are asked in the same way"),
        ("a review", "审查", ["possible"], "one longer term says little of a short word"),
    ],
)
def test_from_english(terms, source, target, expected, why):
    assert [level for *_, level in levels((source, target), source="en", target="zh")] == expected, why


@pytest.mark.parametrize(
    ("source", "expected", "why"),
    [
        ("The African States met", "likely", "a name"),
        ("Economic Community of West African States", "possible", "that goes on before"),
        ("the African States Fund", "likely", "what is put behind it leaves it as it is"),
        ("The African States", "likely", "a sentence begins with a capital"),
        ("met. African States", "likely", "and so here"),
        ("the Drug African States", "likely", "a known term is none of it"),
        ("The Ministry of Justice met", "likely", "a name with a complement"),
        ("The Ministry of Justice and Human Rights", "possible", "that goes on"),
        ("African States and Governments", "likely", "one without is no part of what is added"),
        ("african states Fund", "likely", "no name"),
    ],
)
def test_names_that_are_longer_than_the_termbase_knows(terms, source, expected, why):
    add("n1", "非洲国家", "African States")
    add("n2", "司法部", "Ministry of Justice")
    found = [level for _, word, level in levels((source, "无"), source="en", target="zh") if word.lower() != "drug"]
    assert found == [expected], why


@pytest.mark.parametrize(
    ("source", "target", "expected", "why"),
    [
        ("安理会的决定", "Recalling its decisions", "possible", "a pronoun may stand for a name in short"),
        ("安全理事会的决定", "Recalling its decisions", "likely", "not for one in full"),
        ("安理会的决定", "Recalling decisions", "likely", "without a pronoun"),
        ("反恐的决定", "Recalling its decisions", "likely", "nor is what is no name taken up so"),
    ],
)
def test_pronouns(terms, source, target, expected, why):
    add("p1", "安全理事会", "Security Council")
    add("p2", "反恐怖主义行为", "countering terrorist acts")
    for key, text in (("p1", "安理会"), ("p2", "反恐")):
        Term.objects.create(
            concept=Concept.objects.get(key=key), language="zh-Hans", text=text, term_type="short_form",
            review_status="approved", source="A/1",
        )  # fmt: skip
    pairs = [(source, target), ("安全理事会和反恐怖主义行为", "Security Council, countering terrorist acts")]
    assert [level for name, _, level in levels(*pairs) if name == 0] == [expected], why


def test_a_segment_that_comes_again_is_no_witness(terms):
    assert next(level for *_, level in levels(*[("毒品问题", "medicine")] * 3)) == "likely"
    assert {level for *_, level in levels(("毒品问题甲", "medicine"), ("毒品问题乙", "medicine"))} == {"possible"}


def test_deprecated_and_untranslated_are_certain(terms):
    Term.objects.create(
        concept=Concept.objects.get(key="c0002"), language="en", text="dope", administrative_status="deprecated",
        review_status="approved", source="A/1",
    )  # fmt: skip
    found = check(Batch([Segment(1, "毒品", "dope"), Segment(2, "毒品", "毒品")], "zh", "en"))
    assert [(item.kind, item.level) for item in found] == [
        (FindingKind.DEPRECATED_TERM, FindingLevel.CERTAIN),
        (FindingKind.UNTRANSLATED_TERM, FindingLevel.CERTAIN),
    ]


def test_a_word_that_the_batch_renders_elsewhere_was_likely_forgotten(terms):
    assert levels(("难民", "migrants"), ("难民", "refugees")) == [(0, "难民", "likely")]


def test_a_term_rendered_otherwise_is_news_once(terms):
    pairs = [("恐怖主义", "horror")] * 3
    assert levels(*pairs) == [(0, "恐怖主义", "certain"), (1, "恐怖主义", "possible"), (2, "恐怖主义", "possible")]
    rendered = [("恐怖主义", "terrorism")] * 3
    assert [level for *_, level in levels(*pairs, *rendered)] == ["certain"] * 3, (
        "no other habit: it is forgotten thrice"
    )


def test_a_piece_of_a_longer_word_is_only_possibly_missing(terms):
    assert [level for *_, level in levels(("国家工作队", "a team"), ("该国家工作队", "teams"))] == ["possible"] * 2
    assert [level for *_, level in levels(("工作队", "a team"), ("该工作队", "teams"))] == ["likely", "possible"]


def test_inconsistency_of_a_short_word_is_only_possible(terms):
    usual, odd = ("行动计划", "plan of action"), ("行动计划", "action plan")
    assert levels(usual, usual, odd) == [(2, "行动计划", "likely")]


def test_at_least(terms):
    found = check(Batch([Segment(1, "毒品、恐怖主义和评估", "horrors")], "zh", "en"))
    assert sorted(item.level.value for item in found) == ["certain", "likely", "possible"]
    assert [len(at_least(level, found)) for level in FindingLevel] == [1, 2, 3]


def test_an_id_does_not_hang_on_the_level(terms):
    (one,) = check(Batch([Segment(1, "难民", "migrants")], "zh", "en"))
    batch = Batch([Segment(1, "难民", "migrants"), Segment(2, "难民", "refugees")], "zh", "en")
    (other,) = check(batch)
    assert (one.id, one.level) != (other.id, other.level)
    assert one.id == other.id


def test_steadiness_counts_current_concepts_of_others_with_an_approved_rendering(terms):
    add("x1", "评估小组", "panel", review_status="proposed")
    add("x2", "评估员")
    add("x3", "评估方案", "programme")
    Concept.objects.get(key="x3").withdraw()
    (found,) = recognise(Job(["评估"], "zh"))
    result = steadiness_of(found, Batch([], "zh", "en"), keeper.current())
    assert result == {found[0].term.pk: Steadiness(3, 1, frozenset({"assessment"}))}


def test_two_queries_however_many_words_are_in_doubt(terms, django_assert_num_queries):
    (found,) = recognise(Job(["评估、毒品、恐怖主义、难民和工作队"], "zh"))
    current = keeper.current()
    with django_assert_num_queries(2):
        result = steadiness_of(found, Batch([], "zh", "en"), current)
    assert len(result) == 5
    with django_assert_num_queries(0):
        assert steadiness_of([], Batch([], "zh", "en"), current) == {}
        assert steadiness_of(found, Batch([], "zh", "en"), current) == result


def test_what_was_worked_out_is_forgotten_when_the_termbase_changes(terms):
    assert levels(("毒品", "medicine")) == [(0, "毒品", "likely")]
    for number in range(3):
        add(f"n{number}", f"毒品{'甲' * (number + 1)}", f"narcotic {number}")
    assert levels(("毒品", "medicine")) == [(0, "毒品", "possible")]
    assert levels(("毒品", "narcotics")) == []
