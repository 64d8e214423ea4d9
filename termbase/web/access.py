"""The pages of a termbase that is not open to all."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

# The API and the admin look after themselves; the rest holds nothing of the termbase.
_OWN_RULES = ("/api/", "/admin/", "/static/", "/i18n/", "/sign-in", "/sign-out", "/healthz", "/readyz", "/metrics")


def readers_only(get_response: GetResponse) -> GetResponse:
    """Middleware: where TERMBASE_ANONYMOUS_READ is off, who has not signed in is sent to do so."""

    def respond(request: HttpRequest) -> HttpResponse:
        open_to_all = settings.TERMBASE_ANONYMOUS_READ or request.path.startswith(_OWN_RULES)
        if open_to_all or request.user.has_perm("termbase.view_concept"):
            return get_response(request)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())

    return respond
