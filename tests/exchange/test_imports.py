"""Imports from the file to the step of the history and back."""

from dataclasses import replace
from io import BytesIO

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termbase import jobs
from termbase.errors import Conflict, InvalidInput, NotAllowed
from termbase.exchange import conflicts, exporter, importer, imports, term_table
from termbase.exchange.entry import Entry, EntryTerm
from termbase.exchange.imports import Wishes
from termbase.history import undoing
from termbase.models import Activity, Concept, Import, ImportRow, Term
from termbase.models.history import acting

pytestmark = pytest.mark.django_db


def person(name, role):
    user, new = User.objects.get_or_create(username=name)
    if new:
        user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def li(small_termbase):
    return person("li", "terminologist")


@pytest.fixture
def wang(small_termbase):
    return person("wang", "reviewer")


def csv(*rows, header="concept,language,text,administrative_status,source,review_status"):
    return "\n".join([header, *rows]).encode()


def reviewed(content, by, name="terms.csv", **wishes):
    item = imports.accept([content], name=name, wishes=Wishes(**wishes), by=by)
    imports.run_review(item.pk)
    item.refresh_from_db()
    return item


def applied(item, by):
    imports.release(item, by=by)
    imports.run_application(item.pk)
    item.refresh_from_db()
    return item


def current():
    """All that is in use, as it would be exported."""
    return list(exporter.entries(Concept.objects.current()))


def kinds(item):
    return list(item.rows.values_list("kind", flat=True))


NEW = "n1,zh-Hans,麻醉品,preferred,A/1,approved\nn1,en,narcotic,preferred,A/1,approved"
SAME = "c0002,zh-Hans,毒品,preferred,A/CONF.234/7,\nc0002,en,drug,preferred,A/CONF.234/7,"
DRUG = "A/CONF.234/7"


def source(text="毒品"):
    return Term.objects.get(text=text).source


# (why, rows, kind, reasons): what a review finds
FOUND = [
    ("a new concept", NEW, "new", []),
    ("just what is there", SAME, "same", []),
    ("a proposed value replaced", "c0005,en,terrorist offence,preferred,B,", "changed", []),
    ("an approved value replaced", "c0002,zh-Hans,毒品,preferred,B,", "conflict", ["approved"]),
    (
        "another preferred term",
        "c0002,zh-Hans,毒品,admitted,,\nc0002,en,narcotic,preferred,B,",
        "conflict",
        ["approved"],
    ),
    ("no key, a pair of terms in other forms", ",zh-Hans,毒　品,,,\n,en,DRUG,,,", "changed", []),
    ("a key that is another concept", "c0001,zh-Hans,麻醉品,preferred,A,", "conflict", ["other_terms", "approved"]),
    ("half of a pair", "n1,zh-Hans,毒品,preferred,A,\nn1,en,narcotic,preferred,A,", "new", []),
    ("no language of ours", "c9,fr,drogue,,,", "refused", []),
    ("withdrawn", "c0004,zh-Hans,恐怖主义,preferred,B,", "conflict", ["withdrawn", "approved"]),
    ("merged: it is its successor", "c0008,zh-Hans,毒品,preferred,A/CONF.234/7,", "same", []),
]


