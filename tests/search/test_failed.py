"""What is kept of look-ups that found nothing."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.utils import timezone

from termbase.models import FailedLookup
from termbase.search import Query, failed, lookup

pytestmark = pytest.mark.django_db


def kept():
    return list(FailedLookup.objects.values_list("text", "count"))


def ask(*texts, **fields):
    for text in texts:
        lookup(Query(text, **fields))


def test_texts_alone_ranked_by_how_often_they_were_asked(small_termbase):
    ask("没有这个词", "another lack", "毒罪办", "没有 這個詞", "没有这个词 ")
    assert kept() == [("没有这个词", 3), ("another lack", 1)]
    columns = {field.name for field in FailedLookup._meta.get_fields()}
    assert columns == {"id", "key", "text", "count", "first_seen", "last_seen"}, "nothing about who asked"


@pytest.mark.parametrize(
    ("text", "fields", "why"),
    [
        ("毒罪办", {}, "found"),
        ("duzuiban", {}, "found by its reading"),
        ("", {}, "nothing was asked"),
        ("《》", {}, "nothing is left of it"),
        ("毒罪办", {"modes": ("prefix",)}, "a tier only"),
        ("毒罪办", {"administrative_status": ("superseded",)}, "a filter may be what it fell to"),
        ("毒罪办", {"reliability": 4}, "so may another"),
    ],
)
def test_not_kept(small_termbase, text, fields, why):
    ask(text, **fields)
    assert kept() == [], why


def test_a_language_is_no_filter(small_termbase):
    ask("unodc", source="zh")
    assert kept() == [("unodc", 1)]


def test_what_was_only_the_beginning_of_a_query_goes(small_termbase):
    ask("qwertz u", "qwert", "qwertz", "qwertz u", "qwertz ui", "another")
    assert set(kept()) == {("qwertz u", 1), ("qwertz ui", 1), ("another", 1)}


def test_what_was_asked_a_while_ago_stays(small_termbase):
    ask("qwertz")
    FailedLookup.objects.update(last_seen=timezone.now() - timedelta(minutes=1))
    ask("qwertz ui")
    assert set(kept()) == {("qwertz", 1), ("qwertz ui", 1)}


def test_the_rows_are_bounded(small_termbase, monkeypatch):
    monkeypatch.setattr(failed, "MAX_ROWS", 3)
    monkeypatch.setattr(failed, "PRUNE_EVERY", 1)
    ask("一二三四五", "一二三四五", *(f"{letter * 5}" for letter in "qwxyz"))
    assert kept()[0] == ("一二三四五", 2), "the most asked stays"
    assert len(kept()) == 3


def test_a_database_that_does_not_write_fails_no_lookup():
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    assert lookup(Query("没有这个词")) == []


def test_terminologists_see_them_most_asked_first_and_strike_them_off(client, small_termbase):
    ask("没有这个词", "another lack", "another lack")
    user = User.objects.create_user("terminologist", is_staff=True)
    user.groups.add(Group.objects.get(name="terminologist"))
    client.force_login(user)
    page = client.get("/admin/termbase/failedlookup/").text
    assert 0 < page.index("another lack") < page.index("没有这个词")
    row = FailedLookup.objects.get(text="没有这个词")
    found = client.get("/admin/termbase/failedlookup/", {"q": "没有這個"}).text
    assert "没有这个词" in found
    assert "another lack" not in found
    assert client.post(f"/admin/termbase/failedlookup/{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert kept() == [("another lack", 2)]
