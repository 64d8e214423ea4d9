"""Imports: what goes in, what is refused and why, and that nothing else is touched."""

import random
import string
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termbase.errors import UnreadableFile
from termbase.exchange import exporter, importer
from termbase.exchange.entry import Entry, EntryDefinition, EntryRelation, EntryTerm, Problem
from termbase.models import Concept, ConceptRelation, Definition, SubjectField, Term
from termbase.models.matching import MAX_BYTES, is_clean
from termbase.text.normalise import normalise
from termbase.text.pinyin import reading_of
from termbase.vocabulary import (
    AdministrativeStatus,
    Language,
    PartOfSpeech,
    RelationType,
    Reliability,
    ReviewStatus,
    TermType,
)

pytestmark = pytest.mark.django_db

OFFICE = EntryTerm("en", "office", administrative_status="preferred", source="A/1", review_status="approved")
BUREAU = EntryTerm("en", "bureau")
ZH = EntryTerm("zh-Hans", "毒罪办", administrative_status="preferred", reading="dú zuì bàn", reliability=4)
DEFINITION = EntryDefinition("en", "An office.", "A/1")
ENTRY = Entry("c1", note="one", terms=(OFFICE, ZH), definitions=(DEFINITION,), line=2)
OTHER = Entry("c2", terms=(BUREAU,), line=5)


@pytest.fixture(autouse=True)
def crime():
    return SubjectField.objects.create(key="crime", name_en="crime", name_zh="犯罪")


def counts(report):
    return {name: n for name in ("new", "changed", "same", "refused") if (n := getattr(report, name))}


def stored():
    return list(exporter.entries(Concept.objects.all()))


def versions():
    return dict(Concept.objects.values_list("key", "version"))


def rows():
    """Everything that an import may write, as it stands."""
    return [list(model.objects.order_by("pk").values()) for model in (Concept, Term, Definition, ConceptRelation)]


