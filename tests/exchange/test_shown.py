"""What of an entry readers may see."""

import pytest

from termbase.exchange.entry import Entry, EntryDefinition, EntryRelation, EntryTerm
from termbase.exchange.shown import for_readers

APPROVED = EntryTerm("en", "office", source="A/1", review_status="approved")
PROPOSED = EntryTerm("en", "bureau")
REJECTED = EntryTerm("en", "den", review_status="rejected", rejection_reason="Slang.")
REST = {
    "subject_field": "bodies",
    "note": "A remark.",
    "definitions": (EntryDefinition("en", "A place."),),
    "relations": (EntryRelation("related", "c2"),),
}


@pytest.mark.parametrize(
    ("terms", "shown", "reason"),
    [
        ((APPROVED, PROPOSED, REJECTED), Entry("c1", terms=(APPROVED,), **REST), "approved terms alone"),
        ((APPROVED,), Entry("c1", terms=(APPROVED,), **REST), "all of it"),
        ((PROPOSED, REJECTED), Entry("c1", subject_field="bodies"), "what is said of nothing approved is not shown"),
        ((), Entry("c1", subject_field="bodies"), "nor of nothing"),
    ],
)
def test_what_readers_see(terms, shown, reason):
    assert for_readers(Entry("c1", terms=terms, **REST)) == shown, reason
