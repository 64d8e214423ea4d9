"""Workbooks: text and nothing but text, the same bytes for the same entries, and hostile files told from good ones."""

import datetime
import io
import random
import zipfile
from contextlib import suppress
from dataclasses import replace

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from termbase.errors import UnreadableFile
from termbase.exchange import workbooks, xlsx_package
from termbase.exchange.entry import Entry, EntryDefinition, EntryTerm, Problem
from termbase.exchange.keys import key_of
from termbase.exchange.losses import LossReason
from termbase.exchange.options import ReadOptions, WriteOptions

HEADINGS = ["concept", "language", "text"]
ENTRY = Entry("c1", terms=(EntryTerm("en", "office"),), line=2)
APPROVED = {"source": "A/1", "review_status": "approved"}


def workbook(*sheets):
    """A workbook as a person may have made it: numbers are numbers."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"default_date_format": "yyyy-mm-dd"})
    for rows in sheets:
        sheet = book.add_worksheet()
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
    book.close()
    return stream.getvalue()


def unnamed(terms, line):
    return Entry(key_of("", terms), terms=terms, line=line)


def read(data, **options):
    return list(workbooks.read(io.BytesIO(data), ReadOptions(**options)))


def written(entries, write=workbooks.write_terms, **options):
    stream = io.BytesIO()
    losses = write(stream, entries, WriteOptions(**options))
    return stream.getvalue(), losses


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def packed(found):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return stream.getvalue()


GOOD = workbook([HEADINGS, ["c1", "en", "office"]])


def with_sheet(xml):
    return packed(
        parts(GOOD) | {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>" + xml + b"</sheetData></worksheet>"}
    )


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        pytest.param([[HEADINGS, ["c1", "en", "office"]]], [ENTRY], id="as written here"),
        pytest.param(
            [[[], ["", *HEADINGS], ["", "c1", "en", "office"]]], [replace(ENTRY, line=3)], id="not in the corner"
        ),
        pytest.param([[], [HEADINGS, ["c1", "en", "office"]]], [ENTRY], id="an empty sheet first"),
        pytest.param(
            [[["Read me"]], [HEADINGS, ["c1", "en", "office"]]],
            [Problem(1, "", "", "the sheet “Sheet1” has no headings of a table", refuses=False), ENTRY],
            id="a sheet that is no table",
        ),
        pytest.param(
            [[HEADINGS, ["c1", "en", "office"]], [HEADINGS, ["c2", "en", "bureau"]]],
            [
                ENTRY,
                Problem(1, "", "", "from here on, lines are those of the sheet “Sheet2”", refuses=False),
                Entry("c2", terms=(EntryTerm("en", "bureau"),), line=2),
            ],
            id="two sheets",
        ),
        pytest.param(
            [[[*HEADINGS, "reliability", "note"], ["c1", "en", 7, 4, datetime.date(2026, 1, 31)]]],
            [Entry("c1", terms=(EntryTerm("en", "7", reliability=4, note="2026-01-31"),), line=2)],
            id="numbers and dates",
        ),
        pytest.param(
            [[[*HEADINGS, "note"], ["c1", "en", 1.5, True]]],
            [Entry("c1", terms=(EntryTerm("en", "1.5", note="TRUE"),), line=2)],
            id="fractions and truth",
        ),
        pytest.param(
            [[["Chinese (PRC)", "English"], ["毒品|毒物", "drug"]]],
            [
                Problem(1, "", "concept", "is no column; every concept gets a new key", refuses=False),
                unnamed(
                    terms=(
                        EntryTerm("zh-Hans", "毒品", administrative_status="preferred"),
                        EntryTerm("zh-Hans", "毒物"),
                        EntryTerm("en", "drug", administrative_status="preferred"),
                    ),
                    line=2,
                ),
            ],
            id="a row a concept",
        ),
    ],
)
def test_read(sheets, expected):
    assert read(workbook(*sheets)) == expected


CELLS = [
    pytest.param("a|b", [("a", "preferred"), ("b", "admitted")], id="synonyms"),
    pytest.param("|b", [("b", "admitted")], id="none preferred"),
    pytest.param("a\nb", [("a", "preferred"), ("b", "admitted")], id="a line each"),
    pytest.param("a; b；c", [("a", "preferred"), ("b", "admitted"), ("c", "admitted")], id="semicolons of both widths"),
    pytest.param(r"a\; b", [("a; b", "preferred")], id="a semicolon in a term"),
    pytest.param("24/7 / always", [("24/7 / always", "preferred")], id="a stroke may belong to the term"),
    pytest.param(r"a\|b", [("a|b", "preferred")], id="a bar in a term"),
    pytest.param(r"a\\|b", [("a\\", "preferred"), ("b", "admitted")], id="a backslash at the end"),
    pytest.param("a\\", [("a\\", "preferred")], id="a backslash that nobody doubled"),
    pytest.param(r"C:\temp", [(r"C:\temp", "preferred")], id="a backslash inside"),
    pytest.param(" a | | a ", [("a", "preferred")], id="blanks and one twice"),
]


@pytest.mark.parametrize(("cell", "expected"), CELLS)
def test_synonyms_in_a_cell(cell, expected):
    (_, entry) = read(workbook([["en"], [cell]]))
    assert [(term.text, term.administrative_status) for term in entry.terms] == expected


def test_columns_of_a_row_for_people():
    headings = [
        "Entry ID",
        "Subject",
        "English",
        "en deprecated",
        "zh_CN",
        "zh-CN definition",
        "note",
        "status",
        "source",
    ]
    data = workbook(
        [headings, ["c1", "crime", "office", "bureau|agency", "办公室", "一处\n二处", "n", "admitted", "A/1"]]
    )
    (entry,) = read(data)
    assert (entry.key, entry.subject_field, entry.note) == ("c1", "crime", "n")
    assert [(t.language, t.text, t.administrative_status, t.source) for t in entry.terms] == [
        ("en", "office", "admitted", "A/1"),
        ("en", "bureau", "deprecated", "A/1"),
        ("en", "agency", "deprecated", "A/1"),
        ("zh-Hans", "办公室", "admitted", "A/1"),
    ]
    assert entry.definitions == (EntryDefinition("zh-Hans", "一处"), EntryDefinition("zh-Hans", "二处"))
    assert "reliability" not in entry.given


OFFICE, ZH = ("en", "office", "preferred", "", ""), ("zh-Hans", "办公室", "preferred", "", "")
# (headings, rows, terms as language, text, status, source, note, the concept's note, why)
OF_OTHERS = [
    (
        ["English", "Chinese", "Subject", "Domain"],
        [["office", "办公室", "law", "crime"]],
        [OFFICE, ZH],
        "Domain: crime",
        "two headings of one field: the second is no reason to lose the first",
    ),
    (
        ["English", "English source", "Chinese", "Chinese source"],
        [["office; bureau", "A/1; A/2", "办公室|处", "A/3"]],
        [
            ("en", "office", "preferred", "A/1", ""),
            ("en", "bureau", "admitted", "A/2", ""),
            ("zh-Hans", "办公室", "preferred", "A/3", ""),
            ("zh-Hans", "处", "admitted", "A/3", ""),
        ],
        "",
        "UNTERM: as many sources as terms, or one for all",
    ),
    (
        ["English", "English remark"],
        [["office|bureau", "x"]],
        [("en", "office", "preferred", "", "x"), ("en", "bureau", "admitted", "", "")],
        "",
        "a remark is said once",
    ),
    (
        ["Chinese_PRC", "Chinese_PRC_Def", "Term_Info", "Term_Example", "Chinese_PRC", "Term_Info", "Term_Example"],
        [["办公室", "", "CasePerm", "", "处", "HalfPrefix;Forbidden", "一处"]],
        [
            ("zh-Hans", "办公室", "preferred", "", "Term_Info: CasePerm"),
            ("zh-Hans", "处", "deprecated", "", "Term_Info: HalfPrefix;Forbidden\nTerm_Example: 一处"),
        ],
        "",
        "memoQ: what follows a term is about it, and a forbidden one is no synonym",
    ),
    (
        ["CID", "en", "en_forbidden", "zh_cn", "zh_cn_forbidden"],
        [["c1", "office", "FALSE", "办公室", "FALSE"], ["c1", "bureau", "TRUE", "", ""]],
        [OFFICE, ZH, ("en", "bureau", "deprecated", "", "")],
        "",
        "Phrase: a row a synonym, and a flag where others have the form itself",
    ),
    (
        ["EN - Full term", "EN - Acronym", "ZH - Full term"],
        [["office", "OFF", "办公室"]],
        [OFFICE, ("en", "OFF", "admitted", "", ""), ZH],
        "",
        "UNTERM: a column for each kind of form",
    ),
]


@pytest.mark.parametrize(
    ("headings", "rows", "terms", "note"), [pytest.param(*case[:4], id=case[4]) for case in OF_OTHERS]
)
def test_tables_of_others(headings, rows, terms, note):
    entry = read(workbook([headings, *rows]))[-1]
    assert [(t.language, t.text, t.administrative_status, t.source, t.note) for t in entry.terms] == terms
    assert entry.note == note


def test_a_cell_over_several_rows_goes_for_each():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("B2:D2", "Terms of 2004")
        sheet.write_row("B4", ["Subject", "English", "Chinese"])
        sheet.merge_range("B5:B7", "crime")
        sheet.merge_range("XFC1:XFC1048576", "")
        for row, pair in enumerate((["office", "办公室"], ["", ""], ["bureau", "处"], ["bail", "保释"]), start=4):
            sheet.write_row(row, 2, pair)
    entries = [item for item in read(stream.getvalue()) if isinstance(item, Entry)]
    assert [(e.line, e.subject_field, e.terms[0].text) for e in entries] == [
        (5, "crime", "office"),
        (7, "crime", "bureau"),
        (8, "", "bail"),
    ]


def test_a_row_for_people():
    terms = (
        EntryTerm("en", "office", administrative_status="preferred", **APPROVED),
        EntryTerm("en", "a|b", **APPROVED),
        EntryTerm("en", "old", administrative_status="superseded", **APPROVED),
        EntryTerm("zh-Hans", "办公室", **APPROVED),
        EntryTerm("zh-Hans", "处"),
    )
    data, losses = written(
        [Entry("c1", note="n", terms=terms), Entry("c2", withdrawn_at="2026-01-31")], workbooks.write_concepts
    )
    (entry,) = read(data)
    assert [(t.text, t.administrative_status) for t in entry.terms] == [
        ("办公室", "admitted"),
        ("office", "preferred"),
        ("a|b", "admitted"),
        ("old", "superseded"),
    ]
    assert {(loss.field, loss.reason): loss.count for loss in losses} == {
        ("concept", LossReason.WITHDRAWN): 1,
        ("review_status", LossReason.NO_PLACE): 4,
        ("source", LossReason.NO_PLACE): 4,
        ("text", LossReason.NOT_APPROVED): 1,
        ("withdrawn_at", LossReason.NO_PLACE): 1,
    }
    data, _ = written([Entry("c1", terms=terms)], workbooks.write_concepts, proposed=True)
    assert "处" in [term.text for term in read(data)[0].terms]


TEXTS = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "007",
    "TRUE",
    "1e5",
    "http://x.example/",
    "mailto:a@b",
    "_x0041_",
    "a\x07b",
    "<&>",
    "𠀀",
]


def test_every_cell_is_text():
    data, _ = written([Entry("c1", terms=tuple(EntryTerm("en", text, note=f"{text}\nx") for text in TEXTS))])
    sheet = parts(data)["xl/worksheets/sheet1.xml"]
    assert b"<f>" not in sheet
    assert b"<v>" not in sheet, "no number"
    assert b"hyperlink" not in sheet
    (entry,) = read(data)
    assert [term.text for term in entry.terms] == TEXTS
    assert entry.terms[0].note == "=1+1\nx"


def test_a_cell_longer_than_a_spreadsheet_takes_is_cut_and_counted():
    note = "𠀀" * 20_000
    data, losses = written([Entry("c1", note=note, terms=(EntryTerm("en", "x", note="y\uffff"),))])
    (entry,) = read(data)
    assert entry.note == note[: 32_767 // 2]
    assert entry.terms[0].note == "y"
    assert [(loss.field, loss.reason, loss.count) for loss in losses] == [
        ("concept_note", LossReason.TOO_LONG, 1),
        ("note", LossReason.CHARACTERS, 1),
    ]


def test_what_a_sheet_cannot_hold_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_ROWS", 4)
    entries = [Entry(f"c{n}", terms=(EntryTerm("en", "a"), EntryTerm("en", "b"))) for n in range(3)]
    data, _ = written(entries)
    assert [name for name in parts(data) if "sheet" in name.rpartition("/")[2] and name.endswith(".xml")] == [
        f"xl/worksheets/sheet{n}.xml" for n in (1, 2, 3)
    ]
    assert [replace(item, line=0) for item in read(data) if isinstance(item, Entry)] == entries


def test_columns():
    found = workbooks.columns(io.BytesIO(workbook([], [["Entry ID", "en", "colour"]])))
    assert [(column.name, column.field, column.unknown) for column in found] == [
        ("Entry ID", "concept", False),
        ("en", "text", False),
        ("colour", "", True),
    ]


def test_a_stream_that_is_read_once():
    stream = io.BytesIO(GOOD)
    stream.seekable = lambda: False
    assert list(workbooks.read(stream)) == [ENTRY]


def lying(data, size):
    """The same archive, saying that its sheet is `size` bytes long unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        real = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return data.replace(real.to_bytes(4, "little"), size.to_bytes(4, "little"))


