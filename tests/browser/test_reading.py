"""Reading documents, and every page for every reader: small windows, dark ones, screen readers."""

import re

import pytest
from django.db import OperationalError
from playwright.sync_api import expect

from termbase.models import Concept

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = [
    "/?q=毒罪办",
    "/?q=外国恐怖分子战士",
    "/?q=支持若干",
    "/?q=主义恐怖",
    "/?q=恐怖&proposed=true&in=definitions,notes",
    "/concepts/c0005",
    "/concepts/c0005?proposed=true&script=zh-Hant",
    "/concepts/c0001/comment",
    "/concepts/c0001",
    "/concepts/c0003",
    "/documents",
    "/documents/a-conf-234-7",
    "/documents/a-conf-234-7/glossary",
    "/concordance?q=毒罪办",
    "/subjects",
    "/subjects/bodies",
    "/coverage",
    "/text",
    "/suggest?concept=c0001",
    "/sign-in",
]
# These log an error to the console, as a browser does for every answer of 400 and more.
PROBLEMS = ["/nowhere", "/?q=x&proposed=yes", "/documents/a-conf-234-7?terms=x", "/concepts/c0002"]


@pytest.fixture
def site(live_server, small_termbase, settings):
    settings.TERMBASE_ANONYMOUS_SUGGESTIONS = True
    return live_server.url


def test_a_click_shows_the_entry_beside_the_text(page, site):
    page.goto(site + "/documents/a-conf-234-7")
    page.locator("a.t", has_text="毒罪办").click()
    expect(page.locator("#entry")).to_contain_text("United Nations Office on Drugs and Crime")
    expect(page).to_have_url(re.compile("/documents/a-conf-234-7$"))
    page.keyboard.press("Escape")
    expect(page.locator("#entry .entry")).to_have_count(0)
    expect(page.locator("a.t", has_text="毒罪办")).to_be_focused()


def test_so_does_the_keyboard(page, site):
    page.goto(site + "/documents/a-conf-234-7")
    page.locator(".text .place").first.focus()
    page.keyboard.press("Tab")
    expect(page.locator("#entry")).to_contain_text("UNODC")


def test_density(page, site):
    page.goto(site + "/documents/a-conf-234-7")
    page.get_by_role("link", name="no terms").click()
    expect(page.locator("a.t")).to_have_count(0)
    expect(page.locator(".text")).to_contain_text("毒罪办支持若干网络")


def test_the_map_leads_on(page, site):
    page.goto(site + "/concepts/c0003")
    page.locator("svg.map a").first.click()
    expect(page).to_have_url(re.compile("/concepts/c0004$"))


def test_the_concordance_leads_to_the_place(page, site):
    page.goto(site + "/concordance")
    page.get_by_role("searchbox").fill("会员国")
    page.get_by_role("button", name="Find").click()
    page.locator(".kwic a").first.click()
    expect(page.locator("#p0:target")).to_be_visible()


def test_a_barrier_would_be_found(page, site, barriers):
    page.goto(site)
    page.evaluate("() => document.documentElement.removeAttribute('lang')")
    assert "html-has-lang" in barriers(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_no_barriers(open_page, site, barriers, locale, scheme):
    page = open_page(locale=locale, color_scheme=scheme)
    for path in PATHS:
        page.goto(site + path)
        assert barriers(page) == "", path
    page.goto(site + "/documents/a-conf-234-7")
    page.locator("a.t").first.click()
    page.locator("#entry .entry").wait_for()
    assert barriers(page) == "", "with an entry"
    page.goto(site)
    page.get_by_role("searchbox").blur()
    page.keyboard.press("?")
    assert barriers(page) == "", "with the keys"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_no_barriers_where_there_is_no_answer(browser, site, barriers, locale, scheme):
    Concept.objects.get(key="c0002").withdraw()
    context = browser.new_context(locale=locale, color_scheme=scheme, viewport={"width": 320, "height": 640})
    page = context.new_page()
    for path in PROBLEMS:
        assert page.goto(site + path).status in (400, 404, 410)
        assert barriers(page) == "", path
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320, path
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_no_barriers_where_one_is_not_let_in_or_something_is_broken(
    browser, site, barriers, monkeypatch, settings, locale, scheme
):
    settings.TERMBASE_ANONYMOUS_SUGGESTIONS, settings.AXES_FAILURE_LIMIT = False, 2
    context = browser.new_context(locale=locale, color_scheme=scheme, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(site + "/sign-in")
    for what in ("a wrong password", "one too many"):
        page.locator("#id_username").fill("li")
        page.locator("#id_password").fill("wrong")
        page.locator("main form button").click()
        page.get_by_role("alert").wait_for()
        assert barriers(page) == "", what
    for error, status in ((None, 200), (OperationalError("away"), 503), (ZeroDivisionError("broken"), 500)):
        if error:
            monkeypatch.setattr("termbase.web.documents.Passage.objects.order_by", _raising(error))
        assert page.goto(site + "/documents").status == status
        assert barriers(page) == "", status
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320, status
    assert page.goto(site + "/suggest").status == 403
    assert barriers(page) == "", "what is closed"
    context.close()


def _raising(error):
    def fail(*args, **kwargs):
        raise error

    return fail


def test_the_order_of_a_concordance_takes_effect_at_once(page, site):
    page.goto(site + "/concordance?q=会员国")
    page.get_by_label("Sorted by").select_option("right")
    expect(page).to_have_url(re.compile("sort=right$"))


def test_a_comment_is_sent_from_the_page_of_its_entry(page, site):
    page.goto(site + "/concepts/c0001")
    page.get_by_text("Comment on this entry").click()
    page.get_by_label("Your comment, for all readers").fill("Second mention: 毒罪办.")
    page.wait_for_timeout(2100)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("p.told")).to_have_text("Thank you. It is shown when a person has read it.")
    expect(page).to_have_url(re.compile("/concepts/c0001#comments$"))


def test_the_equivalent_of_the_entry_beside_a_text_is_a_key_away(open_page, site):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(site + "/documents/a-conf-234-7")
    page.locator("a.t", has_text="毒罪办").click()
    page.locator("#entry .entry").wait_for()
    page.keyboard.press("c")
    expect(page.locator("#told")).to_have_text("Copied: United Nations Office on Drugs and Crime")


def test_nothing_runs_out_of_a_narrow_window(open_page, site):
    page = open_page(viewport={"width": 320, "height": 640})
    for path in PATHS:
        page.goto(site + path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320, path


def test_paper_shows_the_text_alone(page, site):
    page.goto(site + "/documents/a-conf-234-7/glossary")
    page.emulate_media(media="print")
    expect(page.locator(".glossary")).to_be_visible()
    expect(page.locator(".top")).to_be_hidden()


def test_ideographs_are_set_in_a_chinese_font_and_no_line_begins_with_a_stop(page, site):
    page.goto(site + "/documents/a-conf-234-7")
    style = "() => getComputedStyle(document.querySelector('.passage p'))"
    assert "CJK SC" in page.evaluate(f"{style}.fontFamily")
    assert page.evaluate(f"{style}.lineBreak") == "strict"
