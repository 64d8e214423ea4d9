"""Versions of concepts brought back, under the rules of review."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termbase import merging
from termbase.errors import Conflict, InvalidInput, NotFound, Stale
from termbase.history import restoring, timeline
from termbase.history.states import concept_at, concept_now
from termbase.models import Activity, Concept, ConceptRelation, Definition, Example, Revision, SubjectField, Term
from termbase.models.history import acting

pytestmark = pytest.mark.django_db


def version_now():
    """The revision that names the version of now."""
    return Revision.objects.order_by("-pk").first().pk


def restore(key, revision, by, **given):
    return restoring.restore(key=key, revision=revision, versions=None, by=by, **given)


def texts(concept):
    return set(concept.terms.values_list("language", "text"))


def test_everything_comes_back(fighters, wang):
    before, then = concept_now(fighters.pk), version_now()
    with acting(user=wang):
        fighters.note = "x"
        fighters.save()
        fighters.terms.get(language="en").delete()
        fighters.terms.filter(text="外国恐怖分子战士").update(administrative_status="superseded", usage_note="never")
        Term.objects.create(concept=fighters, language="en", text="foreign fighter", administrative_status="preferred")
        Definition.objects.create(concept=fighters, language="en", text="x")
        fighters.relations.all().delete()
    assert restore("c0003", then, wang, reason="vandalism") == []
    assert concept_now(fighters.pk) == before, "ids included"
    activity = Activity.objects.first()
    assert (activity.kind, activity.user, activity.reason) == ("restore", wang, "vandalism")
    assert activity.of is not None


def test_a_restoration_can_be_taken_back_like_any_version(fighters, wang):
    first = version_now()
    with acting(user=wang):
        fighters.terms.get(language="en").delete()
    changed, second = concept_now(fighters.pk), version_now()
    restore("c0003", first, wang)
    restore("c0003", second, wang)
    assert concept_now(fighters.pk) == changed


def test_preference_can_go_back_and_forth(fighters, li):
    then = version_now()
    with acting(user=li):
        fighters.terms.filter(text="外国恐怖主义作战人员").update(administrative_status="admitted")
        fighters.terms.filter(text="外国恐怖分子战士").update(administrative_status="preferred")
    assert restore("c0003", then, li) == []
    assert fighters.terms.get(administrative_status="preferred", language="zh-Hans").text == "外国恐怖主义作战人员"


def test_a_withdrawn_concept_comes_back_with_its_version(fighters, li):
    then = version_now()
    restoring.withdraw(key="c0003", versions=None, by=li, reason="doublet")
    assert Activity.objects.first().kind == "withdraw"
    restore("c0003", then, li)
    assert Concept.objects.get(key="c0003").withdrawn_at is None


def test_what_hung_on_a_term_that_went_is_found_anew(small_termbase, li):
    concept = Concept.objects.get(key="c0001")
    term = concept.terms.get(text="毒罪办")
    Example.objects.filter(term=term).update(pinned=True)
    then = version_now()
    with acting(user=li):
        term.delete()
    restore("c0001", then, li)
    assert concept.terms.filter(text="毒罪办").exists()


class TestReview:
    """An approval comes back where nobody has gone over it; else it is a reviewer's to give."""

    @pytest.fixture
    def term(self, fighters):
        return fighters.terms.get(language="en")

    def test_of_a_wording_that_was_changed_and_not_reviewed_since(self, term, li):
        then = version_now()
        with acting(user=li):
            term.text = "foreign fighter"
            term.save()
        assert Term.objects.get(pk=term.pk).review_status == "proposed"
        restore("c0003", then, li)
        back = Term.objects.get(pk=term.pk)
        assert (back.text, back.review_status, back.reviewed_at) == (
            "foreign terrorist fighter",
            "approved",
            term.reviewed_at,
        )

    def test_a_rejection_is_not_taken_back_by_who_may_not_review(self, term, li, wang):
        then = version_now()
        with acting(user=wang):
            term.reject(by=wang, reason="wrong")
        restore("c0003", then, li)
        assert Term.objects.get(pk=term.pk).review_status == "proposed"

    def test_but_by_a_reviewer_whose_approval_it_then_is(self, term, wang):
        then = version_now()
        with acting(user=wang):
            term.reject(by=wang, reason="wrong")
        restore("c0003", then, wang)
        back = Term.objects.get(pk=term.pk)
        assert (back.review_status, back.reviewed_by, back.rejection_reason) == ("approved", wang, "")

    def test_not_of_their_own_proposal(self, term, wang):
        Term.objects.filter(pk=term.pk).update(proposed_by=wang)
        then = version_now()
        with acting(user=wang):
            term.reject(by=wang, reason="wrong")
        restore("c0003", then, wang)
        assert Term.objects.get(pk=term.pk).review_status == "proposed"

    def test_unless_the_termbase_has_one_person(self, term, wang, settings):
        settings.TERMBASE_SELF_APPROVAL = True
        Term.objects.filter(pk=term.pk).update(proposed_by=wang)
        then = version_now()
        with acting(user=wang):
            term.reject(by=wang, reason="wrong")
        restore("c0003", then, wang)
        assert Term.objects.get(pk=term.pk).review_status == "approved"

    def test_nor_is_a_later_approval_gone_over_by_who_may_not(self, term, li, wang):
        """The old wording comes back as a proposal, not with the approval of the new one."""
        then = version_now()
        with acting(user=li):
            term.text = "foreign fighter"
            term.proposed_by = li
            term.save()
        with acting(user=wang):
            Term.objects.get(pk=term.pk).approve(by=wang)
        restore("c0003", then, li)
        back = Term.objects.get(pk=term.pk)
        assert (back.text, back.review_status) == ("foreign terrorist fighter", "proposed")


