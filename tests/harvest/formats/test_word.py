"""Word documents by their own structure, and archives that are made to do harm."""

import io
import zipfile

import pytest

from termbase.errors import UnreadableFile
from termbase.harvest.formats import archive, word
from termbase.harvest.formats.word_numbering import figures
from tests.harvest.formats import papers
from tests.harvest.formats.papers import paragraph

HEADINGS = (
    '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Own"><w:name w:val="_ H _1"/><w:basedOn w:val="H1"/></w:style>'
    '<w:style w:styleId="Out"><w:name w:val="x"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:styleId="Loop"><w:name w:val="y"/><w:basedOn w:val="Loop"/></w:style>'
    '<w:style w:styleId="Listed"><w:name w:val="z"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
)


def level(depth, style, text, start=1, more=""):
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


LISTS = (
    '<w:abstractNum w:abstractNumId="7">'
    + level(0, "decimal", "%1.")
    + level(1, "lowerLetter", "(%2)")
    + level(2, "lowerRoman", "%3)")
    + "</w:abstractNum>"
    '<w:abstractNum w:abstractNumId="8">' + level(0, "chineseCounting", "%1.", 9) + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
    "</w:lvlOverride></w:num>"
)


def numbered(number, depth=0):
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'


def styled(name):
    return f'<w:pStyle w:val="{name}"/>'


def read(body, **parts):
    return [(block.kind, block.number, block.text) for block in word.blocks_of(papers.word(body, **parts))]


def test_numbers_are_those_that_word_prints():
    body = "".join(
        paragraph(f"第{at}段。", properties)
        for at, properties in enumerate(
            [numbered(1), numbered(1, 1), numbered(1, 1), numbered(1, 2), numbered(1), numbered(3), styled("Listed")]
        )
    )
    assert [number for _, number, _ in read(body, numbering=LISTS, styles=HEADINGS)] == [
        "1",
        "1(a)",
        "1(b)",
        "1(b)(i)",
        "2",
        "2(1)",
        "2(2)",
    ]


@pytest.mark.parametrize(
    ("style", "number", "expected"),
    [
        ("decimal", 12, "12"),
        ("lowerLetter", 1, "a"),
        ("lowerLetter", 27, "aa"),
        ("upperLetter", 2, "B"),
        ("lowerRoman", 14, "xiv"),
        ("upperRoman", 9, "IX"),
        ("chineseCounting", 10, "十"),
        ("chineseCountingThousand", 21, "二十一"),
        ("ideographDigital", 3, "三"),
        ("chineseCounting", 110, "110"),
        ("a style of later", 5, "5"),
    ],
)
def test_figures(style, number, expected):
    assert figures(number, style) == expected


def test_headings_are_known_by_their_styles_alone():
    body = (
        paragraph("导言", styled("H1"))
        + paragraph("简短的一行")
        + paragraph("背景", styled("Own"))
        + paragraph("方法", styled("Out"))
        + paragraph("自身", '<w:outlineLvl w:val="0"/>')
        + paragraph("正文。", styled("Loop"))
    )
    assert [text for kind, _, text in read(body, styles=HEADINGS) if kind == "heading"] == [
        "导言",
        "背景",
        "方法",
        "自身",
    ]


def test_a_heading_that_counts_is_cited_by_its_number():
    body = paragraph("导言", styled("H1") + numbered(2)) + paragraph("正文。", numbered(1))
    assert read(body, styles=HEADINGS, numbering=LISTS) == [("heading", "九", "导言"), ("paragraph", "1", "正文。")]


def test_where_no_style_is_of_headings_the_text_tells():
    assert [kind for kind, _, _ in read(paragraph("导言") + paragraph("会员国表示欢迎。"))] == ["heading", "paragraph"]


def test_footnotes_follow_their_paragraph_and_leave_no_mark():
    mark = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    body = (
        f"<w:p><w:r><w:t>毒罪办</w:t></w:r>{mark.format(2)}<w:r><w:t>支持网络。</w:t></w:r>{mark.format(3)}</w:p>"
        + paragraph("会员国表示欢迎。")
    )
    notes = "".join(
        f'<w:footnote w:id="{at}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> {text}</w:t></w:r></w:p></w:footnote>'
        for at, text in ((0, ""), (2, "同上。"), (3, "A/73/131。"))
    )
    assert read(body, footnotes=notes) == [
        ("paragraph", "", "毒罪办支持网络。"),
        ("footnote", "fn1", "同上。"),
        ("footnote", "fn2", "A/73/131。"),
        ("paragraph", "", "会员国表示欢迎。"),
    ]