class TestReview:
    """What would be done with a file, without doing it."""

    @pytest.mark.parametrize(("rows", "kind", "reasons"), [pytest.param(*case[1:], id=case[0]) for case in FOUND])
    def test_found(self, li, rows, kind, reasons):
        Concept.objects.get(key="c0004").withdraw()
        Concept.objects.create(key="c0008").withdraw(replaced_by=Concept.objects.get(key="c0002"))
        header = "concept,language,text,administrative_status,source,review_status"
        rows = rows.split("\n")
        if all(row.endswith(",,,") for row in rows):
            header, rows = "concept,language,text", [row[:-3] for row in rows]
        if kind == "conflict" and "withdrawn" in reasons:
            header, rows = header + ",withdrawn_at", [row + "," for row in rows]
        before = everything()
        item = reviewed(csv(*rows, header=header), li)
        row = item.rows.get(kind=kind)
        assert row.reasons == reasons
        assert everything() == before
        assert item.counts[kind] == 1

    def test_the_termbase_has_several_such_pairs(self, li):
        importer.apply([Entry("c0100", terms=(EntryTerm("zh-Hans", "毒品"), EntryTerm("en", "drug")))])
        row = reviewed(csv(SAME.replace("c0002", "n1").replace("drug", "Drug")), li).rows.get()
        assert (row.kind, row.reasons, row.concept.key, row.alike) == (
            "conflict",
            ["several", "approved"],
            "c0002",
            ["c0100"],
        )

    def test_the_file_has_it_twice(self, li):
        rows = list(reviewed(csv(NEW, NEW.replace("n1", "n2")), li).rows.all())
        assert [(row.kind, row.reasons) for row in rows] == [("new", []), ("conflict", ["twice"])]

    def test_changed_since_the_date_of_the_file(self, li):
        content = csv("c0005,en,terrorist offence,preferred,B,")
        early = reviewed(content, li, as_of=Concept.objects.get(key="c0005").changed_at.replace(year=2020))
        assert early.rows.get(kind="conflict").reasons == ["changed_since"]
        late = reviewed(content, li, as_of=Concept.objects.get(key="c0005").changed_at.replace(year=2100))
        assert late.counts == {"changed": 1}

    def test_a_half_of_a_pair_is_told(self, li):
        row = reviewed(csv("n1,zh-Hans,毒品,preferred,A,"), li).rows.get()
        assert (row.kind, row.concept, row.alike) == ("new", None, ["c0002"])

    def test_relations_lead_to_the_concepts_that_the_entries_are(self, li):
        header = "concept,language,text,relations"
        rows = (",zh-Hans,毒品,", ",en,drug,", "n1,en,narcotic,related:x9")
        first = reviewed(csv(*rows[:2], header=header), li).rows.get(kind="same")
        item = reviewed(csv(*rows[:2], rows[2].replace("x9", first.key), header=header), li)
        applied(item, li)
        assert Concept.objects.get(key="n1").relations.get().target.key == "c0002" != first.key

    def test_a_file_that_is_none_fails(self, li):
        item = reviewed(b"<x/>", li, name="terms.tbx")
        assert item.state == "failed"
        assert item.problem

    def test_what_was_undone_can_be_imported_again(self, li):
        item = applied(reviewed(csv(NEW), li), li)
        undoing.undo(activity=item.activity, by=li)
        assert Concept.objects.get(key="n1").withdrawn_at
        again = reviewed(csv(NEW), li, on_conflict="overwrite")
        assert [(row.kind, "withdrawn" in row.reasons) for row in again.rows.all()] == [("conflict", True)]
        applied(again, li)
        assert Concept.objects.get(key="n1").withdrawn_at is None

    def test_of_two_workers_the_second_does_nothing(self, li):
        item = reviewed(csv(NEW), li)
        imports.run_review(item.pk)
        assert item.rows.count() == 1


def everything():
    return list(exporter.entries(Concept.objects.all()))


OVERWRITTEN, KEPT = "B", DRUG
# (situation, rows) x option -> what 毒品 has as its source, how many concepts and terms are more
CLASH = "c0002,zh-Hans,毒品,preferred,B,\nc0002,en,illicit drug,admitted,B,"
OTHER_KEY = "c0002,zh-Hans,麻醉品,preferred,B,\nc0002,en,narcotic,preferred,B,"
TWICE = "\n".join([CLASH.replace("c0002", "n1") + "\nn1,en,drug,,,", CLASH.replace("c0002", "n2") + "\nn2,en,drug,,,"])
OPTIONS = [
    ("an approved value", CLASH, "skip", (KEPT, 0, 0)),
    ("an approved value", CLASH, "fill", (KEPT, 0, 1)),
    ("an approved value", CLASH, "overwrite", (OVERWRITTEN, 0, 1)),
    ("an approved value", CLASH, "propose", (KEPT, 0, 1)),
    ("a key that is another's", OTHER_KEY, "skip", (KEPT, 0, 0)),
    ("a key that is another's", OTHER_KEY, "fill", (KEPT, 0, 2)),
    ("a key that is another's", OTHER_KEY, "overwrite", (KEPT, 0, 2)),
    ("a key that is another's", OTHER_KEY, "propose", (KEPT, 1, 2)),
    ("twice in the file", TWICE, "skip", (KEPT, 0, 0)),
    ("twice in the file", TWICE, "fill", (KEPT, 0, 1)),
    ("twice in the file", TWICE, "propose", (KEPT, 1, 4)),
]


@pytest.mark.parametrize(
    ("rows", "option", "expected"), [pytest.param(*case[1:], id=f"{case[0]}: {case[2]}") for case in OPTIONS]
)
@pytest.mark.parametrize("by_row", [False, True], ids=["rule of the import", "decision of a row"])
def test_options(li, rows, option, expected, by_row):
    before, state = (Concept.objects.count(), Term.objects.count()), current()
    item = reviewed(csv(*rows.split("\n")), li, on_conflict="skip" if by_row else option)
    if by_row:
        numbers = list(item.rows.filter(kind="conflict").values_list("number", flat=True))
        conflicts.decide(item, numbers, option, by=li)
    applied(item, li)
    assert item.state == "applied", item.problem
    assert item.outcome["refused"] == 0, item.outcome
    more = Concept.objects.count() - before[0], Term.objects.count() - before[1]
    assert (Term.objects.get(text="毒品", concept__key="c0002").source, *more) == expected
    if item.activity:
        imports.undo(item, by=li)
        assert current() == state


