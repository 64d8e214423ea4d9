"""So many calls a minute, counted together by all processes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from termbase.models import RequestCount
from termbase.models.requests import WINDOW
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db

PATH = "subject-fields/"


@pytest.fixture
def clock(monkeypatch):
    """Stands still at the beginning of a window until it is set."""
    now = [WINDOW * 1_000_000.0 + 10]
    monkeypatch.setattr("termbase.models.requests.time.time", lambda: now[0])
    return now


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.TERMBASE_CALLER_LIMIT, settings.TERMBASE_ADDRESS_LIMIT = 3, 2


def told(response):
    return [response[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")]


def test_each_answer_says_what_is_left_and_the_rest_is_refused(nobody, clock):
    assert told(nobody.get(PATH)) == ["2", "1", "50"]
    assert told(nobody.get(PATH)) == ["2", "0", "50"]
    response = nobody.get(PATH)
    assert response.status_code == 429
    assert response.json()["error"]["code"] == "throttled"
    assert (response["Retry-After"], told(response)) == ("50", ["2", "0", "50"])
    clock[0] += 50
    assert told(nobody.get(PATH)) == ["2", "1", "60"]


def test_tokens_count_apart_from_each_other_and_from_their_address(nobody, person, clock):
    one, other = Caller(person("reader")), Caller(person("reader"))
    assert [one.get(PATH).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert other.get(PATH).status_code == 200
    assert nobody.get(PATH).status_code == 200


def test_a_person_signed_in_counts_as_one(person, clock):
    caller = Caller(person("reader"), session=True)
    assert [caller.get(PATH).status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize(
    ("path", "headers", "why"),
    [
        ("nothing/", {}, "addresses of nothing"),
        ("concepts/c9999/", {}, "what there is not"),
        (PATH, {"Authorization": "Bearer tb_guess"}, "whoever guesses tokens"),
        (PATH, {"Accept": "image/png"}, "what cannot be answered"),
    ],
)
def test_what_is_refused_counts_too(nobody, clock, path, headers, why):
    for _ in range(2):
        nobody.get(path, **headers)
    assert nobody.get(path, **headers).status_code == 429, why


@pytest.mark.parametrize(
    ("behind_proxy", "remote", "forwarded", "caller"),
    [
        (False, "203.0.113.5", "198.51.100.1", "203.0.113.5"),
        (True, "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (True, "10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        (True, "10.0.0.1", None, "10.0.0.1"),
        (False, "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        (False, "::ffff:203.0.113.5", None, "203.0.113.5"),
        (False, "", None, "unknown"),
        (True, "10.0.0.1", "nonsense", "unknown"),
    ],
)
def test_whose_address_counts(nobody, settings, clock, behind_proxy, remote, forwarded, caller):
    settings.BEHIND_PROXY = behind_proxy
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    nobody.client.get(f"/api/v1/{PATH}", headers=headers, REMOTE_ADDR=remote)
    (kept,) = RequestCount.objects.values_list("caller", flat=True)
    assert kept == f"address:{caller}"


def test_off(nobody, settings, clock, django_assert_num_queries):
    settings.TERMBASE_ADDRESS_LIMIT = 0
    with django_assert_num_queries(1):
        response = nobody.get(PATH)
    assert "RateLimit-Limit" not in response
    settings.TERMBASE_CALLER_LIMIT = 0
    assert nobody.get(PATH).status_code == 200
    assert not RequestCount.objects.exists()


def test_counting_is_one_statement(nobody, clock, django_assert_num_queries):
    # the count, and the subject fields
    with django_assert_num_queries(2):
        nobody.get(PATH)


def test_pages_are_not_counted(client, clock, settings):
    client.get("/")
    assert not RequestCount.objects.exists()


def test_old_counts_are_forgotten(nobody, clock):
    nobody.get(PATH)
    assert RequestCount.objects.forget_old() == 0
    clock[0] += WINDOW
    assert RequestCount.objects.forget_old() == 1


def test_the_table_writes_no_log(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'termbase_requestcount'")
        assert cursor.fetchone() == ("u",)


@pytest.mark.django_db(transaction=True)
def test_connections_share_the_count(settings, clock):
    """As processes do: each thread has a connection of its own."""
    settings.TERMBASE_ADDRESS_LIMIT = 25

    def call(_):
        try:
            return [Caller().get(PATH).status_code for _ in range(10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = [status for statuses in threads.map(call, range(4)) for status in statuses]
    assert (answers.count(200), answers.count(429)) == (25, 15)
