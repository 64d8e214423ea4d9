"""Answers to callers: the terms of a text with what to use for them."""

import pytest

from termbase.errors import InvalidInput
from termbase.models import Concept, Term
from termbase.recognition.texts import MAX_CHARACTERS, MAX_TEXTS, Job, glossary, marked, recognise

pytestmark = pytest.mark.django_db


def found(text, source="zh", **options):
    (items,) = recognise(Job([text], source, **options))
    return items


def add(key, *terms):
    concept, _ = Concept.objects.get_or_create(key=key)
    for language, text, fields in terms:
        values = {"source": "A/1", "review_status": "approved", "administrative_status": "preferred"} | fields
        Term.objects.create(concept=concept, language=language, text=text, **values)


def test_a_match_tells_its_term_why_and_what_to_use(small_termbase):
    (item,) = found("支持聯合國毒品 和犯罪問題辦公室。")
    assert (item.start, item.end, item.surface) == (2, 16, "聯合國毒品 和犯罪問題辦公室")
    assert item.concept.key == "c0001"
    assert item.term.text == "联合国毒品和犯罪问题办公室"
    assert set(item.how) == {"script", "spaces"}
    assert [t.text for t in item.concept.terms_in("en")] == ["United Nations Office on Drugs and Crime", "UNODC"]


def test_a_deprecated_form_leads_to_the_preferred_one(small_termbase):
    (item,) = found("外国恐怖分子战士")
    assert item.term.is_deprecated
    assert item.preferred.text == "外国恐怖主义作战人员"
    (item,) = found("外国恐怖主义作战人员")
    assert item.preferred is None


@pytest.mark.parametrize(
    ("text", "surfaces", "why"),
    [
        ("Foreign terrorist fighters and drugs", ["Foreign terrorist fighters", "drugs"], "longest first"),
        ("UNODC's report on terrorism", ["UNODC's", "terrorism"], "possessive"),
        ("unodc", [], "an acronym in lower case"),
        ("drugged", [], "no form of the noun"),
        ("terrorist fighters", [], "a part"),
    ],
)
def test_english(small_termbase, text, surfaces, why):
    assert [item.surface for item in found(text, "en")] == surfaces, why


def test_proposed_terms_on_request(small_termbase):
    assert [item.term.text for item in found("恐怖主义罪")] == ["恐怖主义"]
    (item,) = found("恐怖主义罪", proposed=True)
    assert (item.term.text, item.term.is_approved) == ("恐怖主义罪", False)


def test_nested_terms_on_request(small_termbase):
    items = found("外国恐怖主义作战人员", nested=True)
    assert [(item.term.text, item.nested) for item in items] == [("外国恐怖主义作战人员", False), ("恐怖主义", True)]


@pytest.mark.parametrize(
    ("text", "skip", "surface", "span", "how"),
    [
        ("毒<b>罪</b>办", [(1, 4), (5, 9)], "毒罪办", (0, 10), ("markup",)),
        ("<b>毒罪办</b>", [(0, 3), (6, 10)], "毒罪办", (3, 6), ("exact",)),
        ("毒<b>罪</b>辦", [(1, 4), (5, 9)], "毒罪辦", (0, 10), ("script", "markup")),
        ("毒{1}罪办", [], None, None, None),
    ],
)
def test_markup(small_termbase, text, skip, surface, span, how):
    items = found(text, skips=[skip])
    assert [(i.surface, (i.start, i.end), i.how) for i in items] == ([(surface, span, how)] if surface else [])


def test_markup_in_english(small_termbase):
    text = "a foreign <g id='1'>terrorist</g> fighter"
    tag, end = text.index("<g"), text.index("</g>")
    (item,) = found(text, "en", skips=[[(tag, text.index(">") + 1), (end, end + 4)]])
    assert text[item.start : item.end] == text[2:]
    assert (item.surface, item.how) == ("foreign terrorist fighter", ("markup",))


def test_homographs_stand_side_by_side_the_recommended_first(small_termbase):
    add("a1", ("zh-Hans", "毒品", {"administrative_status": "admitted"}))
    assert [(i.concept.key, i.start) for i in found("毒品")] == [("c0002", 0), ("a1", 0)]


def test_of_two_forms_of_one_concept_the_very_text_is_named(small_termbase):
    add("d1", ("en", "money laundering", {}), ("en", "money-laundering", {"administrative_status": "admitted"}))
    assert [(i.term.text, i.how) for i in found("money-laundering", "en")] == [("money-laundering", ("exact",))]
    assert [i.term.text for i in found("Money laundering", "en")] == ["money laundering"]


def test_the_only_word_of_a_noun_but_not_of_a_verb_is_inflected_as_a_noun(small_termbase):
    add("d2", ("en", "meeting", {}))
    add("d3", ("en", "recalls", {"part_of_speech": "verb"}))
    assert [i.surface for i in found("They meet at meetings, recalling", "en")] == ["meetings", "recalling"]


def test_a_glossary_counts_distinct_terms(small_termbase):
    texts = ["毒罪办和毒品", "毒 罪 办，外国恐怖分子战士"]
    entries = glossary(recognise(Job(texts, "zh")))
    assert [(e.term.text, e.count) for e in entries] == [("毒罪办", 2), ("毒品", 1), ("外国恐怖分子战士", 1)]
    assert entries[2].preferred.text == "外国恐怖主义作战人员"


def test_html_is_escaped(small_termbase):
    text = "<毒品> & 外国恐怖分子战士"
    assert marked(text, found(text)) == (
        '&lt;<mark data-concept="c0002">毒品</mark>&gt; &amp; '
        '<mark data-concept="c0003" class="deprecated">外国恐怖分子战士</mark>'
    )


@pytest.mark.parametrize(
    ("job", "field"),
    [
        ((["x"], "fr"), "source"),
        ((["x"] * (MAX_TEXTS + 1), "zh"), "texts"),
        ((["x" * (MAX_CHARACTERS + 1)], "zh"), "texts"),
    ],
)
def test_limits(job, field):
    with pytest.raises(InvalidInput) as error:
        Job(*job)
    assert list(error.value.fields) == [field]
