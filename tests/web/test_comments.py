"""Comments of readers: who may write them, who sees them, and what is not taken."""

import re

import pytest
from django.contrib.auth.models import Group, User

from termbase.models import Comment, Concept
from termbase.vocabulary import QueueStatus
from termbase.web import comments
from tests.web.stamps import old_stamp

pytestmark = pytest.mark.django_db
PATH = "/concepts/c0001"


@pytest.fixture(autouse=True)
def _termbase(small_termbase):
    pass


@pytest.fixture
def open_to_all(settings):
    settings.TERMBASE_ANONYMOUS_SUGGESTIONS = True


@pytest.fixture
def person(client):
    """Signs a person with a role in."""

    def signed_in(role, **names):
        user = User.objects.create_user(role or "nobody", is_staff=True, **names)
        if role:
            user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        return user

    return signed_in


def send(client, text, path=PATH, **fields):
    return client.post(f"{path}/comment", {"stamp": old_stamp(), "text": text, **fields})


def shown(client, path=PATH):
    return re.findall(r'<div class="said"[^>]*>(.*?)</div>', client.get(path).text, re.DOTALL)


def test_a_reader_without_an_account_waits_for_a_person(open_to_all, client):
    response = send(client, "第二次出现时用简称。")
    assert (response.status_code, response["Location"]) == (303, "/concepts/c0001#comments")
    page = client.get(PATH).text
    assert "It is shown when a person has read it." in page
    assert "第二次出现时用简称" not in page
    assert Comment.objects.get().written_by is None
    assert "It is shown when" not in client.get(PATH).text, "said once"


def test_a_person_with_an_account_is_shown_at_once(client, person):
    user = person("contributor", first_name="Li", last_name="Na")
    send(client, "Second mention:\n<b>short form</b>.")
    assert shown(client) == ["<p>Second mention:<br>&lt;b&gt;short form&lt;/b&gt;.</p>"]
    page = client.get(PATH).text
    assert "Li Na" in page
    assert Comment.objects.get().written_by == user


@pytest.mark.parametrize(
    ("role", "is_open", "may", "at_once"),
    [
        (None, False, False, False),
        (None, True, True, False),
        ("reader", False, False, False),
        ("reader", True, True, False),
        ("contributor", False, True, True),
        ("terminologist", False, True, True),
    ],
)
def test_who_may(client, person, settings, role, is_open, may, at_once):
    settings.TERMBASE_ANONYMOUS_SUGGESTIONS = is_open
    if role:
        person(role)
    assert ("/concepts/c0001/comment" in client.get(PATH).text) is may
    assert (client.get(f"{PATH}/comment").status_code == 200) is may
    assert send(client, "x").status_code == (303 if may else 403)
    assert bool(shown(client)) is at_once


def test_a_terminologist_shows_what_waits_and_takes_down_what_is_not_to_stand(open_to_all, client, person):
    send(client, "A good one.")
    send(client, "A bad one.")
    by = person("terminologist")
    for text, action in (("A good one.", "show"), ("A bad one.", "show"), ("A bad one.", "take_down")):
        chosen = {"action": action, "_selected_action": Comment.objects.get(text=text).pk}
        assert client.post("/admin/termbase/comment/", chosen).status_code == 302
    assert shown(client) == ["<p>A good one.</p>"]
    assert {comment.reviewed_by for comment in Comment.objects.all()} == {by}
    assert all(comment.reviewed_at for comment in Comment.objects.all())


def test_the_form_of_the_admin_is_a_review_too(open_to_all, client, person):
    send(client, "A good one.")
    by = person("terminologist")
    comment = Comment.objects.get()
    client.post(f"/admin/termbase/comment/{comment.pk}/change/", {"status": "accepted", "text": "Changed."})
    comment.refresh_from_db()
    assert (comment.status, comment.reviewed_by, comment.text) == (QueueStatus.ACCEPTED, by, "A good one.")


def test_a_contributor_reviews_none(open_to_all, client, person):
    send(client, "Mine.")
    person("contributor")
    assert client.get("/admin/termbase/comment/").status_code == 403


@pytest.mark.parametrize(
    ("text", "fields", "reason"),
    [
        ("", {}, "says nothing"),
        (" \n ", {}, "says nothing but blanks"),
        ("字" * (comments.MAX_TEXT + 1), {}, "too long"),
        ("a\0b", {}, "no text holds a null"),
        ("x", {"website": "http://spam.example"}, "the field that people do not see"),
        ("x", {"stamp": ""}, "a form that was never shown"),
    ],
)
def test_what_is_not_taken(open_to_all, client, text, fields, reason):
    response = send(client, text, **fields)
    assert response.status_code == 400, reason
    assert 'role="alert"' in response.text
    assert not Comment.objects.exists()


def test_a_comment_that_is_not_taken_is_still_there_to_send_again(open_to_all, client):
    assert "字字字" in send(client, "字字字", stamp="").text


def test_a_flood_is_stopped(open_to_all, client, monkeypatch):
    monkeypatch.setattr("termbase.web.guard.AN_HOUR_FROM_ONE", 1)
    assert [send(client, str(n)).status_code for n in range(2)] == [303, 429]


@pytest.mark.parametrize("key", ["c9999", "c0005", "c0002"])
def test_only_entries_that_readers_see_are_commented_on(open_to_all, client, key):
    Concept.objects.get(key="c0002").withdraw()
    assert send(client, "x", path=f"/concepts/{key}").status_code == 404
    assert client.get(f"/concepts/{key}/comment").status_code == 404


def test_the_language_of_a_comment_is_told_to_the_browser(client, person):
    person("contributor")
    send(client, "第二次出现时用简称。")
    assert '<div class="said" lang="zh-Hans">' in client.get(PATH).text
