"""The lines of PDFs as printed, and PDFs that are made to do harm."""

import zlib

import pytest

from termbase.errors import UnreadableFile
from termbase.harvest.clean import clean
from termbase.harvest.formats import pdf
from termbase.harvest.formats.pdf_lines import Glyph, lines, rows
from tests.harvest.formats import papers


def printed(*page):
    return pdf.text_of(papers.pdf([page])).rstrip("\n\f")


@pytest.mark.parametrize(
    ("page", "expected", "why"),
    [
        ([(72, 700, 12, "毒罪办支持"), (72, 680, 12, "若干网络。")], "毒罪办支持\n若干网络。", "a line a baseline"),
        ([(72, 700, 12, "毒罪办"), (108, 700, 12, "支持")], "毒罪办支持", "runs of one line"),
        ([(72, 700, 12, "UNODC"), (108, 700, 12, "report")], "UNODC report", "a gap between Latin words"),
        ([(72, 700, 12, "国家"), (172, 700, 12, "案件")], "国家  案件", "a gap between columns"),
        (
            [(72, 700, 12, "网络"), (96, 705, 7, "12"), (103, 700, 12, "和")],
            "网络¹²和",
            "raised figures beside their word",
        ),
        ([(72, 704, 7, "1"), (76, 700, 12, " 同上。")], "¹ 同上。", "a raised label before its footnote"),
        ([(72, 700, 12, "首行"), (96, 680, 12, "缩进")], "首行\n    缩进", "two characters are four spaces"),
        (
            [(72, 700, 12, "一"), (72, 680, 12, "二"), (72, 660, 12, "三"), (72, 600, 12, "四")],
            "一\n二\n三\n\n四",
            "a wider distance is a blank line",
        ),
        ([(72, 700, 12, "粗"), (72.3, 700, 12, "粗")], "粗", "bold type by printing twice"),
        ([(72, 700, 12, "⽅案"), (72, 680, 12, "司⻓")], "方案\n司长", "radicals for ideographs"),
    ],
)
def test_lines(page, expected, why):
    assert printed(*page) == expected, why


def test_pages_are_parted_and_the_cleaner_joins_what_goes_on():
    line = "联合国毒品和犯罪问题办公室支持若干网络并与会员国合作以及"
    pages = [
        [(72, 700, 12, f"1. {line}"), (72, 680, 12, line)],
        [(72, 700, 12, line), (72, 680, 12, "表示欢迎。"), (72, 660, 12, "2. 会员国发言。")],
    ]
    text = pdf.text_of(papers.pdf(pages))
    assert text.count("\f") == 2
    assert [block.text for block in clean(text)] == [f"{line * 3}表示欢迎。", "会员国发言。"]


def test_a_column_is_read_before_the_next():
    left, right = (
        [Glyph(char, x, x + 10, 700 - 20 * at, 10) for at, char in enumerate("一二三四五六")] for x in (50, 300)
    )
    assert [line.strip() for line in lines(rows([*left, *right]))] == [*"一二三四五六", "", *"一二三四五六"]


def test_no_glyphs_no_lines():
    assert list(lines(rows([]))) == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (papers.encrypted_pdf(), "encrypted"),
        (b"%PDF-1.4 and no more", "no PDF that can be read"),
        (papers.pdf([[(72, 700, 12, "毒罪办")]])[:300], "no PDF that can be read"),
        (papers.pdf([[]]), "holds no text"),
        (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj trailer<</Root 1 0 R>>", "(no PDF|holds no text)"),
    ],
    ids=["encrypted", "a head alone", "cut off", "empty, as a scan is", "a tree of pages that leads to itself"],
)
def test_what_cannot_be_read_is_told(content, problem):
    with pytest.raises(UnreadableFile, match=problem) as caught:
        pdf.text_of(content)
    assert "file" in caught.value.fields


def test_a_file_that_never_ends_is_left(monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 0.01)
    with pytest.raises(UnreadableFile, match="takes too long"):
        pdf.text_of(papers.pdf([[(72, 700, 12, "毒罪办")]]))


def test_memory_is_limited():
    """A stream of a few megabytes that unpacks to gigabytes ends the reader, not the machine."""
    with pytest.raises(UnreadableFile, match="takes too much memory"):
        pdf.text_of(_bomb())


def _bomb():
    squeezer = zlib.compressobj(9)
    piece = b" " * 10_000_000
    packed = b"".join(squeezer.compress(piece) for _ in range(300)) + squeezer.flush()
    whole = papers.pdf([[(72, 700, 12, "毒罪办")]])
    start, end = whole.index(b"<</Length"), whole.index(b"endstream")
    stream = b"<</Length %d/Filter/FlateDecode>>\nstream\n" % len(packed) + packed + b"\n"
    return whole[:start] + stream + whole[end:]
