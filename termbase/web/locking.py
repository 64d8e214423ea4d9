"""How many wrong passwords are enough: for a name from one address, for an address, for a name from anywhere.

A name alone must not be easy to lock, or whoever knows it keeps its owner out; and an institution may have one address
for all its people. So the first limit is of the two together; the others are ten times as high, against who tries many
names, and against many who try one.

Many who try one name would still keep its owner out. A browser in which somebody has signed in is given a device cookie
(OWASP, Slow Down Online Guessing Attacks with Device Cookies): with it a name is locked by wrong passwords from the
same address alone.
"""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

DEVICE = "termbase_device"
_REMEMBERED = 365 * 24 * 3600
"""Seconds."""
FACTORS = (1, 10, 10)
"""How much higher the limit of each of AXES_LOCKOUT_PARAMETERS is than AXES_FAILURE_LIMIT."""


class Handler(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts in the database, so that all processes share it."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The wrong passwords so far, those that have a higher limit counting for less."""
        found = self.get_user_attempts(request, credentials)
        from_there, of_address, anywhere = (
            (attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0) // factor
            for attempts, factor in zip(found, FACTORS, strict=True)
        )
        is_known = _is_device_of(request, get_client_username(request, credentials))
        return max(from_there, of_address, 0 if is_known else anywhere)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """A right password forgets the wrong ones of that name from there, and none of other names or places."""
        own: int = self.filter_user_attempts(request, credentials)[0].delete()[0]
        return own


def remember_device(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser, in which somebody has just signed in with a password, the cookie of that name."""
    response.set_signed_cookie(
        DEVICE,
        "known",
        salt=_salt(request.user.get_username()),
        max_age=_REMEMBERED,
        path=reverse("web:sign-in"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _is_device_of(request: HttpRequest, username: str | None) -> bool:
    cookie = request.get_signed_cookie(DEVICE, default="", salt=_salt(username or ""), max_age=_REMEMBERED)
    return cookie == "known"


def _salt(username: str) -> str:
    return f"{DEVICE} {username}"
