"""What readers propose: a new term, or a remark on a concept, for the queue that a person reads.

Against machines there is a field that people do not see, a form that is neither sent at once nor days later, and a
bound on what comes in an hour without an account. None of it asks anyone else, or keeps who the reader is.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from termbase.models import Concept, Suggestion
from termbase.text.languages import EN, language_of

MAX_TEXT, MAX_COMMENT = 500, 2_000
FASTEST, SLOWEST = timedelta(seconds=2), timedelta(days=1)
"""From showing the form to sending it."""
ANONYMOUS_AN_HOUR = 30
"""From all readers without an account together."""

_SIGNER = TimestampSigner(salt="termbase.suggestion")


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the form."""

    text_zh: str = ""
    text_en: str = ""
    comment: str = ""


def allowed(user: User | AnonymousUser) -> bool:
    """Whether this reader may send suggestions."""
    return settings.TERMBASE_ANONYMOUS_SUGGESTIONS or user.has_perm("termbase.add_suggestion")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """The form, about `concept` if one is named; after a POST the suggestion is in the queue."""
    if not allowed(request.user):
        return render(request, "web/suggest.html", {"closed": True}, status=403)
    key = request.POST.get("concept") or request.GET.get("concept")
    concept = get_object_or_404(Concept.objects.current(), key=key) if key else None
    context = {"concept": concept, "max_text": MAX_TEXT, "max_comment": MAX_COMMENT, "sent": "sent" in request.GET}
    if request.method != "POST":
        return render(request, "web/suggest.html", {**context, "form": _begun(request), "stamp": _stamp()})
    form = Form(*(request.POST.get(name, "").strip() for name in ("text_zh", "text_en", "comment")))
    problem, status = _problem(request, form)
    if problem:
        filled = {**context, "form": form, "problem": problem, "stamp": _stamp()}
        return render(request, "web/suggest.html", filled, status=status)
    Suggestion.objects.create(
        concept=concept,
        text_zh=form.text_zh,
        text_en=form.text_en,
        comment=form.comment,
        suggested_by=request.user if isinstance(request.user, User) else None,
    )
    return HttpResponseRedirect(f"{reverse('web:suggest')}?sent", status=303)


def _begun(request: HttpRequest) -> Form:
    """The form with what was looked up in vain."""
    text = request.GET.get("q", "")[:MAX_TEXT]
    return Form(text_en=text) if language_of(text) == EN else Form(text_zh=text)


def _stamp() -> str:
    return _SIGNER.sign("form")


def _problem(request: HttpRequest, form: Form) -> tuple[str, int]:
    """Why a form is not taken, for the reader, with the HTTP status; nothing if it is."""
    everything = form.text_zh + form.text_en + form.comment
    if not everything:
        return _("Say something: a term, or a comment."), 400
    if max(len(form.text_zh), len(form.text_en)) > MAX_TEXT or len(form.comment) > MAX_COMMENT or "\0" in everything:
        return _("This is too long."), 400
    if request.POST.get("website") or not _is_timely(request.POST.get("stamp", "")):
        return _("This could not be taken; please send it again."), 400
    if not request.user.is_authenticated and _is_flooded():
        return _("Too many suggestions are coming in; please try again in an hour."), 429
    return "", 200


def _is_timely(stamp: str) -> bool:
    try:
        _SIGNER.unsign(stamp, max_age=SLOWEST)
    except BadSignature:
        return False
    try:
        _SIGNER.unsign(stamp, max_age=FASTEST)
    except BadSignature:
        return True
    return False


def _is_flooded() -> bool:
    an_hour_ago = timezone.now() - timedelta(hours=1)
    recent = Suggestion.objects.filter(suggested_by=None, suggested_at__gt=an_hour_ago)
    return recent.count() >= ANONYMOUS_AN_HOUR
