"""A person's last steps."""

import pytest
from django.contrib.auth.models import User

from termbase.history.recent import recent
from termbase.models import Concept, ConceptRelation, Definition, Term
from termbase.models.history import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(small_termbase):
    return [User.objects.create_user(name) for name in ("li", "wang")]


def test_the_latest_first_with_the_concepts_touched(people, django_assert_num_queries):
    li, wang = people
    with acting(user=li, reason="first"):
        Concept.objects.filter(key="c0002").update(note="x")
    with acting(user=wang):
        Concept.objects.filter(key="c0001").update(note="x")
    with acting(user=li, reason="second"):
        Term.objects.filter(text="terrorism").update(note="x")
        Definition.objects.create(concept=Concept.objects.get(key="c0003"), language="en", text="A person.")
        ConceptRelation.objects.all().delete()
    with django_assert_num_queries(2):
        steps = [(step.activity.reason, [key for _, key in step.concepts]) for step in recent(li)]
    assert steps == [("second", ["c0003", "c0004"]), ("first", ["c0002"])]


def test_no_more_than_asked_for(people):
    li, _ = people
    for note in "abc":
        with acting(user=li, reason=note):
            Concept.objects.filter(key="c0002").update(note=note)
    assert [step.activity.reason for step in recent(li, 2)] == ["c", "b"]


def test_nothing_yet(people):
    assert recent(people[0]) == []
