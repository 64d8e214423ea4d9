"""Looking a term up as a reader does."""

import re

import pytest
from playwright.sync_api import expect

from termbase.models import Concept

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server, small_termbase):
    return live_server.url


def copied(page):
    return page.evaluate("() => navigator.clipboard.readText()")


def test_hits_come_while_typing_and_the_address_can_be_shared(page, site):
    page.goto(site)
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("毒罪", delay=30)
    expect(page.locator(".hit")).to_have_count(1)
    page.keyboard.type("办", delay=30)
    expect(page.locator(".hit mark").first).to_have_text("毒罪办")
    expect(page.locator(".hit").first).to_contain_text("UNODC")
    expect(page.locator(".example figcaption")).to_have_text("A/CONF.234/7, 13")
    expect(page).to_have_url(re.compile(r"\?q=%E6%AF%92%E7%BD%AA%E5%8A%9E$"))
    expect(page.locator("#count")).to_have_text("1 concept")
    page.reload()
    expect(page.locator(".hit").first).to_contain_text("UNODC")


def test_keys_lead_from_the_box_through_the_hits_to_a_concept_and_back(page, site):
    page.goto(site)
    page.keyboard.type("恐怖")
    expect(page.locator(".hit")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".hit a.open").nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".hit a.open").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/concepts/c0004$"))
    page.go_back()
    expect(page.locator(".hit")).to_have_count(2)
    page.locator(".hit a.open").first.focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(page.locator(".hit")).to_have_count(0)


def test_the_focus_stays_on_a_hit_that_a_later_answer_brings_again(page, site):
    page.goto(site + "/?q=恐怖")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    with page.expect_response("**/?q=*"):
        page.evaluate("() => htmx.trigger('#search', 'submit')")
    expect(page.locator("#count")).to_have_text("2 concepts")
    expect(page.locator(".hit a.open").nth(1)).to_be_focused()


def test_the_box_is_a_key_away(page, site):
    page.goto(site + "/?q=unodc")
    page.locator("body").click(position={"x": 5, "y": 500})
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("foreign")
    expect(page.locator(".hit").first).to_contain_text("外国恐怖主义作战人员")


def test_a_key_copies_the_equivalent(open_page, site):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(site + "/?q=foreign")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("c")
    expect(page.locator("#told")).to_contain_text("外国恐怖主义作战人员")
    assert copied(page) == "外国恐怖主义作战人员"


def test_letters_typed_into_the_box_are_no_commands(page, site):
    page.goto(site)
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("xc?/")
    expect(page.get_by_role("searchbox")).to_have_value("xc?/")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_key_swaps_the_direction_and_the_choice_stays(page, site):
    page.goto(site + "/?q=unodc")
    page.locator("body").click(position={"x": 5, "y": 500})
    page.keyboard.press("x")
    expect(page.get_by_label("Direction")).to_have_value("zh")
    expect(page.locator(".hit")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"\?q=unodc&source=zh$"))
    page.keyboard.press("x")
    expect(page.locator(".hit")).to_have_count(1)
    page.goto(site)
    expect(page.get_by_label("Direction")).to_have_value("en")
    page.goto(site + "/?q=毒罪办")
    expect(page.get_by_label("Direction")).to_have_value(""), "an address that is shared means the same to all"
    expect(page.locator(".hit")).to_have_count(1)


def test_filters_stay_and_are_never_out_of_sight(page, site):
    page.goto(site)
    page.get_by_text("More filters").click()
    page.get_by_label("also what is only proposed").check()
    page.get_by_label("Subject").select_option(label="Bodies")
    page.goto(site)
    expect(page.get_by_label("also what is only proposed")).to_be_checked()
    expect(page.get_by_label("Subject")).to_be_visible()
    page.get_by_role("searchbox").fill("毒")
    expect(page.locator(".hit")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"subject_field=bodies&proposed=true$"))
    page.goto(site + "/?q=毒")
    expect(page.get_by_label("also what is only proposed")).not_to_be_checked()
    expect(page.locator(".hit")).to_have_count(2)


