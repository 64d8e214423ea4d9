"""UTX: 1.11 as it is written, and what other versions and programs write."""

import datetime

import pytest

from termbase.errors import UnreadableFile
from termbase.exchange import utx
from termbase.exchange.entry import Entry, Problem
from tests.exchange.glossaries import ENTRIES, read, written

COLUMNS = "src\ttgt\tsrc:pos\ttgt:pos\tsrc:comment\ttgt:comment\tterm status\tsrc:status\ttgt:status\tconcept ID"


def test_written():
    text, losses = written(utx.write)
    lines = text.split("\r\n")
    assert lines[0] == "#UTX 1.11; zh-CN/en; Dictionary ID: termbase"
    assert lines[1] == f"#{COLUMNS}"
    assert lines[2:7] == [
        "毒品和犯罪问题办公室\tOffice on Drugs and Crime\tnoun\tnoun\tNot 毒办.\t\tapproved\tapproved\tapproved\tc1",
        "毒品和犯罪問題辦公室\tOffice on Drugs and Crime\tnoun\tnoun\t\t\tapproved\tapproved\tapproved\tc1",
        "毒罪办\tOffice on Drugs and Crime\tnoun\tnoun\t\t\tprovisional\tprovisional\tapproved\tc1",
        "毒办\tOffice on Drugs and Crime\tnoun\tnoun\t\t\tnon-standard\tnon-standard\tapproved\tc1",
        "毒品和犯罪问题办公室\tUNODC\tnoun\tnoun\t\t\tprovisional\tapproved\tprovisional\tc1",
    ]
    assert lines[9] == ' #号\ta "sign", #\tother\tnoun\t\t\tapproved\tapproved\tapproved\tc6'
    assert lines[10:] == [""]
    assert "\n" not in text.replace("\r\n", "")
    assert losses["term_type", "no_place"] == 2


def test_head():
    made_at = datetime.datetime(2026, 1, 31, 8, 30, tzinfo=datetime.UTC)
    text, _ = written(utx.write, [], source="en", target="zh-Hant", made_at=made_at, title="a; b\n")
    assert text.startswith("#UTX 1.11; en/zh-TW; 2026-01-31T08:30:00+00:00; Dictionary ID: a, b\r\n")


def test_statuses_come_back():
    (entry, *_) = read(utx.read, written(utx.write)[0])
    assert {t.text: t.administrative_status for t in entry.terms} == {
        t.text: t.administrative_status for t in ENTRIES[0].terms
    }
    assert entry.given == {"concept", "language", "text", "part_of_speech", "administrative_status", "usage_note"}


def terms(entry):
    return [(t.language, t.text, t.part_of_speech, t.administrative_status, t.usage_note, t.note) for t in entry.terms]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            "#UTX-S 1.00; en/zh-CN; 2010-01-01; CC-BY\n#src\ttgt\tsrc:pos\ncache\t缓存\tnoun\n",
            [("en", "cache", "noun", "admitted", "", ""), ("zh-Hans", "缓存", "noun", "admitted", "", "")],
            id="1.00",
        ),
        pytest.param(
            "#UTX 1.11; zh_TW/en_US\n#Source term\n#src\ttgt\tterm status\n快取\tcache\tapproved\n",
            [("zh-Hant", "快取", "noun", "preferred", "", ""), ("en", "cache", "noun", "preferred", "", "")],
            id="approved, both; spelled otherwise",
        ),
        pytest.param(
            "#UTX 1.11; en/zh-CN\n#src\ttgt\tterm status\ncache\t快取\tforbidden\n",
            [("en", "cache", "noun", "admitted", "", ""), ("zh-Hans", "快取", "noun", "superseded", "", "")],
            id="forbidden: the target",
        ),
        pytest.param(
            "#UTX 1.20; bidirectional\n##description: x\n#term:en\tterm:zh-CN\tpos:en\tcomment:zh-CN\n"
            "cache\t缓存\tproperNoun\tn\n",
            [("en", "cache", "noun", "admitted", "", ""), ("zh-Hans", "缓存", "noun", "admitted", "n", "")],
            id="1.20, both directions",
        ),
        pytest.param(
            "#UTX 1.11\n#src\ttgt\tcustomer\n缓存\tcache\tX\n",
            [("zh-Hans", "缓存", "noun", "admitted", "", "customer: X"), ("en", "cache", "noun", "admitted", "", "")],
            id="no languages, a column of the user's own",
        ),
        pytest.param(
            "#UTX 1.11; en/zh-CN\n#src\ttgt\tsrc:pos\ncache\t-\tgerund\n",
            [("en", "cache", "other", "admitted", "", "")],
            id="no target, another part of speech",
        ),
    ],
)
def test_read(data, expected):
    (entry,) = [item for item in read(utx.read, data) if isinstance(item, Entry)]
    assert terms(entry) == expected


def test_problems_are_told():
    data = "#UTX 1.11; en/zh-CN\n#src\ttgt\tcolour\tconcept ID\n\t缓存\t\tc1\ncache\t缓存\tred\t17\ncache\t快取\t\t17\n"
    *problems, entry = read(utx.read, data)
    assert problems == [
        Problem(2, "", "colour", "is no known column; its values are kept in note", refuses=False),
        Problem(3, "c1", "text", "the row has no source term"),
        Problem(4, "id-17", "concept", "“17” is no key; it became id-17, and others likewise", refuses=False),
    ]
    assert (entry.key, [t.text for t in entry.terms], entry.line) == ("id-17", ["cache", "缓存", "快取"], 4)


@pytest.mark.parametrize("data", ["", "cache\t缓存\n", "# comment\n", b"\xff\xfe\x00\xd8"])
def test_unreadable(data):
    with pytest.raises(UnreadableFile):
        read(utx.read, data)
