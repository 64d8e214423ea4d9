"""What keeps machines from the forms that readers send, without asking anyone else.

A field that people do not see, a form that is neither sent at once nor days later, and a bound on what comes in an
hour: from one address, and from all readers without an account together. Of an address no more is kept than a digest
that the server's secret went into, and that for an hour.
"""

from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from termbase.addresses import address_of
from termbase.models import RequestCount

FASTEST, SLOWEST = timedelta(seconds=2), timedelta(days=1)
"""From showing the form to sending it."""
AN_HOUR_FROM_ONE, AN_HOUR_FROM_ALL = 20, 200
TRAP = "website"
"""The name of the field that people do not see."""

_SALT = "termbase.forms"
_SIGNER = TimestampSigner(salt=_SALT)


def stamp() -> str:
    """What a form carries to say when it was shown; nobody else can make one."""
    return _SIGNER.sign("form")


def refusal(request: HttpRequest) -> tuple[str, int]:
    """Why a form is not taken, for the reader, with the HTTP status; nothing if it is. Counts the sending."""
    if request.POST.get(TRAP) or not _is_timely(request.POST.get("stamp", "")):
        return _("This could not be taken; please send it again."), 400
    if not request.user.is_authenticated and _is_flooded(request):
        return _("Too much is coming in; please try again in an hour."), 429
    return "", 200


def _is_timely(signed: str) -> bool:
    try:
        _SIGNER.unsign(signed, max_age=SLOWEST)
    except BadSignature:
        return False
    try:
        _SIGNER.unsign(signed, max_age=FASTEST)
    except BadSignature:
        return True
    return False


def _is_flooded(request: HttpRequest) -> bool:
    digest = salted_hmac(_SALT, address_of(request)).hexdigest()
    from_one, _seconds = RequestCount.objects.add_one(f"form:{digest}", minutes=60)
    if from_one > AN_HOUR_FROM_ONE:
        # Not counted among all: one who floods does not shut out the others.
        return True
    from_all, _seconds = RequestCount.objects.add_one("form", minutes=60)
    return from_all > AN_HOUR_FROM_ALL
