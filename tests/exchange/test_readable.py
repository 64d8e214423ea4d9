"""An entry as lines of text."""

import pytest
from django.utils import translation

from termbase.exchange import readable
from termbase.exchange.entry import Entry, EntryDefinition, EntryTerm

APPROVED = {"review_status": "approved", "source": "A/1"}
ENTRY = Entry(
    key="c0001",
    terms=(
        EntryTerm("zh-Hans", "毒罪办", term_type="abbreviation", administrative_status="admitted", **APPROVED),
        EntryTerm("zh-Hans", "联合国毒罪办", administrative_status="preferred", usage_note="首次出现。", **APPROVED),
        EntryTerm("zh-Hant", "毒罪辦", administrative_status="deprecated", **APPROVED),
        EntryTerm("zh-Hans", "没人核准", administrative_status="admitted"),
        EntryTerm("zh-Hans", "已否决", review_status="rejected"),
        EntryTerm("en", "UNODC", term_type="acronym", administrative_status="preferred", **APPROVED),
    ),
    definitions=(EntryDefinition("en", "An office.", "editors"), EntryDefinition("en", "A place.")),
)


def test_what_is_approved_in_order():
    assert readable.text(ENTRY, "https://terms.example.org/").splitlines() == [
        "Chinese",
        "  联合国毒罪办 (full form, preferred) [A/1]",
        "    首次出现。",
        "  毒罪办 (abbreviation, admitted) [A/1]",
        "  毒罪辦 (full form, deprecated) [A/1]",
        "English",
        "  UNODC (acronym, preferred) [A/1]",
        "  An office. [editors]",
        "  A place.",
        "c0001 https://terms.example.org/concepts/c0001",
    ]


def test_in_the_language_of_the_interface():
    with translation.override("zh-hans"):
        assert "首选" in readable.text(ENTRY, "/")


@pytest.mark.parametrize("entry", [Entry(key="c1"), Entry(key="c1", definitions=(EntryDefinition("en", "x"),))])
def test_where_nothing_is_approved_nothing_is_said(entry):
    assert readable.text(entry, "/") == "c1 /concepts/c1\n"
