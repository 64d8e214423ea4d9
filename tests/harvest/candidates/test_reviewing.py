"""One decision on one candidate: what comes of it, who may, who was quicker, and the way back."""

import pytest
from django.contrib.auth.models import Group, User

from termbase.errors import Conflict, InvalidInput, NotAllowed, NotFound, Withdrawn
from termbase.harvest.candidates import reviewing
from termbase.harvest.candidates.known import known_terms
from termbase.history import undoing
from termbase.models import (
    Activity,
    Candidate,
    CandidateExample,
    CandidateFrequency,
    Concept,
    Passage,
    SubjectField,
    Term,
    Turn,
)
from termbase.models.history import acting

pytestmark = pytest.mark.django_db

ROLES = ("reader", "contributor", "terminologist", "reviewer", "administrator")
DECIDERS = {"terminologist", "reviewer", "administrator"}


@pytest.fixture
def person(small_termbase):
    def made(role, name=""):
        user = User.objects.create_user(name or role)
        user.groups.add(Group.objects.get(name=role))
        return user

    return made


@pytest.fixture
def li(person):
    return person("terminologist", "li")


@pytest.fixture
def wang(person):
    return person("reviewer", "wang")


@pytest.fixture
def candidate(small_termbase):
    """会员国, which stands in the one document."""
    passage = Passage.objects.get()
    found = Candidate.objects.create(
        text="会员国",
        term_type="short_form",
        subject_field=SubjectField.objects.get(),
        proposed_english="Member States",
        score=0.8,
    )
    start = passage.text.index("会员国")
    CandidateExample.objects.create(
        candidate=found, passage=passage, start=start, end=start + 3, sentence_start=0, sentence_end=18, score=0.7
    )
    CandidateFrequency.objects.create(candidate=found, document=passage.document, count=4, score=0.8)
    return found


def decide(name, candidate, by):
    """Any of the decisions, with what it needs."""
    given = {"reject": {"reason": "too general"}, "merge": {"into": "c0001"}}.get(name, {})
    return getattr(reviewing, name)(candidate=candidate.pk, by=by, **given)


def test_accepting_makes_a_proposed_concept(candidate, li):
    term = reviewing.accept(candidate=candidate.pk, by=li)
    concept = Concept.objects.get(pk=term.concept_id)
    assert concept.subject_field.key == "bodies"
    rows = concept.terms.order_by("-language").values_list(
        "language", "text", "term_type", "administrative_status", "review_status", "reliability", "source"
    )
    assert list(rows) == [
        ("zh-Hans", "会员国", "short_form", "preferred", "proposed", 3, "A/CONF.234/7, 13"),
        ("en", "Member States", "full_form", "preferred", "proposed", 1, ""),
    ]
    assert {t.proposed_by for t in concept.terms.all()} == {li}
    assert term.examples.get().sentence == "毒罪办支持若干网络，并与会员国合作。"
    assert term.frequencies.get().count == 4
    candidate.refresh_from_db()
    assert (candidate.status, candidate.term, candidate.reviewed_by) == ("accepted", term, li)
    activity = Activity.objects.latest("pk")
    assert (activity.kind, activity.user) == ("review", li)


@pytest.mark.parametrize(
    ("english", "expected", "why"),
    [
        (None, [("Member States", 1)], "as proposed: nobody vouches for what was made of parts"),
        ("Member States", [("Member States", 1)], "the proposal sent back is still the proposal"),
        (" Member State ", [("Member State", 2)], "what a person wrote is that person's knowledge"),
        ("", [], "none is wanted"),
    ],
)
def test_english_is_a_proposal(candidate, li, english, expected, why):
    concept = reviewing.accept(candidate=candidate.pk, by=li, english=english).concept
    found = list(concept.terms.filter(language="en").values_list("text", "reliability"))
    assert found == expected, why


@pytest.mark.parametrize("english", ["a\x07b", "《》", "x" * 3000], ids=["control", "no key", "too long"])
def test_english_that_cannot_be_stored_is_refused(candidate, li, english):
    with pytest.raises(InvalidInput) as caught:
        reviewing.accept(candidate=candidate.pk, by=li, english=english)
    assert "english" in caught.value.fields
    candidate.refresh_from_db()
    assert candidate.status == "waiting"


def test_merging_makes_a_variant_there(candidate, li):
    Candidate.objects.update(term_type="full_form")
    term = reviewing.merge(candidate=candidate.pk, into="c0001", by=li)
    assert (term.concept.key, term.term_type, term.administrative_status, term.review_status) == (
        "c0001", "variant", "admitted", "proposed",
    )  # fmt: skip
    assert term.examples.count() == 1
    candidate.refresh_from_db()
    assert (candidate.status, candidate.term) == ("accepted", term)


