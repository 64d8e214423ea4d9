"""An import in a browser: a file is sent, looked through, decided on, applied and undone."""

import re

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import expect

from termbase import jobs
from termbase.models import Concept, Import, Term

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

FILE = """concept,language,text,administrative_status,source
n1,zh-Hans,麻醉品,preferred,A/1
n1,en,narcotic,preferred,A/1
c0002,zh-Hans,毒品,preferred,A/RES/1
c0002,en,narcotic drug,preferred,A/RES/1
c0005,en,terrorist offence,preferred,A/RES/2
c9,fr,drogue,,
"""


@pytest.fixture
def li(small_termbase):
    return User.objects.create_superuser("li")


@pytest.fixture
def sign_in(live_server, li, open_page):
    """Makes pages of a person who is signed in."""

    def as_li(**options):
        client = Client()
        client.force_login(li)
        page = open_page(**{"viewport": {"width": 1400, "height": 1000}, **options})
        page.set_default_timeout(8_000)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        return page

    return as_li


@pytest.fixture
def upload(live_server, tmp_path):
    """Sends a file through the form."""

    def through(page, content=FILE, name="terms.csv"):
        file = tmp_path / name
        file.write_text(content)
        page.goto(f"{live_server.url}/admin/termbase/import/add/")
        page.locator("#id_file").set_input_files(file)
        page.get_by_role("button", name="Upload").click()

    return through


def work():
    """What a worker does that finds these jobs."""
    for item in Import.objects.filter(state="uploaded"):
        jobs.review_import(number=item.pk)
    for item in Import.objects.filter(state="applying"):
        jobs.apply_import(number=item.pk)


def test_preview_application_and_undoing(sign_in, upload):
    page = sign_in()
    upload(page)
    expect(page.get_by_text("Being compared with the termbase")).to_be_visible()
    work()
    # The page has asked by itself and found the preview.
    expect(page.get_by_role("status").first).to_contain_text("ready to apply")
    expect(page.get_by_label("Why (optional)")).to_have_value("")
    clash = page.locator("li.row.conflict")
    expect(clash).to_contain_text("an approved value would be overwritten")
    expect(clash.get_by_role("row", name=re.compile("source")).first).to_contain_text("A/RES/1")
    expect(page.locator("li.row.refused")).to_contain_text("fr")
    page.get_by_role("link", name="new 1").click()
    expect(page.locator("li.row")).to_have_count(1)
    page.get_by_role("link", name="in conflict 1").click()
    decision = clash.get_by_label("Decision")
    decision.focus()
    decision.select_option("propose")
    page.get_by_role("button", name="Save the decisions of this page").focus()
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("1 entry decided.")
    expect(clash.get_by_label("Decision")).to_have_value("propose")
    page.get_by_label("Why (optional)").fill("new terms")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Being applied")).to_be_visible()
    work()
    expect(page.get_by_role("status").first).to_contain_text("applied · new 1 · changed 2")
    term = Term.objects.get(text="narcotic drug")
    assert (term.concept.key, term.review_status, term.administrative_status) == ("c0002", "proposed", "admitted")
    assert Term.objects.get(text="毒品").source == "A/CONF.234/7"
    page.get_by_role("link", name="Undo the import…").click()
    page.get_by_label("Why (optional)").fill("the wrong file")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("undone")
    assert Concept.objects.get(key="n1").withdrawn_at is not None
    assert not Term.objects.filter(text="narcotic drug").exists()


def test_columns_are_asked_for_once(sign_in, upload):
    page = sign_in()
    content = "Nr,zh,English,Fundstelle\n17,麻醉品,narcotic,A/1\n"
    upload(page, content)
    page.get_by_label("Fundstelle").select_option("source")
    page.get_by_label("Nr").select_option("concept")
    page.get_by_role("button", name="Go on").click()
    work()
    expect(page.locator("li.row.new")).to_contain_text("A/1")
    upload(page, content.replace("麻醉品", "毒品"))
    expect(page.get_by_text("Being compared with the termbase")).to_be_visible()


def test_the_queue_by_keyboard(sign_in, upload, live_server, barriers):
    page = sign_in()
    upload(page)
    work()
    page.get_by_role("button", name="Apply").click()
    work()
    expect(page.get_by_role("status").first).to_contain_text("applied")
    page.goto(f"{live_server.url}/admin/termbase/importrow/")
    page.get_by_role("link", name="毒品 · narcotic drug").click()
    expect(page.get_by_role("region", name="What the file says otherwise")).to_contain_text("A/RES/1")
    page.wait_for_load_state()
    assert barriers(page) == ""
    page.keyboard.press("m")
    page.keyboard.type("c0004")
    expect(page.locator("#into [aria-selected=true]")).to_contain_text("c0004")
    page.keyboard.press("Enter")
    expect(page.locator("#review")).to_contain_text("Nothing waits here.")
    assert Term.objects.get(concept__key="c0004", text="毒品").review_status == "proposed"
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=2, name="毒品 · narcotic drug")).to_be_visible()
    assert not Term.objects.filter(concept__key="c0004", text="毒品").exists()
    page.keyboard.press("a")
    expect(page.locator("#review")).to_contain_text("Nothing waits here.")
    assert Term.objects.get(text="毒品").source == "A/RES/1"
    assert Term.objects.get(text="drug").administrative_status == "admitted"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers_in_the_preview(sign_in, upload, barriers, scheme):
    page = sign_in(color_scheme=scheme)
    upload(page)
    work()
    expect(page.locator("li.row.conflict")).to_be_visible()
    assert barriers(page) == ""
