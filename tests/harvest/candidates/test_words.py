"""Words of a key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.harvest.candidates.words import BREAK, kind_of_name, words_of
from termbase.text.normalise import normalise


@pytest.mark.parametrize(
    ("text", "words", "why"),
    [
        ("加强合作", ["加强", "合作"], "words of the dictionary"),
        ("条约事务科科长", ["条约", "事务", "科", "科长"], "a section and the post of its head"),
        ("见e/cn.15/2024/16号文件", ["见", BREAK, "号", "文件"], "a document symbol"),
        ("见https://undocs.org/a/1", ["见", BREAK], "an address"),
        ("在2019年5月23日举行", ["在", BREAK, "举行"], "a date"),
        ("2030年议程", ["2030", "年", "议程"], "a year alone may begin a name"),
        ("", [], "nothing"),
    ],
)
def test_words(text, words, why):
    found = [BREAK if BREAK in word.form.text else word.form.text for word in words_of(text)]
    merged = [word for at, word in enumerate(found) if word != BREAK or found[at - 1 : at] != [BREAK]]
    assert merged == words, why


@given(st.text(alphabet="联合国打击犯罪的、，（）《》 aB1/.-年月日", max_size=40))
def test_the_words_fill_the_key(text):
    key = normalise(text)
    words = words_of(key)
    assert [word.start for word in words] == [0, *(word.end for word in words)][: len(words)]
    assert sum(len(word.form.text) for word in words) == len(key)


@pytest.mark.parametrize(
    ("text", "word_class", "general"),
    [
        ("的", "particle", ""),
        ("肯尼亚", "place", "country name"),
        ("和", "conjunction", ""),
        ("上述", "pronoun", ""),
        ("加强", "verb", "general verb"),
        ("重要", "adjective", "general adjective"),
        ("犯罪", "verbal noun", ""),
        ("联合国", "organization", ""),
        ("unodc", "latin", ""),
    ],
)
def test_what_a_word_is(text, word_class, general):
    (word,) = words_of(text)
    assert (word.form.word_class, word.form.general) == (word_class, general)


def test_common_words_are_told_from_rare_ones():
    common, rare = (words_of(text)[0].form.commonness for text in ("问题", "侦查"))
    assert common > rare > 0


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("麻醉药品委员会", "body"),
        ("麻醉药品委员会主席", "post"),
        ("联合国反腐败公约", "instrument"),
        ("有组织犯罪", "crime"),
        ("恐怖主义受害者", "person"),
        ("颜色", ""),
    ],
)
def test_the_longest_ending_tells_what_a_name_is(name, kind):
    assert kind_of_name(name) == kind
