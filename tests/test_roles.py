"""Every role against everything that can be done to the termbase, asked of the functions that do it: no screen between.

The pages and the API have tables of their own (tests/admin/test_roles.py, tests/api/test_roles.py).
"""

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User

from termbase import editing, merging
from termbase.errors import InvalidInput, NotAllowed
from termbase.history import restoring, undoing
from termbase.models import Activity, Concept, Revision, Term
from termbase.models.history import acting

pytestmark = pytest.mark.django_db

ROLES = ("nobody", "reader", "contributor", "terminologist", "reviewer", "administrator")
EDITORS = {"terminologist", "reviewer", "administrator"}
REVIEWERS = {"reviewer", "administrator"}
NEW = {"language": "en", "text": "new"}


def terrorism():
    return Concept.objects.get(key="c0004")


def proposed():
    return Term.objects.get(text="恐怖主义罪")


def approved():
    return Term.objects.get(text="terrorism")


def versions(concept):
    return [concept.version]


def withdrawn():
    concept = Concept.objects.get(key="c0002")
    concept.withdraw()
    return concept.key


def step():
    """The last activity, which is somebody's change of a note."""
    with acting(user=User.objects.get(username="other")):
        Concept.objects.filter(key="c0004").update(note="new")
    return Activity.objects.latest("pk")


# What is done -> (who may, how)
ACTIONS = {
    "create a concept": (EDITORS, lambda by: editing.create_concept(values={"terms": [NEW]}, by=by)),
    "change a concept": (
        EDITORS,
        lambda by: editing.change_concept(key="c0004", versions=versions(terrorism()), values={"note": "x"}, by=by),
    ),
    "withdraw a concept": (
        EDITORS,
        lambda by: editing.withdraw_concept(key="c0004", versions=versions(terrorism()), by=by),
    ),
    "withdraw a concept, on its page": (EDITORS, lambda by: restoring.withdraw(key="c0004", versions=None, by=by)),
    "bring a concept back": (EDITORS, lambda by: restoring.bring_back(key=withdrawn(), by=by)),
    "restore a version": (
        EDITORS,
        lambda by: restoring.restore(key="c0004", revision=Revision.objects.latest("pk").pk, versions=None, by=by),
    ),
    "undo a step": (EDITORS, lambda by: undoing.undo(activity=step(), by=by)),
    "merge concepts": (EDITORS, lambda by: merging.merge(source="c0005", target="c0004", by=by)),
    "split a concept": (
        EDITORS,
        lambda by: merging.split(key="c0004", chosen=merging.Split(terms=[approved().pk]), by=by),
    ),
    "add a term": (EDITORS, lambda by: editing.add_term(concept_key="c0004", values=NEW, by=by)),
    "change a term": (
        EDITORS,
        lambda by: editing.change_term(
            term=approved(), versions=versions(terrorism()), values={"text": "terror"}, by=by
        ),
    ),
    "approve a term": (REVIEWERS, lambda by: proposed().approve(by=by)),
    "approve a term that was read": (
        REVIEWERS,
        lambda by: editing.review_term(term=proposed(), versions=versions(proposed().concept), by=by),
    ),
    "reject a proposed term": (REVIEWERS, lambda by: proposed().reject(by=by, reason="x")),
    "reject an approved term": (REVIEWERS, lambda by: approved().reject(by=by, reason="x")),
    "reject a term that was read": (
        REVIEWERS,
        lambda by: editing.review_term(
            term=proposed(), versions=versions(proposed().concept), by=by, rejected_because="x"
        ),
    ),
}


@pytest.fixture
def person(small_termbase):
    User.objects.create_user("other")

    def of(role):
        if role == "nobody":
            return AnonymousUser()
        user = User.objects.create_user(role)
        user.groups.add(Group.objects.get(name=role))
        return user

    return of


def facts():
    """All that readers and reviewers see of the concepts at stake."""
    terms = Term.objects.order_by("pk").values_list("text", "review_status", "concept", "proposed_by", "reviewed_by")
    return list(terms), list(Concept.objects.order_by("pk").values_list("key", "note", "replaced_by"))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ROLES)
def test_roles(person, role, action):
    who, do = ACTIONS[action]
    by = person(role)
    if role in who:
        do(by)
        return
    before = facts()
    with pytest.raises(NotAllowed):
        do(by)
    assert facts()[0] == before[0], "nothing is written before it is refused"


@pytest.mark.parametrize("role", sorted(REVIEWERS))
def test_nobody_approves_their_own_proposal(person, role):
    by = person(role)
    term = editing.add_term(concept_key="c0004", values=NEW | {"source": "x"}, by=by)
    with pytest.raises(NotAllowed, match="own proposal"):
        term.approve(by=by)


@pytest.mark.parametrize("role", sorted(REVIEWERS))
def test_a_changed_wording_is_a_proposal_of_who_changed_it(person, role):
    by = person(role)
    term = editing.change_term(term=approved(), versions=versions(terrorism()), values={"text": "terror"}, by=by)
    assert (term.review_status, term.proposed_by, term.reviewed_by) == ("proposed", by, None)
    with pytest.raises(NotAllowed, match="own proposal"):
        term.approve(by=by)


def test_who_proposed_a_term_may_take_it_back(person):
    by = person("terminologist")
    term = editing.add_term(concept_key="c0004", values=NEW, by=by)
    term.reject(by=by, reason="a slip of mine")
    assert term.review_status == "rejected"


def test_but_not_once_it_is_approved(person):
    by = person("terminologist")
    term = editing.add_term(concept_key="c0004", values=NEW | {"source": "x"}, by=by)
    term.approve(by=person("reviewer"))
    with pytest.raises(NotAllowed):
        term.reject(by=by, reason="a slip of mine")


@pytest.mark.parametrize("reason", ["", "  "])
def test_no_rejection_without_a_reason(person, reason):
    with pytest.raises(InvalidInput, match="reason"):
        proposed().reject(by=person("reviewer"), reason=reason)


def test_no_approval_without_a_source(person):
    Term.objects.filter(pk=proposed().pk).update(source="")
    with pytest.raises(InvalidInput, match="source"):
        proposed().approve(by=person("reviewer"))
