"""Requests that cannot be answered, told on a page that reads like the others."""

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from termbase.errors import InvalidInput

GetResponse = Callable[[HttpRequest], HttpResponse]


class ExplainProblems:
    """Middleware: what a page cannot take is a 400 with the reason; the API has an answer of its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Django calls this before the view. No browser sends a null character, and no database can keep one."""
        if request.path.startswith("/api/") or not any("\0" in value for value in _sent(request)):
            return None
        return render(request, "400.html", {"reason": _("The form holds a null character.")}, status=400)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this with what a view has raised."""
        if not isinstance(exception, InvalidInput):
            return None
        return render(request, "400.html", {"reason": exception.message}, status=400)


def _sent(request: HttpRequest) -> Iterator[str]:
    for name, values in request.POST.lists():
        yield name
        yield from map(str, values)
