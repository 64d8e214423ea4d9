"""How many calls a minute a caller has: a token or a person signed in, and else an address.

The counts are in PostgreSQL, so that all processes share them.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from termbase.addresses import address_of
from termbase.api import errors
from termbase.api.authentication import token_of
from termbase.models import RequestCount

GetResponse = Callable[[HttpRequest], HttpResponse]


def caller_of(request: HttpRequest) -> str:
    """A name for the caller: token:5, user:3, or its address."""
    token = token_of(request)
    if token is not None:
        return f"token:{token.pk}"
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return f"address:{address_of(request)}"


def limit_rates(get_response: GetResponse) -> GetResponse:
    """Middleware: counts calls under /api/, says in each answer how many are left, and refuses those beyond."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return get_response(request)
        caller = caller_of(request) if settings.TERMBASE_CALLER_LIMIT or settings.TERMBASE_ADDRESS_LIMIT else ""
        by_address = caller.startswith("address:")
        limit = settings.TERMBASE_ADDRESS_LIMIT if by_address else settings.TERMBASE_CALLER_LIMIT
        if not caller or not limit:
            return get_response(request)
        used, seconds = RequestCount.objects.add_one(caller)
        response = get_response(request) if used <= limit else _refusal(limit, seconds)
        response.headers["RateLimit-Limit"] = str(limit)
        response.headers["RateLimit-Remaining"] = str(max(0, limit - used))
        response.headers["RateLimit-Reset"] = str(seconds)
        return response

    return respond


def demand_length(get_response: GetResponse) -> GetResponse:
    """Middleware: refuses a body under /api/ that comes in chunks, of which a WSGI server says no length.

    Django would take it for empty, and the caller be told that all is missing from it.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        unmeasured = "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH")
        if unmeasured and request.path.startswith("/api/"):
            message = "Say in Content-Length how long the body is; it cannot come in chunks."
            return JsonResponse(errors.body("length_required", message), status=411)
        return get_response(request)

    return respond


def _refusal(limit: int, seconds: int) -> HttpResponse:
    message = f"More than {limit} calls in a minute; there are new ones in {seconds} s."
    return JsonResponse(errors.body("throttled", message), status=429, headers={"Retry-After": str(seconds)})
