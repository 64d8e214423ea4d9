"""Laws of imports, for entries of all kinds."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termbase.exchange import importer
from termbase.exchange.entry import Entry, EntryDefinition, EntryRelation, EntryTerm
from termbase.models import Concept
from termbase.models.matching import is_clean
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
from tests.exchange.importing import counts, in_order, rows, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crime")]


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
        assert counts(report) == {"new": len(entries)}
        assert {problem.field for problem in report.problems} <= {"text"}, "that a text may be several"
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
