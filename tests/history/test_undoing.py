"""Activities taken back as one step, but for what has changed since."""

import pytest
from hypothesis import HealthCheck, given, settings

from termbase import merging
from termbase.errors import Conflict
from termbase.exchange import importer
from termbase.exchange.entry import Entry, EntryTerm
from termbase.history.states import concept_now
from termbase.history.undoing import undo
from termbase.models import Activity, Candidate, Concept, Definition, Example, Suggestion, Term
from termbase.models.history import acting
from tests.history.test_restoring import DEEDS

pytestmark = pytest.mark.django_db


def last():
    return Activity.objects.order_by("-pk").first()


def term(text, language="en", **fields):
    return EntryTerm(language=language, text=text, **{"source": "x"} | fields)


NEW = Entry(key="n1", terms=(term("narcotic"), term("麻醉品", "zh-Hans")))
KNOWN = Entry(
    key="c0002",
    note="with a note",
    terms=(
        term("drug", source="other", review_status="approved", reliability=2, administrative_status="preferred"),
        term("illicit drug"),
    ),
)


@pytest.fixture
def imported(small_termbase, wang):
    """The activity of an import that made a concept and changed another, and what that was before."""
    before = concept_now(Concept.objects.get(key="c0002").pk)
    importer.apply([NEW, KNOWN], by=wang, reason="terms.csv")
    return last(), before


class TestImport:
    def test_new_concepts_are_withdrawn_and_others_as_they_were(self, imported, wang):
        activity, before = imported
        undone = undo(activity=activity, by=wang, reason="the wrong file")
        new = Concept.objects.get(key="n1")
        assert new.withdrawn_at is not None
        assert new.terms.count() == 2, "whole, so that it can be brought back"
        assert concept_now(Concept.objects.get(key="c0002").pk) == before
        assert (undone.withdrawn, undone.left) == (1, [])
        assert (last().kind, last().of, last().reason) == ("undo", activity, "the wrong file")

    def test_an_import_in_the_same_transaction(self, imported, wang):
        """It writes terms before their concepts, whose references wait for the end of the transaction again."""
        undo(activity=imported[0], by=wang)
        importer.apply([Entry(key="n2", terms=(term("opiate"),))], by=wang)
        assert Term.objects.get(text="opiate").concept.key == "n2"

    def test_undoing_the_undoing(self, imported, wang):
        activity, _before = imported
        after = {key: concept_now(Concept.objects.get(key=key).pk) for key in ("n1", "c0002")}
        undo(activity=activity, by=wang)
        undo(activity=last(), by=wang)
        assert {key: concept_now(Concept.objects.get(key=key).pk) for key in after} == after

    def test_again_after_that(self, imported, wang):
        """It is judged by what stands there now, not by how it came about."""
        activity, before = imported
        for _ in range(2):
            undo(activity=activity, by=wang)
            undo(activity=last(), by=wang)
        undo(activity=activity, by=wang)
        assert concept_now(Concept.objects.get(key="c0002").pk) == before

    def test_what_changed_since_stays(self, imported, wang, li):
        activity, _before = imported
        with acting(user=li):
            Term.objects.filter(concept__key="c0002", text="drug").update(source="mine")
        with acting(user=li):
            Term.objects.filter(text="narcotic").update(note="mine")
        undone = undo(activity=activity, by=wang)
        assert {(left.title, left.by.user) for left in undone.left} == {("drug", li), ("n1", li)}
        assert Term.objects.get(text="drug").source == "mine"
        assert Concept.objects.get(key="n1").withdrawn_at is None
        assert not Term.objects.filter(text="illicit drug").exists(), "the rest is undone"

    def test_what_changed_in_other_fields_since_does_not_stand_in_the_way(self, imported, wang, li):
        activity, _before = imported
        with acting(user=li):
            Term.objects.filter(concept__key="c0002", text="drug").update(usage_note="mine")
        assert undo(activity=activity, by=wang).left == []
        drug = Term.objects.get(text="drug")
        assert (drug.source, drug.usage_note) == ("A/CONF.234/7", "mine")

    def test_parts_that_others_added_to_a_new_concept(self, imported, wang, li):
        activity, _before = imported
        with acting(user=li):
            Definition.objects.create(concept=Concept.objects.get(key="n1"), language="en", text="x")
        assert [left.title for left in undo(activity=activity, by=wang).left] == ["n1"]

    def test_many_concepts_in_few_queries(self, small_termbase, wang, django_assert_max_num_queries):
        importer.apply(
            [Entry(key=f"m{n}", terms=(term(f"t{n}"), term(f"词{n}", "zh-Hans"))) for n in range(300)], by=wang
        )
        with django_assert_max_num_queries(40):
            assert undo(activity=last(), by=wang).withdrawn == 300


def test_a_bulk_review_is_one_step(small_termbase, wang):
    with acting(user=wang, activity="review"):
        for proposed in Term.objects.filter(concept__key="c0005"):
            proposed.approve(by=wang)
    activity = last()
    undo(activity=activity, by=wang)
    assert set(Term.objects.filter(concept__key="c0005").values_list("review_status", flat=True)) == {"proposed"}


def test_undoing_an_approval_that_another_gave_since_is_refused(small_termbase, li, wang):
    proposed = Term.objects.filter(concept__key="c0005").first()
    with acting(user=li):
        proposed.text = "reworded"
        proposed.save()
    activity = last()
    with acting(user=wang):
        proposed.approve(by=wang)
    undo(activity=activity, by=li)
    back = Term.objects.get(pk=proposed.pk)
    assert (back.text != "reworded", back.review_status) == (True, "proposed"), "another wording, so approved anew"