def test_more_hits_come_below(page, site):
    for n in range(25):
        concept = Concept.objects.create(key=f"m{n:02}")
        concept.terms.create(language="zh-Hans", text=f"毒{n:02}", review_status="approved", source="x")
    page.goto(site + "/?q=毒&source=zh")
    expect(page.locator(".hit")).to_have_count(10)
    page.get_by_role("link", name="Show more").click()
    expect(page.locator(".hit")).to_have_count(27)
    expect(page).to_have_url(re.compile(r"q=.*&source=zh$"))
    expect(page.get_by_role("link", name="Show more")).to_have_count(0)


def test_keys_walk_through_near_forms_too(open_page, site):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(site)
    page.keyboard.type("主义恐怖")
    expect(page.get_by_role("heading", name="Near forms")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("c")
    expect(page.locator("#told")).to_contain_text("terrorism")
    assert copied(page) == "terrorism"


def test_an_entry_is_copied_as_text_and_as_a_citation(open_page, site):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(site + "/concepts/c0002")
    page.get_by_role("button", name="Copy the entry as text").click()
    expect(page.locator("#told")).to_contain_text("drug (full form, preferred)")
    assert copied(page).startswith("Chinese\n  毒品 (full form, preferred)")
    page.get_by_role("button", name="Copy as a citation").click()
    expect(page.locator("#told")).to_contain_text("毒品 = drug. Termbase, c0002")
    page.keyboard.press("c")
    expect(page.locator("#told")).to_have_text("Copied: drug"), "the key takes the equivalent"


def test_what_cannot_be_taken_is_told_in_place(browser, site):
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(site)
    page.get_by_role("searchbox").fill("毒罪办")
    expect(page.locator(".hit")).to_have_count(1)
    page.evaluate("() => { document.querySelector('[name=source]').options[0].value = 'tlh'; }")
    page.get_by_role("searchbox").fill("毒罪")
    expect(page.get_by_role("alert")).to_contain_text("“source” cannot be “tlh”")
    page.route("**/*", lambda route: route.abort())
    page.get_by_role("searchbox").fill("毒")
    expect(page.locator("#told")).to_have_text("The server does not answer; try again.")
    context.close()


def test_a_key_shows_the_keys(page, site):
    page.goto(site + "/?q=unodc")
    page.locator("body").click(position={"x": 5, "y": 500})
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_what_was_looked_up_is_kept_in_the_browser_and_forgotten_on_request(page, site):
    page.goto(site + "/?q=unodc")
    page.goto(site + "/?q=毒品")
    page.goto(site)
    expect(page.locator("#history li")).to_have_text(["毒品 drug", "unodc 联合国毒品和犯罪问题办公室"])
    page.get_by_role("link", name="unodc").click()
    expect(page.locator(".hit").first).to_contain_text("毒罪办")
    page.get_by_role("button", name="Forget").click()
    page.goto(site)
    expect(page.locator("#history")).to_be_hidden()


def test_an_input_method_at_work_is_not_asked_for(page, site):
    page.goto(site + "/?q=毒品")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "?q=" in request.url else None)
    page.get_by_role("searchbox").focus()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Input.imeSetComposition", {"text": "du'zui", "selectionStart": 6, "selectionEnd": 6})
    page.wait_for_timeout(300)
    assert asked == []
    devtools.send("Input.insertText", {"text": "毒罪"})
    expect(page.locator("#count")).not_to_be_empty()


def test_the_page_speaks_chinese_on_request(page, site):
    page.goto(site)
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.get_by_role("searchbox").fill("毒罪办")
    expect(page.locator(".hit .status.preferred").first).to_have_text("首选")


def test_it_works_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.get_by_role("searchbox").fill("毒罪辦")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_contain_text("UNODC")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    page.locator(".hit a.open").click()
    page.locator(".example a").first.click()
    expect(page).to_have_url(re.compile("/documents/a-conf-234-7#p0$"))
    page.locator("a.t").first.click()
    expect(page).to_have_url(re.compile("/concepts/c0001$"))
    context.close()
