"""Reads go to replicas, and whoever has written reads what they wrote: their position in the log goes along with them.

A browser carries it in a cookie, a program in the header that the answer had; a token has it noted, for programs that
send nothing back. Who carries one also never sees an older state than before. It is needed no longer than a replica
that is used may be behind.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse

from termbase import replicas
from termbase.api.access import SAFE_METHODS
from termbase.api.authentication import secret_of, token_of

HEADER = "X-Termbase-Position"
COOKIE = "termbase_position"
KEPT_SECONDS = 60
"""The least time that a browser keeps it."""
_WRITES = ("POST", "PUT", "PATCH", "DELETE")
_LATEST = 2**63 - 1
"""No replica is so far: what cannot be read is taken for this."""

_logger = logging.getLogger(__name__)


class ReadFromReplicas:
    """Middleware, where there are replicas; outside of all that opens a transaction, as what counts is the commit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        carried = _carried(request)
        safe = request.method in SAFE_METHODS and not request.path.startswith("/admin/")
        with replicas.reading(carried, is_open=safe) as reads:
            response = self._get_response(request)
            if reads.has_failed:
                response = self._get_response(request)
            try:
                position = _position(request, response, reads)
            except Error as error:
                _logger.warning("Whoever called is not told their position: %s", error)
                return response
        if position:
            response.headers[HEADER] = str(position)
            if (carried or not reads.is_open) and secret_of(request) is None:
                _give(response, position)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Django calls this with the view that will answer; that of an API is made of a class."""
        if getattr(getattr(view, "cls", view), "reads_only", False):
            replicas.only_reads()
            if request.content_type == "application/json":
                len(request.body)  # Kept, in case it has to be read again; beyond the limit it raises what is a 413.

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this with what a view has raised; this answer is not sent, the request is answered again."""
        if not replicas.has_failed(exception):
            return None
        for name in request.FILES:
            for file in request.FILES.getlist(name):
                file.seek(0)
        return HttpResponse(status=503)


def _carried(request: HttpRequest) -> int:
    given = [value for value in (request.headers.get(HEADER), request.COOKIES.get(COOKIE)) if value]
    readable = all(value.isascii() and value.isdecimal() and len(value) < 19 for value in given)
    return max(map(int, given), default=0) if readable else _LATEST


def _position(request: HttpRequest, response: HttpResponse, reads: replicas.Reads) -> int:
    """What the caller is to carry on with; 0 for nothing."""
    if reads.is_open:
        # Who carries none need not know more than what the replica had when it was asked.
        return replicas.position_now(reads) if reads.needed and reads.server else reads.replayed
    if request.method not in _WRITES or response.status_code >= 400:
        return 0
    position = replicas.written().position
    if (token := token_of(request)) is not None:
        token.note_position(position)
    return position


def _give(response: HttpResponse, position: int) -> None:
    response.set_cookie(
        COOKIE,
        str(position),
        max_age=max(KEPT_SECONDS, 2 * settings.TERMBASE_REPLICA_LAG_SECONDS),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