def test_a_candidate_accepted_in_the_step_waits_again(small_termbase, wang):
    candidate = Candidate.objects.create(text="麻醉品")
    with acting(user=wang):
        made = Term.objects.create(concept=Concept.objects.get(key="c0002"), language="zh-Hans", text="麻醉品")
        Candidate.objects.update(status="accepted", term=made)
    undo(activity=last(), by=wang)
    candidate.refresh_from_db()
    assert (candidate.status, candidate.term) == ("waiting", None)
    undo(activity=last(), by=wang)
    candidate.refresh_from_db()
    assert (candidate.status, candidate.term) == ("accepted", made)


@pytest.mark.parametrize("back_and_forth", [1, 3])
def test_a_merge(small_termbase, li, back_and_forth):
    """By whoever may merge, and approvals come back: nobody has gone over them."""
    fold = Concept.objects.create(key="x1")
    approved = {"source": "A/1", "review_status": "approved", "reviewed_at": "2026-01-01T00Z"}
    Term.objects.create(concept=fold, language="en", text="terrorism", **approved)
    Suggestion.objects.create(concept=Concept.objects.get(key="c0003"), comment="?")
    for source in ("c0003", "x1"):
        before = {key: concept_now(Concept.objects.get(key=key).pk) for key in ("c0003", "c0004", "x1")}
        merging.merge(source=source, target="c0004", by=li)
        merge = last()
        merged = {key: concept_now(Concept.objects.get(key=key).pk) for key in before}
        for turn in range(back_and_forth):
            undone = undo(activity=merge if turn == 0 else last(), by=li)
            assert undone.left == []
            assert {key: concept_now(Concept.objects.get(key=key).pk) for key in before} == before
            assert Suggestion.objects.get().concept.key == "c0003"
            undo(activity=last(), by=li)
            assert {key: concept_now(Concept.objects.get(key=key).pk) for key in before} == merged
        undo(activity=last(), by=li)


def test_a_pinned_example_goes_back_to_its_term(small_termbase, li):
    fold = Concept.objects.create(key="x1")
    same = Term.objects.create(concept=fold, language="zh-Hans", text="毒品", source="A/1")
    example = Example.objects.filter(term__text="毒罪办").first()
    Example.objects.filter(pk=example.pk).update(term=same, pinned=True)
    merging.merge(source="x1", target="c0002", by=li)
    assert Example.objects.get(pk=example.pk).term.concept.key == "c0002"
    undo(activity=last(), by=li)
    assert Example.objects.get(pk=example.pk).term.concept.key == "x1"


def test_a_split(small_termbase, li):
    concept = Concept.objects.get(key="c0001")
    before = concept_now(concept.pk)
    moving = concept.terms.filter(text__in=["UNODC", "毒罪办"]).values_list("pk", flat=True)
    new = merging.split(key="c0001", chosen=merging.Split(terms=list(moving)), by=li)
    assert undo(activity=last(), by=li).left == []
    assert concept_now(concept.pk) == before
    new.refresh_from_db()
    assert new.withdrawn_at is not None, "its key was somebody's and keeps answering"


def test_a_deletion_whose_place_is_taken(small_termbase, li):
    """Told as a conflict, and the one who sits there stays."""
    drug = Term.objects.get(text="drug")
    with acting(user=li):
        drug.delete()
    deletion = last()
    with acting(user=li):
        new = Term.objects.create(concept=Concept.objects.get(key="c0002"), language="en", text="drug")
    with pytest.raises(Conflict) as refused:
        undo(activity=deletion, by=li)
    assert "the concept has this term already" in refused.value.fields["activity"][0]
    assert Term.objects.get(text="drug") == new


def test_the_preference_went_to_another_since(small_termbase, li):
    with acting(user=li):
        Term.objects.filter(text="drug").update(administrative_status="admitted", note="x")
    demotion = last()
    with acting(user=li):
        Term.objects.create(
            concept=Concept.objects.get(key="c0002"), language="en", text="narcotic", administrative_status="preferred"
        )
    with pytest.raises(Conflict) as refused:
        undo(activity=demotion, by=li)
    assert "another term is preferred" in refused.value.fields["activity"][0]


def test_a_name_that_another_term_had_till_then(small_termbase, li):
    """Taken back and done again: the new *drug* can come only after the old one has made room."""
    drug = Term.objects.get(text="drug")
    with acting(user=li):
        Term.objects.filter(pk=drug.pk).update(text="narcotic")
        Term.objects.create(concept=drug.concept, language="en", text="drug")
    after = concept_now(drug.concept_id)
    assert undo(activity=last(), by=li).left == []
    assert undo(activity=last(), by=li).left == []
    assert concept_now(drug.concept_id) == after


def test_twice(small_termbase, li):
    with acting(user=li):
        Term.objects.filter(text="drug").update(note="x")
    activity = last()
    undo(activity=activity, by=li)
    with pytest.raises(Conflict, match="Nothing"):
        undo(activity=activity, by=li)


def test_what_nobody_known_has_done(small_termbase, li):
    with acting():
        Term.objects.filter(text="drug").update(note="x")
    assert last().user is None
    undo(activity=last(), by=li)
    assert Term.objects.get(text="drug").note == ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS, DEEDS)
def test_whatever_a_step_does_undoing_it_is_as_if_it_had_not_been(wang, before, step):
    with acting(user=wang):
        concept = Concept.objects.create()
        for deed, name in before:
            deed(concept, name)
    state, activity = concept_now(concept.pk), last()
    with acting(user=wang):
        for deed, name in step:
            deed(concept, name)
    if last() == activity:
        return
    activity, after = last(), concept_now(concept.pk)
    if after == state:
        return
    assert undo(activity=activity, by=wang).left == []
    assert concept_now(concept.pk) == state
    assert undo(activity=last(), by=wang).left == []
    assert concept_now(concept.pk) == after
