"""The history at work in a browser: two at one concept, a version brought back, two concepts merged."""

import re

import pytest
from playwright.sync_api import expect

from termbase import merging
from termbase.models import Concept, Term
from termbase.models.history import acting

pytestmark = pytest.mark.django_db(transaction=True)


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()


def test_conflict(sign_in, admin):
    """The second to save sees both, field by field; the first one's work and the second one's input are there."""
    li, wang = sign_in("li"), sign_in("wang")
    for page in (li, wang):
        page.goto(admin("c0004"))
    li.locator("#id_note").fill("Not defined by the General Assembly.")
    li.get_by_label("Why (optional)").fill("A/RES/60/288")
    save(li)
    expect(li).to_have_url(re.compile("/concept/$"))
    wang.locator("#id_note").fill("No agreed definition.")
    wang.locator("#id_terms-0-source").fill("A/RES/49/60")
    save(wang)
    conflict = wang.get_by_role("alert", name="Changed while you were editing")
    expect(conflict).to_contain_text("li")
    expect(conflict).to_contain_text("A/RES/60/288")
    row = conflict.get_by_role("row", name=re.compile("note"))
    expect(row).to_contain_text("Not defined by the General Assembly.")
    expect(row).to_contain_text("No agreed definition.")
    expect(row).to_contain_text("both changed it")
    expect(wang.locator("#id_note")).to_have_value("No agreed definition.")
    expect(wang.locator("#id_terms-0-source")).to_have_value("A/RES/49/60")
    assert Concept.objects.get(key="c0004").note == "Not defined by the General Assembly."
    wang.locator("#id_note").fill("Not defined by the General Assembly; no agreed definition.")
    save(wang)
    expect(wang).to_have_url(re.compile("/concept/$"))
    assert Concept.objects.get(key="c0004").note == "Not defined by the General Assembly; no agreed definition."
    assert Term.objects.filter(concept__key="c0004", source="A/RES/49/60").exists()


def test_restore(sign_in, admin, people):
    """From the history back to the version before, with a look at what that does; with the keyboard alone."""
    with acting(user=people["wang"], reason="cleaning up"):
        Concept.objects.filter(key="c0004").update(note="wrong")
        Term.objects.filter(text="terrorism").delete()
    page = sign_in("li")
    page.goto(admin("c0004", "history/"))
    expect(page.locator(".event").first).to_contain_text("cleaning up")
    expect(page.locator(".event").first).to_contain_text("taken out")
    page.get_by_role("link", name="Back to this version").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="What would change")).to_contain_text("terrorism")
    expect(page.get_by_label("Why (optional)")).to_be_focused()
    page.keyboard.type("by mistake")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("The version is back.")
    expect(page.locator(".event").first).to_contain_text("by mistake")
    concept = Concept.objects.get(key="c0004")
    assert concept.note == ""
    assert set(concept.terms.values_list("text", flat=True)) == {"恐怖主义", "terrorism"}


def test_merge(sign_in, admin):
    """Looked for, looked at and done with the keyboard alone; then undone as one step."""
    page = sign_in("li")
    page.goto(admin("c0005"))
    page.get_by_role("link", name="Merge…").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox", name=re.compile("Merge c0005 into"))).to_be_focused()
    page.keyboard.type("terrorism")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("c0004")).focus()
    page.keyboard.press("Enter")
    preview = page.get_by_role("region", name="What would change")
    expect(preview).to_contain_text("恐怖主义罪")
    english = page.get_by_role("group", name="Preferred in English")
    english.get_by_role("radio", name=re.compile("^terrorism")).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(english.get_by_role("radio", name=re.compile("terrorist offence"))).to_be_checked()
    page.get_by_label("Why (optional)").focus()
    page.keyboard.type("one thing")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("Merged: c0005 leads to c0004 now.")
    preferred = Term.objects.get(concept__key="c0004", language="en", administrative_status="preferred")
    assert preferred.text == "terrorist offence"
    page.goto(admin("c0004", "history/"))
    page.get_by_role("link", name="All of this step").first.click()
    page.get_by_role("link", name="Undo this step…").click()
    page.get_by_role("button", name="Undo it").click()
    expect(page.locator("body")).to_contain_text("undone by li")
    assert set(Concept.objects.get(key="c0005").terms.values_list("text", flat=True)) == {
        "恐怖主义罪",
        "terrorist offence",
    }


def test_the_old_address_leads_to_the_new(sign_in, live_server, people):
    merging.merge(source="c0005", target="c0004", by=people["li"])
    page = sign_in("li")
    page.goto(f"{live_server.url}/concepts/c0005")
    expect(page).to_have_url(f"{live_server.url}/concepts/c0004")
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("History · c0004")
    expect(page.locator(".event").first).to_contain_text("from c0005")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers_in_the_readers_history(sign_in, live_server, people, barriers, scheme):
    with acting(user=people["wang"], reason="why"):
        Concept.objects.filter(key="c0004").update(note="new")
        Term.objects.filter(text="terrorism").update(text="terrorist acts")
    page = sign_in("li", color_scheme=scheme)
    page.goto(f"{live_server.url}/concepts/c0004/history")
    assert barriers(page) == ""


def test_export(sign_in, live_server, barriers):
    """Two concepts chosen in the list, saved as a glossary."""
    page = sign_in("li")
    page.goto(f"{live_server.url}/admin/termbase/concept/")
    for number in (1, 2):
        page.get_by_role("checkbox").nth(number).check()
    page.locator("select[name=action]").select_option("export_chosen")
    page.locator("button[name=index]").first.click()
    expect(page.locator("main, body").first).to_contain_text("2 concepts are chosen.")
    assert barriers(page) == ""
    page.get_by_label("Format").select_option("omegat")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the file").click()
    assert "毒罪办\tUnited Nations Office on Drugs and Crime" in download.value.path().read_text(encoding="utf-8")


def test_the_sidebar_of_a_narrow_page_by_keyboard(sign_in, live_server):
    page = sign_in("li", viewport={"width": 390, "height": 800})
    page.goto(f"{live_server.url}/admin/review/mine/")
    toggle = page.get_by_role("button", name="Sidebar", exact=True)
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Queues")).to_be_visible()
    expect(page.locator("#nav-sidebar a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Queues")).to_be_hidden()
    expect(toggle).to_be_focused()


def test_the_way_to_a_page_begins_at_the_workbench(sign_in, admin):
    page = sign_in("li")
    page.goto(admin("c0004"))
    expect(page.get_by_role("heading", level=1).first).to_have_text(
        re.compile(r"Workbench.*Concepts.*c0004", re.DOTALL)
    )
