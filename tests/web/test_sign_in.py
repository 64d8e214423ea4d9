"""Signing in: with a password, and how often it may be a wrong one; through an institution's service."""

import contextlib
import json
import logging
import urllib.parse
from datetime import timedelta

import httpx
import oidc_provider_mock
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from termbase.logs import JsonFormatter
from termbase.models import ApiToken
from termbase.web.locking import DEVICE

pytestmark = pytest.mark.django_db

PASSWORD = "heron-velvet-42-quay"


@pytest.fixture(autouse=True)
def _quickly(settings):
    """What makes a password costly to guess makes it costly to test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def li():
    user = User.objects.create_user("li", password=PASSWORD)
    user.groups.add(Group.objects.get(name="reader"))
    return user


def sign_in(client, username="li", password=PASSWORD, path="/sign-in", **request):
    return client.post(path, {"username": username, "password": password}, **request)


def signed_in_as(client):
    return client.session.get("_auth_user_id")


class TestPassword:
    """A name and a password."""

    def test_a_reader_may(self, client, li, settings):
        settings.TERMBASE_ANONYMOUS_READ = False
        page = client.get("/?q=x")
        assert page["Location"] == "/sign-in?next=/%3Fq%3Dx"
        response = client.post(page["Location"], {"username": "li", "password": PASSWORD, "next": "/?q=x"})
        assert (response.status_code, response["Location"]) == (302, "/?q=x")
        assert client.get("/?q=x").status_code == 200

    def test_and_leaves(self, client, li):
        client.force_login(li)
        assert "li" in client.get("/").text
        assert client.get("/sign-out").status_code == 405, "no link of others signs anyone out"
        assert client.post("/sign-out")["Location"] == "/"
        assert signed_in_as(client) is None

    @pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
    def test_nobody_is_sent_elsewhere(self, client, li, to):
        response = client.post("/sign-in", {"username": "li", "password": PASSWORD, "next": to})
        assert response["Location"] == "/"

    @pytest.mark.parametrize(
        ("username", "password"), [("li", "wrong"), ("LI", PASSWORD), ("nobody", PASSWORD), ("li", "")]
    )
    def test_no_answer_tells_which_of_them_is_wrong(self, client, li, username, password):
        response = sign_in(client, username, password)
        assert response.status_code == 200
        assert "do not go together" in response.text
        assert signed_in_as(client) is None

    def test_the_page_of_the_admin_is_the_same(self, client, li):
        assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/sign-in?next=%2Fadmin%2F"
        assert sign_in(client, path="/admin/login/")["Location"] == "/sign-in", "no second way in"

    def test_who_may_not_go_somewhere_is_told_as_whom_they_came(self, client, li):
        client.force_login(li)
        assert "signed in as li" in client.get("/admin/", follow=True).text

    def test_a_session_ends(self, client, li, settings):
        sign_in(client)
        assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE
        assert client.cookies["sessionid"]["httponly"]
        assert client.cookies["sessionid"]["samesite"] == "Lax"

    def test_a_session_is_another_after_signing_in(self, client, li):
        client.get("/suggest")
        session = client.session
        session["x"] = 1
        session.save()
        client.cookies["sessionid"] = before = session.session_key
        sign_in(client)
        assert client.session.session_key != before

    def test_another_password_ends_all_other_sessions(self, client, li):
        li.is_staff = True
        li.save()
        sign_in(client)
        elsewhere = type(client)()
        sign_in(elsewhere)
        new = {
            "old_password": PASSWORD,
            "new_password1": "quay-42-heron-velvet",
            "new_password2": "quay-42-heron-velvet",
        }
        assert client.post("/admin/password_change/", new)["Location"] == "/admin/password_change/done/"
        assert "li" in client.get("/").text, "who has changed it stays"
        assert "/admin/login" in elsewhere.get("/admin/")["Location"]

    def test_a_closed_account_is_out_at_once(self, client, li):
        sign_in(client)
        _, secret = ApiToken.issue(name="x", user=li, scopes=["read"])
        User.objects.update(is_active=False)
        assert "/admin/login" in client.get("/admin/")["Location"]
        answer = client.get("/api/v1/documents/", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 401

    @pytest.mark.parametrize(
        "to", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
    )
    def test_nor_by_the_choice_of_a_language(self, client, to):
        assert client.post("/i18n/setlang/", {"language": "zh-hans", "next": to})["Location"] == "/"

    @pytest.mark.parametrize(
        ("password", "reason"),
        [
            ("short-42-xyz", None),
            ("eleven-chrs", "at least 12"),
            ("password1234", "too common"),
            ("839201847362", "entirely numeric"),
            ("li-wei-reader", "too similar"),
        ],
    )
    def test_which_passwords_are_taken(self, password, reason):
        user = User(username="li-wei-reader")
        with pytest.raises(ValidationError, match=reason) if reason else contextlib.nullcontext():
            validate_password(password, user)


class TestLock:
    """Wrong passwords."""

    @pytest.fixture
    def locked(self, client, li):
        statuses = [sign_in(client, password=f"wrong {n}").status_code for n in range(10)]
        assert statuses == [200] * 9 + [429]

    def test_the_right_one_does_not_open_it(self, client, locked):
        response = sign_in(client)
        assert (response.status_code, response["Retry-After"]) == (429, "900")
        assert "quarter of an hour" in response.text
        assert signed_in_as(client) is None

    def test_its_owner_gets_in_from_elsewhere(self, client, locked):
        """Whoever knows a name cannot keep its owner out."""
        assert sign_in(client, REMOTE_ADDR="192.0.2.7").status_code == 302

    def test_an_address_has_ten_times_as_many_for_all_names(self, client, li):
        for n in range(100):
            assert sign_in(client, f"name{n // 9}").status_code == 200 + 229 * (n == 99)
        assert sign_in(client).status_code == 429
        assert sign_in(client, REMOTE_ADDR="192.0.2.7").status_code == 302

    def test_and_so_has_a_name_from_anywhere(self, client, li):
        for n in range(100):
            response = sign_in(client, password="wrong", REMOTE_ADDR=f"192.0.2.{n // 9}")
            assert response.status_code == 200 + 229 * (n == 99)
        assert sign_in(client, REMOTE_ADDR="198.51.100.1").status_code == 429

    def test_but_not_in_a_browser_in_which_its_owner_has_signed_in(self, client, li):
        home, other = {"REMOTE_ADDR": "192.0.2.200"}, {"REMOTE_ADDR": "192.0.2.201"}
        assert sign_in(client, **home).status_code == 302
        cookie = client.cookies[DEVICE]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/sign-in")
        client.post("/sign-out")
        stranger = type(client)()
        for n in range(100):
            sign_in(stranger, password="wrong", REMOTE_ADDR=f"198.51.100.{n // 9}")
        assert sign_in(stranger, **home).status_code == 429
        assert sign_in(client, **home).status_code == 302
        # Nor is it a way to guess: wrong passwords with it lock that address, as any do.
        client.post("/sign-out")
        assert [sign_in(client, password="wrong", **other).status_code for _ in range(10)] == [200] * 9 + [429]
        # It is of that name alone, and of nobody's making.
        stranger.cookies[DEVICE] = client.cookies[DEVICE].value
        User.objects.create_user("wang", password=PASSWORD)
        for n in range(100):
            sign_in(type(client)(), "wang", password="wrong", REMOTE_ADDR=f"203.0.113.{n // 9}")
        assert sign_in(stranger, "wang", **home).status_code == 429
        stranger.cookies[DEVICE] = "known:x:y"
        assert sign_in(stranger, **home).status_code == 429

    def test_an_ipv6_network_is_one_address(self, client, li):
        for n in range(10):
            response = sign_in(client, password="wrong", REMOTE_ADDR=f"2001:db8::{n + 1}")
        assert response.status_code == 429
        assert sign_in(client, REMOTE_ADDR="2001:db8:0:1::1").status_code == 302

    def test_a_right_password_of_ones_own_forgets_no_wrong_ones_of_others(self, client, li):
        User.objects.create_user("wang", password=PASSWORD)
        for n in range(9):
            sign_in(client, password=f"wrong {n}")
        assert sign_in(client, "wang").status_code == 302
        client.post("/sign-out")
        assert sign_in(client, password="wrong").status_code == 429

    @pytest.mark.parametrize("headers", [{"X-Forwarded-For": "192.0.2.9"}, {"User-Agent": "other"}, {"Cookie": "a=b"}])
    def test_nor_by_what_a_caller_says_of_itself(self, client, locked, headers):
        assert sign_in(client, headers=headers).status_code == 429

    def test_others_are_not_locked_out(self, client, locked):
        User.objects.create_user("wang", password=PASSWORD)
        assert sign_in(client, "wang").status_code == 302

    def test_who_is_in_stays_in(self, client, li, settings):
        settings.TERMBASE_ANONYMOUS_READ = False
        other = type(client)()
        other.force_login(li)
        for n in range(11):
            sign_in(client, password=f"wrong {n}")
        assert other.get("/").status_code == 200

    def test_it_opens_after_a_while(self, client, locked):
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
        assert sign_in(client).status_code == 302

    def test_trying_on_does_not_keep_it_shut(self, client, locked):
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
        for _ in range(3):
            sign_in(client)
        assert AccessAttempt.objects.get().attempt_time < timezone.now() - timedelta(minutes=13)

    def test_a_right_one_in_time_forgets_the_wrong_ones(self, client, li):
        for _ in range(2):
            for n in range(9):
                assert sign_in(client, password=f"wrong {n}").status_code == 200
            assert sign_in(client).status_code == 302

    def test_names_that_there_are_not_are_locked_alike(self, client):
        statuses = [sign_in(client, "nobody").status_code for _ in range(11)]
        assert statuses == [200] * 9 + [429] * 2

    def test_no_password_is_kept(self, client, locked):
        assert "wrong" not in json.dumps(list(AccessAttempt.objects.values()), default=str)

    @pytest.mark.parametrize(("proxy", "expected"), [(False, "127.0.0.1"), (True, "192.0.2.5")])
    def test_the_address_kept_is_what_our_proxy_has_seen(self, client, li, settings, proxy, expected):
        settings.BEHIND_PROXY = proxy
        sign_in(client, password="wrong", headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.5"})
        assert AccessAttempt.objects.get().ip_address == expected


# Of the provider, which runs in this process.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
class TestInstitution:
    """OpenID Connect, against a provider on this machine."""

    @pytest.fixture
    def provider(self, settings):
        with oidc_provider_mock.run_server_in_thread() as server:
            address = f"http://localhost:{server.server_port}"
            settings.OIDC_ISSUER, settings.OIDC_NAME = address, "Uni"
            (app,) = [
                {
                    "provider_id": "institution",
                    "name": "Uni",
                    "client_id": "termbase",
                    "secret": "s",
                    "settings": {"server_url": address, "oauth_pkce_enabled": True},
                }
            ]
            settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
            yield address

    def person(self, provider, sub, **claims):
        answer = httpx.put(f"{provider}/users/{urllib.parse.quote(sub)}", json=claims)
        assert answer.status_code == 204

    def come(self, client, sub, path="/sign-in/institution/login/", **data):
        """From our page to theirs, where the person says yes, and back."""
        there = client.get(path)
        assert there.status_code == 302
        back = httpx.post(there["Location"], data={"sub": sub, **data})
        assert back.status_code == 302, back.text
        return client.get(back.headers["location"].removeprefix("http://testserver"))

    def test_the_page_offers_it(self, client, provider):
        page = client.get("/sign-in?next=/text").text
        assert "Sign in with Uni" in page
        assert "/sign-in/institution/login/?next=/text" in page

    def test_the_first_time(self, client, provider):
        self.person(provider, "u-1", email="ann@example.org", preferred_username="ann")
        response = self.come(client, "u-1", "/sign-in/institution/login/?next=/text")
        assert (response.status_code, response["Location"]) == (302, "/text")
        user = User.objects.get()
        assert (user.username, user.email, user.is_staff, user.is_superuser) == ("ann", "ann@example.org", False, False)
        assert [group.name for group in user.groups.all()] == ["reader"]
        assert not user.has_usable_password()
        assert signed_in_as(client) == str(user.pk)

    def test_the_second_time_by_the_identifier_alone(self, client, provider):
        self.person(provider, "u-1", preferred_username="ann")
        self.come(client, "u-1")
        User.objects.get().groups.set([Group.objects.get(name="reviewer")])
        client.post("/sign-out")
        self.person(provider, "u-1", preferred_username="ann-married", email="new@example.org")
        self.come(client, "u-1")
        user = User.objects.get()
        assert (user.username, [group.name for group in user.groups.all()]) == ("ann", ["reviewer"])

    def test_a_name_or_address_that_somebody_has_here_gives_nothing(self, client, provider):
        """Whoever may choose their own claims does not become another."""
        chief = User.objects.create_superuser("chief", "chief@example.org", PASSWORD)
        self.person(provider, "u-2", preferred_username="chief", email="chief@example.org", email_verified=True)
        self.come(client, "u-2")
        assert signed_in_as(client) not in (None, str(chief.pk))
        other = User.objects.exclude(pk=chief.pk).get()
        assert (other.username != "chief", other.is_superuser) == (True, False)

    def test_a_closed_account_stays_closed(self, client, provider):
        self.person(provider, "u-1", preferred_username="ann")
        self.come(client, "u-1")
        client.post("/sign-out")
        User.objects.update(is_active=False)
        assert self.come(client, "u-1").status_code == 403
        assert signed_in_as(client) is None

    def test_who_is_refused_there(self, client, provider):
        response = self.come(client, "u-1", action="deny")
        assert response.status_code == 403
        assert "did not succeed" in response.text

    @pytest.mark.parametrize(
        ("query", "reason"),
        [
            ("code=x&state=forged", "an answer to a question that was not asked"),
            ("code=x", "without a state"),
            ("error=server_error&state=forged", "an error that was made up"),
        ],
    )
    def test_answers_that_are_not_to_be_trusted(self, client, provider, query, reason):
        response = client.get(f"/sign-in/institution/login/callback/?{query}")
        assert response.status_code == 403, reason
        assert signed_in_as(client) is None

    def test_a_code_of_another_browser(self, client, provider):
        there = type(client)().get("/sign-in/institution/login/")
        back = httpx.post(there["Location"], data={"sub": "u-1"}).headers["location"]
        assert client.get(back.removeprefix("http://testserver")).status_code == 403

    def test_a_proof_key_goes_with_it(self, client, provider):
        query = urllib.parse.parse_qs(
            urllib.parse.urlsplit(client.get("/sign-in/institution/login/")["Location"]).query
        )
        assert query["code_challenge_method"] == ["S256"]
        assert len(query["state"][0]) >= 16
        assert query["redirect_uri"] == ["http://testserver/sign-in/institution/login/callback/"]

    def test_a_service_that_is_away(self, client, provider, settings):
        settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://localhost:9"
        assert client.get("/sign-in/institution/login/").status_code == 503

    def test_no_token_of_theirs_is_kept(self, client, provider):
        self.come(client, "u-1")
        assert SocialAccount.objects.get().uid == "u-1"
        assert not SocialToken.objects.exists()

    def test_without_the_setting_there_is_none(self, client):
        assert "institution" not in client.get("/sign-in").text
        assert client.get("/sign-in/institution/login/").status_code == 404
        assert client.get("/sign-in/other/login/callback/").status_code == 404


def test_no_secret_stands_in_a_log_an_address_or_an_error(client, li, caplog):
    """A password, a token, a session and a code, each right and wrong, in every place where they go in."""
    caplog.set_level(logging.DEBUG)
    _, token = ApiToken.issue(name="cat", user=li, scopes=["read"])
    answers = [
        sign_in(client, password="wrong-secret-1"),
        client.get("/api/v1/lookup/?q=x", headers={"Authorization": f"Bearer {token}"}),
        client.get("/api/v1/lookup/?q=x", headers={"Authorization": "Bearer tb_wrong-secret-2"}),
        client.get("/api/v1/lookup/?q=x&limit=0", headers={"Authorization": f"Bearer {token}"}),
        client.get("/metrics", headers={"Authorization": "Bearer wrong-secret-3", "X-Forwarded-For": "192.0.2.1"}),
        client.get("/sign-in/institution/login/callback/?code=wrong-secret-4"),
        sign_in(client),
    ]
    session = client.session.session_key
    answers += [client.get("/"), client.get("/nowhere"), client.post("/api/v1/terms/", "{", content_type="text/csv")]
    told = caplog.text + "".join(map(JsonFormatter().format, caplog.records))
    told += "".join(answer.text + answer.headers.get("Location", "") for answer in answers)
    for secret in (PASSWORD, token, session, "wrong-secret"):
        assert secret not in told
