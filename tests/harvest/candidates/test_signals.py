"""What the words of a piece say of it."""

import pytest

from termbase.harvest.candidates.reading import read
from termbase.harvest.candidates.signals import Surroundings, signals_of_words
from termbase.harvest.candidates.values import Paragraph
from termbase.harvest.candidates.words import words_of
from termbase.vocabulary import PassageKind

# (key, signals that it has, signals that it has not, why)
CASES = [
    ("肯尼亚司法部长", {"from country name to special"}, set(), "the post of a country's speaker"),
    ("研究所主任", {"begins with: body, name of: post"}, set(), "the post of a body's speaker"),
    ("研究所", set(), {"begins with: body, name of: body"}, "a body alone begins with none"),
    ("与团体有关联的儿童", {"opens: a clause"}, {"opens: none"}, "a relative clause that is closed"),
    ("与恐怖主义团体", {"opens: none"}, {"opens: a clause"}, "a preposition and its object"),
    ("不容忍", set(), {"opens: none", "opens: a clause"}, "a prefix opens no clause"),
]


# (text, piece, signals that it has, signals that it has not, why)
PARTS = [
    ("引渡和司法协助。引渡。司法协助。", "引渡和司法协助", {"joins: 2 that stand elsewhere"}, set(), "two terms"),
    ("引渡和儿童。引渡。", "引渡和儿童", {"joins: 1 that stand elsewhere"}, {"joins: two of a kind"}, "one term"),
    ("引渡和移交。", "引渡和移交", {"joins: 0 that stand elsewhere"}, {"joins: same last character"}, "neither"),
    (
        "犯罪团体和恐怖团体",
        "犯罪团体和恐怖团体",
        {"joins: same last character", "joins: two of a kind"},
        set(),
        "alike",
    ),
    ("引渡", "引渡", set(), {"end elsewhere"}, "one word has no parts"),
]


@pytest.mark.parametrize(("text", "key", "there", "absent"), [pytest.param(*case[:4], id=case[4]) for case in PARTS])
def test_what_parts_say(shared, text, key, there, absent):
    reading = read([Paragraph(1, PassageKind.PARAGRAPH, text)])
    found = Surroundings(reading, shared()).signals(key, reading.pieces[key]).keys()
    assert there <= found, sorted(found)
    assert not absent & found


def test_a_part_elsewhere_is_counted_without_the_whole(shared):
    reading = read([Paragraph(1, PassageKind.PARAGRAPH, "引渡请求。引渡请求。请求。")])
    found = Surroundings(reading, shared()).signals("引渡请求", reading.pieces["引渡请求"])
    assert (found["beginning elsewhere"], found["end elsewhere"]) == (0, 0.25)


@pytest.mark.parametrize(("key", "there", "absent"), [pytest.param(*case[:3], id=case[3]) for case in CASES])
def test_what_words_say(key, there, absent):
    found = signals_of_words(key, tuple(word.form for word in words_of(key))).keys()
    assert there <= found, sorted(found)
    assert not absent & found