FAR = b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
FAR_AWAY = FAR + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
HOSTILE = [
    ("empty", lambda: b"", "is not a workbook"),
    ("the first bytes of a zip", lambda: b"PK\x03\x04", "is a broken workbook"),
    ("cut off", lambda: GOOD[:-100], "is a broken workbook"),
    ("holes", lambda: GOOD[:200] + b"\0" * 50 + GOOD[250:], "is a broken workbook"),
    ("XLS", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is an old (.xls) or encrypted"),
    ("ODS", lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "is an OpenDocument"),
    ("XLSB", lambda: packed({"xl/workbook.bin": b""}), "is a binary workbook"),
    ("a Word document", lambda: packed({"word/document.xml": b""}), "is not a workbook"),
    ("no sheets", lambda: packed({"xl/workbook.xml": b"<workbook"}), "is a broken workbook"),
    (
        "too many parts",
        lambda: packed({f"x{n}": b"" for n in range(2001)} | {"xl/workbook.xml": b""}),
        "has more than 2000 parts",
    ),
    ("a zip bomb", lambda: packed(parts(GOOD) | {"xl/a.png": b"<" * 20_000_001}), "holds more than 20 MB unpacked"),
    (
        "a zip that lies of its sizes",
        lambda: lying(packed(parts(GOOD) | {"xl/worksheets/sheet1.xml": b"<" * 10_000_000}), 700),
        "is a broken workbook",
    ),
    ("a cell far away", lambda: with_sheet(FAR_AWAY), "million cells"),
    (
        "a cell far away, spelled otherwise",
        lambda: with_sheet(FAR + b"<row r='1048576'><c r = 'xfd1048576'/></row>"),
        "million cells",
    ),
    ("a cell beyond", lambda: with_sheet(FAR + b'<row r="99999999999"><c r="AAAAAAA1"/></row>'), "million cells"),
    (
        "cells without places",
        lambda: with_sheet(b"<row><c/></row>" * 30_000 + b"<row>" + b"<c/>" * 2_000 + b"</row>"),
        "million cells",
    ),
    (
        "merged cells no end",
        lambda: with_sheet(
            FAR + b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:A2"/>' * 100_001 + b"</mergeCells>"
        ),
        "has more than 100,000 merged cells",
    ),
    ("a sheet under another name", lambda: packed(parts(GOOD) | {"xl/media/a.png": FAR_AWAY}), "million cells"),
    (
        "a live formula",
        lambda: workbook([HEADINGS, ["c1", "en", "=HYPERLINK(1)"]]),
        "with formulas (in C2)",
    ),
    (
        "10 MB in a cell",
        lambda: with_sheet(FAR[:-20] + b"x" * 10_000_000 + b"</t></is></c></row>"),
        "has a cell without end",
    ),
    ("no table", lambda: workbook([["a", "b"], ["c", "d"]]), "The headings have no language"),
    ("nothing", lambda: workbook([]), "The workbook is empty"),
]


@pytest.mark.parametrize(("data", "message"), [pytest.param(*case[1:], id=case[0]) for case in HOSTILE])
def test_hostile(data, message, monkeypatch):
    monkeypatch.setattr(xlsx_package, "MAX_UNPACKED", 20_000_000)
    with pytest.raises(UnreadableFile) as error:
        read(data())
    assert message in error.value.message
    assert len(error.value.message) < 250


def test_a_million_empty_rows():
    rows = b"".join(b'<row r="%d"/>' % n for n in range(1, 1_000_001))
    cell = b'<c r="%s1" t="inlineStr"><is><t>%s</t></is></c>'
    head = b"".join(cell % (b"ABC"[at : at + 1], HEADINGS[at].encode()) for at in range(3))
    assert read(with_sheet(b'<row r="1">' + head + b"</row>" + rows)) == []


def test_cells_without_places():
    row = b"<row>%s</row>"
    cell = b'<c t="inlineStr"><is><t>%s</t></is></c>'
    rows = [HEADINGS, *([f"c{n}", "en", f"office {n}"] for n in range(2_000))]
    data = with_sheet(b"".join(row % b"".join(cell % text.encode() for text in cells) for cells in rows))
    assert len(read(data)) == 2_000


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 2**32), st.integers(1, 8))
def test_a_damaged_part_is_read_or_refused(seed, times):
    """Bytes changed inside the parts of a sound archive: never another error, never a crash."""
    chance = random.Random(seed)
    found = parts(GOOD)
    for _ in range(times):
        name = chance.choice([name for name in found if name.endswith((".xml", ".rels"))])
        content = bytearray(found[name])
        at = chance.randrange(len(content))
        content[at : at + chance.randrange(3)] = chance.choice(
            [b"<", b"</c>", b'"', b"9999999999", b"\xff", b"\0", b""]
        )
        found[name] = bytes(content)
    with suppress(UnreadableFile):
        assert all(isinstance(item, Entry | Problem) for item in read(packed(found)))


def test_the_limit_of_a_cell_is_told_with_its_line(monkeypatch):
    monkeypatch.setattr("termbase.exchange.tables.MAX_CELL", 10)
    with pytest.raises(UnreadableFile, match="Line 2: a cell is longer than 10 characters"):
        read(workbook([HEADINGS, ["c1", "en", "x" * 11]]))


def test_limits_fit_what_is_written():
    assert workbooks.MAX_ROWS * len(workbooks.term_rows.COLUMNS) <= xlsx_package.MAX_CELLS
