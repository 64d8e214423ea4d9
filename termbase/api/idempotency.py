"""A POST that may be sent again: with an `Idempotency-Key`, it is carried out once and answered alike for a day.

The answer is kept in the transaction of the work itself: either both are there or neither. A request that was refused
has done nothing and is remembered by nobody; sent again, it is tried again.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.http.request import RawPostDataException
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase.api.exceptions import Unprocessable
from termbase.api.json import render
from termbase.api.limits import caller_of
from termbase.errors import Conflict, InvalidInput
from termbase.models import IdempotencyKey
from termbase.models.requests import KEPT

LONGEST_KEY = 255
_KEPT_HEADERS = ("ETag", "Location", "Cache-Control")

Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Callable[..., Response | HttpResponse]:
    """Make a `post` of a view heed the header."""

    @wraps(handler)
    def respond(view: APIView, request: Request, *args: Any, **kwargs: Any) -> Response | HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **kwargs)
        if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
            problem = f"has 1 to {LONGEST_KEY} printable ASCII characters"
            raise InvalidInput(f"Idempotency-Key {problem}.", fields={"Idempotency-Key": [problem]})
        caller, digest = caller_of(request._request), getattr(view, "digest_of", _digest)(request)
        with transaction.atomic():
            kept = _claim(caller, key, digest)
            if kept is not None:
                return _again(kept)
            response = handler(view, request, *args, **kwargs)
            _keep(response, caller, key, digest)
            return response

    return respond


def _digest(request: Request) -> str:
    try:
        content = request._request.body
    except RawPostDataException:
        # Read already: who is signed in with a browser, a token for forms is looked for in it.
        content = render(request.data)
    parts = (str(request.method).encode(), request.get_full_path().encode(), content)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _claim(caller: str, key: str, digest: str) -> IdempotencyKey | None:
    """What is kept for this key, if anything; from here to the end of the transaction no one else has the key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"{caller} {key}"])
        if not cursor.fetchone()[0]:
            raise Conflict("The first request with this Idempotency-Key is still at work; send this one again later.")
    kept = IdempotencyKey.objects.filter(caller=caller, key=key).first()
    if kept is not None and kept.created_at < timezone.now() - KEPT:
        kept.delete()
        return None
    if kept is not None and kept.request_digest != digest:
        raise Unprocessable("This Idempotency-Key came with another request before.", code="idempotency_key_reused")
    return kept


def _keep(response: Response, caller: str, key: str, digest: str) -> None:
    IdempotencyKey.objects.create(
        caller=caller,
        key=key,
        request_digest=digest,
        status=response.status_code,
        headers={name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers},
        body=b"" if response.data is None else render(response.data),
    )


def _again(kept: IdempotencyKey) -> HttpResponse:
    return HttpResponse(bytes(kept.body), status=kept.status, headers=kept.headers, content_type="application/json")