class TestApplication:
    """One transaction, one activity, once."""

    def test_new_terms_are_proposed(self, li):
        applied(reviewed(csv(NEW), li), li)
        term = Term.objects.get(text="narcotic")
        assert (term.review_status, term.proposed_by) == ("proposed", li)

    def test_approvals_are_taken_over_by_a_reviewer(self, wang):
        applied(reviewed(csv(NEW), wang, keep_review=True), wang)
        assert Term.objects.get(text="narcotic").review_status == "approved"

    def test_and_by_no_one_else(self, li, wang):
        with pytest.raises(NotAllowed):
            reviewed(csv(NEW), li, keep_review=True)
        item = reviewed(csv(NEW), wang, keep_review=True)
        with pytest.raises(NotAllowed):
            imports.release(item, by=li)

    def test_what_changed_since_the_preview_is_left(self, li):
        item = reviewed(csv(NEW, "c0005,en,terrorist offence,preferred,B,"), li)
        with acting(user=li):
            Concept.objects.filter(key="c0005").update(note="mine")
        applied(item, li)
        assert (item.outcome["new"], item.outcome["stale"]) == (1, 1)
        assert source("terrorist offence") == DRUG
        assert item.rows.get(outcome="stale").concept.key == "c0005"

    def test_what_came_since_the_preview_is_not_new_any_more(self, li):
        item = reviewed(csv(NEW), li)
        importer.apply([Entry("n1", terms=(EntryTerm("en", "other"),))])
        applied(item, li)
        assert item.outcome["stale"] == 1
        assert Concept.objects.get(key="n1").terms.count() == 1

    def test_a_second_time_does_nothing(self, li):
        item = applied(reviewed(csv(NEW), li), li)
        activities = Activity.objects.count()
        assert imports.run_application(item.pk) is False
        assert Activity.objects.count() == activities
        with pytest.raises(Conflict):
            imports.release(item, by=li)

    def test_nothing_is_written_before_it_is_released(self, li):
        item = reviewed(csv(NEW), li)
        assert imports.run_application(item.pk) is False
        assert not Concept.objects.filter(key="n1").exists()

    def test_a_worker_killed_in_the_middle(self, li, monkeypatch):
        """All of it is undone with the transaction, and the job that is done again does it whole."""
        item = reviewed(csv(NEW), li)
        imports.release(item, by=li)
        before = current()

        with monkeypatch.context() as patch:
            patch.setattr(imports, "_told", killed)
            with pytest.raises(Killed):
                imports.run_application(item.pk)
        assert current() == before
        item.refresh_from_db()
        assert item.state == "applying"
        jobs.apply_import(number=item.pk)
        jobs.apply_import(number=item.pk)
        item.refresh_from_db()
        assert (item.state, item.outcome["new"]) == ("applied", 1)
        assert Concept.objects.filter(key="n1").count() == 1
        assert Activity.objects.filter(imports=item).count() == 1

    def test_a_fault_of_ours_leaves_it_reviewed(self, li, monkeypatch):
        item = reviewed(csv(NEW), li)
        imports.release(item, by=li)

        def broken(*args):
            raise ValueError

        monkeypatch.setattr(imports, "_told", broken)
        with pytest.raises(ValueError):
            imports.run_application(item.pk)
        item.refresh_from_db()
        assert (item.state, bool(item.problem)) == ("reviewed", True)
        assert not Concept.objects.filter(key="n1").exists()


class Killed(BaseException):
    pass


def killed(*args):
    assert Concept.objects.filter(key="n1").exists(), "it was written, and not yet committed"
    raise Killed


class TestUndoing:
    """Back as one step, whichever way."""

    def test_again(self, li):
        item = applied(reviewed(csv(NEW), li), li)
        imports.undo(item, by=li)
        assert item.state == "undone"
        with pytest.raises(Conflict):
            imports.undo(item, by=li)

    def test_from_the_history_and_there_undone_itself(self, li):
        item = applied(reviewed(csv(NEW), li), li)
        undoing.undo(activity=item.activity, by=li)
        item.refresh_from_db()
        assert item.state == "undone"
        undoing.undo(activity=Activity.objects.order_by("-pk").first(), by=li)
        item.refresh_from_db()
        assert item.state == "applied"

    def test_of_what_wrote_nothing(self, li):
        item = applied(reviewed(csv(SAME), li), li)
        assert item.activity is None
        with pytest.raises(Conflict):
            imports.undo(item, by=li)


