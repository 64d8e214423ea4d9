"""Every way of writing leaves a revision, and an activity that says who and why."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction

from termbase.exchange import importer
from termbase.models import (
    Activity,
    Candidate,
    Concept,
    ConceptRelation,
    Definition,
    Example,
    Passage,
    Revision,
    SubjectField,
    Suggestion,
    Term,
)
from termbase.models.history import acting, recorded_fields
from termbase.vocabulary import ActivityKind
from tests.conftest import SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def li(db):
    return User.objects.create_user("li")


@pytest.fixture
def drug(small_termbase):
    Activity.objects.all().delete()
    Revision.objects.all().delete()
    # A test is one transaction, which would go on with the step that made the termbase.
    sql("SELECT set_config('termbase.activity', '', true)")
    return Term.objects.get(text="毒品")


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def written():
    """The revisions there are, as (model, changes)."""
    return list(Revision.objects.order_by("pk").values_list("model", "changes"))


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda term: (setattr(term, "note", "new"), term.save()), id="a save"),
        pytest.param(lambda term: Term.objects.filter(pk=term.pk).update(note="new"), id="an update of a set"),
        pytest.param(
            lambda term: (setattr(term, "note", "new"), Term.objects.bulk_update([term], ["note"])), id="bulk"
        ),
        pytest.param(lambda term: sql("UPDATE termbase_term SET note = 'new' WHERE id = %s", term.pk), id="SQL"),
        pytest.param(
            lambda term: sql(
                "WITH w AS (UPDATE termbase_term SET note = 'new' WHERE id = %s RETURNING id) SELECT * FROM w", term.pk
            ),
            id="SQL that looks like reading",
        ),
    ],
)
def test_every_way_of_changing_is_recorded(drug, write):
    write(drug)
    assert written() == [("term", {"note": ["", "new"]})]


def test_what_is_computed_is_not_recorded(drug):
    drug.text = "麻醉品"
    drug.reading = ""
    drug.save()
    (((model, changes)),) = written()
    assert model == "term"
    assert changes.keys() == {"text", "reading", "review_status"}
    assert changes["review_status"] == ["approved", "proposed"], "as the trigger left it"


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda term: term.save(), id="saved as it was"),
        pytest.param(lambda term: term.concept.save(), id="the concept saved as it was, with a new version"),
        pytest.param(lambda term: Term.objects.none().update(note="x"), id="no row"),
        pytest.param(lambda term: Candidate.objects.create(text="毒"), id="what the harvest finds"),
        pytest.param(lambda term: Candidate.objects.update_or_create(text="毒", defaults={"score": 2}), id="a score"),
        pytest.param(lambda term: Suggestion.objects.create(comment="?"), id="what a reader sends"),
    ],
)
def test_what_says_nothing_is_not_recorded(drug, write):
    write(drug)
    assert written() == []
    assert not Activity.objects.exists(), "and no step is made of it"


def test_insert_and_delete(drug):
    definition = Definition.objects.create(concept=drug.concept, language="en", text="A substance.")
    pk = definition.pk
    definition.delete()
    new, gone = Revision.objects.order_by("pk")
    assert (new.model, new.row, new.changes, new.deleted, new.left) == ("definition", pk, None, False, None)
    assert (gone.row, gone.deleted, gone.left) == (pk, True, drug.concept_id)
    whole = {"concept_id": drug.concept_id, "language": "en", "text": "A substance.", "source": ""}
    assert gone.changes == whole


def test_a_move_says_where_from(drug):
    other = Concept.objects.create(key="c9000")
    Revision.objects.all().delete()
    home = drug.concept_id
    Term.objects.filter(pk=drug.pk).update(concept=other)
    revision = Revision.objects.get()
    assert revision.left == home
    assert revision.changes["concept_id"] == [home, other.pk]


def test_rows_around_concepts(drug):
    field = SubjectField.objects.create(key="drugs", name_en="Drugs", name_zh="毒品")
    candidate = Candidate.objects.create(text="毒")
    Candidate.objects.update(status="rejected")
    suggestion = Suggestion.objects.create(comment="?")
    Suggestion.objects.update(status="accepted")
    assert list(Revision.objects.order_by("pk").values_list("model", "row")) == [
        ("subjectfield", field.pk),
        ("candidate", candidate.pk),
        ("suggestion", suggestion.pk),
    ]


def test_examples_are_recorded_while_they_are_pinned(drug):
    Example.objects.all().delete()
    values = {"start": 0, "end": 1, "sentence_start": 0, "sentence_end": 9, "score": 1}
    example = Example.objects.create(term=drug, passage=Passage.objects.get(), **values)
    Example.objects.update(score=2)
    assert written() == []
    Example.objects.update(pinned=True)
    Example.objects.update(pinned=False)
    Example.objects.update(score=3)
    assert written() == [("example", {"pinned": [False, True]}), ("example", {"pinned": [True, False]})]
    Example.objects.filter(pk=example.pk).delete()
    assert len(written()) == 2


def test_every_column_is_recorded_or_computed():
    """So that a field added later is in the history without anyone's thinking of it."""
    assert [field.name for field in recorded_fields(Term)] == [
        "concept",
        "language",
        "text",
        "term_type",
        "administrative_status",
        "part_of_speech",
        "geographical_usage",
        "reading",
        "source",
        "note",
        "usage_note",
        "reliability",
        "review_status",
        "rejection_reason",
        "proposed_by",
        "reviewed_by",
        "reviewed_at",
    ]


