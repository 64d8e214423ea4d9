"""Suggestions of readers: who may send them, and what is not taken."""

import pytest
from django.contrib.auth.models import Group, User

from termbase.models import Concept, Suggestion
from termbase.web import suggestions
from tests.web.stamps import old_stamp

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_to_all(settings):
    settings.TERMBASE_ANONYMOUS_SUGGESTIONS = True


@pytest.fixture
def send(client):
    """Sends a form that was shown a while ago."""

    def sent(stamp=None, **fields):
        return client.post("/suggest", {"stamp": old_stamp() if stamp is None else stamp, **fields})

    return sent


def test_a_reader_without_an_account(open_to_all, send, client):
    response = send(text_zh="毒罪办", comment="A/1, 第 3 段")
    assert (response.status_code, response["Location"]) == (303, "/suggest?sent")
    suggestion = Suggestion.objects.get()
    assert (suggestion.text_zh, suggestion.comment, suggestion.suggested_by) == ("毒罪办", "A/1, 第 3 段", None)
    assert "Thank you" in client.get("/suggest?sent").text


def test_who_may_not_is_told_who_may(client, small_termbase):
    """A reader who is signed in is not told to get what they have: an account."""
    client.force_login(User.objects.create_user("reader"))
    for address in ("/suggest", "/concepts/c0003/comment"):
        assert "contributors and up" in client.get(address).text


def test_closed_unless_the_setting_opens_it(client, send):
    assert client.get("/suggest").status_code == 403
    assert send(text_zh="毒罪办").status_code == 403
    assert not Suggestion.objects.exists()
    assert "/suggest?q=" in client.get("/", {"q": "毒罪办"}).text, "where it is told who may, and how to sign in"
    client.force_login(User.objects.create(username="reader"))
    assert "/suggest?q=" not in client.get("/", {"q": "毒罪办"}).text, "to whom it will not be open"


def test_a_reader_with_an_account(client, send):
    user = User.objects.create(username="contributor")
    user.groups.add(Group.objects.get(name="contributor"))
    client.force_login(user)
    assert send(text_en="drug").status_code == 303
    assert Suggestion.objects.get().suggested_by == user


def test_about_a_concept(open_to_all, client, send, small_termbase):
    assert 'href="/suggest?concept=c0001"' in client.get("/concepts/c0001").text
    assert "c0001" in client.get("/suggest?concept=c0001").text
    send(comment="好", concept="c0001")
    assert Suggestion.objects.get().concept.key == "c0001"
    Concept.objects.get(key="c0001").withdraw()
    assert client.get("/suggest?concept=c0001").status_code == 404
    assert send(comment="好", concept="c0001").status_code == 404


@pytest.mark.parametrize(("q", "field"), [("某某办", "text_zh"), ("some office", "text_en")])
def test_what_was_looked_up_in_vain_is_filled_in(open_to_all, client, q, field):
    assert "/suggest?q=" in client.get("/", {"q": q}).text
    page = client.get("/suggest", {"q": q}).text
    assert f'name="{field}"' in page[: page.index(f'value="{q}"')].rsplit("<input", 1)[1]


@pytest.mark.parametrize(
    ("fields", "status", "reason"),
    [
        ({}, 400, "says nothing"),
        ({"text_zh": "  "}, 400, "says nothing but blanks"),
        ({"text_zh": "字" * (suggestions.MAX_TEXT + 1)}, 400, "a term too long"),
        ({"comment": "字" * (suggestions.MAX_COMMENT + 1)}, 400, "a comment too long"),
        ({"comment": "a\0b"}, 400, "no text holds a null"),
        ({"comment": "x", "website": "http://spam.example"}, 400, "the field that people do not see"),
        ({"comment": "x", "stamp": "form:forged"}, 400, "a form that was never shown"),
        ({"comment": "x", "concept": "a\0b"}, 400, "nor has a key"),
    ],
)
def test_what_is_not_taken(open_to_all, send, fields, status, reason):
    assert send(**fields).status_code == status, reason
    assert not Suggestion.objects.exists()


def test_a_refused_form_keeps_what_was_written(open_to_all, send):
    response = send(comment="字字字", stamp="")
    assert "字字字" in response.text
    assert 'role="alert"' in response.text


def test_a_flood_without_accounts_is_stopped(open_to_all, send, monkeypatch):
    monkeypatch.setattr("termbase.web.guard.AN_HOUR_FROM_ONE", 1)
    assert send(comment="one").status_code == 303
    assert send(comment="one more").status_code == 429
    assert Suggestion.objects.count() == 1
