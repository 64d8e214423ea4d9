"""The first page of the workbench and the findings in a browser: waived by the keyboard, and without barriers."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from termbase.models import Candidate, Concept, EntryFindingCount, EntryWaiver, FailedLookup, LookupCount, Term
from termbase.models.history import acting
from termbase.quality import entries

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LIST = "/admin/termbase/entryfinding/"


@pytest.fixture
def li(small_termbase):
    """Somebody with work to do, in a termbase in which something has happened."""
    user = User.objects.create_superuser("li")
    today = timezone.now().date()
    Concept.objects.filter(key="c0001").update(created_at=timezone.now() - timedelta(days=70))
    Candidate.objects.create(text="网络钓鱼")
    FailedLookup.objects.create(text="深度伪造", count=7)
    LookupCount.objects.create(concept=Concept.objects.get(key="c0002"), day=today, count=5)
    Term.objects.filter(text="drug").update(reviewed_by=user, reviewed_at=timezone.now())
    with acting(user=user, reason="as in A/RES/74/1"):
        Term.objects.filter(text="terrorist offence").update(source="")
    Term.objects.filter(text="drug").update(text="organised crime")
    entries.look_through()
    for days in range(1, 5):
        EntryFindingCount.objects.create(day=today - timedelta(days=days), kind="no_source", open=days, waived=0)
    return user


@pytest.fixture
def opened(live_server, li, open_page):
    """Opens a page of the admin, signed in."""

    def at(path, **options):
        client = Client()
        client.force_login(li)
        page = open_page(**options)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page.goto(live_server.url + path)
        return page

    return at


def test_from_the_first_page_to_a_waiver_by_the_keyboard(opened):
    page = opened("/admin/")
    panel = page.get_by_role("region", name="Findings on entries")
    expect(panel.get_by_role("img", name="Open findings, day by day")).to_be_visible()
    panel.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("row")).to_have_count(6)
    page.get_by_role("navigation", name="What waits").get_by_role("link", name=re.compile("Findings")).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(LIST))
    page.get_by_role("link", name="against house style").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 open finding")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("c0002"))).to_contain_text("organized crime")
    page.get_by_role("checkbox", name=re.compile("c0002")).focus()
    page.keyboard.press("Space")
    page.get_by_label("Why these are no defects").focus()
    page.keyboard.type("Quoted as it was written.")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("1 finding waived.")
    expect(page.get_by_role("heading", name="0 open findings")).to_be_visible()
    assert EntryWaiver.objects.get().reason == "Quoted as it was written."
    page.get_by_role("link", name="Those that are waived").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name=re.compile("c0002"))).to_contain_text("Quoted as it was written.")


@pytest.mark.parametrize(
    ("locale", "width", "scheme"),
    [("en-GB", 1400, "light"), ("zh-CN", 1400, "dark"), ("en-GB", 360, "dark"), ("zh-CN", 360, "light")],
)
def test_no_barriers_and_nothing_cut_off(opened, live_server, li, barriers, locale, width, scheme):
    page = opened("/admin/", locale=locale, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for path in ("/admin/", LIST, f"{LIST}?kind=house_style&waived=yes"):
        page.goto(live_server.url + path)
        expect(page.locator(".workbench")).to_be_visible()
        for numbers in page.locator("details.numbers summary").all():
            numbers.click()
        assert barriers(page) == "", path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.locator(".workbench [style]").count() == 0, path
