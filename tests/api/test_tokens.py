"""Bearer tokens: what opens the door, what does not, and what is kept of them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from termbase.models import ApiToken
from termbase.models.tokens import digest_of
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(person):
    return ApiToken.issue(name="CAT tool", user=person("reader"), scopes=["read"])


def get(secret, scheme="Bearer"):
    return Client().get("/api/v1/subject-fields/", headers={"Authorization": f"{scheme} {secret}"})


def test_a_secret_is_long_marked_and_not_kept(issued):
    token, secret = issued
    assert secret.startswith("tb_")
    assert len(secret) >= 43
    assert secret.startswith(token.shown)
    assert len(token.shown) < 12
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert secret not in str(row)
    assert row["digest"] == digest_of(secret)


def test_two_secrets_differ(person):
    secrets = {ApiToken.issue(name="x", user=person("reader"), scopes=["read"])[1] for _ in range(5)}
    assert len(secrets) == 5


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_opens(issued, scheme):
    assert get(issued[1], scheme).status_code == 200


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda token: ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1)), "expired"),
        (lambda token: token.revoke(), "revoked"),
        (lambda token: User.objects.update(is_active=False), "its user has left"),
        (lambda token: token.delete(), "gone"),
        (lambda token: ApiToken.objects.update(digest=digest_of("tb_other")), "another secret"),
    ],
)
def test_does_not_open(issued, spoil, why):
    token, secret = issued
    spoil(token)
    response = get(secret)
    assert response.status_code == 401, why
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["error"]["code"] == "authentication_failed"


@pytest.mark.parametrize("secret", ["", "tb_", "x" * 5000, "毒罪办".encode().decode("latin-1"), "tb_x tb_y", "%00"])
def test_what_is_no_secret_does_not_open(issued, secret):
    assert get(secret).status_code == 401


def test_another_scheme_is_nobody(issued, settings):
    assert get("dXNlcjpwYXNz", "Basic").status_code == 200
    settings.TERMBASE_ANONYMOUS_READ = False
    assert get("dXNlcjpwYXNz", "Basic").status_code == 401


def test_not_yet_expired_opens(issued):
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    assert get(issued[1]).status_code == 200


def test_its_use_is_written_at_most_once_a_minute(issued, django_assert_num_queries):
    token, secret = issued
    # the token with its user; the note of its use; the subject fields
    with django_assert_num_queries(3):
        get(secret)
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None
    with django_assert_num_queries(2):
        get(secret)
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    with django_assert_num_queries(3):
        get(secret)
    token.refresh_from_db()
    assert token.last_used_at > first - timedelta(minutes=1)


def test_revoking_twice_keeps_the_first_time(issued):
    token, _ = issued
    token.revoke()
    first = token.revoked_at
    token.revoke()
    assert token.revoked_at == first


def test_a_token_never_does_more_than_its_user(person, small_termbase):
    """Every scope, and a reader behind it."""
    caller = Caller(person("reader"))
    assert caller.get("concepts/c0001/").status_code == 200
    assert caller.post("suggestions/", {"comment": "?"}).status_code == 403
    assert caller.delete("concepts/c0001/", If_Match='"1"').status_code == 403


def test_a_role_taken_away_is_gone_at_once(person, small_termbase):
    caller = Caller(person("contributor"))
    assert caller.post("suggestions/", {"comment": "?"}).status_code == 201
    caller.user.groups.clear()
    assert caller.post("suggestions/", {"comment": "?"}).status_code == 403


def test_a_scope_that_is_missing_is_named(person):
    response = Caller(person("terminologist"), ["read"]).post("concepts/", {})
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "insufficient_scope"
    assert "edit" in response.json()["error"]["message"]


class TestSession:
    """Who has signed in on the pages."""

    def test_reads_and_writes_with_the_csrf_token(self, person, settings):
        client = Client(enforce_csrf_checks=True)
        client.force_login(person("contributor"))
        assert client.get("/api/v1/concepts/").status_code == 200
        answer = client.post("/api/v1/suggestions/", {"comment": "?"}, "application/json")
        assert answer.status_code == 403
        assert "CSRF" in answer.json()["error"]["message"]
        client.cookies["csrftoken"] = "a" * 32
        headers = {"X-CSRFToken": "a" * 32}
        answer = client.post("/api/v1/suggestions/", {"comment": "?"}, "application/json", headers=headers)
        assert answer.status_code == 201

    def test_a_token_goes_before_the_session(self, person):
        caller = Caller(person("reader"))
        caller.client.force_login(person("contributor"))
        assert caller.post("suggestions/", {"comment": "?"}).status_code == 403

    def test_a_form_beyond_all_limits_is_refused_in_the_one_shape(self, person, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
        client = Client(enforce_csrf_checks=True)
        client.force_login(person("contributor"))
        response = client.post("/api/v1/suggestions/", {"comment": "?" * 200})
        assert response.status_code in (403, 413)
        assert "error" in response.json()


class TestAdmin:
    """Tokens are made, listed and revoked in the admin."""

    @pytest.fixture
    def administrator(self, person):
        user = person("administrator")
        user.is_staff = True
        user.save()
        client = Client()
        client.force_login(user)
        return client

    def make(self, client, user, **changes):
        values = {"name": "CAT", "user": user.pk, "scopes": ["read", "edit"], **changes}
        return client.post("/admin/termbase/apitoken/add/", values, follow=True)

    def test_a_token_is_shown_once_and_works(self, administrator, person):
        page = self.make(administrator, person("terminologist"))
        token = ApiToken.objects.get()
        secret = next(
            word for word in page.text.replace("<", " ").split() if word.startswith(token.shown + "") and len(word) > 40
        )
        assert get(secret).status_code == 200
        assert (token.scopes, token.created_by.username) == (["read", "edit"], "administrator")
        again = administrator.get(f"/admin/termbase/apitoken/{token.pk}/change/")
        assert secret not in again.text
        assert token.shown in again.text

    def test_scopes_are_asked_for(self, administrator, person):
        assert "required" in self.make(administrator, person("reader"), scopes=[]).text
        assert not ApiToken.objects.exists()

    def test_nobody_makes_a_key_to_more_than_they_may(self, administrator):
        page = self.make(administrator, User.objects.create_superuser("root"))
        assert "Only a superuser" in page.text
        assert not ApiToken.objects.exists()

    def test_user_and_scopes_stay_what_they_are(self, administrator, person, issued):
        token, _ = issued
        values = {"name": "new", "user": person("reviewer").pk, "scopes": ["review"]}
        administrator.post(f"/admin/termbase/apitoken/{token.pk}/change/", values)
        token.refresh_from_db()
        assert (token.name, token.user.username, token.scopes) == ("new", "reader", ["read"])

    def test_revoking(self, administrator, issued):
        token, secret = issued
        values = {"action": "revoke", "_selected_action": [token.pk]}
        page = administrator.post("/admin/termbase/apitoken/", values, follow=True)
        assert "1 tokens revoked" in page.text
        assert get(secret).status_code == 401
        assert administrator.post(f"/admin/termbase/apitoken/{token.pk}/delete/", {"post": "yes"}).status_code == 403

    @pytest.mark.parametrize("role", ["contributor", "terminologist", "reviewer"])
    def test_others_do_not_see_them(self, person, role):
        user = person(role)
        user.is_staff = True
        user.save()
        client = Client()
        client.force_login(user)
        assert client.get("/admin/termbase/apitoken/").status_code == 403
        assert not Permission.objects.filter(group__user=user, codename__endswith="apitoken").exists()
