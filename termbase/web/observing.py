"""What is noted of every request: its identifier, its line in the log, its place in the figures."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from termbase.logs import request_id
from termbase.metrics import REQUEST_SECONDS, REQUESTS

GetResponse = Callable[[HttpRequest], HttpResponse]

HEADER = "X-Request-ID"
_IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,64}")
# A label has as many values as callers may choose, unless what they may choose is listed.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

logger = logging.getLogger("termbase.requests")


def observe(get_response: GetResponse) -> GetResponse:
    """Middleware, the outermost: names the request, and notes how it was answered.

    An identifier that the caller or a proxy gives in X-Request-ID is kept if it can do no harm in a log, else replaced.
    The log has the path but never the query: what people look up is their own affair, and a secret may stand there by
    mistake.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        identifier = given if _IDENTIFIER.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(identifier)
        started = time.perf_counter()
        try:
            response = get_response(request)
            _note(request, response, time.perf_counter() - started)
        finally:
            request_id.reset(token)
        response.headers[HEADER] = identifier
        return response

    return respond


def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match = request.resolver_match
    # A page of the admin has a name, and so have ours; what has none is the catch-all of the API, or nowhere.
    view = (match and match.view_name) or "none"
    method = request.method if request.method in _METHODS else "other"
    REQUESTS.labels(view, method, str(response.status_code)).inc()
    REQUEST_SECONDS.labels(view).observe(seconds)
    fields = {
        "method": method,
        "path": request.path,
        "view": view,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 1),
    }
    logger.info("%s %s %s", method, request.path, response.status_code, extra={"fields": fields})
