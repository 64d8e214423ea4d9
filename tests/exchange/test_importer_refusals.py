"""What is refused and why, and that nothing else of its file is lost."""

import random
import string
from dataclasses import replace

import pytest

from termbase.errors import UnreadableFile
from termbase.exchange import importer
from termbase.exchange.entry import Entry, EntryDefinition, EntryRelation, EntryTerm, Problem
from termbase.models import Concept
from termbase.models.matching import MAX_BYTES
from tests.exchange.importing import (
    BUREAU,
    ENTRY,
    OFFICE,
    OTHER,
    counts,
    rows,
    stored,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crime")]


def long(more=0):
    """A text of MAX_BYTES bytes and `more` that does not compress: an index would take more of one that does."""
    return "".join(random.Random(1).choices(string.printable[:94], k=MAX_BYTES + more))


# (field, what is wrong with the entry, why)
REFUSED = [
    ("concept", {"key": "1c"}, "a key that is no NCName"),
    ("concept", {"key": "c1\n"}, "a line break after the key"),
    ("concept", {"key": "c" * 65}, "a key too long"),
    ("concept_note", {"note": "a\0b"}, "a null character, which no text in PostgreSQL holds"),
    ("concept_note", {"note": "\ud800"}, "half a character"),
    ("text", {"terms": ()}, "no term"),
    *(
        ("text", {"terms": (replace(BUREAU, text=text),)}, why)
        for text, why in [
            ("", "no text"),
            (" ", "a blank text"),
            (" office", "white space before"),
            ("office\u3000", "white space after"),
            ("of\nfice", "a line break"),
            ("of\x07fice", "a control character"),
            ("of\ufefffice", "a byte-order mark"),
            ("of\0fice", "a null character in a text"),
            ("\udfff", "half a character in a text"),
            (long(1), "longer than an index takes"),
            ("\ufdfa" * 80, "a key longer than an index takes"),
        ]
    ),
    *(
        (name, {"terms": (replace(BUREAU, **{name: value}),)}, why)
        for name, value, why in [
            ("language", "zh", "the name of both scripts"),
            ("language", "", "no language"),
            ("review_status", "preferred", "a review status of the other axis"),
            ("geographical_usage", "x" * 121, "a place too long"),
            ("reading", "\0", "a null character in another field"),
        ]
    ),
    ("source", {"terms": (replace(OFFICE, source=""),)}, "approved without a source"),
    *(
        ("definition", {"definitions": definitions}, why)
        for definitions, why in [
            ((EntryDefinition("en", "An\toffice."),), "a control character in a definition"),
            ((EntryDefinition("en", ""),), "no definition"),
        ]
    ),
    (
        "definition_source",
        {"definitions": (EntryDefinition("en", "An office.", "\0"),)},
        "a null character in a definition's source",
    ),
    ("note", {"terms": (replace(BUREAU, note="x" * 100_001),)}, "a note without end"),
    ("withdrawn_at", {"withdrawn_at": "yesterday"}, "no time"),
    ("replaced_by", {"replaced_by": "c2"}, "a successor of a concept in use"),
    ("replaced_by", {"withdrawn_at": "2026-01-31", "replaced_by": "c1"}, "its own successor"),
    ("relations", {"relations": (EntryRelation("narrower", "c2"),)}, "an unknown relation"),
    ("relations", {"relations": (EntryRelation("broader", "c1"),)}, "a concept related to itself"),
    ("relations", {"relations": (EntryRelation("broader", "\0"),)}, "a null character in a key"),
]


class TestRefused:
    """A bad entry is refused whole, with line, key and field; the others go in."""

    @pytest.mark.parametrize(("name", "values"), [pytest.param(*case[:2], id=case[2]) for case in REFUSED])
    @pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
    def test_one_among_good_ones(self, name, values, known):
        if known:
            importer.apply([ENTRY])
        before = stored()
        bad = replace(ENTRY, **values)
        report = importer.apply([OTHER, bad, Entry("c3", terms=(BUREAU,))])
        assert counts(report) == {"new": 2, "refused": 1}
        assert {(problem.line, problem.key) for problem in report.problems} == {(2, bad.key)}
        assert name in {problem.field for problem in report.problems}
        assert [entry for entry in stored() if entry.key not in ("c2", "c3")] == before

    @pytest.mark.parametrize(
        ("name", "values", "kept"),
        [
            ("subject_field", {"subject_field": "law"}, ("subject field: law", "")),
            ("term_type", {"terms": (replace(BUREAU, term_type="slogan"),)}, ("", "term type: slogan")),
            (
                "administrative_status",
                {"terms": (replace(BUREAU, administrative_status="好"),)},
                ("", "administrative status: 好"),
            ),
            (
                "part_of_speech",
                {"terms": (replace(BUREAU, part_of_speech="measure word", note="x"),)},
                ("", "x\npart of speech: measure word"),
            ),
        ],
    )
    def test_what_is_not_known_is_kept_as_a_note(self, name, values, kept):
        entry = replace(Entry("n1", terms=(BUREAU,), line=5), **values)
        report = importer.apply([entry, replace(entry, key="n2", line=6)])
        assert counts(report) == {"new": 2}
        assert [(p.line, p.field, p.refuses) for p in report.problems] == [(5, name, False)], "said once a file"
        concept = Concept.objects.get(key="n1")
        assert (concept.note, concept.terms.get().note) == kept
        assert counts(importer.apply([entry])) == {"same": 1}

    def test_what_is_not_known_clears_nothing(self):
        importer.apply([ENTRY])
        before = stored()
        strange = replace(ENTRY, subject_field="law", note="", given=frozenset({"language", "text", "subject_field"}))
        assert counts(importer.apply([strange])) == {"same": 1}
        assert stored() == before

    def test_the_longest_goes_in(self):
        entry = replace(ENTRY, terms=(EntryTerm("en", long()),), definitions=(EntryDefinition("en", long()),))
        assert counts(importer.apply([entry])) == {"new": 1}
        assert stored() == [replace(entry, line=0)]

    def test_everything_wrong_is_said_at_once(self):
        bad = replace(ENTRY, subject_field="law", terms=(replace(OFFICE, source="", reliability=7),))
        report = importer.apply([bad])
        assert [problem.field for problem in report.problems] == ["subject_field", "reliability", "source"]
        assert [str(problem) for problem in report.problems][:1] == [
            "line 2, c1, subject_field: “law” is not known here; it is kept as a note"
        ]

    def test_what_the_format_could_not_read(self):
        problem = Problem(3, "", "concept", "is empty")
        report = importer.apply([problem, OTHER])
        assert counts(report) == {"new": 1, "refused": 1}
        assert report.problems == [problem]

    def test_a_concept_twice(self):
        report = importer.apply([ENTRY, replace(ENTRY, note="again", line=9)])
        assert counts(report) == {"new": 1, "refused": 1}
        assert [(p.line, p.field) for p in report.problems] == [(9, "concept")]
        assert stored() == [replace(ENTRY, line=0)]

    def test_a_concept_twice_in_two_batches(self):
        entries = [Entry(f"n{n}", terms=(BUREAU,)) for n in range(importer.BATCH)]
        report = importer.apply([*entries, entries[0]])
        assert counts(report) == {"new": importer.BATCH, "refused": 1}

    def test_a_term_preferred_where_another_is_that_the_entry_lacks(self):
        importer.apply([ENTRY])
        bad = Entry("c1", terms=(replace(BUREAU, administrative_status="preferred"),), line=7)
        report = importer.apply([bad, OTHER])
        assert counts(report) == {"new": 1, "refused": 1}
        assert report.problems == [Problem(7, "c1", "administrative_status", "“office” is preferred in en already")]
        assert stored()[0] == replace(ENTRY, line=0)

    def test_a_file_that_breaks_off_leaves_the_termbase_as_it_was(self):
        def broken():
            yield from (Entry(f"n{n}", terms=(BUREAU,)) for n in range(importer.BATCH + 1))
            raise UnreadableFile("Not UTF-8.")

        importer.apply([ENTRY])
        before = rows()
        with pytest.raises(UnreadableFile):
            importer.apply(broken())
        assert rows() == before
