"""An entry edited in a browser, with the keyboard: duplicates, examples, relations, the preview, errors."""

import re

import pytest
from playwright.sync_api import expect

from termbase.models import Activity, Concept, ConceptRelation, Example, Term

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def entry(sign_in, admin):
    """The page of an entry, ready to be edited."""

    def opened(key="c0004", **options):
        page = sign_in("li", **options)
        page.goto(admin(key))
        expect(page.frame_locator("iframe").locator("article.concept")).to_be_visible()
        return page

    return opened


def side(page, language):
    return page.locator(f".side[data-language={language}]")


def field(row, name):
    return row.locator(f"[name$='-{name}']")


def test_a_doublet_is_told_while_it_is_typed(entry):
    """A new term that another concept has, in Traditional characters: opened there as a variant; nothing is lost."""
    page = entry()
    page.keyboard.press("Alt+n")
    new = side(page, "zh-Hans").locator(".term").last
    expect(field(new, "text")).to_be_focused()
    page.keyboard.type("外國恐怖主義作戰人員")
    warning = new.locator(".similar")
    expect(warning).to_contain_text("c0003")
    expect(warning).to_contain_text("the same")
    expect(warning).to_contain_text("foreign terrorist fighter")
    expect(field(new, "reading")).to_have_value(re.compile("^wài guó"))
    with page.expect_popup() as popup:
        warning.get_by_role("link", name="Add as variant there").first.click()
    there = popup.value
    there.wait_for_load_state()
    sent = side(there, "zh-Hans").locator(".term").last
    expect(field(sent, "text")).to_have_value("外國恐怖主義作戰人員")
    expect(field(sent, "term_type")).to_have_value("variant")
    field(sent, "source").fill("A/CONF.234/7, 13")
    there.keyboard.press("Control+s")
    expect(there.locator("body")).to_contain_text("was changed successfully")
    assert Term.objects.filter(concept__key="c0003", text="外國恐怖主義作戰人員", term_type="variant").exists()
    expect(field(new, "text")).to_have_value("外國恐怖主義作戰人員")
    with page.expect_popup() as popup:
        warning.get_by_role("link", name="Merge…").first.click()
    expect(popup.value.locator(".workbench h1")).to_have_text("Merge c0004 into c0003")


def test_a_near_form_is_told(entry):
    page = entry()
    english = side(page, "en").locator(".term").first
    field(english, "text").fill("foreign terrorist figther")
    expect(english.locator(".similar")).to_contain_text("near")
    with page.expect_popup() as popup:
        english.locator(".similar").get_by_role("link", name="Open").click()
    expect(popup.value).to_have_url(re.compile(f"/concept/{Concept.objects.get(key='c0003').pk}/change/"))


def test_what_is_typed_is_shown_as_readers_will_see_it_and_not_saved(entry):
    page = entry("c0002")
    reader = page.frame_locator("iframe")
    chinese = side(page, "zh-Hans").locator(".term").first
    field(chinese, "text").fill("麻醉药品")
    expect(reader.locator("h1")).to_contain_text("麻醉药品")
    expect(field(chinese, "reading")).to_have_value("má zuì yào pǐn")
    expect(chinese.locator(".traditional")).to_contain_text("麻醉藥品")
    field(chinese, "source").fill("A/CONF.234/7, 13; A/RES/60/1")
    own = chinese.locator(".links").get_by_role("link", name="A/CONF.234/7")
    expect(own).to_have_attribute("href", "/documents/a-conf-234-7")
    expect(chinese.locator(".links").get_by_role("link", name="A/RES/60/1")).to_have_attribute(
        "href", "https://undocs.org/A/RES/60/1"
    )
    field(chinese, "text").fill("")
    expect(page.locator("aside .state")).to_contain_text("The preview waits")
    assert set(Term.objects.filter(concept__key="c0002").values_list("text", flat=True)) == {"毒品", "drug"}


def test_a_reading_that_somebody_typed_is_theirs(entry):
    page = entry("c0002")
    chinese = side(page, "zh-Hans").locator(".term").first
    field(chinese, "reading").fill("dú pǐn!")
    field(chinese, "text").fill("麻醉药品")
    expect(chinese.locator(".traditional")).to_contain_text("麻醉藥品")
    expect(field(chinese, "reading")).to_have_value("dú pǐn!")


