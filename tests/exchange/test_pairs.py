"""Pairs for glossaries: one equivalent a source, and an account of what stays behind."""

from dataclasses import replace

import pytest

from termbase.exchange.entry import Entry, EntryTerm
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import WriteOptions
from termbase.exchange.pairs import pairs


def term(language, text, status="preferred", review="approved"):
    return EntryTerm(language, text, administrative_status=status, review_status=review, source="A/1")


ENTRY = Entry(
    "c1",
    terms=(
        term("en", "the Office", "admitted"),
        term("en", "UNODC"),
        term("zh-Hans", "毒罪办", "admitted"),
        term("zh-Hans", "联合国毒品和犯罪问题办公室"),
        term("zh-Hant", "毒罪辦", "admitted"),
        term("zh-Hans", "旧名", "superseded"),
        term("zh-Hans", "新名", "admitted", "proposed"),
    ),
)
OTHER = Entry("c2", terms=(term("zh-Hans", "毒罪办"), term("en", "another office")))
FULL, SHORT, TRADITIONAL = "联合国毒品和犯罪问题办公室", "毒罪办", "毒罪辦"


def of(entries, **options):
    own = {name: options.pop(name) for name in ("synonyms",) if name in options}
    losses = Losses()
    found = [(pair.source.text, pair.target.text) for pair in pairs(entries, WriteOptions(**options), losses, **own)]
    return found, {loss.reason: loss.count for loss in losses}


@pytest.mark.parametrize(
    ("options", "expected", "reason"),
    [
        ({}, [(FULL, "UNODC"), (SHORT, "UNODC"), (TRADITIONAL, "UNODC")], "preferred first, Simplified first"),
        ({"source": "zh-Hant"}, [(TRADITIONAL, "UNODC")], "one script"),
        ({"synonyms": False}, [(FULL, "UNODC")], "the preferred form alone"),
        ({"source": "en", "target": "zh-Hans"}, [("UNODC", FULL), ("the Office", FULL)], "the other way"),
        ({"source": "en", "target": "zh-Hant"}, [("UNODC", TRADITIONAL), ("the Office", TRADITIONAL)], "to one script"),
        (
            {"source": "zh-Hans", "proposed": True},
            [(FULL, "UNODC"), (SHORT, "UNODC"), ("新名", "UNODC")],
            "with what is proposed",
        ),
    ],
)
def test_pairs(options, expected, reason):
    assert of([ENTRY], **options)[0] == expected, reason


def test_what_stays_behind_is_counted():
    lost = {LossReason.SYNONYM: 1, LossReason.NOT_TO_USE: 1, LossReason.NOT_APPROVED: 1}
    assert of([ENTRY])[1] == lost | {LossReason.NO_PLACE: 1}, "the script, where only zh is said"
    assert of([ENTRY], source="zh-Hans")[1] == lost | {LossReason.NO_PLACE: 1}, "the term in the other script"


def test_a_source_of_two_concepts_comes_twice():
    """Which of them to leave out is for the format to say."""
    found, losses = of([ENTRY, OTHER])
    assert [target for source, target in found if source == SHORT] == ["UNODC", "another office"]
    assert LossReason.HOMOGRAPH not in losses


def test_withdrawn_concepts_and_those_of_one_language():
    gone = replace(OTHER, withdrawn_at="2026-01-31T08:30:00+00:00")
    alone = Entry("c3", terms=(term("en", "alone"),))
    assert of([gone, alone]) == ([], {LossReason.WITHDRAWN: 2, LossReason.NO_EQUIVALENT: 1})
