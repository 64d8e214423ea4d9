"""Signing in: with a password kept here, or through the institution's own service (OpenID Connect).

Who comes from the institution for the first time gets an account with the role of the settings. It is known again by
the identifier that the institution gives for good, never by a name or an e-mail address, which pass from one person to
another.
"""

import logging
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from requests import RequestException

from termbase.models.roles import give_role
from termbase.web.locking import remember_device

logger = logging.getLogger(__name__)


class SignIn(LoginView):
    """The form; `django-axes` answers in its place while an account is locked."""

    template_name = "web/sign_in.html"

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        remember_device(self.request, response)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(institution=settings.OIDC_NAME if settings.OIDC_ISSUER else "", **kwargs)


def locked(request: HttpRequest, *args: Any) -> HttpResponse:
    """What who has given too many wrong passwords sees, and who comes after them."""
    problem = _("Too many wrong passwords. You can try again in a quarter of an hour.")
    response = render(request, "web/not_signed_in.html", {"problem": problem}, status=429)
    response.headers["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME.total_seconds()))
    return response


def to_institution(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the service of the institution; there is none unless the settings name one."""
    return _through(views.login, request, provider_id)


def from_institution(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from there, with a code."""
    return _through(views.callback, request, provider_id)


def _through(view: Callable[[HttpRequest, str], HttpResponse], request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return view(request, provider_id)
    except RequestException:
        logger.exception("The service of the institution does not answer.")
        return _refused(request, status=503)


def _refused(request: HttpRequest, *, status: int = 403) -> HttpResponse:
    problem = _(
        "The sign-in with your institution did not succeed. Please try again; else ask who keeps this termbase."
    )
    return render(request, "web/not_signed_in.html", {"problem": problem}, status=status)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Where allauth asks what to do with accounts."""

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """An account that was closed here stays closed, whatever the institution says."""
        return _refused(request)


class InstitutionAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Where allauth asks what to do with people who come from the institution."""

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody is asked for more than the institution tells."""
        return True

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        """A new account, with the role of the settings."""
        user: User = super().save_user(request, sociallogin, form)
        give_role(user, settings.OIDC_ROLE)
        return user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Refused there, cancelled, or an answer that is not to be trusted."""
        logger.warning("Nobody signed in through the institution: %s", error, exc_info=exception)
        raise ImmediateHttpResponse(_refused(request))
