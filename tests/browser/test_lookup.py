"""Looking a term up as a reader does."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def site(live_server, small_termbase):
    return live_server.url


def test_hits_come_while_typing_and_the_address_can_be_shared(page, site):
    page.goto(site)
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("毒罪", delay=30)
    expect(page.locator(".hit")).to_have_count(1)
    page.keyboard.type("办", delay=30)
    expect(page.locator(".hit mark").first).to_have_text("毒罪办")
    expect(page.locator(".hit").first).to_contain_text("UNODC")
    expect(page.locator(".example cite")).to_have_text(re.compile(r"A/CONF\.234/7, 13"))
    expect(page).to_have_url(re.compile(r"\?q=%E6%AF%92%E7%BD%AA%E5%8A%9E$"))
    page.reload()
    expect(page.locator(".hit").first).to_contain_text("UNODC")


def test_the_box_is_a_key_away(page, site):
    page.goto(site + "/?q=unodc")
    page.locator("body").click(position={"x": 5, "y": 400})
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("foreign")
    expect(page.locator(".hit").first).to_contain_text("外国恐怖主义作战人员")


def test_the_page_speaks_chinese_on_request(page, site):
    page.goto(site)
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")


def test_it_works_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.get_by_role("searchbox").fill("毒罪辦")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_contain_text("UNODC")
    context.close()
