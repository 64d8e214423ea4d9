"""Every address as every role and as nobody; an address without a row in `tests/access.py` fails."""

from copy import deepcopy

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from termbase.models import Import, ImportRow
from tests.access import ACTIONS, ADMIN, PAGES, ROLES
from tests.api.test_roles import CALLS
from tests.models.test_constraints import good  # noqa: F401  A row of each model; a new one has to be there.

pytestmark = pytest.mark.django_db

ROWS = PAGES | ADMIN


@pytest.fixture
def things(good, small_termbase):  # noqa: F811
    """The number of a row of each model that the admin shows, by the model's name in lower case."""
    Import.objects.update(state="reviewed")
    good[ImportRow]["kind"] = "conflict"
    numbers = {}
    for model in admin.site._registry:
        if model in good:
            (made,) = model.objects.bulk_create([model(**good[model])])
        else:
            made = {User: User, Group: Group}[model].objects.first()
        numbers[model._meta.model_name] = made.pk
    return numbers


@pytest.fixture
def as_role(things):
    """A client signed in as a role."""

    def of(role):
        client = Client(raise_request_exception=False)
        if role != "nobody":
            user = User.objects.create_user(role, is_staff=role != "reader")
            user.groups.add(*Group.objects.filter(name=role))
            client.force_login(user)
        return client

    return of


def addresses(patterns=None, prefix=""):
    """All patterns of the URL map, as rows name them."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, path)
        else:
            yield path, pattern.name


def outcome(client, method, path):
    """`in`, `out`, or what is neither; whatever the request did is undone."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response = client.generic(method, path, "", "application/x-www-form-urlencoded")
        if response.streaming:
            response.close = lambda: None
        transaction.set_rollback(True)
    client.cookies = cookies
    if response.status_code in (401, 403, 405) or response.headers.get("Location", "").startswith(
        ("/sign-in", "/admin/login")
    ):
        return "out"
    return "in" if response.status_code in (200, 302, 303, 400, 409, 410, 428) else f"{response.status_code}"


def test_every_address_has_a_row():
    api = {name for name, _ in CALLS}
    without = {
        path
        for path, name in addresses()
        if path not in ROWS and not (path.startswith("api/v1/") and (name in api or name is None))
    }
    assert not without, "Add to tests/access.py, with the roles that may:\n" + "\n".join(
        f"    {path!r}: Row(get=…, post=…, at=…)," for path in sorted(without)
    )


def test_every_row_has_an_address():
    assert set(ROWS) <= {path for path, _ in addresses()}


@pytest.mark.parametrize("role", ROLES)
def test_who_is_let_through(as_role, things, role):
    client = as_role(role)
    wrong = []
    for path, row in ROWS.items():
        at = (row.at or f"/{path}").format(**things)
        for method, allowed in (("GET", row.get), ("POST", row.post)):
            found, expected = outcome(client, method, at), row.instead if role in allowed else "out"
            if found != expected:
                wrong.append(f"{method} {path} as {role} ({at}): {found} instead of {expected}")
    assert not wrong, "\n".join(wrong)


def test_where_not_anyone_may_read(as_role, things, settings):
    settings.TERMBASE_ANONYMOUS_READ = False
    client = as_role("nobody")
    shown = {
        path for path, row in ROWS.items() if outcome(client, "GET", (row.at or f"/{path}").format(**things)) != "out"
    }
    assert shown == {path for path, row in ROWS.items() if row.is_open and row.get} | {"admin/logout/"}


@pytest.mark.parametrize("role", ROLES)
def test_actions_of_the_admin(as_role, things, rf, role):
    """What the menu above a list offers, and what a request that was made up is given."""
    client = as_role(role)
    offered = set()
    for model, model_admin in admin.site._registry.items():
        request = rf.get("/")
        request.user = User.objects.filter(username=role).first() or AnonymousUser()
        if model_admin.has_view_or_change_permission(request):
            offered |= {(model._meta.label, name) for name in model_admin.get_actions(request)}
    expected = {action for action, roles in ACTIONS.items() if role in roles}
    assert offered == expected, "Add to ACTIONS in tests/access.py: " + ", ".join(map(str, offered ^ expected))
    for label, name in ACTIONS.keys() - expected:
        path = f"/admin/{label.lower().replace('.', '/')}/"
        number = things[label.partition(".")[2].lower()]
        before = apps.get_model(label).objects.filter(pk=number).values().get()
        client.post(path, {"action": name, "_selected_action": [number], "post": "yes"})
        assert apps.get_model(label).objects.filter(pk=number).values().get() == before, (label, name)


def test_every_action_has_a_row():
    there_are = {
        (model._meta.label, action if isinstance(action, str) else action.__name__)
        for model, model_admin in admin.site._registry.items()
        for action in model_admin.actions or ()
    }
    assert there_are <= ACTIONS.keys()
