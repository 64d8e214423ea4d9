"""People of each role, and a concept to work at."""

import pytest
from django.contrib.auth.models import Group, User

from termbase.models import Concept


def person(name, role):
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def li(small_termbase):
    """A terminologist."""
    return person("li", "terminologist")


@pytest.fixture
def wang(small_termbase):
    """A reviewer."""
    return person("wang", "reviewer")


@pytest.fixture
def fighters(small_termbase):
    """A concept with two Chinese terms, an English one and a relation."""
    return Concept.objects.get(key="c0003")