class TestLeft:
    """What cannot come back is told, and the rest comes."""

    def test_a_term_that_is_elsewhere_now(self, fighters, li):
        then = version_now()
        other = Concept.objects.get(key="c0004")
        with acting(user=li):
            Term.objects.filter(text="外国恐怖分子战士").update(concept=other)
            fighters.note = "x"
            fighters.save()
        (left,) = restore("c0003", then, li)
        assert (left.title, left.reason) == ("外国恐怖分子战士", "it belongs to c0004 now, and stays there")
        assert other.terms.filter(text="外国恐怖分子战士").exists()
        assert Concept.objects.get(key="c0003").note == ""

    def test_a_term_that_came_from_elsewhere(self, fighters, li):
        other = Concept.objects.get(key="c0004")
        then = version_now()
        with acting(user=li):
            Term.objects.filter(text="外国恐怖分子战士").update(concept=other)
        (left,) = restore("c0004", then, li)
        assert "it came from another concept" in left.reason
        assert other.terms.filter(text="外国恐怖分子战士").exists()

    def test_a_relation_to_what_is_gone(self, fighters, li):
        with acting(user=li):
            gone = Concept.objects.create(key="x1")
            ConceptRelation.objects.create(concept=fighters, relation_type="see_also", target=gone)
            fighters.note = "with the relation"
            fighters.save()
        then = version_now()
        with acting(user=li):
            gone.delete()
        (left,) = restore("c0003", then, li)
        assert left.what == "relation"

    def test_a_subject_field_that_is_gone(self, fighters, li):
        field = SubjectField.objects.create(key="x", name_en="x", name_zh="x")
        with acting(user=li):
            Concept.objects.filter(pk=fighters.pk).update(subject_field=field)
        then = version_now()
        with acting(user=li):
            Concept.objects.filter(pk=fighters.pk).update(subject_field=None)
            field.delete()
            fighters.terms.filter(language="en").update(note="x")
        (left,) = restore("c0003", then, li)
        assert (left.what, left.title) == ("concept", "c0003")
        assert fighters.terms.get(language="en").note == "", "the rest is done"


