"""What is made of entries that say more than the termbase holds, and that it is told."""

import random
import string
from dataclasses import replace

import pytest

from termbase.exchange.entry import Entry, EntryDefinition, EntryTerm
from termbase.exchange.settling import Settler
from termbase.models.matching import MAX_BYTES

OFFICE = EntryTerm("en", "office", administrative_status="preferred", source="A/1")
BUREAU = EntryTerm("en", "bureau")
ZH = EntryTerm("zh-Hans", "办公室")
LONG = "".join(random.Random(1).choices(string.ascii_letters, k=MAX_BYTES + 1))
BEFORE = "x" * 50

# (values of the entry, values after, fields of the remarks, why)
CASES = [
    ({"subject_field": "law"}, {"subject_field": "", "note": "subject field: law"}, ["subject_field"], "unknown field"),
    (
        {"terms": (replace(BUREAU, term_type="slogan", note="x"),)},
        {"terms": (replace(BUREAU, note="x\nterm type: slogan"),)},
        ["term_type"],
        "a term type of another program",
    ),
    (
        {"terms": (replace(BUREAU, reliability="very high"), replace(ZH, reliability=7))},
        {"terms": (replace(BUREAU, note="reliability: very high"), replace(ZH, note="reliability: 7"))},
        ["reliability", "reliability"],
        "grades of another scale",
    ),
    (
        {"terms": (OFFICE, replace(BUREAU, administrative_status="preferred"), ZH)},
        {"terms": (OFFICE, BUREAU, ZH)},
        ["administrative_status"],
        "colour and color were both preferred: most programs know no other rule",
    ),
    (
        {"terms": (OFFICE, replace(BUREAU, administrative_status="preferred", review_status="rejected"))},
        {},
        [],
        "the preference of a rejected term does not count",
    ),
    (
        {"terms": (replace(ZH, source="A"), replace(ZH, part_of_speech="verb", note="n"), BUREAU)},
        {"terms": (replace(ZH, source="A", part_of_speech="verb", note="n"), BUREAU)},
        ["text"],
        "a term twice, as zh-HK and zh-TW both are zh-Hant",
    ),
    (
        {"terms": (replace(ZH, source="A"), replace(ZH, source="B"))},
        {"terms": (replace(ZH, source="A", note="source: B"),)},
        ["text"],
        "a value that contradicts that of the first stays as a note",
    ),
    (
        {"terms": (BUREAU, EntryTerm("fr", "bureau"), EntryTerm("ar", "مكتب"), EntryTerm("fr", "office"))},
        {"terms": (BUREAU,), "note": "fr: bureau\nar: مكتب\nfr: office"},
        ["language", "language"],
        "other languages of the United Nations",
    ),
    (
        {"terms": (BUREAU, EntryTerm("", "处"))},
        {"terms": (BUREAU,), "note": "no language: 处"},
        ["language"],
        "a term of which nobody says its language",
    ),
    ({"terms": (EntryTerm("fr", "bureau"),)}, {}, [], "nothing in ours: left for the check to refuse"),
    (
        {"definitions": (EntryDefinition("en", LONG), EntryDefinition("en", "Short."))},
        {"definitions": (EntryDefinition("en", "Short."),), "note": f"definition: {LONG}"},
        ["definition"],
        "a definition longer than an index takes",
    ),
    (
        {"definitions": (EntryDefinition("fr", "Un bureau."),)},
        {"definitions": (), "note": "definition in fr: Un bureau."},
        ["language"],
        "a definition in another language",
    ),
    (
        {"definitions": (EntryDefinition("en", "An office.", "A"), EntryDefinition("en", "An office.", "B"))},
        {"definitions": (EntryDefinition("en", "An office.", "A; B"),)},
        [],
        "a definition that stands with each term",
    ),
    ({"terms": (replace(BUREAU, text="bail; release on bail"), ZH)}, {}, ["text"], "perhaps several terms"),
    ({"terms": (replace(BUREAU, text="heroin / diamorphine"), ZH)}, {}, ["text"], "the same with another mark"),
    ({"terms": (replace(BUREAU, text="24/7 support"), ZH)}, {}, [], "one term with a stroke in it"),
]


@pytest.mark.parametrize(("values", "after", "told"), [pytest.param(*case[:3], id=case[3]) for case in CASES])
def test_settled(values, after, told):
    entry = replace(Entry("c1", terms=(OFFICE, ZH), line=7), **values)
    settled, remarks = Settler(lambda name: False).settled(entry)
    assert settled == replace(entry, **after)
    assert [remark.field for remark in remarks] == told
    assert not any(remark.refuses for remark in remarks)
    assert {(remark.line, remark.key) for remark in remarks} <= {(7, "c1")}


def test_each_thing_is_said_once_a_file():
    settler = Settler(lambda name: True)
    entries = [Entry(f"c{n}", terms=(BUREAU, EntryTerm("fr", f"t{n}"))) for n in range(9)]
    settled = [settler.settled(entry) for entry in entries]
    assert [len(remarks) for _, remarks in settled] == [1] + [0] * 8
    assert [entry.note for entry, _ in settled] == [f"fr: t{n}" for n in range(9)]


def test_what_was_settled_stays_as_it_is():
    once, _ = Settler(lambda name: False).settled(replace(Entry("c1", terms=(OFFICE, ZH, ZH)), subject_field="law"))
    assert Settler(lambda name: False).settled(once) == (once, [])