@pytest.mark.parametrize(
    ("run", "expected", "why"),
    [
        ("<w:del><w:r><w:t>删去</w:t></w:r></w:del><w:ins><w:r><w:t>插入。</w:t></w:r></w:ins>", "插入。", "revisions"),
        ("<w:r><w:t>毒罪</w:t></w:r><w:r><w:t>办。</w:t></w:r>", "毒罪办。", "a word in two runs"),
        ("<w:hyperlink><w:r><w:t>链接。</w:t></w:r></w:hyperlink>", "链接。", "a link"),
        ("<w:r><w:instrText>PAGE</w:instrText><w:t>页。</w:t></w:r>", "页。", "the code of a field"),
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b.</w:t></w:r>", "a b.", "a tab"),
        ("<w:r><w:t>非</w:t><w:noBreakHyphen/><w:t>法。</w:t></w:r>", "非-法。", "a hyphen"),
    ],
)
def test_runs(run, expected, why):
    assert [text for _, _, text in read(f"<w:p>{run}</w:p>")] == [expected], why


def test_tables_and_text_boxes_are_read_and_are_no_headings():
    box = f"<w:r><w:pict><w:txbxContent>{paragraph('框中文字。')}</w:txbxContent></w:pict></w:r>"
    body = (
        paragraph("标题", styled("H1"))
        + f"<w:tbl><w:tr><w:tc>{paragraph('国家')}</w:tc><w:tc>{paragraph('案件')}</w:tc></w:tr></w:tbl>"
        + f"<w:p>{box}<w:r><w:t>正文。</w:t></w:r></w:p>"
    )
    assert read(body, styles=HEADINGS) == [
        ("heading", "", "标题"),
        ("paragraph", "", "国家"),
        ("paragraph", "", "案件"),
        ("paragraph", "", "正文。"),
        ("paragraph", "", "框中文字。"),
    ]


def _locked():
    content = bytearray(papers.word(paragraph("毒罪办。")))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as packed:
        for part in packed.infolist():
            content[part.header_offset + 6] |= 1
    at = 0
    while (at := bytes(content).find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    return bytes(content)


ENTITY = '<!DOCTYPE d [<!ENTITY a "毒罪办"><!ENTITY f SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"PK\x03\x04 and no more", "damaged"),
        (papers.word(paragraph("毒罪办。"))[:-40], "damaged"),
        (_locked(), "encrypted"),
        (papers.zipped({"word/other.xml": "<a/>"}), "damaged"),
        (papers.zipped({"word/document.xml": "<a/>"}), "no Word document"),
        (papers.zipped({"word/document.xml": "<a><b></a>"}), "not well-formed"),
        (papers.zipped({"word/document.xml": f"{ENTITY}<document>&a;&f;</document>"}), "entities"),
        (papers.zipped({"word/document.xml": "<document>" + "<a>" * 5000 + "</a>" * 5000 + "</document>"}), "not well"),
        (papers.zipped({f"{at}": "" for at in range(10_001)}), "too many parts"),
    ],
    ids=[
        "no archive",
        "cut off",
        "encrypted",
        "no document in it",
        "another document in it",
        "broken XML",
        "entities",
        "nested without end",
        "ten thousand parts",
    ],
)
def test_hostile_archives(content, problem):
    with pytest.raises(UnreadableFile, match=problem):
        word.blocks_of(content)


def test_a_part_is_unpacked_no_further_than_a_limit(monkeypatch):
    monkeypatch.setattr(archive, "MAX_PART", 1_000_000)
    with pytest.raises(UnreadableFile, match="too long a text"):
        word.blocks_of(papers.zipped({"word/document.xml": " " * 50_000_000}))


def test_a_document_may_be_no_longer_than_a_text(monkeypatch):
    monkeypatch.setattr(word, "MAX_CHARACTERS", 10)
    with pytest.raises(UnreadableFile, match="too long a text"):
        word.blocks_of(papers.word(paragraph("毒罪办支持若干网络，并与会员国合作。")))
