"""The history of a concept, for those who work at the termbase."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from termbase.history import timeline
from termbase.models import Concept


@never_cache
@require_safe
def history(request: HttpRequest, key: str) -> HttpResponse:
    """What was done to a concept, step by step; also to a withdrawn or merged one."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not request.user.has_perm("termbase.view_activity"):
        raise PermissionDenied
    concept = get_object_or_404(Concept, key=key)
    return render(request, "web/history.html", {"timeline": timeline.timeline(concept, request.GET.get("page", ""))})