class TestActing:
    def test_who_why_and_what(self, drug, li):
        with acting(user=li, reason="as in A/RES/74/1", activity=ActivityKind.REVIEW):
            Term.objects.filter(pk=drug.pk).update(note="new")
        activity = Activity.objects.get()
        assert (activity.user, activity.reason, activity.kind) == (li, "as in A/RES/74/1", "review")
        assert activity.by == "li"
        assert activity.role, "the role is always noted"

    def test_a_person_edits_unless_something_else_is_said(self, drug, li):
        with acting(user=li):
            Term.objects.filter(pk=drug.pk).update(note="new")
        assert Activity.objects.get().kind == "edit"

    def test_who_is_not_named_is_a_role_of_the_database(self, drug):
        sql("UPDATE termbase_term SET note = 'new' WHERE id = %s", drug.pk)
        activity = Activity.objects.get()
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_user")
            assert (activity.kind, activity.user, activity.by) == ("direct", None, cursor.fetchone()[0])

    def test_all_of_a_block_is_one_step_and_two_blocks_are_two(self, drug, li):
        for text in ("one", "other"):
            with acting(user=li, reason=text):
                Term.objects.filter(pk=drug.pk).update(note=text)
                drug.concept.note = text
                drug.concept.save()
        assert [(a.reason, a.revisions.count()) for a in Activity.objects.order_by("pk")] == [("one", 2), ("other", 2)]

    def test_what_was_written_outside_is_not_the_blocks_own(self, drug, li):
        Term.objects.filter(pk=drug.pk).update(note="before")
        with acting(user=li):
            Term.objects.filter(pk=drug.pk).update(note="inside")
        Term.objects.filter(pk=drug.pk).update(note="after")
        kinds = [revision.activity.kind for revision in Revision.objects.order_by("pk").select_related("activity")]
        assert kinds == ["direct", "edit", "direct"]

    def test_within_another_it_says_more_of_the_same_step(self, drug, li):
        with acting(user=li), acting(activity=ActivityKind.MERGE, reason="doublet"):
            Term.objects.filter(pk=drug.pk).update(note="x")
        activity = Activity.objects.get()
        assert (activity.user, activity.kind, activity.reason) == (li, "merge", "doublet")

    def test_after_the_inner_one_the_step_goes_on(self, drug, li):
        with acting(user=li):
            with acting(reason="first"):
                Term.objects.filter(pk=drug.pk).update(note="x")
            Term.objects.filter(pk=drug.pk).update(note="y")
        assert Activity.objects.get().revisions.count() == 2

    def test_a_savepoint_rolled_back_takes_its_step_along(self, drug, li):
        with acting(user=li):
            with transaction.atomic():
                Term.objects.filter(pk=drug.pk).update(note="x")
                transaction.set_rollback(True)
            Term.objects.filter(pk=drug.pk).update(note="y")
        assert Activity.objects.get().revisions.count() == 1

    def test_an_error_leaves_nothing(self, drug, li):
        def fail():
            with acting(user=li):
                Term.objects.filter(pk=drug.pk).update(note="x")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert not Activity.objects.exists()
        Term.objects.filter(pk=drug.pk).update(note="y")
        assert Activity.objects.get().kind == "direct", "and nobody's name stays behind"


def test_an_import_is_one_step(db, li):
    importer.apply(SMALL[1:], by=li, reason="terms.csv")
    activity = Activity.objects.get()
    assert (activity.kind, activity.user, activity.reason) == ("import", li, "terms.csv")
    models = set(activity.revisions.values_list("model", flat=True))
    assert models == {"concept", "term", "definition", "conceptrelation"}


def test_a_dry_run_leaves_no_step(db):
    importer.apply(SMALL[1:], dry_run=True)
    assert not Activity.objects.exists()


def test_the_command_says_which_file(db, tmp_path):
    path = tmp_path / "new.csv"
    path.write_text("concept,language,text\nx1,en,drug\n", encoding="utf-8")
    call_command("import_terms", path)
    activity = Activity.objects.get()
    assert (activity.kind, activity.reason, activity.user) == ("import", "new.csv", None)


@pytest.mark.django_db(transaction=True)
def test_nothing_stays_on_the_connection(small_termbase):
    """It is kept for the next request, which is another person's."""
    li = User.objects.create_user("li")
    term = Term.objects.first()
    with acting(user=li):
        Term.objects.filter(pk=term.pk).update(note="x")
    Term.objects.filter(pk=term.pk).update(note="y")
    ConceptRelation.objects.all().delete()
    last = Activity.objects.order_by("pk").values_list("kind", flat=True)
    assert list(last)[-3:] == ["edit", "direct", "direct"]