@pytest.mark.parametrize(
    ("into", "error"),
    [("c9999", NotFound), ("c0002", Withdrawn), ("c0003", Conflict)],
    ids=["no such concept", "withdrawn", "has it already"],
)
def test_merging_into_what_does_not_take_it(candidate, li, into, error):
    Concept.objects.get(key="c0002").withdraw()
    Term.objects.create(concept=Concept.objects.get(key="c0003"), language="zh-Hans", text="会员国")
    with pytest.raises(error):
        reviewing.merge(candidate=candidate.pk, into=into, by=li)
    candidate.refresh_from_db()
    assert (candidate.status, candidate.term) == ("waiting", None)


def test_a_rejected_key_is_remembered(candidate, li):
    reviewing.reject(candidate=candidate.pk, by=li, reason=" too general ")
    candidate.refresh_from_db()
    assert (candidate.status, candidate.rejection_reason) == ("rejected", "too general")
    assert candidate.key in known_terms().rejected
    assert Activity.objects.latest("pk").reason == "too general"


def test_no_rejection_without_a_reason(candidate, li):
    with pytest.raises(InvalidInput, match="reason"):
        reviewing.reject(candidate=candidate.pk, by=li, reason=" ")


def test_skipping_sets_it_aside_for_oneself_alone(candidate, li, wang):
    reviewing.skip(candidate=candidate.pk, by=li)
    assert Turn.objects.in_the_way("candidates", li).get().item == candidate.pk
    assert not Turn.objects.in_the_way("candidates", wang).exists()


@pytest.mark.parametrize("decision", ["accept", "merge", "reject", "skip"])
@pytest.mark.parametrize("first", ["accept", "merge", "reject"])
def test_the_second_is_told(candidate, li, wang, first, decision):
    decide(first, candidate, wang)
    with pytest.raises(Conflict, match="wang"):
        decide(decision, candidate, li)


@pytest.mark.parametrize("decision", ["accept", "merge", "reject", "skip", "undo"])
def test_a_candidate_that_is_gone(candidate, li, decision):
    Candidate.objects.all().delete()
    with pytest.raises(NotFound):
        decide(decision, candidate, li)


@pytest.mark.parametrize("decision", ["accept", "merge", "reject", "skip", "undo"])
@pytest.mark.parametrize("role", ROLES)
def test_roles(candidate, person, role, decision):
    if decision == "undo":
        reviewing.reject(candidate=candidate.pk, by=person("reviewer", "other"), reason="x")
    by = person(role)
    if role in DECIDERS:
        decide(decision, candidate, by)
    else:
        with pytest.raises(NotAllowed):
            decide(decision, candidate, by)


@pytest.mark.parametrize("role", sorted(DECIDERS))
def test_nobody_approves_what_they_have_accepted(candidate, person, role):
    by = person(role)
    term = reviewing.accept(candidate=candidate.pk, by=by)
    with pytest.raises(NotAllowed):
        term.approve(by=by)


@pytest.mark.parametrize("decision", ["accept", "merge", "reject"])
def test_undone_it_waits_again(candidate, li, decision):
    decide(decision, candidate, li)
    reviewing.undo(candidate=candidate.pk, by=li)
    candidate.refresh_from_db()
    now = (candidate.status, candidate.rejection_reason, candidate.term, candidate.reviewed_by, candidate.reviewed_at)
    assert now == ("waiting", "", None, None, None)
    assert not Term.objects.filter(text="会员国", concept__withdrawn_at=None).exists()
    assert Activity.objects.latest("pk").kind == "undo"
    decide(decision, candidate, li)


def test_undoing_twice(candidate, li):
    decide("reject", candidate, li)
    reviewing.undo(candidate=candidate.pk, by=li)
    with pytest.raises(Conflict, match="waiting"):
        reviewing.undo(candidate=candidate.pk, by=li)


def test_what_has_changed_since_is_not_undone(candidate, li, wang):
    term = reviewing.accept(candidate=candidate.pk, by=li)
    with acting(user=wang):
        term.approve(by=wang)
    with pytest.raises(Conflict, match="changed since"):
        reviewing.undo(candidate=candidate.pk, by=li)
    candidate.refresh_from_db()
    assert candidate.status == "accepted"


def test_one_of_a_step_is_undone_with_the_step_alone(candidate, li):
    other = Candidate.objects.create(text="若干网络")
    with acting(user=li):
        for one in (candidate, other):
            reviewing.reject(candidate=one.pk, by=li, reason="too general")
    with pytest.raises(Conflict, match="one step"):
        reviewing.undo(candidate=candidate.pk, by=li)
    undoing.undo(activity=Activity.objects.latest("pk"), by=li)
    assert set(Candidate.objects.values_list("status", flat=True)) == {"waiting"}
