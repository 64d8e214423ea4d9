"""What the words of a piece say of it."""

import pytest

from termbase.harvest.candidates.signals import signals_of_words
from termbase.harvest.candidates.words import words_of

# (key, signals that it has, signals that it has not, why)
CASES = [
    ("肯尼亚司法部长", {"from country name to special"}, set(), "the post of a country's speaker"),
    ("研究所主任", {"begins with: body, name of: post"}, set(), "the post of a body's speaker"),
    ("研究所", set(), {"begins with: body, name of: body"}, "a body alone begins with none"),
    ("与团体有关联的儿童", {"opens: a clause"}, {"opens: none"}, "a relative clause that is closed"),
    ("与恐怖主义团体", {"opens: none"}, {"opens: a clause"}, "a preposition and its object"),
    ("不容忍", set(), {"opens: none", "opens: a clause"}, "a prefix opens no clause"),
]


@pytest.mark.parametrize(("key", "there", "absent"), [pytest.param(*case[:3], id=case[3]) for case in CASES])
def test_what_words_say(key, there, absent):
    found = signals_of_words(key, tuple(word.form for word in words_of(key))).keys()
    assert there <= found, sorted(found)
    assert not absent & found