def in_order(entry):
    return replace(
        entry,
        terms=tuple(sorted(entry.terms, key=lambda term: term.language)),
        definitions=tuple(sorted(entry.definitions, key=lambda definition: definition.language)),
        relations=tuple(sorted(entry.relations, key=lambda relation: (relation.relation_type, relation.target))),
    )


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
    ("text", {"terms": (BUREAU, BUREAU)}, "a term twice"),
    ("text", {"terms": (BUREAU, replace(BUREAU, note="x", term_type="variant"))}, "a term twice with other values"),
    ("administrative_status", {"terms": (OFFICE, replace(OFFICE, text="agency"))}, "two preferred terms"),
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
            ("reliability", 0, "below the grades"),
            ("reliability", 5, "above the grades"),
            ("geographical_usage", "x" * 121, "a place too long"),
            ("reading", "\0", "a null character in another field"),
        ]
    ),
    ("source", {"terms": (replace(OFFICE, source=""),)}, "approved without a source"),
    *(
        ("definition", {"definitions": definitions}, why)
        for definitions, why in [
            ((EntryDefinition("fr", "Un bureau."),), "a definition in another language"),
            ((EntryDefinition("en", "An\toffice."),), "a control character in a definition"),
            ((EntryDefinition("en", ""),), "no definition"),
            ((EntryDefinition("en", long(1)),), "a definition longer than an index takes"),
            ((DEFINITION, replace(DEFINITION, source="")), "a definition twice"),
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


def values(choices):
    return st.sampled_from(choices.values)


def clean(max_size=12):
    character = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff")
    return st.text(character, min_size=1, max_size=max_size).map(str.strip).filter(is_clean)


CELL = st.just("") | clean()


@st.composite
def good_terms(draw):
    term = draw(
        st.builds(
            EntryTerm,
            language=values(Language),
            text=clean().filter(normalise),
            term_type=values(TermType),
            administrative_status=values(AdministrativeStatus),
            part_of_speech=values(PartOfSpeech),
            geographical_usage=CELL,
            reading=CELL,
            source=clean(),
            note=CELL,
            usage_note=CELL,
            reliability=values(Reliability),
            review_status=values(ReviewStatus),
            rejection_reason=CELL,
        )
    )
    if term.language != Language.EN and not term.reading:
        return replace(term, reading=reading_of(term.text))
    return term


def one_preferred(terms):
    """The terms, of several preferred ones in a language the first."""
    seen = set()
    kept = []
    for term in terms:
        if term.administrative_status == "preferred" and term.review_status != "rejected":
            if term.language in seen:
                continue
            seen.add(term.language)
        kept.append(term)
    return tuple(kept)


def parts(strategy, identity, **sizes):
    return st.lists(strategy, max_size=3, unique_by=identity, **sizes)


KEYS = ["c1", "c2", "c3"]
good_entries = st.tuples(
    *(
        st.builds(
            Entry,
            key=st.just(key),
            subject_field=st.sampled_from(["", "crime"]),
            note=CELL,
            terms=parts(good_terms(), lambda t: (t.language, t.text), min_size=1).map(one_preferred),
            definitions=parts(
                st.builds(EntryDefinition, values(Language), clean(), CELL), lambda d: (d.language, d.text)
            ).map(tuple),
            relations=parts(
                st.builds(EntryRelation, values(RelationType), st.sampled_from([k for k in KEYS if k != key])),
                lambda r: (r.relation_type, r.target),
            ).map(tuple),
        )
        for key in KEYS
    )
)

DIRT = st.sampled_from(["", " ", "x", "y", "\0", "\ud800", "\n", "x ", "毒", "毒" * 900, "\u200b", "x" * 121])
dirty_terms = st.builds(
    EntryTerm,
    language=st.sampled_from([*Language.values, "zh"]),
    text=st.sampled_from(["x", "y", "z", "毒"]) | DIRT | st.text(max_size=3),
    term_type=st.sampled_from(["full_form", "acronym"]) | DIRT,
    administrative_status=values(AdministrativeStatus),
    geographical_usage=DIRT,
    reading=DIRT,
    source=DIRT,
    reliability=st.integers(0, 5),
    review_status=values(ReviewStatus),
)
# Most terms have a chance, so that the database sees what the check lets through.
likely_terms = st.builds(
    EntryTerm,
    language=st.sampled_from(["en", "zh-Hans"]),
    text=st.sampled_from(["x", "y", "z"]),
    administrative_status=st.sampled_from(["preferred", "admitted"]),
    source=st.sampled_from(["", "A/1"]),
    review_status=values(ReviewStatus),
)
any_entries = st.lists(
    st.builds(
        Entry,
        key=st.sampled_from([*KEYS, "1c", "c1\n", ""]),
        subject_field=st.sampled_from(["", "crime", "law"]),
        note=st.just("") | DIRT,
        terms=st.lists(likely_terms, max_size=3).map(tuple) | st.lists(dirty_terms, max_size=2).map(tuple),
        definitions=st.lists(
            st.builds(EntryDefinition, st.sampled_from(["en", "zh"]), st.just("x") | DIRT, DIRT), max_size=2
        ).map(tuple),
        relations=st.lists(
            st.builds(EntryRelation, st.sampled_from(["broader", "narrower"]), st.sampled_from(KEYS) | DIRT), max_size=2
        ).map(tuple),
    ),
    max_size=4,
)

with_database = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@with_database
@given(good_entries)
def test_what_went_in_comes_out(entries):
    with rolled_back():
        report = importer.apply(entries)
        assert (counts(report), report.problems) == ({"new": len(entries)}, [])
        assert [in_order(entry) for entry in stored()] == [in_order(entry) for entry in entries]
        before = rows()
        assert counts(importer.apply(stored())) == {"same": len(entries)}
        assert rows() == before


@with_database
@given(good_entries, good_entries)
def test_dry_and_wet_report_the_same_of_an_update(before, after):
    with rolled_back():
        importer.apply(before)
        dry = importer.apply(after, dry_run=True)
        assert replace(dry, dry_run=False) == importer.apply(after)


@with_database
@given(any_entries, any_entries)
def test_no_entry_loses_the_file(before, after):
    """The check refuses whatever the database would refuse, and says of each entry what became of it."""
    with rolled_back():
        for entries in (before, after):
            report = importer.apply(entries)
            assert report.read == len(entries)
            assert report.refused <= len(report.problems)
        assert counts(importer.apply(stored())) == ({"same": n} if (n := Concept.objects.count()) else {})