@pytest.mark.parametrize(
    ("prepare", "given", "error", "why"),
    [
        (None, {"key": "c9999"}, NotFound, "no such concept"),
        (None, {"versions": [99]}, Stale, "changed since it was looked at"),
        (None, {"revision": 10**12}, InvalidInput, "no such revision"),
        ("merge", {}, Conflict, "a merge is undone as a whole"),
        ("newer", {}, InvalidInput, "the concept was not there yet"),
    ],
)
def test_refused(fighters, li, prepare, given, error, why):
    then = version_now()
    key = "c0003"
    if prepare == "merge":
        merging.merge(source="c0003", target="c0004", by=li)
    if prepare == "newer":
        key = Concept.objects.create(key="x9").key
    before = Revision.objects.count()
    with pytest.raises(error):
        restoring.restore(**({"key": key, "revision": then, "versions": None, "by": li} | given))
    assert Revision.objects.count() == before, why


class TestBringBack:
    def test_it_is_in_use_again(self, fighters, li):
        restoring.withdraw(key="c0003", versions=None, by=li)
        restoring.bring_back(key="c0003", by=li, reason="too early")
        assert Concept.objects.current().filter(key="c0003").exists()
        assert [e.activity.kind for e in timeline.timeline(fighters).events[:2]] == ["restore", "withdraw"]

    def test_refused(self, fighters, li):
        with pytest.raises(Conflict, match="in use"):
            restoring.bring_back(key="c0003", by=li)
        merging.merge(source="c0003", target="c0004", by=li)
        with pytest.raises(Conflict, match="c0004"):
            restoring.bring_back(key="c0003", by=li)
        with pytest.raises(NotFound):
            restoring.bring_back(key="c9999", by=li)

    def test_twice_withdrawn(self, fighters, li):
        restoring.withdraw(key="c0003", versions=[fighters.version], by=li)
        with pytest.raises(Conflict):
            restoring.withdraw(key="c0003", versions=None, by=li)


def add(concept, name):
    Term.objects.get_or_create(concept=concept, language="en", text=name)


def take_out(concept, name):
    for term in concept.terms.filter(text=name):
        term.delete()


def reword(concept, name):
    term, text = concept.terms.filter(text=name).first(), f"{name} {concept.terms.count()}"
    if term is not None and not concept.terms.filter(text=text).exists():
        term.text = text
        term.save()


def prefer(concept, name):
    if concept.terms.filter(text=name).exists():
        concept.terms.filter(language="en").update(administrative_status="admitted")
        concept.terms.filter(text=name).update(administrative_status="preferred")


def note(concept, name):
    Concept.objects.filter(pk=concept.pk).update(note=name)


def define(concept, name):
    Definition.objects.get_or_create(concept=concept, language="en", text=name)


def undefine(concept, name):
    concept.definitions.filter(text=name).delete()


def relate(concept, name):
    other, _new = Concept.objects.get_or_create(key=f"o-{name}")
    ConceptRelation.objects.get_or_create(concept=concept, relation_type="related", target=other)


def unrelate(concept, name):
    concept.relations.filter(target__key=f"o-{name}").delete()


# What may happen to a concept, to what is called by a name.
DEEDS = st.lists(
    st.tuples(
        st.sampled_from([add, take_out, reword, prefer, note, define, undefine, relate, unrelate]),
        st.sampled_from(["alpha", "beta", "gamma", "delta"]),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS, DEEDS)
def test_whatever_happens_a_version_comes_back_as_it_was(wang, before, after):
    """Ids, order of preference and all; and each version on the way is known as it was."""
    with acting(user=wang):
        concept = Concept.objects.create()
    for deed, name in before:
        with acting(user=wang):
            deed(concept, name)
    then, state = version_now(), concept_now(concept.pk)
    for deed, name in after:
        with acting(user=wang):
            deed(concept, name)
    assert concept_at(concept.pk, then) == state
    assert restore(concept.key, then, wang) == []
    assert concept_now(concept.pk) == state
