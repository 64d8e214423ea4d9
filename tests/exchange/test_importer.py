"""Imports: what goes in, and that nothing else is touched."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from termbase.exchange import importer
from termbase.exchange.entry import Entry, EntryDefinition, EntryRelation, EntryTerm, Problem
from termbase.models import Concept, Term
from tests.exchange.importing import (
    BUREAU,
    DEFINITION,
    ENTRY,
    OFFICE,
    OTHER,
    ZH,
    counts,
    in_order,
    rows,
    stored,
    versions,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crime")]


class TestCounts:
    """Of concepts: new, changed, same and refused."""

    def test_new(self):
        report = importer.apply([ENTRY, OTHER])
        assert counts(report) == {"new": 2}
        assert report.problems == []
        assert stored() == [replace(ENTRY, line=0), replace(OTHER, line=0)]

    def test_the_same_again(self):
        importer.apply([replace(ENTRY, relations=(EntryRelation("related", "c2"),)), OTHER])
        before = rows()
        report = importer.apply([replace(ENTRY, relations=(EntryRelation("related", "c2"),)), OTHER])
        assert counts(report) == {"same": 2}
        assert rows() == before, "versions and times included"

    @pytest.mark.parametrize(
        "changed",
        [
            pytest.param(replace(ENTRY, note="another"), id="the note"),
            pytest.param(replace(ENTRY, subject_field="crime"), id="the subject field"),
            pytest.param(replace(ENTRY, terms=(replace(OFFICE, note="x"), ZH)), id="a value of a term"),
            pytest.param(replace(ENTRY, terms=(OFFICE, ZH, BUREAU)), id="another term"),
            pytest.param(replace(ENTRY, definitions=(replace(DEFINITION, source="A/2"),)), id="a definition's source"),
            pytest.param(
                replace(ENTRY, definitions=(DEFINITION, EntryDefinition("zh-Hans", "办公室。"))), id="a definition more"
            ),
            pytest.param(replace(ENTRY, relations=(EntryRelation("broader", "c2"),)), id="a relation"),
        ],
    )
    def test_changed(self, changed):
        importer.apply([ENTRY, OTHER])
        before = versions()
        report = importer.apply([changed, OTHER])
        assert counts(report) == {"changed": 1, "same": 1}
        assert stored()[0] == in_order(replace(changed, line=0))
        after = versions()
        assert (after["c1"] > before["c1"], after["c2"]) == (True, before["c2"])

    def test_a_relation_of_a_concept_that_changed_anyway_is_not_counted_twice(self):
        importer.apply([ENTRY, OTHER])
        report = importer.apply([replace(ENTRY, note="x", relations=(EntryRelation("broader", "c2"),)), OTHER])
        assert counts(report) == {"changed": 1, "same": 1}

    def test_read_is_their_sum_and_progress_hears_it(self):
        importer.apply([ENTRY])
        heard = []
        entries = [ENTRY, *(Entry(f"n{n}", terms=(BUREAU,)) for n in range(importer.BATCH)), Entry("bad")]
        report = importer.apply(entries, progress=heard.append)
        assert report.read == len(entries)
        assert heard == [importer.BATCH + 1, importer.BATCH + 2], "what was refused while the first was written is done"

    def test_nothing(self):
        report = importer.apply([])
        assert (report.read, report.problems, report.dry_run) == (0, [], False)


class TestDryRun:
    """Reports the same, changes nothing."""

    def test_same_counts_and_problems(self):
        importer.apply([ENTRY, OTHER])
        entries = [
            replace(ENTRY, terms=(replace(OFFICE, note="x"), BUREAU), relations=(EntryRelation("broader", "c3"),)),
            replace(OTHER, relations=(EntryRelation("related", "c1"), EntryRelation("related", "nowhere"))),
            Entry("c3", terms=(BUREAU,)),
            Entry("bad"),
        ]
        before = rows()
        dry = importer.apply(entries, dry_run=True)
        assert rows() == before
        wet = importer.apply(entries)
        assert replace(dry, dry_run=False) == wet
        assert (dry.dry_run, wet.dry_run) == (True, False)
        assert counts(wet) == {"new": 1, "changed": 2, "refused": 1}


class TestUpdate:
    """A known concept takes what the entry has and keeps what it lacks."""

    def test_what_is_absent_stays(self):
        importer.apply([replace(ENTRY, relations=(EntryRelation("related", "c2"),)), OTHER])
        importer.apply([Entry("c1", note="two", terms=(BUREAU,))])
        (entry, _) = stored()
        assert entry.terms == (OFFICE, BUREAU, ZH)
        assert (entry.note, entry.definitions, len(entry.relations)) == ("two", (DEFINITION,), 1)

    def test_terms_are_matched_by_language_and_text(self):
        importer.apply([ENTRY])
        ids = dict(Term.objects.values_list("text", "pk"))
        importer.apply(
            [replace(ENTRY, terms=(replace(OFFICE, note="x"), replace(ZH, language="zh-Hant", text="毒罪辦")))]
        )
        assert Term.objects.get(text="office").pk == ids["office"]
        assert Term.objects.count() == 3

    def test_a_text_that_differs_is_another_term(self):
        importer.apply([ENTRY])
        importer.apply([replace(ENTRY, terms=(replace(BUREAU, text="Office"),))])
        assert set(Term.objects.filter(language="en").values_list("text", "review_status")) == {
            ("office", "approved"),
            ("Office", "proposed"),
        }

    def test_a_blank_reading_leaves_the_editors(self):
        importer.apply([replace(ENTRY, terms=(replace(ZH, reading="corrected"),))])
        report = importer.apply([replace(ENTRY, terms=(replace(ZH, reading=""),))])
        assert counts(report) == {"same": 1}
        importer.apply([replace(ENTRY, terms=(replace(ZH, reading="", note="x"),))])
        assert Term.objects.get().reading == "corrected"

    def test_another_reading_is_taken(self):
        importer.apply([ENTRY])
        importer.apply([replace(ENTRY, terms=(OFFICE, replace(ZH, reading="corrected")))])
        assert Term.objects.get(language="zh-Hans").reading == "corrected"

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            pytest.param(("preferred", "admitted"), ("admitted", "preferred"), id="swapped"),
            pytest.param(("admitted", "preferred"), ("preferred", "admitted"), id="swapped the other way"),
            pytest.param(("preferred", "admitted"), ("preferred rejected", "preferred"), id="the first one rejected"),
            pytest.param(("admitted", "preferred"), ("preferred", "preferred rejected"), id="the second one rejected"),
            pytest.param(("preferred rejected", "preferred"), ("preferred", "admitted"), id="taken back"),
            pytest.param(("preferred", ""), ("deprecated", "preferred"), id="given to a new term"),
        ],
    )
    def test_another_preferred_term(self, before, after):
        def entry(statuses):
            terms = []
            for text, status in zip(("office", "bureau"), statuses, strict=True):
                administrative, _, review = status.partition(" ")
                if status:
                    term = EntryTerm("en", text, administrative_status=administrative)
                    terms.append(replace(term, review_status=review or "proposed"))
            return Entry("c1", terms=tuple(terms))

        importer.apply([entry(before)])
        assert counts(importer.apply([entry(after)])) == {"changed": 1}
        assert stored() == [entry(after)]

    def test_an_approval_in_the_file_stands(self):
        importer.apply([replace(ENTRY, terms=(replace(OFFICE, review_status="proposed"),))])
        importer.apply([ENTRY])
        term = Term.objects.get(text="office")
        assert term.review_status == "approved"
        assert term.reviewed_at is not None

    def test_keys_are_computed(self):
        importer.apply([replace(ENTRY, terms=(EntryTerm("zh-Hant", "毒 罪辦"),))])
        term = Term.objects.get()
        assert (term.key, term.reading, "毒罪" in term.ngrams) == ("毒罪办", "dú zuì bàn", True)


class TestFromElsewhere:
    """Files of other programs."""

    @pytest.mark.parametrize("name", ["crime", "犯罪"])
    def test_a_subject_field_by_its_name(self, name):
        assert counts(importer.apply([replace(ENTRY, subject_field=name)])) == {"new": 1}
        assert Concept.objects.get().subject_field.key == "crime"

    def test_a_remark_refuses_nothing(self):
        remark = Problem(2, "c1", "register", "has no field; it is kept as a note", refuses=False)
        report = importer.apply([remark, ENTRY])
        assert (counts(report), report.problems) == ({"new": 1}, [remark])

    def test_a_new_concept_is_of_the_first_version(self):
        importer.apply([ENTRY])
        assert versions() == {"c1": 1}


class TestProposer:
    """Who imports has proposed what is new."""

    @pytest.fixture
    def importing(self):
        return User.objects.create_user("importing")

    def test_of_new_terms(self, importing):
        importer.apply([ENTRY], by=importing)
        assert set(Term.objects.values_list("proposed_by", flat=True)) == {importing.pk}

    def test_not_of_known_ones(self, importing):
        importer.apply([ENTRY])
        importer.apply([replace(ENTRY, terms=(replace(OFFICE, note="x"), BUREAU))], by=importing)
        proposers = dict(Term.objects.values_list("text", "proposed_by"))
        assert proposers == {"office": None, "毒罪办": None, "bureau": importing.pk}
