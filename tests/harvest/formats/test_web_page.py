"""Web pages: what of them is text."""

import pytest

from termbase.errors import UnreadableFile
from termbase.harvest.formats.web_page import blocks_of, declared_encoding


def read(page):
    return [(block.kind, block.number, block.text) for block in blocks_of(page)[0]]


@pytest.mark.parametrize(
    ("page", "expected", "why"),
    [
        ("<p>毒罪办<b>支持</b>网络。<p>会员国。", ["毒罪办支持网络。", "会员国。"], "paragraphs that nobody closed"),
        ("<div>甲。<p>乙。</p>丙。</div>", ["甲。", "乙。", "丙。"], "text beside a paragraph"),
        ("甲。<br>乙。", ["甲。", "乙。"], "line breaks"),
        ("<table><tr><th>国家。<td>案件。</table>", ["国家。", "案件。"], "cells"),
        ("<script>x</script><style>y</style><nav>菜单</nav><p hidden>藏。</p><p>甲。</p>", ["甲。"], "no text"),
        ("<!-- 注 --><p>甲<!-- 注 -->。</p>", ["甲。"], "comments"),
        ("<p>a &amp; b &lt;c&gt; &nbsp;d&#x3002;</p>", ["a & b <c> d。"], "references"),
        ("<p>毒\n   罪办。</p>", ["毒罪办。"], "a line wrap beside Chinese"),
        ('<?xml version="1.0" encoding="gbk"?><p>甲。</p>', ["甲。"], "a declaration of what is decoded already"),
    ],
)
def test_text(page, expected, why):
    assert [text for _, _, text in read(page)] == expected, why


def test_headings_lists_and_their_numbers():
    page = (
        "<title> 报告  草稿 </title><h1>报告</h1><ol start=3><li>会员国发言。<li>秘书处发言。</ol>"
        "<ol type=a><li>甲；<li value=4>丁；</ol><ul><li>一项。</ul><p>简短的一行</p>"
    )
    assert read(page) == [
        ("heading", "", "报告"),
        ("paragraph", "3", "会员国发言。"),
        ("paragraph", "4", "秘书处发言。"),
        ("item", "4(a)", "甲；"),
        ("item", "4(d)", "丁；"),
        ("item", "", "一项。"),
        ("paragraph", "", "简短的一行"),
    ]
    assert blocks_of(page)[1] == "报告 草稿"


@pytest.mark.parametrize(
    ("mark", "note"),
    [
        ('<sup><a href="#fn1" id="ref1">1</a></sup>', '<ol><li id="fn1">同上。 <a href="#ref1">1</a></ol>'),
        (
            '<a href="#_ftn1" name="_ftnref1"><sup>[1]</sup></a>',
            '<p><a href="#_ftnref1" name="_ftn1">[1]</a> 同上。</p>',
        ),
        ('<a id="r" href="#n">*</a>', '<p id="n"><a href="#r">*</a> 同上。</p>'),
    ],
    ids=["a list of notes", "as Word writes them", "a star"],
)
def test_footnotes(mark, note):
    blocks = read(f"<p>毒罪办{mark}支持网络。</p><div>{note}</div>")
    assert blocks[0] == ("paragraph", "", "毒罪办支持网络。")
    kind, number, text = blocks[1]
    assert (kind, text) == ("footnote", "同上。")
    assert number in ("fn1", "fn*")


def test_a_link_to_a_section_is_text():
    assert read('<p>见<a href="#s">第二节</a>。</p><p id="s">正文。</p>') == [
        ("paragraph", "", "见第二节。"),
        ("paragraph", "", "正文。"),
    ]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b'<meta charset="gb2312">', "gb18030"),
        (b"<META http-equiv=Content-Type content='text/html; charset=GBK'>", "gb18030"),
        (b"<meta charset=big5>", "big5"),
        (b"<meta charset='UTF-8'/>", "utf-8"),
        (b"<meta charset=utf-16>", "utf-8"),
        (b"<meta charset=windows-1252>", ""),
        (b"<p>no word of it", ""),
        (b" " * 5000 + b"<meta charset=gbk>", ""),
    ],
)
def test_what_a_page_says_of_its_encoding(head, expected):
    assert declared_encoding(head) == expected


@pytest.mark.parametrize("page", ["", "   ", "<!-- -->"], ids=["empty", "blank", "a comment"])
def test_nothing_to_read(page):
    with pytest.raises(UnreadableFile):
        assert blocks_of(page)[0]


def test_a_page_nested_without_end_is_refused_rather_than_cut_off():
    with pytest.raises(UnreadableFile, match="nested too deep"):
        blocks_of("<div>" * 5_000 + "毒罪办。" + "</div>" * 5_000)
