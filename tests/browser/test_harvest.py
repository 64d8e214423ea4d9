"""Documents sent through a browser, and how far they have come."""

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import expect

from termbase import jobs
from termbase.models import Candidate, Document, Upload

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TEXT = "1. 毒罪办支持若干网络，并与会员国合作，执行《联合国反腐败公约》。 \n"


@pytest.fixture
def page(live_server, small_termbase, open_page):
    """A page of a terminologist who is signed in."""
    user = User.objects.create_user("li", is_staff=True)
    user.groups.add(Group.objects.get(name="terminologist"))
    client = Client()
    client.force_login(user)
    page = open_page(viewport={"width": 1200, "height": 900})
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    return page


def test_a_file_on_its_way_to_candidates(page, live_server, barriers, tmp_path):
    """The form takes the file and nothing but it; the page of progress follows the worker by itself."""
    (tmp_path / "papers.txt").write_text(TEXT)
    page.goto(f"{live_server.url}/admin/termbase/document/harvest/")
    assert barriers(page) == ""
    page.get_by_label("Files").set_input_files(tmp_path / "papers.txt")
    expect(page.get_by_label("Key")).to_have_value("")
    page.get_by_role("button", name="Harvest", exact=True).click()
    expect(page.get_by_role("table")).to_contain_text("waiting")
    assert barriers(page) == ""
    jobs.harvest_upload(Upload.objects.get().pk)
    expect(page.get_by_role("table")).to_contain_text("done · new document · read as utf-8")
    expect(page.get_by_role("table")).to_contain_text(f"{Candidate.objects.count()} candidates")
    page.get_by_role("link", name="papers", exact=True).click()
    assert Document.objects.get(key="papers").passages.count() == 1
