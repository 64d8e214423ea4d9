"""What a candidate shares with the known terms."""

import pytest

from termbase.harvest.candidates.proposals import english_of, known_inside, subject_field_of
from termbase.harvest.candidates.reading import read


@pytest.mark.parametrize(
    ("known", "text", "head", "modifier", "why"),
    [
        ("受害者", "恐怖主义受害者", "受害者", "", "a known term with a new modifier"),
        ("恐怖主义", "恐怖主义受害者", "", "恐怖主义", "a known term with a new head"),
        ("公室", "联合国办公室", "", "", "not at the edge of a word"),
        ("联合国办公室", "联合国办公室", "", "", "itself is no part"),
    ],
)
def test_parts(source, shared, known, text, head, modifier, why):
    piece = read(source(text).paragraphs).pieces[text]
    assert shared(known).parts(text, piece) == (head, modifier), why


@pytest.mark.parametrize(
    ("known", "text", "found", "why"),
    [
        ("预防和打击犯罪", "打击和预防犯罪", "预防和打击犯罪", "word order"),
        ("反恐怖主义执行局", "反恐怖执行局", "反恐怖主义执行局", "a word that says little"),
        ("贩运活动受害者", "贩运行为受害者", "贩运活动受害者", "one such word for another"),
        ("第三十三届会议", "第三十四届会议", "", "another number is another thing"),
        ("犯罪", "罪犯", "", "too short to tell"),
        ("引渡请求", "引渡程序", "", "another thing"),
    ],
)
def test_variants(shared, known, text, found, why):
    assert shared(known).variant_of(text) == found, why


def test_a_place_inside_a_known_term_is_marked(shared):
    assert shared("刑事司法").cuts("加强刑事司法") == [0, 0, 0, 1, 1, 1, 0]
    assert shared().cuts("刑事") == [0, 0, 0]


@pytest.mark.parametrize(
    ("text", "english", "why"),
    [
        ("恐怖主义网络", "terrorism network", "side by side"),
        ("恐怖主义和网络", "terrorism and network", "joined"),
        ("恐怖主义的受害者", "victim of terrorism", "的"),
        ("恐怖主义新网络", "", "a part is unknown"),
        ("恐怖主义法官", "", "a part has no English"),
        ("和网络", "", "begins with a conjunction"),
        ("恐怖主义大会", "", "a proper name after a common noun"),
        ("联合国大会", "United Nations General Assembly", "a proper name after another"),
        ("恐怖主义和大会", "terrorism and General Assembly", "a proper name joined"),
    ],
)
def test_english_is_proposed_where_all_parts_are_known(shared, text, english, why):
    names = ("大会=General Assembly", "联合国=United Nations")
    known = shared("恐怖主义=terrorism", "网络=network", "受害者=victim", "法官", *names)
    assert english_of(text, known) == english, why


def test_the_subject_field_is_that_of_what_is_inside(shared):
    known = shared("恐怖主义=terrorism@1", "受害者=victim@2", "网络=network@1", "法官=judge")
    assert subject_field_of("恐怖主义网络", known) == 1
    assert subject_field_of("恐怖主义受害者", known) == 2
    assert subject_field_of("法官", known) is None
    assert [term.text for term in known_inside("恐怖主义受害者", known)] == ["恐怖主义", "受害者"]
