"""What must hold of the cleaning of any text, and how its time grows."""

import random
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termbase.harvest.clean import clean, dissect
from tests.growth import MOST, growth
from tests.harvest.five import DOCUMENTS, tight


def squeezed(text):
    """What must come through: all that is not white space, nor a character without width."""
    return Counter(tight(text))


def is_whole(text):
    """Whether blocks and removed pieces hold together each character of the text once."""
    found = dissect(text)
    parts = Counter()
    for piece in (*found.blocks, *found.removed):
        parts += squeezed(piece.text)
    return parts == squeezed(text)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_character_of_a_document_is_lost_or_doubled(document, raw):
    assert is_whole(raw[document])


# Characters that mean something to the cleaner, so that arbitrary texts meet its rules.
MEANING = st.text(st.sampled_from("大会第条年号，。；：、《》“”（）()*_-/.…1234567890abiA一二 \n\r\t\f\u3000\x00²"))


@given(st.one_of(st.text(), MEANING))
@settings(max_examples=600, deadline=None)
def test_any_text_comes_out_whole(text):
    assert is_whole(text)


LINES = [
    "1. 大会审议了题为预防犯罪的议程项目，",
    "并通过了第 70/1 号决议。 ",
    "(a) 执行主任的报告（E/CN.7/2024/2-",
    "E/CN.15/2024/2）； ",
    "  大会， ",
    "决议草案一 ",
    "第 33/1号决议",
    "第二章 ",
    " A. 审议情况 ",
    "一. 导言",
    " 重申《公约》1 的规定，2 并回顾 1971 年《公约》，3 ",
    "__________________ ",
    " 1 见第 70/1 号决议。 ",
    " 2 同上，197,000 种。",
    " * A/79/1。",
    "临时议程*项目 3",
    " a 就该决议而言，",
    "https://undocs.org/ch/A/RES/70/1",
    "A/C.3/74/L.18   ",
    "19-17644 2/18 ",
    "12",
    "· 法律的差异 ",
    "职位 区域组 主席团成员 ",
    "导言 ........ 3",
    "",
    " ",
    "\f",
]


@given(st.lists(st.sampled_from(LINES), max_size=40), st.sampled_from(["\n", "\r\n", "\n\n"]))
@settings(max_examples=400, deadline=None)
def test_any_order_of_lines_comes_out_whole(lines, end):
    assert is_whole(end.join(lines))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_shuffled_and_mutated_documents_come_out_whole(document, raw):
    chance = random.Random(document)
    for _ in range(5):
        rows = raw[document].split("\n")
        chance.shuffle(rows)
        text = list("\n".join(rows))
        for _ in range(len(text) // 50):
            text[chance.randrange(len(text))] = chance.choice("1(a)《》，。 \n*_")
        assert is_whole("".join(text))


@given(st.one_of(st.text(), MEANING))
@settings(max_examples=200, deadline=None)
def test_blocks_are_clean_lines_with_unique_numbers(text):
    blocks = clean(text)
    numbers = [block.number for block in blocks if block.number]
    assert len(numbers) == len(set(numbers))
    for block in blocks:
        assert block.text == block.text.strip() != ""
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", block.text)


def test_time_grows_with_the_text(raw):
    assert growth(clean, lambda times: raw["003"] * times, 2, runs=2) < MOST


@pytest.mark.parametrize(
    "text",
    [
        lambda size: "." * 8 * size,
        lambda size: "A/" * 4 * size,
        lambda size: "，1" * 3 * size,
        lambda size: "* 条\n" * size,
        lambda size: "_____\n 1 条\n" * size,
        lambda size: "（大会\n" * 2 * size,
        lambda size: "大会，1 其中\n" * size + "_____\n 1 见。\n",
        lambda size: (
            "".join(f"规定，{number % 999 + 1} 其中。 \n" for number in range(size))
            + "_____\n"
            + "".join(f" {number} 见。 \n" for number in range(1, 999))
        ),
    ],
    ids=["dots", "strokes", "marks", "stars", "rules", "brackets", "one note", "end notes"],
)
def test_repetition_is_not_slow(text):
    assert growth(clean, text, 2_000, runs=2) < MOST
