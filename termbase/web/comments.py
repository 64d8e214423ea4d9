"""What readers say about an entry, where other readers see it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from termbase.models import Comment, Concept
from termbase.vocabulary import QueueStatus
from termbase.web import guard

MAX_TEXT = 2_000


def allowed(user: User | AnonymousUser) -> bool:
    """Whether this reader may comment."""
    return settings.TERMBASE_ANONYMOUS_SUGGESTIONS or user.has_perm("termbase.add_comment")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, key: str) -> HttpResponse:
    """The form by itself, for one that was not taken; a comment that is taken leads back to its entry."""
    concept = get_object_or_404(Concept.objects.approved(), key=key)
    if not allowed(request.user):
        return render(request, "web/comment.html", {"concept": concept, "closed": True}, status=403)
    text = request.POST.get("text", "").strip().replace("\r\n", "\n")
    context = {"concept": concept, "text": text, "max_text": MAX_TEXT}
    if request.method != "POST":
        return render(request, "web/comment.html", {**context, "stamp": guard.stamp()})
    problem, status = _problem(text) or guard.refusal(request)
    if problem:
        context |= {"problem": problem, "stamp": guard.stamp()}
        return render(request, "web/comment.html", context, status=status)
    _take(request, concept, text)
    return HttpResponseRedirect(f"{reverse('web:concept', args=[key])}#comments", status=303)


def _take(request: HttpRequest, concept: Concept, text: str) -> None:
    """Keep a comment, shown at once if its writer may be asked about it, and say so."""
    by = request.user if isinstance(request.user, User) else None
    is_known = request.user.has_perm("termbase.add_comment")
    status = QueueStatus.ACCEPTED if is_known else QueueStatus.WAITING
    Comment.objects.create(concept=concept, text=text, written_by=by, status=status)
    told = _("Your comment is shown below.") if is_known else _("Thank you. It is shown when a person has read it.")
    messages.success(request, told)


def _problem(text: str) -> tuple[str, int] | None:
    if not text:
        return _("Say something."), 400
    if len(text) > MAX_TEXT:
        return _("This is too long."), 400
    return None
