"""Gzip for what the API answers."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressJson(GZipMiddleware):
    """Compresses JSON under /api/ alone.

    A page with a CSRF token and the reader's own words must not be compressed: its length would give the token away
    (BREACH). The API's JSON holds no secret.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_json = response.headers.get("Content-Type", "").startswith(("application/json", "application/vnd.oai"))
        if request.path.startswith("/api/") and is_json:
            return super().process_response(request, response)
        return response
