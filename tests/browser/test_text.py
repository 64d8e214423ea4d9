"""A text of the reader's own in a browser."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server, small_termbase):
    return live_server.url


def find(page, site, source, target=""):
    page.goto(site + "/text")
    page.get_by_label("Text, in Chinese or English").fill(source)
    page.get_by_label("Its translation").fill(target)
    page.get_by_role("button", name="Find the terms").click()


@pytest.mark.parametrize("how", ["hover", "focus", "tap"])
def test_an_entry_is_shown(page, site, how):
    find(page, site, "毒罪办支持各国。")
    term = page.locator("a.t", has_text="毒罪办")
    if how == "focus":
        page.locator("body").press("Tab")
        while not term.evaluate("(link) => link === document.activeElement"):
            page.keyboard.press("Tab")
    else:
        term.hover() if how == "hover" else term.click()
    expect(page.locator("#entry")).to_contain_text("United Nations Office on Drugs and Crime")
    expect(page).to_have_url(re.compile("/text#found$"))


def test_a_finding_leads_from_the_place_to_its_explanation(page, site, barriers):
    find(page, site, "毒罪办支持各国。", "This supports States.")
    page.locator("a.flag").click()
    expect(page.locator("#f1:target")).to_contain_text("missing equivalent")
    assert barriers(page) == ""


def test_a_dropped_file_is_read_at_once(page, site):
    page.goto(site + "/text")
    data = page.evaluate_handle(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["毒罪办支持各国。"], "a.txt", { type: "text/plain" }));
          return data;
        }"""
    )
    page.locator("#paste").dispatch_event("drop", {"dataTransfer": data})
    expect(page.locator("a.t")).to_have_text("毒罪办")
    expect(page.get_by_label("Text, in Chinese or English")).to_have_value("毒罪办支持各国。")


def test_the_glossary_is_saved(page, site):
    find(page, site, "毒罪办支持各国。")
    with page.expect_download() as saved:
        page.get_by_role("button", name="OmegaT").click()
    assert saved.value.suggested_filename == "glossary.utf8"


def test_an_xliff_file_is_saved_with_its_terms(page, site):
    page.goto(site + "/text")
    page.get_by_text("An XLIFF file with its terms marked").click()
    content = (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="zh-CN" trgLang="en">'
        '<file id="f"><unit id="u"><segment><source>毒罪办</source></segment></unit></file></xliff>'
    )
    file = {"name": "a.xlf", "mimeType": "application/xliff+xml", "buffer": content.encode()}
    page.get_by_label("XLIFF file").set_input_files(file)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save it with its terms marked").click()
    assert ">毒罪办</mrk>" in saved.value.path().read_text()


def test_a_narrow_window_in_chinese_in_the_dark(open_page, site, barriers):
    page = open_page(locale="zh-CN", color_scheme="dark", viewport={"width": 320, "height": 640})
    page.goto(site + "/text")
    page.locator("textarea").first.fill("毒罪办和外国恐怖分子战士。")
    page.locator("textarea").last.fill("The Office and 毒品.")
    page.get_by_role("button", name="查找术语").click()
    expect(page.locator(".findings li").first).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    assert barriers(page) == ""