def test_a_whole_entry_with_the_keyboard_alone(entry, admin):
    """A relation by a term, a term more, why; saved, and on to the next; approved by the second key."""
    page = entry()
    page.get_by_role("button", name="Add a relation").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("毒罪办")
    expect(page.locator(".combo [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    target = page.locator("[name='relations-1-target'], [name='relations-0-target']").last
    expect(target).to_have_value("c0001")
    side(page, "en").locator("input").first.focus()
    page.keyboard.press("Alt+n")
    page.keyboard.type("terrorist acts")
    field(side(page, "en").locator(".term").last, "source").fill("A/RES/60/1")
    page.get_by_label("Why (optional)").fill("as the Assembly says")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(f"/concept/{Concept.objects.get(key='c0005').pk}/change/"))
    assert ConceptRelation.objects.filter(concept__key="c0004", target__key="c0001").exists()
    assert Term.objects.get(text="terrorist acts").proposed_by.username == "li"
    assert Activity.objects.order_by("-pk").first().reason == "as the Assembly says"
    expect(page.frame_locator("iframe").locator("article.concept")).to_be_visible()
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("body")).to_contain_text("2 terms approved.")
    assert Term.objects.get(text="恐怖主义罪").review_status == "approved"


def test_a_new_entry_begins_with_a_row_in_either_language(sign_in, live_server):
    """The first term of each is the one to use; a row in which nothing was typed is none."""
    page = sign_in("li")
    page.goto(f"{live_server.url}/admin/termbase/concept/add/")
    expect(field(side(page, "zh-Hans"), "text")).to_be_focused()
    expect(page.locator("iframe")).to_be_hidden()
    page.keyboard.type("麻醉品")
    expect(page.frame_locator("iframe").locator("article.concept")).to_contain_text("麻醉品")
    page.keyboard.press("Control+s")
    expect(page).to_have_url(re.compile(r"/concept/\d+/change/"))
    term = Term.objects.get(text="麻醉品")
    assert (term.administrative_status, term.concept.terms.count()) == ("preferred", 1)


def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(entry):
    page = entry("c0005")
    english = side(page, "en").locator(".term").first
    field(english, "source").fill("")
    page.keyboard.press("Alt+n")
    field(side(page, "en").locator(".term").last, "text").fill("terrorism offence")
    page.get_by_label("Why (optional)").fill("because")
    page.keyboard.press("Control+Shift+Enter")
    expect(english.locator(".error")).to_have_text("A source is needed for approval.")
    expect(field(english, "source")).to_be_focused()
    expect(field(side(page, "en").locator(".term").last, "text")).to_have_value("terrorism offence")
    expect(page.get_by_label("Why (optional)")).to_have_value("because")
    assert Term.objects.get(text="terrorist offence").review_status == "proposed"


def test_an_example_is_picked_from_the_documents(entry):
    page = entry("c0001")
    short = side(page, "zh-Hans").locator(".term", has=page.locator("[value='毒罪办']"))
    field(short, "text").focus()
    page.keyboard.press("Alt+x")
    choosing = page.locator("dialog#examples")
    expect(choosing.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("若干网络")
    page.keyboard.press("Enter")
    expect(choosing.locator("mark")).to_have_text("若干网络")
    choosing.locator(".places li", has=page.locator("mark")).get_by_role("button", name="Pin").click()
    expect(choosing.get_by_role("button", name="Unpin")).to_be_visible()
    assert Example.objects.get(pinned=True).term.text == "毒罪办"
    choosing.get_by_role("button", name="Unpin").click()
    expect(choosing.get_by_role("button", name="Unpin")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(choosing).to_be_hidden()
    assert not Example.objects.filter(pinned=True).exists()


def test_another_concept_is_searched_for_and_the_keys_are_listed(entry):
    page = entry()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("save, and stay here")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("c0001")
    expect(page.locator(".combo [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/concept/{Concept.objects.get(key='c0001').pk}/change/"))


def test_without_a_script(sign_in, admin):
    """The form is the same form, with empty rows to write in; the preview and the examples are pages."""
    page = sign_in("li", java_script_enabled=False)
    page.goto(admin("c0002"))
    new = side(page, "en").locator(".term").last
    field(new, "text").fill("narcotic")
    field(new, "source").fill("editors")
    page.get_by_role("button", name="Save", exact=True).click()
    assert Term.objects.filter(concept__key="c0002", text="narcotic").exists()
    page.goto(admin("c0001", "examples/"))
    page.get_by_label("Term").select_option(label="毒罪办")
    page.get_by_label("Search in the documents").fill("毒罪办")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Pin").first.click()
    expect(page.get_by_role("button", name="Unpin")).to_be_visible()
    assert Example.objects.filter(pinned=True).exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(entry, barriers, scheme):
    page = entry("c0001", color_scheme=scheme)
    assert barriers(page, ".entry") == ""
