"""What keeps machines from forms: the trap, the stamp, and how much comes in an hour."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core import signing

from termbase.models import RequestCount
from termbase.web import guard

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """A clock for signatures and counts that the test moves."""

    class Clock:
        now = 1_800_000_000.0

    monkeypatch.setattr(signing.time, "time", lambda: Clock.now)
    monkeypatch.setattr("termbase.models.requests.time.time", lambda: Clock.now)
    return Clock


@pytest.fixture
def send(rf, clock):
    """The status of a form shown `after` seconds ago."""

    def sent(after=10, address="192.0.2.1", user=None, **fields):
        stamp = guard.stamp()
        clock.now += after
        request = rf.post("/suggest", {"stamp": stamp, **fields}, REMOTE_ADDR=address)
        request.user = user or AnonymousUser()
        return guard.refusal(request)[1]

    return sent


@pytest.mark.parametrize(
    ("after", "fields", "status", "reason"),
    [
        (10, {}, 200, "as people do"),
        (86_000, {}, 200, "somebody who slept over it"),
        (10, {"website": "http://spam.example"}, 400, "the field that people do not see"),
        (0, {}, 400, "faster than anyone types"),
        (1, {}, 400, "still"),
        (2 * 86_400, {}, 400, "days later"),
        (10, {"stamp": ""}, 400, "without a stamp"),
        (10, {"stamp": "form:forged"}, 400, "a form that was never shown"),
        (10, {"stamp": signing.TimestampSigner(salt="other").sign("form")}, 400, "a signature of something else"),
    ],
)
def test_what_is_taken(send, after, fields, status, reason):
    assert send(after, **fields) == status, reason


def test_one_address_has_so_many_an_hour(send, clock, monkeypatch):
    monkeypatch.setattr(guard, "AN_HOUR_FROM_ONE", 3)
    assert [send() for _ in range(5)] == [200, 200, 200, 429, 429]
    assert send(address="192.0.2.2") == 200, "another address"
    clock.now += 3600
    assert send() == 200, "an hour later"


def test_one_ipv6_network_counts_as_one(send, monkeypatch):
    monkeypatch.setattr(guard, "AN_HOUR_FROM_ONE", 1)
    assert send(address="2001:db8::1") == 200
    assert send(address="2001:db8::ffff:2") == 429, "whoever has one of them has them all"


def test_all_together_have_so_many_and_a_flood_from_one_does_not_shut_out_the_rest(send, monkeypatch):
    monkeypatch.setattr(guard, "AN_HOUR_FROM_ONE", 2)
    monkeypatch.setattr(guard, "AN_HOUR_FROM_ALL", 4)
    for _ in range(10):
        send(address="192.0.2.66")
    assert [send(address=f"192.0.2.{n}") for n in (1, 2, 3)] == [200, 200, 429]


def test_who_has_an_account_is_not_counted(send, monkeypatch):
    monkeypatch.setattr(guard, "AN_HOUR_FROM_ONE", 0)
    assert send(user=User.objects.create_user("known")) == 200
    assert not RequestCount.objects.exists()


def test_what_is_refused_for_its_form_is_not_counted(send):
    send(0)
    assert not RequestCount.objects.exists()


def test_no_address_is_kept(send):
    send(address="192.0.2.1")
    kept = list(RequestCount.objects.values_list("caller", flat=True))
    assert len(kept) == 2
    assert "192.0.2.1" not in "".join(kept)


def test_counts_of_hours_gone_by_are_tidied_up(send, clock):
    send()
    assert RequestCount.objects.forget_old() == 0, "still needed"
    clock.now += 3600
    assert RequestCount.objects.forget_old() == 2
