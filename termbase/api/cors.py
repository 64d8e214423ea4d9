"""Calls from web pages of other origins, as far as the setting CORS_ORIGINS lets them.

Such a page calls with a token; cookies never count for it, so no credentials are allowed.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponse]

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
_REQUEST_HEADERS = (
    "Authorization, Change-Reason, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Termbase-Position"
)
_ANSWER_HEADERS = (
    "ETag, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Termbase-Position"
)
_REMEMBERED_SECONDS = "7200"


def cross_origin(get_response: GetResponse) -> GetResponse:
    """Middleware: answers what a browser asks before a call from elsewhere, and marks the answers it may hand on."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not settings.CORS_ORIGINS or not request.path.startswith("/api/"):
            return get_response(request)
        origin = request.headers.get("Origin", "")
        allowed = origin in settings.CORS_ORIGINS or "*" in settings.CORS_ORIGINS
        preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = HttpResponse(status=204) if preflight and allowed else get_response(request)
        patch_vary_headers(response, ["Origin"])
        if origin and allowed:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = _ANSWER_HEADERS
            if preflight:
                response.headers["Access-Control-Allow-Methods"] = _METHODS
                response.headers["Access-Control-Allow-Headers"] = _REQUEST_HEADERS
                response.headers["Access-Control-Max-Age"] = _REMEMBERED_SECONDS
        return response

    return respond
