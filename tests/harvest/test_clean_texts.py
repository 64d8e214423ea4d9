"""Texts from other sources than PDFs, and small texts for each rule."""

import re
from collections import Counter

import pytest

from termbase.harvest.clean import clean, dissect
from tests.harvest.five import DOCUMENTS, tight


def without_end_spaces(text):
    return "\n".join(row.rstrip() for row in text.split("\n"))


def without_blank_rows(text):
    return "\n".join(row for row in text.split("\n") if row.strip())


def without_both(text):
    return without_end_spaces(without_blank_rows(text))


def with_crlf(text):
    return text.replace("\n", "\r\n")


# The share of blocks that stay the same in kind, number and text: what was measured, rounded down.
VARIANTS = [
    (with_crlf, {"000": 1.0, "001": 1.0, "002": 1.0, "003": 1.0, "004": 1.0}),
    (without_end_spaces, {"000": 1.0, "001": 0.99, "002": 1.0, "003": 0.96, "004": 1.0}),
    (without_blank_rows, {"000": 1.0, "001": 0.99, "002": 1.0, "003": 0.98, "004": 1.0}),
    (without_both, {"000": 1.0, "001": 0.96, "002": 1.0, "003": 0.95, "004": 1.0}),
]


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize(("change", "shares"), VARIANTS, ids=[change.__name__ for change, _ in VARIANTS])
def test_text_from_another_source_comes_out_much_the_same(change, shares, document, raw, cleaned):
    usual = Counter((block.kind, block.number, tight(block.text)) for block in cleaned[document].blocks)
    found = Counter((block.kind, block.number, tight(block.text)) for block in clean(change(raw[document])))
    assert (usual & found).total() / usual.total() >= shares[document]


# (text, blocks as "kind number text", why)
SMALL = [
    ("", [], "nothing at all"),
    (" \n\n\t\n", [], "white space only"),
    ("大会", ["heading  大会"], "no line end"),
    ("https://undocs.org/A/RES/1\nhttps://undocs.org/A/RES/2", [], "addresses only"),
    (
        "____________\n 1 见第70/1号决议。\n 2 同上。",
        ["footnote fn1 见第70/1号决议。", "footnote fn2 同上。"],
        "notes only",
    ),
    ("____________\n", [], "a rule only"),
    ("A/79/1\n\n3\n", [], "head and foot of a page only"),
    (
        "第一章\n\n导言\n\n1. 会议开幕。\n\n第二章\n\n事项\n\n1. 会议审议。",
        [
            "heading 第一章 第一章",
            "heading  导言",
            "paragraph 1 会议开幕。",
            "heading 第二章 第二章",
            "heading  事项",
            "paragraph 第二章 1 会议审议。",
        ],
        "numbers begin again in each chapter",
    ),
    (
        "附件\n\n1. 甲。\n\n附件\n\n1. 乙。",
        ["heading 附件 附件", "paragraph 附件 1 甲。", "heading 附件[2] 附件", "paragraph 附件[2] 1 乙。"],
        "two annexes with one name",
    ),
    (
        "1. 列项如下：\n(a) 甲项：\n(i) 其一；\n(ii) 其二；\n(b) 乙项。\n2. 完。",
        [
            "paragraph 1 列项如下：",
            "item 1(a) 甲项：",
            "item 1(a)(i) 其一；",
            "item 1(a)(ii) 其二；",
            "item 1(b) 乙项。",
            "paragraph 2 完。",
        ],
        "roman numbers under letters",
    ),
    (
        "1. 列项：\n(g) 庚；\n(h) 辛；\n(i) 壬。",
        ["paragraph 1 列项：", "item 1(g) 庚；", "item 1(h) 辛；", "item 1(i) 壬。"],
        "i after h is a letter",
    ),
    ("1. 目标是：\n· 甲\n· 乙", ["paragraph 1 目标是：", "item  甲", "item  乙"], "bullets"),
    (
        "1. 见《公约》第 2 条。\n2. 共 19 项。",
        ["paragraph 1 见《公约》第 2 条。", "paragraph 2 共 19 项。"],
        "true numbers",
    ),
    (
        "1. 《宪章》6 的宗旨和《公约》7 的规定。",
        ["paragraph 1 《宪章》的宗旨和《公约》的规定。"],
        "marks whose notes were cut off",
    ),
    ("1. 第1、2、4、5次会议，附件1，目标7。", ["paragraph 1 第1、2、4、5次会议，附件1，目标7。"], "rows of numbers"),
    (
        "1. 办法如下：1)甲；2)乙；3)丙。",
        ["paragraph 1 办法如下：1)甲；2)乙；3)丙。"],
        "numbers of an enumeration inside a sentence",
    ),
    ("1. 规定²适用。", ["paragraph 1 规定适用。"], "a raised figure"),
    ("* 甲项措施；\n* 乙项措施。", ["item  甲项措施；", "item  乙项措施。"], "stars for bullets"),
    (
        "临时议程* 项目 3\n* A/79/1/Rev.1。",
        ["heading  临时议程项目 3", "footnote fn* A/79/1/Rev.1。"],
        "a star's note without a rule",
    ),
    ("导言 ........ 3\n结论 ........ 12\n1. 开幕。", ["paragraph 1 开幕。"], "a table of contents"),
    ("\f1. 甲。\n\f2. 乙。", ["paragraph 1 甲。", "paragraph 2 乙。"], "form feeds"),
    ("1. 甲\x00乙\u200b丙。", ["paragraph 1 甲乙丙。"], "characters without width"),
    ("　　大会今天开幕。", ["paragraph  大会今天开幕。"], "indent of full-width spaces"),
]


@pytest.mark.parametrize(("text", "expected", "reason"), SMALL, ids=[row[2] for row in SMALL])
def test_small_text(text, expected, reason):
    assert [f"{block.kind} {block.number} {block.text}" for block in clean(text)] == expected


def test_page_numbers_in_sequence_are_taken_out_of_sentences():
    line = "委员会审议了题为预防犯罪和刑事司法的议程项目并听取了各国代表的发言以及有关组织的意见和建议"
    pages = [line] * 20 + ["1"] + [line] * 20 + ["2"] + [line] * 20 + ["3"] + [line] * 20
    found = dissect("\n".join(pages))
    assert [piece.text for piece in found.removed] == ["1", "2", "3"]
    assert [block.text for block in found.blocks] == [line * 80]


def test_line_of_latin_words_joins_with_a_space_and_of_han_without():
    text = "1. 会议由主席 Carolina \nLizárraga 主持，听取\n了报告（E/CN.15/\n2024/9）。"
    assert clean(text)[0].text == "会议由主席 Carolina Lizárraga 主持，听取了报告（E/CN.15/2024/9）。"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_text_with_a_paragraph_a_line_keeps_its_paragraphs(document, cleaned):
    lines = [block.text for block in cleaned[document].blocks if block.kind != "footnote"]
    assert [block.text for block in clean("\n".join(lines))] == lines


def test_official_sentences_lose_no_number(shared):
    path = shared / "corpus" / "un_parallel_zh_en.tsv"
    if not path.is_file():
        pytest.skip(f"needs {path}")
    rows = [row.split("\t") for row in path.read_text(encoding="utf-8").split("\n")]
    sentences = [row[1] for row in rows if len(row) > 2]
    removed = dissect("\n".join(sentences)).removed
    numbers = [piece for piece in removed if piece.kind == "mark" and piece.text.isdecimal()]
    # Two of the sentences end with a true mark: …财务报表；1 and …执行情况的报告；2
    assert all(re.search(r"报[表告]；\d$", sentences[piece.line - 1]) for piece in numbers)
