"""People of every role, and callers with tokens."""

import json

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from termbase.models import ApiToken

ROLES = ("reader", "contributor", "terminologist", "reviewer", "administrator")
SCOPES = ("read", "suggest", "edit", "review")


class Caller:
    """A client of the API that speaks JSON."""

    def __init__(self, user=None, scopes=SCOPES, *, session=False):
        self.user = user
        self.client = Client(raise_request_exception=False)
        self.headers = {}
        if session:
            self.client.force_login(user)
        elif user is not None:
            _, secret = ApiToken.issue(name="test", user=user, scopes=list(scopes))
            self.headers["Authorization"] = f"Bearer {secret}"

    def __call__(self, method, path, data=None, **headers):
        """The response; a `data` of bytes goes as it is."""
        body = data if isinstance(data, bytes) else b"" if data is None else json.dumps(data).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, f"/api/v1/{path}", body, "application/json", headers=self.headers | named)

    def __getattr__(self, name):
        return lambda path, data=None, **headers: self(name.upper(), path, data, **headers)


@pytest.fixture
def person(db):
    """A user of a role, by its name, made on the first call."""

    def of(role):
        user, new = User.objects.get_or_create(username=role)
        if new and role != "nobody":
            user.groups.add(Group.objects.get(name=role))
        return user

    return of


@pytest.fixture
def nobody():
    return Caller()


@pytest.fixture
def terminologist(person):
    return Caller(person("terminologist"))


@pytest.fixture
def reviewer(person):
    return Caller(person("reviewer"))
