"""A concept, its term, and the people who propose and review it."""

import pytest
from django.contrib.auth.models import Group, User

from termbase.models import Concept, Term


@pytest.fixture
def proposer():
    """One who might review what others have proposed."""
    user = User.objects.create_user("proposer")
    user.groups.add(Group.objects.get(name="reviewer"))
    return user


@pytest.fixture
def reviewer():
    user = User.objects.create_user("reviewer")
    user.groups.add(Group.objects.get(name="reviewer"))
    return user


@pytest.fixture
def concept():
    return Concept.objects.create(key="c1")


@pytest.fixture
def other():
    return Concept.objects.create(key="c2")


@pytest.fixture
def term(concept, proposer):
    return Term.objects.create(
        concept=concept, language="zh-Hans", text="毒罪办", source="A/1", proposed_by=proposer, reliability=2
    )


@pytest.fixture
def approved(term, reviewer):
    term.approve(by=reviewer)
    term.refresh_from_db()
    return term
