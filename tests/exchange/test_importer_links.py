"""Relations, withdrawals and successors: what an entry says of other concepts."""

from dataclasses import replace

import pytest

from termbase.exchange import importer
from termbase.exchange.entry import Entry, EntryRelation
from termbase.models import ConceptRelation
from tests.exchange.importing import BUREAU, ENTRY, OTHER, counts, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crime")]


class TestWithdrawn:
    """A withdrawn concept comes back withdrawn, with what stands in its place."""

    AT = "2026-01-31T08:30:00+00:00"

    def test_of_a_new_concept(self):
        gone = replace(ENTRY, withdrawn_at=self.AT, replaced_by="c2")
        assert counts(importer.apply([gone, OTHER])) == {"new": 2}
        assert stored() == [replace(gone, line=0), replace(OTHER, line=0)]
        assert counts(importer.apply([gone, OTHER])) == {"same": 2}

    @pytest.mark.parametrize(
        ("at", "by", "reason"),
        [
            (AT, "", "withdrawn"),
            (AT, "c2", "replaced"),
            ("2026-01-31T09:30:00+01:00", "c2", "the same time elsewhere"),
        ],
    )
    def test_of_a_known_one_and_back(self, at, by, reason):
        importer.apply([ENTRY, OTHER])
        gone = replace(ENTRY, withdrawn_at=at, replaced_by=by)
        assert counts(importer.apply([gone, OTHER])) == {"changed": 1, "same": 1}, reason
        assert (stored()[0].withdrawn_at, stored()[0].replaced_by) == (self.AT, by)
        assert counts(importer.apply([gone, OTHER])) == {"same": 2}
        assert counts(importer.apply([ENTRY, OTHER])) == {"changed": 1, "same": 1}
        assert stored()[0] == replace(ENTRY, line=0)

    def test_a_file_that_says_nothing_of_it_leaves_it(self):
        gone = replace(ENTRY, withdrawn_at=self.AT, replaced_by="c2")
        importer.apply([gone, OTHER])
        silent = replace(ENTRY, given=frozenset({"concept", "language", "text"}))
        assert counts(importer.apply([silent])) == {"same": 1}
        assert stored()[0].replaced_by == "c2"

    def test_a_successor_that_is_not_there_is_left_out_and_said(self):
        report = importer.apply([replace(ENTRY, withdrawn_at=self.AT, replaced_by="nowhere")])
        assert counts(report) == {"new": 1}
        assert [(p.field, p.refuses) for p in report.problems] == [("replaced_by", False)]


class TestRelations:
    """They wait until every concept of the file is there."""

    def test_forward_and_back(self):
        first = replace(ENTRY, relations=(EntryRelation("broader", "c2"),))
        second = replace(OTHER, relations=(EntryRelation("related", "c1"),))
        report = importer.apply([first, second])
        assert (counts(report), report.problems) == ({"new": 2}, [])
        assert [entry.relations for entry in stored()] == [first.relations, second.relations]

    def test_over_batches(self):
        entries = [Entry(f"n{n}", terms=(BUREAU,)) for n in range(importer.BATCH)]
        importer.apply(
            [replace(ENTRY, relations=(EntryRelation("broader", "last"),)), *entries, replace(OTHER, key="last")]
        )
        assert ConceptRelation.objects.get().target.key == "last"

    def test_to_a_concept_of_the_termbase(self):
        importer.apply([OTHER])
        report = importer.apply([replace(ENTRY, relations=(EntryRelation("see_also", "c2"),))])
        assert report.problems == []
        assert ConceptRelation.objects.get().target.key == "c2"

    def test_to_no_concept_is_left_out_and_said(self):
        relations = (EntryRelation("broader", "nowhere"), EntryRelation("related", "c2"))
        report = importer.apply([replace(ENTRY, relations=relations), OTHER])
        assert counts(report) == {"new": 2}
        assert [(p.line, p.key, p.field) for p in report.problems] == [(2, "c1", "relations")]
        assert ConceptRelation.objects.get().target.key == "c2"

    def test_to_a_refused_concept(self):
        report = importer.apply([replace(ENTRY, relations=(EntryRelation("broader", "c2"),)), replace(OTHER, terms=())])
        assert counts(report) == {"new": 1, "refused": 1}
        assert sorted(problem.field for problem in report.problems) == ["relations", "text"]

    def test_twice_in_one_entry_is_once(self):
        importer.apply([replace(ENTRY, relations=(EntryRelation("related", "c2"),) * 2), OTHER])
        assert ConceptRelation.objects.count() == 1
