"""The sidebar: every list of the workbench once, to whom it is open."""

import pytest
from django.contrib import admin
from lxml import html

from termbase.admin.navigation import LISTS

from .conftest import person

pytestmark = pytest.mark.django_db

EVERYBODY = {"/admin/", "/admin/review/", "/admin/review/mine/", "/"}


def links(client, address="/admin/"):
    return html.fromstring(client.get(address).text).xpath("//*[@id='nav-sidebar-apps']//a")


def test_every_list_has_its_place():
    placed = [model for _title, models in LISTS for model in models]
    assert set(placed) == set(admin.site._registry)
    assert len(placed) == len(set(placed))


@pytest.mark.parametrize(
    ("role", "open_to", "closed_to"),
    [
        ("contributor", {"concept", "entryfinding", "activity"}, {"import", "user", "apitoken"}),
        ("terminologist", {"concept", "candidate", "import", "importrow", "failedlookup"}, {"user", "apitoken"}),
        ("administrator", {"user", "group", "apitoken", "import"}, set()),
    ],
)
def test_who_sees_what(client, small_termbase, role, open_to, closed_to):
    client.force_login(person("li", role))
    addresses = {link.get("href") for link in links(client)}
    assert addresses >= EVERYBODY
    models = {address.split("/")[-2] for address in addresses - EVERYBODY}
    assert models >= open_to
    assert not models & closed_to
    assert all(client.get(address).status_code == 200 for address in addresses)


@pytest.mark.parametrize(
    ("address", "active"),
    [
        ("/admin/", ["Workbench"]),
        ("/admin/review/mine/", ["Mine"]),  # and not the queues, above which it stands
        ("/admin/termbase/concept/add/", ["Concepts"]),  # a page of a list is of that list
        ("/admin/termbase/document/harvest/", ["Documents"]),
        ("/admin/termbase/importrow/", ["Conflicts from imports"]),  # whose address begins as that of imports does
    ],
)
def test_where_one_is(client, li, address, active):
    at = [link for link in links(client, address) if "active" in link.get("class").split()]
    assert [link.text_content().strip() for link in at] == active