class TestSettling:
    """A conflict that was left behind."""

    @pytest.fixture
    def row(self, li):
        return applied(reviewed(csv(CLASH), li), li).rows.get(kind="conflict")

    def test_once(self, li, row):
        assert conflicts.settle(row, "overwrite", versions=None, by=li)
        assert source() == "B"
        with pytest.raises(Conflict):
            conflicts.settle(row, "skip", versions=None, by=li)

    def test_it_is_a_step_of_its_own(self, li, row):
        conflicts.settle(row, "propose", versions=None, by=li, reason="seen")
        activity = Activity.objects.order_by("-pk").first()
        assert (activity.kind, activity.reason, activity.user) == ("import", "seen", li)
        undoing.undo(activity=activity, by=li)
        assert not Term.objects.filter(text="illicit drug").exists()

    def test_compared_with_the_termbase_of_now(self, li, row):
        assert conflicts.compared(row).changes
        with acting(user=li):
            Term.objects.filter(text="毒品").update(source="B")
        conflicts.settle(row, "fill", versions=None, by=li)
        assert conflicts.compared(row).changes == []

    def test_undecided(self, li, row):
        assert list(ImportRow.objects.undecided()) == [row]
        conflicts.settle(row, "skip", versions=None, by=li)
        assert not ImportRow.objects.undecided().exists()


words = st.sampled_from(["毒品", "恐怖主义", "麻醉品", "drug", "terrorism", "narcotic", "UNODC", "new"])
csv_terms = st.builds(
    EntryTerm,
    language=st.just("en"),
    text=words,
    administrative_status=st.sampled_from(["preferred", "admitted", "deprecated"]),
    source=st.sampled_from(["", "A/1", DRUG]),
    usage_note=st.sampled_from(["", "legal"]),
    review_status=st.sampled_from(["proposed", "rejected"]),
)


def _in_language(term):
    return replace(term, language="en" if term.text.isascii() else "zh-Hans")


csv_entries = st.builds(
    Entry,
    key=st.sampled_from(["c0001", "c0002", "c0004", "c0005", "n1", "n2"]),
    note=st.sampled_from(["", "one"]),
    terms=st.lists(csv_terms.map(_in_language), min_size=1, max_size=3, unique_by=lambda t: t.text).map(tuple),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    entries=st.lists(csv_entries, min_size=1, max_size=4, unique_by=lambda e: e.key),
    option=st.sampled_from(["skip", "fill", "overwrite", "propose"]),
)
def test_applied_and_undone_the_termbase_is_what_it_was(wang, entries, option):
    with transaction.atomic():
        before = current()
        content = BytesIO()
        term_table.write(content, entries)
        item = reviewed(content.getvalue(), wang, on_conflict=option, keep_review=True)
        assert item.state == "reviewed", item.problem
        assert current() == before, "a review writes nothing"
        applied(item, wang)
        assert item.state == "applied", item.problem
        if item.activity is not None:
            imports.undo(item, by=wang)
        assert current() == before
        transaction.set_rollback(True)


def test_an_export_comes_back_as_the_same(wang):
    content = BytesIO()
    term_table.write(content, everything())
    item = reviewed(content.getvalue(), wang, keep_review=True)
    assert item.counts == {"same": 5}


@pytest.mark.parametrize(
    ("content", "name", "field"),
    [
        pytest.param(b"", "terms.csv", "file", id="empty"),
        pytest.param(b"x", "terms.doc", "file", id="an ending of nothing"),
        pytest.param(b"x", "terms.ttl", "file", id="one that is only written"),
    ],
)
def test_refused_at_once(li, content, name, field):
    with pytest.raises(InvalidInput):
        imports.accept([content], name=name, wishes=Wishes(), by=li)
    assert not Import.objects.exists()


def test_a_file_is_kept_in_pieces(li, monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", 1_000)
    content = csv(NEW) + b"\n" * 5_000
    item = imports.accept([content[:10], content[10:]], name="../terms.csv", wishes=Wishes(), by=li)
    assert (item.name, item.size, item.chunks.count()) == ("terms.csv", len(content), len(content) // 1_000 + 1)
    assert b"".join(item.content()) == content


def test_large_files_take_little_memory(li, settings):
    settings.TERMBASE_MAX_IMPORT_MB = 1
    pieces = 0

    def endless():
        nonlocal pieces
        while True:
            pieces += 1
            yield b"x" * 65_536

    with pytest.raises(InvalidInput):
        imports.accept(endless(), name="terms.csv", wishes=Wishes(), by=li)
    assert pieces < 40, "no more is read than is needed to know"
