"""Pages for what cannot be answered: in the style of the others, in both languages, without a database if need be."""

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from termbase.errors import InvalidInput


@pytest.fixture
def broken(monkeypatch):
    """A page whose database is away, and a client that takes the answer instead of the exception."""

    def fail(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr("termbase.web.documents.Passage.objects.order_by", fail)
    return Client(raise_request_exception=False)


def is_one_of_ours(response):
    return '<link rel="stylesheet" href="/static/termbase/page.css">' in response.text and 'name="q"' in response.text


@pytest.mark.parametrize("path", ["/nowhere", "/concepts/c9999", "/concepts/c%0A1", "/subjects/none", "/documents/x"])
def test_not_found(client, db, path):
    response = client.get(path)
    assert response.status_code == 404
    assert is_one_of_ours(response)
    assert "There is nothing at this address" in response.text


def test_the_api_has_an_answer_of_its_own(client, db):
    assert client.get("/api/v1/nowhere/").json()["error"]["code"] == "not_found"


def test_a_fault_of_ours_needs_no_database(broken, db):
    with CaptureQueriesContext(connection) as asked:
        response = broken.get("/documents")
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert is_one_of_ours(response)
    assert "This takes too long just now" in response.text
    assert "connection refused" not in response.text
    assert len(asked) == 0


def test_it_speaks_the_language_of_the_reader(broken, client, db):
    for response in (
        broken.get("/documents", headers={"Accept-Language": "zh-CN"}),
        client.get("/nowhere", headers={"Accept-Language": "zh-CN"}),
        client.get("/?q=x&proposed=yes", headers={"Accept-Language": "zh-CN"}),
    ):
        assert 'lang="zh-hans"' in response.text
        assert "went wrong" not in response.text
        assert "nothing at this address" not in response.text
        assert "cannot be" not in response.text


def test_another_host_is_a_400(client, settings):
    settings.ALLOWED_HOSTS = ["terms.example.org"]
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert is_one_of_ours(response)


def test_a_form_from_elsewhere_is_a_403(db, settings):
    settings.TERMBASE_ANONYMOUS_SUGGESTIONS = True
    response = Client(enforce_csrf_checks=True).post("/suggest", {"comment": "x"})
    assert response.status_code == 403
    assert is_one_of_ours(response)
    assert "The form was not sent" in response.text


def test_what_an_account_may_not_see_is_a_403(client, db, settings):
    settings.TERMBASE_ANONYMOUS_READ = False
    client.force_login(User.objects.create_user("stranger"))
    response = client.get("/coverage")
    assert response.status_code == 403
    assert is_one_of_ours(response)
    assert 'href="/sign-in"' in response.text


@pytest.mark.parametrize("path", ["/coverage", "/documents"])
def test_what_a_page_cannot_take_is_a_400_with_the_reason(client, db, monkeypatch, path):
    def refuse(*args, **kwargs):
        raise InvalidInput("<b>No.</b>")

    monkeypatch.setattr("termbase.web.browse.figures.measure", refuse)
    monkeypatch.setattr("termbase.web.documents.Passage.objects.order_by", refuse)
    response = client.get(path)
    assert response.status_code == 400
    assert "&lt;b&gt;No.&lt;/b&gt;" in response.text


@pytest.mark.parametrize("path", ["/sign-in", "/text", "/suggest", "/admin/termbase/concept/add/"])
@pytest.mark.parametrize("sent", [{"comment": "a\0b"}, {"a\0b": "x"}])
def test_a_form_with_a_null_character_is_a_400(client, db, path, sent):
    client.force_login(User.objects.create_superuser("root"))
    response = client.post(path, sent)
    assert response.status_code == 400
    assert is_one_of_ours(response)
    assert "null character" in response.text
