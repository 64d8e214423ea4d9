"""Aligned sentences from TMX and tables."""

import pytest

from termbase.errors import UnreadableFile
from termbase.harvest.formats import parallel
from termbase.harvest.formats.parallel import Pair, Problem, read

HEAD = '<header segtype="sentence" srclang="en"/>'


def tmx(*units, start='<?xml version="1.0"?>', head=HEAD):
    return f'{start}<tmx version="1.4">{head}<body>{"".join(units)}</body></tmx>'.encode()


def unit(zh="毒罪办。", en="UNODC.", more="", zh_tag="zh-CN", en_tag="en-US", name="xml:lang"):
    texts = "".join(
        f'<tuv {name}="{tag}"><seg>{text}</seg></tuv>' for tag, text in ((en_tag, en), (zh_tag, zh)) if text is not None
    )
    return f"<tu{more}>{texts}</tu>"


@pytest.fixture
def given(tmp_path):
    def written(content, name="c.tmx"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return written


@pytest.mark.parametrize(
    ("content", "expected", "why"),
    [
        (tmx(unit()), Pair("毒罪办。", "UNODC."), "a unit"),
        (tmx(unit(name="lang", zh_tag="ZH_TW", en_tag="EN")), Pair("毒罪办。", "UNODC."), "as versions 1.1 have it"),
        (tmx(unit(more=' tuid="A/1, 5"')), Pair("毒罪办。", "UNODC.", "A/1, 5"), "named"),
        (tmx(unit(more=f' tuid="{"x" * 90}"')), Pair("毒罪办。", "UNODC.", "x" * 60), "named at length"),
        (
            tmx(unit('<bpt i="1">{b}</bpt>毒<hi>罪</hi>办<ept i="1"/>。')),
            Pair("毒罪办。", "UNODC."),
            "codes are no text",
        ),
        (tmx(unit(" 毒罪办。\n ", "UN\t ODC.")), Pair("毒罪办。", "UN ODC."), "white space"),
        (tmx(unit(en=None)), Problem(1, "has not both Chinese and English"), "one language"),
        (tmx(unit(zh="")), Problem(1, "one of the languages is empty"), "an empty segment"),
        (tmx(unit("UNODC.")), Problem(1, "what should be Chinese has no Chinese character"), "not translated"),
        (tmx("<tu><note>x</note></tu>"), Problem(1, "has not both Chinese and English"), "no segment at all"),
        (
            tmx(unit(), start='<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">'),
            Pair("毒罪办。", "UNODC."),
            "a DTD is named and not fetched",
        ),
        (
            tmx(unit(), start='<?xml version="1.0" encoding="utf-16"?>').decode().encode("utf-16"),
            Pair("毒罪办。", "UNODC."),
            "UTF-16",
        ),
    ],
)
def test_units(given, content, expected, why):
    assert list(read(given(content))) == [expected], why


def test_a_sentence_beyond_all_length_is_refused(given, monkeypatch):
    monkeypatch.setattr(parallel, "LONGEST", 10)
    (problem,) = read(given(tmx(unit("毒" * 11))))
    assert "longer than 10" in problem.message


BILLION = '<!DOCTYPE tmx [<!ENTITY a "毒毒毒毒"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"no XML", "not well-formed"),
        (tmx(unit())[:-10], "after 1 units"),
        (b"<tbx/>", "no TMX"),
        (tmx(unit("&b;"), start=BILLION), "entities"),
        (tmx(unit("&a;"), start=OUTSIDE), "entities"),
        (tmx("<x/>" * 60_000), "goes on and on"),
        (tmx(unit(), head="<header>" + "<note>x</note>" * 60_000 + "</header>"), "goes on and on"),
        (tmx("<a>" * 3000 + "</a>" * 3000), "not well-formed"),
    ],
    ids=[
        "empty",
        "no XML",
        "cut off",
        "another format",
        "entities that grow",
        "an entity from outside",
        "no unit ever",
        "a header without end",
        "nested without end",
    ],
)
def test_hostile_files(given, content, problem):
    with pytest.raises(UnreadableFile, match=problem):
        list(read(given(content)))


LONG = "委员会审议了议程项目，强调了各国中央机关在刑事事项国际合作中的作用。"


@pytest.mark.parametrize(
    ("table", "expected", "why"),
    [
        ("毒罪办。\tUNODC.", Pair("毒罪办。", "UNODC."), "two columns"),
        ("UNODC.\t毒罪办。", Pair("毒罪办。", "UNODC."), "the other way round"),
        ("A/1\t毒罪办。\tUNODC is an office.", Pair("毒罪办。", "UNODC is an office.", "A/1"), "named by the document"),
        ("UNODC is an office.\t毒罪办。\tA/1", Pair("毒罪办。", "UNODC is an office.", "A/1"), "the name last"),
        ('"毒罪办"。\t"UNODC', Pair('"毒罪办"。', '"UNODC'), "quotation marks are text"),
    ],
)
def test_tables(given, table, expected, why):
    assert list(read(given(table.encode(), "c.tsv"))) == [expected], why


def test_rows_that_are_none_are_told_and_the_others_read(given):
    table = "毒罪办。\tUNODC.\n\n毒罪办。\n毒罪办。\t\nUNODC.\tUNODC.\n毒品。\tdrugs\n"
    assert list(read(given(table.encode(), "c.tsv"))) == [
        Pair("毒罪办。", "UNODC."),
        Problem(3, "has 1 columns, not 2"),
        Problem(4, "one of the languages is empty"),
        Problem(5, "what should be Chinese has no Chinese character"),
        Pair("毒品。", "drugs"),
    ]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings_of_tables(given, codec):
    table = f"{LONG}\tThe Commission considered the item.\n" * 3
    assert len({*read(given(table.encode(codec), "c.tsv"))}) == 1


@pytest.mark.parametrize(
    ("content", "field", "problem"),
    [
        (b"a\tb\tc\td\n", "file", "two or three columns"),
        (b"a\nb\n", "file", "two or three columns"),
        (b"one\ttwo\n", "file", "no column of Chinese"),
        ("毒\t罪\n".encode(), "file", "no column of English"),
        ("毒罪\tUNODC\n".encode("gb18030"), "encoding", "say which it is"),
        (f"{LONG}\tUNODC.\n".encode() + b"\n" * 300_000 + b"\xff\n", "encoding", "not in utf-8"),
        (f"{LONG}\tUNODC.\n".encode("utf-16-le"), "file", "byte-order mark"),
        ("毒".encode() * 100_000, "file", "line of more than"),
        (b"\0\1\2\3" * 100, "file", "is no text"),
    ],
)
def test_tables_that_are_refused(given, content, field, problem):
    with pytest.raises(UnreadableFile, match=problem) as caught:
        list(read(given(content, "c.tsv")))
    assert field in caught.value.fields


def test_other_kinds_are_refused(given):
    with pytest.raises(UnreadableFile, match="none of"):
        list(read(given(b"x", "c.docx")))


def test_the_corpus_of_the_reference_material(shared):
    rows = list(read(shared / "corpus" / "un_parallel_zh_en.tsv"))
    assert len(rows) == 8_000
    assert sum(isinstance(row, Problem) for row in rows) < 30
