"""How many calls a minute a caller has: a token or a person signed in, and else an address.

The counts are in PostgreSQL, so that all processes share them.
"""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from termbase.api import errors
from termbase.api.authentication import token_of
from termbase.models import RequestCount

GetResponse = Callable[[HttpRequest], HttpResponse]

_NETWORK_BITS = 64
"""Whoever has one IPv6 address has 2^64 of them."""


def caller_of(request: HttpRequest) -> str:
    """A name for the caller: token:5, user:3, or its address."""
    token = token_of(request)
    if token is not None:
        return f"token:{token.pk}"
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return f"address:{_address(request)}"


def _address(request: HttpRequest) -> str:
    given = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        # The last one is what our own proxy has seen; those before it are what the caller says.
        given = request.headers.get("X-Forwarded-For", given).rpartition(",")[2].strip()
    try:
        address = ip_address(given)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        network = ip_network((address.packed[:8] + bytes(8), _NETWORK_BITS))
        return str(address.ipv4_mapped or network)
    return str(address)


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


def _refusal(limit: int, seconds: int) -> HttpResponse:
    message = f"More than {limit} calls in a minute; there are new ones in {seconds} s."
    return JsonResponse(errors.body("throttled", message), status=429, headers={"Retry-After": str(seconds)})
