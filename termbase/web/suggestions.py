"""What readers propose: a new term, or a change to an entry, for the queue that a person reads."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from termbase.models import Concept, Suggestion
from termbase.text.languages import EN, language_of
from termbase.web import guard

MAX_TEXT, MAX_COMMENT = 500, 2_000


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
    key = (request.POST.get("concept") or request.GET.get("concept") or "").replace("\0", "")
    concept = get_object_or_404(Concept.objects.current(), key=key) if key else None
    context = {"concept": concept, "max_text": MAX_TEXT, "max_comment": MAX_COMMENT, "sent": "sent" in request.GET}
    if request.method != "POST":
        return render(request, "web/suggest.html", {**context, "form": _begun(request), "stamp": guard.stamp()})
    form = Form(*(request.POST.get(name, "").strip() for name in ("text_zh", "text_en", "comment")))
    problem, status = _problem(form) or guard.refusal(request)
    if problem:
        filled = {**context, "form": form, "problem": problem, "stamp": guard.stamp()}
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


def _problem(form: Form) -> tuple[str, int] | None:
    if not (form.text_zh or form.text_en or form.comment):
        return _("Say something: a term, or a comment."), 400
    if max(len(form.text_zh), len(form.text_en)) > MAX_TEXT or len(form.comment) > MAX_COMMENT:
        return _("This is too long."), 400
    return None
