"""Candidates reviewed in a browser, with the keyboard alone."""

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import expect

from termbase import notices
from termbase.models import (
    Candidate,
    CandidateExample,
    CandidateFrequency,
    Comment,
    Concept,
    Document,
    FailedLookup,
    Memo,
    Passage,
    Suggestion,
    Term,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

HOW_MANY = 100
# Of every ten candidates, in the order in which they are shown.
KEYS = ("a", "a", "edit", "reason", "number", "merge", "skip", "a", "undo", "a")


@pytest.fixture
def candidates(small_termbase):
    """A hundred candidates, each in two sentences of a document."""
    document = Document.objects.create(key="a-res-1", symbol="A/RES/1", sha256="1" * 64, title_zh="决议")
    for number in range(HOW_MANY):
        text = f"第{number}号恐怖主义措施"
        sentence = f"会员国应采取{text}，以打击一切形式和表现的恐怖主义，并每年就此向大会提出报告。"
        passage = Passage.objects.create(
            document=document, position=number, number=str(number), kind="paragraph", text=sentence
        )
        found = Candidate.objects.create(
            text=text,
            score=1 - number / 200,
            badges=["known_modifier", "series"],
            proposed_english=f"terrorism measure No. {number}",
        )
        start = sentence.index(text)
        CandidateExample.objects.create(
            candidate=found,
            passage=passage,
            start=start,
            end=start + len(text),
            sentence_start=0,
            sentence_end=len(sentence),
            score=0.5,
        )
        CandidateFrequency.objects.create(candidate=found, document=document, count=number + 1, score=0.5)
        found.known_terms.add(Term.objects.get(text="恐怖主义"))


@pytest.fixture
def sign_in(live_server, small_termbase, open_page):
    """Makes pages of people who may do anything; what each role may is tested without a browser."""

    def as_person(name, **options):
        client = Client()
        client.force_login(User.objects.create_superuser(name))
        page = open_page(**{"viewport": {"width": 1400, "height": 1000}, **options})
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        return page

    return as_person


@pytest.fixture
def address(live_server):
    return lambda queue: f"{live_server.url}/admin/review/{queue}/"


def shown(page):
    """The item before the reviewer."""
    return page.locator("#review").get_attribute("data-item")


def decide(page, how):
    """One decision with the keyboard, up to the next item."""
    item = shown(page)
    keys = page.keyboard
    if how == "edit":
        keys.press("e")
        expect(page.get_by_label("English")).to_be_focused()
        keys.press("Control+a")
        keys.type("counter-terrorism measure " + item)
        keys.press("Enter")
    elif how in ("reason", "number"):
        keys.press("r")
        expect(page.get_by_label("Reason")).to_be_focused()
        keys.press("4") if how == "number" else keys.type("a heading")
        if how == "reason":
            keys.press("Enter")
    elif how == "merge":
        keys.press("m")
        expect(page.get_by_role("combobox", name="Key, or part of a term")).to_be_focused()
        keys.type("terrorism")
        expect(page.locator("#into [aria-selected=true]")).to_contain_text("c0004")
        keys.press("ArrowDown")
        keys.press("ArrowUp")
        keys.press("Enter")
    else:
        keys.press({"a": "a", "skip": "s", "undo": "a"}[how])
    expect(page.locator(f"#review:not([data-item='{item}'])")).to_be_visible()
    if how == "undo":
        keys.press("u")
        expect(page.locator(f"#review[data-item='{item}']")).to_be_visible()
        keys.press("a")
        expect(page.locator(f"#review:not([data-item='{item}'])")).to_be_visible()


def test_a_hundred_candidates_with_the_keyboard_alone(sign_in, address, candidates):
    page = sign_in("li")
    page.goto(address("candidates"))
    for number in range(HOW_MANY):
        decide(page, KEYS[number % len(KEYS)])
    expect(page.locator("#review")).to_contain_text("was skipped by you")
    decided = dict.fromkeys(("accepted", "rejected", "waiting"), 0)
    for status in Candidate.objects.values_list("status", flat=True):
        decided[status] += 1
    assert decided == {"accepted": 70, "rejected": 20, "waiting": 10}
    reasons = Candidate.objects.filter(status="rejected").values_list("rejection_reason", flat=True)
    assert set(reasons) == {"a heading", "too general"}
    assert Term.objects.filter(concept__key="c0004", term_type="variant").count() == 10
    assert Term.objects.filter(text__startswith="counter-terrorism measure", reliability=2).count() == 10
    assert not Term.objects.filter(review_status="approved", proposed_by__username="li").exists()


def test_the_second_is_told(sign_in, address, candidates):
    """Two reviewers are given different items; who decides on one that another was quicker with is told who."""
    li, wang = sign_in("li"), sign_in("wang")
    li.goto(address("candidates"))
    wang.goto(address("candidates"))
    assert shown(li) != shown(wang)
    wang.goto(f"{address('candidates')}?item={shown(li)}")
    assert shown(li) == shown(wang)
    decide(li, "a")
    wang.keyboard.press("a")
    expect(wang.get_by_role("alert")).to_contain_text("li has decided")


def test_every_queue_works_alike(sign_in, address, candidates):
    Suggestion.objects.create(text_zh="非法药物", text_en="illicit drug", comment="Often in resolutions.")
    page = sign_in("li")
    page.goto(address("suggestions"))
    page.keyboard.press("a")
    expect(page.locator("#review")).to_contain_text("Nothing waits here.")
    page.goto(address("proposed"))
    expect(page.get_by_role("heading", level=2, name="恐怖主义罪")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_role("heading", level=2, name="terrorist offence")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.press("2")
    expect(page.locator("#review")).to_contain_text("Nothing waits here.")
    statuses = dict(Term.objects.filter(concept__key="c0005").values_list("text", "review_status"))
    assert statuses == {"恐怖主义罪": "approved", "terrorist offence": "rejected"}


def test_a_key_too_early_decides_nothing_and_undoing_it_neither(sign_in, address, candidates):
    """While the answer to the first key is awaited another is pressed: it is told, and U takes back that one alone."""
    page = sign_in("li")
    page.goto(address("candidates"))
    first = shown(page)
    page.route("**/accept/**", lambda route: (page.keyboard.press("s"), route.continue_()))
    page.keyboard.press("a")
    expect(page.get_by_role("alert")).to_contain_text("The last key came before the next item was shown")
    expect(page.locator(f"#review:not([data-item='{first}'])")).to_be_visible()
    second = shown(page)
    page.keyboard.press("u")
    expect(page.get_by_role("alert")).to_be_hidden()
    assert (shown(page), Candidate.objects.exclude(status="waiting").count()) == (second, 1)
    page.keyboard.press("s")
    expect(page.locator(f"#review:not([data-item='{second}'])")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator(f"#review[data-item='{second}']")).to_be_visible()
    assert Candidate.objects.exclude(status="waiting").count() == 1, "what was before the skip stands"


def test_keys_are_shown(sign_in, address, candidates):
    page = sign_in("li")
    page.goto(address("candidates"))
    item = shown(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
    assert shown(page) == item, "a key that was typed at the dialogue decides nothing"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("panel", ["", "r", "m"])
def test_no_barriers(sign_in, address, candidates, barriers, scheme, panel):
    page = sign_in("li", color_scheme=scheme)
    page.goto(address("candidates"))
    if panel:
        page.keyboard.press(panel)
    assert barriers(page) == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers_on_the_other_pages(sign_in, live_server, candidates, barriers, scheme):
    page = sign_in("li", color_scheme=scheme)
    li, drug = User.objects.get(username="li"), Concept.objects.get(key="c0002")
    chosen = ",".join(str(pk) for pk in Candidate.objects.values_list("pk", flat=True)[:3])
    notices.assign(concepts=[drug.pk], to="li", by=li, note="before Friday")
    Memo.write(concept=drug, text="@li?", by=li)
    asked = ("", "mine/", f"discussion/{drug.pk}/", f"assign/?concepts={drug.pk}")
    FailedLookup.objects.create(key="措施", text="措施", count=3)
    Comment.objects.create(concept=drug, text="Is this still used?")
    others = ("failed-lookups/", "comments/", "proposed/")
    for path in (*asked, *others, f"candidates/bulk/?do=reject&items={chosen}"):
        page.goto(f"{live_server.url}/admin/review/{path}")
        assert barriers(page) == "", path
