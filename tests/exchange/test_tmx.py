"""TMX: valid under its DTD, and read by others as it was meant."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from termbase.exchange import term_table, tmx
from termbase.exchange.entry import Entry, EntryExample, EntryTerm
from termbase.exchange.losses import LossReason
from termbase.exchange.options import WriteOptions
from termbase.exchange.segments import Segment, read
from tests.conftest import ROOT
from tests.exchange.strategies import termbases

USED = {"source": "A/1", "review_status": "approved"}
ENTRY = Entry(
    "c1",
    subject_field="bodies",
    terms=(
        EntryTerm("zh-Hans", "毒罪办", administrative_status="preferred", **USED),
        EntryTerm("zh-Hant", "毒罪辦", **USED),
        EntryTerm("zh-Hans", "旧名", administrative_status="deprecated", **USED),
        EntryTerm("en", "UNODC", administrative_status="preferred", **USED),
        EntryTerm("en", "the Office", **USED),
        EntryTerm("en", "ODC"),
    ),
    examples=(
        EntryExample("zh-Hans", "毒罪办", "毒罪办支持<会员国>。", "UNODC & others.", "A/1, 3"),
        EntryExample("zh-Hans", "毒罪办", "没有译文。"),
        EntryExample("en", "ODC", "ODC.", "毒罪办。"),
    ),
)


def written(entries, **options):
    stream = io.BytesIO()
    losses = tmx.write(stream, entries, WriteOptions(**options))
    return stream.getvalue(), {(loss.field, loss.reason): loss.count for loss in losses}


def texts(data, **languages):
    return [(segment.source, segment.target) for segment in read(io.BytesIO(data), "a.tmx", **languages).segments]


def test_pairs_and_examples():
    data, losses = written([ENTRY])
    assert texts(data) == [("毒罪办", "UNODC"), ("毒罪辦", "UNODC"), ("毒罪办支持<会员国>。", "UNODC & others.")]
    root = etree.fromstring(data)
    assert [unit.get("segtype") for unit in root.iter("tu")] == ["phrase", "phrase", "sentence"]
    assert len({unit.get("tuid") for unit in root.iter("tu")}) == 3
    assert [(prop.get("type"), prop.text) for prop in root.find("body")[0].iter("prop")] == [
        ("x-administrative-status", "preferred"),
        ("x-subject-field", "bodies"),
    ]
    assert losses[("text", LossReason.NOT_TO_USE)] == 1
    assert losses[("text", LossReason.NOT_APPROVED)] == 1
    assert losses[("text", LossReason.SYNONYM)] == 1
    assert losses[("examples", LossReason.NO_EQUIVALENT)] == 1
    assert losses[("examples", LossReason.NOT_APPROVED)] == 1
    assert losses[("source", LossReason.NO_PLACE)] == 5


def test_the_other_way():
    data, _ = written([ENTRY], source="en", target="zh-Hans", chinese="zh")
    assert texts(data, source="en", target="zh") == [
        ("UNODC", "毒罪办"),
        ("the Office", "毒罪办"),
        ("UNODC & others.", "毒罪办支持<会员国>。"),
    ]
    assert b'srclang="en"' in data
    assert b'xml:lang="zh"' in data


def test_one_sentence_stands_once_in_the_file():
    assert len(texts(written([ENTRY, replace(ENTRY, key="c2")])[0])) == 5


@pytest.mark.parametrize(("withdrawn", "count"), [("", 3), ("2026-01-31T08:30:00+00:00", 0)])
def test_withdrawn_concepts_are_left_out(withdrawn, count):
    data, losses = written([replace(ENTRY, withdrawn_at=withdrawn)])
    assert len(texts(data)) == count
    assert (losses.get(("text", LossReason.WITHDRAWN), 0) > 0) == bool(withdrawn)


def test_the_date_is_that_of_the_options():
    assert b'creationdate="20260131T083000Z"' in written([], made_at=datetime(2026, 1, 31, 8, 30, tzinfo=UTC))[0]
    assert b"creationdate" not in written([])[0]


@pytest.fixture
def dtd(shared):
    return etree.DTD(str(shared / "schemas" / "tmx" / "tmx14.dtd"))


def test_the_shipped_termbase_under_the_dtd(dtd):
    with (ROOT / "fixtures" / "termbase.csv").open("rb") as stream:
        data, _ = written(term_table.read(stream))
    assert dtd.validate(etree.fromstring(data)), dtd.error_log
    assert len(texts(data)) > 1_500


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(termbases)
def test_random_entries_under_the_dtd(dtd, several):
    data, _ = written(several, proposed=True)
    assert dtd.validate(etree.fromstring(data)), dtd.error_log


def test_an_independent_reader():
    module = pytest.importorskip("translate.storage.tmx", reason="needs translate-toolkit")
    found = module.tmxfile(io.BytesIO(written([ENTRY])[0]), "zh-CN", "en")
    assert ("毒罪办", "UNODC") in [(str(unit.source), str(unit.target)) for unit in found.units]


def test_segments_are_unique():
    found = read(io.BytesIO(written([ENTRY])[0]), "a.tmx").segments
    assert found[0] == Segment("c1-1", "毒罪办", "UNODC")
    assert len({segment.id for segment in found}) == len(found)
