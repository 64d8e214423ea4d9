"""Who is at work in the admin, for the history."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from termbase.models.history import acting

REASON = "_reason"
"""The field, in any form of the admin, in which a person may say why; no model's own field is called so."""

GetResponse = Callable[[HttpRequest], HttpResponse]


def act_as_user(get_response: GetResponse) -> GetResponse:
    """Middleware: what a POST to the admin writes is one activity of whoever sent it, whichever page it was."""

    def respond(request: HttpRequest) -> HttpResponse:
        user = request.user
        if request.method != "POST" or not user.is_authenticated or not request.path.startswith(reverse("admin:index")):
            return get_response(request)
        with acting(user=user, reason=request.POST.get(REASON, "").strip()):
            response = get_response(request)
            # Django has made an answer of the exception by now; the transaction would not see it.
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    return respond
