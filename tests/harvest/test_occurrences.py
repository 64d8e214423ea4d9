"""Counting known terms in documents and choosing their examples."""

import pytest

from termbase.harvest import occurrences
from termbase.models import Concept, Document, Example, Passage, Term, TermFrequency

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return Document.objects.create(key="doc", symbol="A/1", sha256="1" * 64)


@pytest.fixture
def add(document):
    def passage(text, number="", kind="paragraph"):
        position = document.passages.count()
        return Passage.objects.create(document=document, position=position, number=number, kind=kind, text=text)

    return passage


def term(text, key=None, **fields):
    concept = Concept.objects.create(key=key or Concept.next_key())
    return Term.objects.create(concept=concept, language="zh-Hans", text=text, **fields)


def count(item):
    return TermFrequency.objects.filter(term=item).values_list("count", flat=True).first() or 0


def test_a_term_inside_a_longer_one_is_not_counted(add):
    general, crime = term("大会"), term("预防犯罪大会")
    add("预防犯罪大会审议了报告。根据大会决议，预防犯罪大会通过了宣言。")
    occurrences.refresh()
    assert (count(general), count(crime)) == (1, 2)
    (example,) = Example.objects.filter(term=general)
    assert example.sentence == "根据大会决议，预防犯罪大会通过了宣言。"
    assert example.passage.text[example.start : example.end] == "大会"


def test_terms_are_found_across_spaces_marks_and_scripts(add):
    agenda = term("2030年可持续发展议程")
    passage = add("《2030 年可持续发展議程》得到落实。")
    occurrences.refresh()
    (example,) = Example.objects.filter(term=agenda)
    assert passage.text[example.start : example.end] == "2030 年可持续发展議程"


def test_a_number_is_not_a_part_of_a_longer_one(add):
    eighth = term("8世纪")
    add("18世纪的法律。")
    occurrences.refresh()
    assert count(eighth) == 0


def test_a_reading_in_doubt_gives_way_to_a_sure_one(add):
    law = term("国际法")
    term("法治")
    add("各国应遵守国内和国际法治，并加强合作以打击一切形式的犯罪。")
    sure = add("依照国际法，各国应加强合作以打击一切形式的犯罪。")
    occurrences.refresh()
    assert Example.objects.filter(term=law).first().passage == sure


def test_withdrawn_and_rejected_terms_are_not_looked_for(add):
    withdrawn, rejected = term("毒品"), term("罪犯", review_status="rejected")
    withdrawn.concept.withdraw()
    add("毒品和罪犯。")
    occurrences.refresh()
    assert TermFrequency.objects.count() == 0
    assert (count(withdrawn), count(rejected)) == (0, 0)


def test_homographs_share_their_places(add):
    noun, verb = term("决定", key="a"), term("决定", key="b")
    add("委员会的决定获得通过。")
    occurrences.refresh()
    assert (count(noun), count(verb)) == (1, 1)


def test_doing_it_again_changes_nothing_but_keeps_what_a_person_pinned(add):
    office = term("毒罪办")
    for number in range(8):
        add(f"毒罪办在第{number}次会议上介绍了情况，与会者表示欢迎。", number=str(number))
    pinned = Example.objects.create(
        term=office, passage=add("毒罪办。"), start=0, end=3, sentence_start=0, sentence_end=4, score=0, pinned=True
    )

    def state():
        return list(Example.objects.order_by("passage", "start").values_list("passage", "start", "score", "pinned"))

    occurrences.refresh()
    first = state()
    occurrences.refresh()
    assert state() == first
    assert Example.objects.filter(pk=pinned.pk).exists()
    assert count(office) == 9


def test_storage_is_bounded(add):
    office = term("毒罪办")
    for number in range(60):
        add(f"毒罪办{'甲乙丙丁戊己庚辛壬癸'[number % 10] * 5}{number}介绍了各国的情况。")
    occurrences.refresh()
    assert count(office) == 60
    assert Example.objects.filter(term=office).count() <= 5
