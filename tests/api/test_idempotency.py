"""POST with an Idempotency-Key: carried out once, answered alike."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.middleware.csrf import get_token
from django.test import Client
from django.utils import timezone

from termbase.models import Concept, IdempotencyKey, Suggestion, Term
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db

BODY = {"terms": [{"language": "en", "text": "once"}]}


def test_a_retry_gets_the_same_answer(terminologist, db):
    first = terminologist.post("concepts/", BODY, Idempotency_Key="k1")
    assert first.status_code == 201
    again = terminologist.post("concepts/", BODY, Idempotency_Key="k1")
    assert (again.status_code, again.content) == (201, first.content)
    assert [again[name] for name in ("ETag", "Location", "Content-Type")] == [
        first[name] for name in ("ETag", "Location", "Content-Type")
    ]
    assert Concept.objects.count() == 1


def test_also_to_one_who_has_signed_in_with_a_browser(person, db):
    """The token for forms is looked for in the body, which is read before the key is looked at."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person("terminologist"))
    browser.get("/sign-in")
    headers = {"Idempotency-Key": "k1", "X-CSRFToken": get_token(browser.get("/").wsgi_request)}
    browser.cookies["csrftoken"] = headers["X-CSRFToken"]

    def post(body):
        return browser.post("/api/v1/concepts/", body, content_type="application/json", headers=headers)

    first, again = post(BODY), post(BODY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert post({"terms": []}).status_code == 422
    assert Concept.objects.count() == 1


def test_even_when_things_have_changed_since(terminologist, db):
    first = terminologist.post("concepts/", BODY, Idempotency_Key="k1")
    Concept.objects.update(note="changed")
    assert terminologist.post("concepts/", BODY, Idempotency_Key="k1").content == first.content


def test_without_a_key_each_counts(terminologist, db):
    terminologist.post("concepts/", BODY)
    terminologist.post("concepts/", BODY)
    assert Concept.objects.count() == 2


@pytest.mark.parametrize(
    ("path", "body", "why"),
    [("concepts/", {"terms": [{"language": "en", "text": "twice"}]}, "body"), ("suggestions/", BODY, "address")],
)
def test_the_same_key_with_another_request(terminologist, path, body, why, db):
    terminologist.post("concepts/", BODY, Idempotency_Key="k1")
    response = terminologist.post(path, body, Idempotency_Key="k1")
    assert response.status_code == 422, why
    assert response.json()["error"]["code"] == "idempotency_key_reused"
    assert Concept.objects.count() == 1


def test_the_key_of_another_caller_is_another_key(person, db):
    one, other = Caller(person("terminologist")), Caller(person("terminologist"))
    keys = [caller.post("concepts/", BODY, Idempotency_Key="k1").json()["key"] for caller in (one, other)]
    assert len(set(keys)) == 2


def test_after_a_day_it_is_forgotten(terminologist, db):
    terminologist.post("concepts/", BODY, Idempotency_Key="k1")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    terminologist.post("concepts/", BODY, Idempotency_Key="k1")
    assert Concept.objects.count() == 2
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert IdempotencyKey.objects.forget_old() == 1


def test_what_was_refused_is_tried_again(terminologist, db):
    bad = {"terms": [{"language": "en", "text": ""}]}
    assert terminologist.post("concepts/", bad, Idempotency_Key="k1").status_code == 400
    assert terminologist.post("concepts/", BODY, Idempotency_Key="k1").status_code == 201


def test_a_review_too(reviewer, small_termbase):
    path = f"terms/{Term.objects.get(text='恐怖主义罪').pk}/"
    tag = reviewer.get(path)["ETag"]
    first = reviewer.post(f"{path}approve/", If_Match=tag, Idempotency_Key="k1")
    again = reviewer.post(f"{path}approve/", If_Match=tag, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (200, 200), "without the key the tag would be stale"
    assert again.content == first.content


@pytest.mark.parametrize("key", ["", "x" * 256, "毒".encode().decode("latin-1"), "a\tb"])
def test_what_is_no_key(terminologist, key, db):
    response = terminologist.post("concepts/", BODY, Idempotency_Key=key)
    assert (response.status_code, list(response.json()["error"]["fields"])) == (400, ["Idempotency-Key"])


def test_who_may_not_is_told_so_whatever_the_key(person, terminologist, db):
    assert Caller(person("reader")).post("concepts/", BODY, Idempotency_Key="k1").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_duplicates_at_once_one_is_carried_out(person):
    caller = Caller(person("contributor"))
    together = Barrier(6, timeout=30)

    def send(_):
        try:
            together.wait()
            return caller.post("suggestions/", {"comment": "?"}, Idempotency_Key="k1")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(send, range(6)))
    assert Suggestion.objects.count() == 1
    # Whoever came while the first was at work is told so; whoever came after has its answer.
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_at_work(person):
    caller = Caller(person("contributor"))
    other = connection.copy()
    held = [f"token:{caller.user.api_tokens.get().pk} k1"]
    with closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", held)
        answer = caller.post("suggestions/", {"comment": "?"}, Idempotency_Key="k1")
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", held)
    assert caller.post("suggestions/", {"comment": "?"}, Idempotency_Key="k1").status_code == 201
