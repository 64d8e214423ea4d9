"""People of each role, signed in."""

import pytest
from django.contrib.auth.models import Group, User


def person(name, role):
    user = User.objects.create_user(name, is_staff=role != "reader")
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def li(client, small_termbase):
    """A terminologist, signed in."""
    user = person("li", "terminologist")
    client.force_login(user)
    return user


@pytest.fixture
def wang(small_termbase):
    """A reviewer, at work elsewhere."""
    return person("wang", "reviewer")


@pytest.fixture
def sign_in(client):
    """Signs somebody of a role in, or nobody."""

    def as_role(role):
        if role != "nobody":
            client.force_login(person(role, role))
        return client

    return as_role
