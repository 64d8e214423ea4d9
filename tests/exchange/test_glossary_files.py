"""Glossaries for other programs."""

import csv
import io

from termbase.exchange.glossary_files import DEEPL_MAX_BYTES, Line, deepl, omegat, spreadsheet

LINES = [
    Line("毒罪办", "UNODC", "c0036"),
    Line("大会", "General Assembly"),
    Line("大会", "congress", "a homograph"),
    Line("#号", 'a "quoted"\tterm', "two\nlines"),
]


def test_omegat():
    head, *rows = omegat(LINES).splitlines()
    assert "coding: utf-8" in head
    assert rows == [
        "毒罪办\tUNODC\tc0036",
        "大会\tGeneral Assembly",
        "大会\tcongress\ta homograph",
        ' #号\ta "quoted" term\ttwo lines',
    ]


def test_deepl_takes_a_source_once_and_nothing_too_long():
    too_long = Line("字" * DEEPL_MAX_BYTES, "x")
    rows = deepl([*LINES, too_long, Line("空", " ")]).splitlines()
    assert rows == ["毒罪办\tUNODC", "大会\tGeneral Assembly", '#号\ta "quoted" term']


def test_a_spreadsheet_comes_back_as_it_was():
    text = spreadsheet(LINES)
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
    assert [Line(**row) for row in rows] == LINES
