"""Accounts made in the admin: the role in one field, and what follows of it."""

import pytest
from django.contrib.auth.models import Group, User

from termbase.models.roles import give_role, role_of, roles
from termbase.vocabulary import Role
from tests.admin.conftest import person

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
DATES = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}


@pytest.fixture
def administrator(client):
    user = person("administrator", "administrator")
    client.force_login(user)
    return user


def role(name):
    return Group.objects.get(name=name).pk


@pytest.mark.parametrize("name", Role.values)
def test_a_new_account_signs_in_to_what_its_role_needs(client, administrator, name):
    data = {"username": "zhao", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/admin/auth/user/add/", data | {"role": role(name)})
    assert response.status_code == 302, response.context["adminform"].form.errors
    zhao = User.objects.get(username="zhao")
    assert (role_of(zhao).name, zhao.is_staff, zhao.is_superuser) == (name, name != "reader", False)
    client.logout()
    client.post("/sign-in", {"username": "zhao", "password": PASSWORD})
    assert (client.get("/admin/").status_code == 200) == (name != "reader")


def test_a_role_is_needed(client, administrator):
    data = {"username": "zhao", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/admin/auth/user/add/", data).status_code == 200
    assert not User.objects.filter(username="zhao").exists()


@pytest.mark.parametrize(
    ("before", "after", "staff"),
    [("terminologist", "reader", False), ("reader", "reviewer", True), ("contributor", "contributor", True)],
)
def test_another_role(client, administrator, before, after, staff):
    zhao = person("zhao", before)
    address = f"/admin/auth/user/{zhao.pk}/change/"
    data = {"username": "zhao", "is_active": "on", "role": role(after), **DATES}
    assert client.get(address).context["adminform"].form.initial["role"].name == before
    assert client.post(address, data).status_code == 302
    zhao.refresh_from_db()
    assert [group.name for group in zhao.groups.all()] == [after]
    assert zhao.is_staff == staff


@pytest.mark.parametrize(
    ("before", "after", "superuser", "told"),
    [
        pytest.param(
            ["reviewer"],
            "",
            False,
            "zhao has no role any more (before: reviewer): what that allowed is taken away."
            " This account cannot sign in to the workbench.",
            id="cleared",
        ),
        pytest.param(
            ["contributor", "reviewer"],
            "terminologist",
            False,
            "zhao is terminologist now (before: contributor, reviewer).",
            id="one for several",
        ),
        pytest.param(["reviewer"], "", True, "zhao is superuser now (before: reviewer).", id="a superuser needs none"),
        pytest.param([], "reviewer", False, "zhao is reviewer now.", id="the first"),
        pytest.param(["reviewer"], "reviewer", False, "", id="the same"),
        pytest.param([], "", False, "", id="none as before"),
    ],
)
def test_what_a_role_has_taken_is_told(client, before, after, superuser, told):
    client.force_login(User.objects.create_superuser("li"))
    zhao = User.objects.create_user("zhao", is_staff=bool(before), is_superuser=superuser)
    zhao.groups.set(Group.objects.filter(name__in=before))
    data = {"username": "zhao", "is_active": "on", "role": role(after) if after else "", **DATES}
    data |= {"is_superuser": "on"} if superuser else {}
    page = client.post(f"/admin/auth/user/{zhao.pk}/change/", data, follow=True)
    assert page.status_code == 200
    messages = [str(message) for message in page.context["messages"]]
    assert [message for message in messages if message.startswith("zhao")] == ([told] if told else [])
    zhao.refresh_from_db()
    assert [group.name for group in zhao.groups.all()] == ([after] if after else [])
    assert zhao.is_staff == (bool(before or after) and bool(after or superuser))


def test_roles_are_listed_in_the_language_of_the_page(client, administrator):
    page = client.get("/admin/auth/group/", headers={"accept-language": "zh-hans"})
    assert "审核人" in page.text


def test_rights_are_not_given_one_by_one(client, administrator):
    zhao = person("zhao", "reader")
    data = {"username": "zhao", "is_active": "on", "role": role("reader"), "is_staff": "on", "is_superuser": "on"}
    client.post(f"/admin/auth/user/{zhao.pk}/change/", data | DATES | {"groups": [role("administrator")]})
    zhao.refresh_from_db()
    assert (role_of(zhao).name, zhao.is_staff, zhao.is_superuser) == ("reader", False, False)


def test_an_institution_has_roles_of_its_own(db):
    own = Group.objects.create(name="archivist")
    assert [group.name for group in roles()] == [*Role.values, "archivist"]
    zhao = User.objects.create_user("zhao")
    assert role_of(zhao) is None
    give_role(zhao, own)
    assert (role_of(zhao), zhao.is_staff) == (own, True)


def test_the_list_says_who_is_what(client, administrator, django_assert_max_num_queries):
    for number in range(5):
        person(f"zhao{number}", "reviewer")
    with django_assert_max_num_queries(12):
        page = client.get("/admin/auth/user/").text
    assert page.count(">reviewer<") >= 5
    assert "Authentication and Authorization" not in page
