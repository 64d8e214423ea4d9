"""The one shape of an error on the wire: {"error": {"code", "message", "fields"?}}."""

import errno
import sys
from functools import cache
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.urls import ResolverMatch, is_valid_path
from django.utils.translation import get_language_from_request, override
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from psycopg import errors as postgresql
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler as drf_exception_handler

from termbase import errors, replicas
from termbase.api.exceptions import PayloadTooLarge
from termbase.errors import TermbaseError
from termbase.outages import DATABASE_AWAY

Fields = dict[str, list[str]]

_STATUS: dict[type[TermbaseError], int] = {
    errors.NotAllowed: status.HTTP_403_FORBIDDEN,
    errors.NotFound: status.HTTP_404_NOT_FOUND,
    errors.Conflict: status.HTTP_409_CONFLICT,
    errors.Withdrawn: status.HTTP_410_GONE,
    errors.FeedRestarted: status.HTTP_410_GONE,
    errors.Stale: status.HTTP_412_PRECONDITION_FAILED,
}
_RETRY_SECONDS = 10
_BUSY_SECONDS = 5
_GET_IN_EACH_OTHERS_WAY = (postgresql.DeadlockDetected, postgresql.SerializationFailure, postgresql.LockNotAvailable)


def body(code: str, message: str, fields: Fields | None = None) -> dict[str, Any]:
    """The answer's body."""
    return {"error": {"code": code, "message": message, **({"fields": fields} if fields else {})}}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Any error that an API view raises, in the one shape; None, and so a 500, for a fault of ours."""
    if isinstance(error, TermbaseError):
        code = _STATUS.get(type(error), status.HTTP_400_BAD_REQUEST)
        return Response(body(error.code, error.message, error.fields), status=code)
    if replicas.has_failed(error):
        return None  # The request is answered from the primary (`termbase.api.positions`).
    error = _as_api_exception(error)
    response = drf_exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    if isinstance(error, exceptions.ValidationError):
        fields = _flat(error.detail)
        names = ", ".join(fields)
        response.data = body("invalid", f"These cannot be taken as they are: {names}.", fields)
    else:
        response.data = body(str(error.get_codes()), str(error.detail))
    return response


def _as_api_exception(error: Exception) -> Exception:
    if isinstance(error, Http404):
        return exceptions.NotFound(str(error) or None)
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return PayloadTooLarge()
    if isinstance(error, (SuspiciousOperation, BadRequest)):
        return exceptions.ParseError(str(error))
    if isinstance(error, OperationalError) and isinstance(error.__cause__, _GET_IN_EACH_OTHERS_WAY):
        busy = exceptions.APIException("Another write was in the way; send the request again.", code="conflict")
        busy.status_code = status.HTTP_409_CONFLICT
        return busy
    return error


def _flat(detail: Any, name: str = "") -> Fields:
    """The messages by field; one inside a list or another field by its path: terms[0].text."""
    if isinstance(detail, list) and any(isinstance(inner, (dict, list)) for inner in detail):
        detail = dict(enumerate(detail))
    if not isinstance(detail, dict):
        return {name or "body": [str(text) for text in detail]} if detail else {}
    fields: Fields = {}
    for key, inner in detail.items():
        for path, texts in _flat(inner, _path(name, key)).items():
            fields.setdefault(path, []).extend(texts)
    return fields


def _path(name: str, key: int | str) -> str:
    if isinstance(key, int):
        return f"{name}[{key}]"
    # What is said of an object as a whole is said of its own name.
    if key == api_settings.NON_FIELD_ERRORS_KEY:
        return name
    return f"{name}.{key}" if name else key


@csrf_exempt
def not_found(request: HttpRequest, path: str = "") -> JsonResponse:
    """The answer to an address under the API that there is not, whatever the method."""
    message = f"There is nothing at {request.path}."
    there = is_valid_path(f"{request.path_info}/")
    if isinstance(there, ResolverMatch) and there.func is not not_found:
        message = f"There is nothing at {request.path}, but at {request.path}/."
    return JsonResponse(body("not_found", message), status=status.HTTP_404_NOT_FOUND)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's answer to a request that it refuses itself: a host that is not ours, a form beyond all limits."""
    too_large = isinstance(exception, RequestDataTooBig)
    if not request.path.startswith("/api/"):
        response = defaults.bad_request(request, exception)
        response.status_code = 413 if too_large else 400
        return response
    if too_large:
        return JsonResponse(body("payload_too_large", PayloadTooLarge.default_detail), status=413)
    return JsonResponse(body("bad_request", "The request cannot be taken."), status=status.HTTP_400_BAD_REQUEST)


def too_large(request: HttpRequest) -> HttpResponse:
    """The answer to a body that is not read, as it says that it is larger than any that this address takes."""
    return bad_request(request, RequestDataTooBig())


def cut_short(request: HttpRequest) -> HttpResponse:
    """The answer to a body that ends before it is as long as it said; its sender may be gone."""
    if not request.path.startswith("/api/"):
        return bad_request(request, BadRequest())
    message = "The body ends before it is as long as Content-Length says."
    return JsonResponse(body("bad_request", message), status=status.HTTP_400_BAD_REQUEST)


def nowhere(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's answer to an address that no pattern matches: one with a line break in it is none to a pattern."""
    return not_found(request) if request.path.startswith("/api/") else defaults.page_not_found(request, exception)


def internal(request: HttpRequest) -> HttpResponse:
    """Django's answer to a fault of ours, which the log tells more about than a caller should know.

    503 where the database is away or has given up: that passes, and a caller may come again.
    """
    passing = _passing(sys.exc_info()[1])
    if not request.path.startswith("/api/"):
        # Without the request, as whoever has signed in could not be asked for.
        page = loader.get_template("503.html" if passing else "500.html").render()
        response = HttpResponse(page, status=503 if passing else 500)
    else:
        code, message = passing or ("internal", "Something went wrong on our side; it has been noted.")
        response = JsonResponse(body(code, message), status=503 if passing else 500)
    if passing:
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def busy(request: HttpRequest) -> HttpResponse:
    """The answer to a request that is not begun, as it would wait too long: 503, and when to come again."""
    if request.path.startswith("/api/"):
        message = "More is asked than can be answered just now; send the request again in a while."
        response: HttpResponse = JsonResponse(body("busy", message), status=503)
    else:
        response = HttpResponse(_busy_page(get_language_from_request(request)), status=503)
    response.headers["Retry-After"] = str(_BUSY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


@cache
def _busy_page(language: str) -> str:
    """Made once, as there is no time to make one when it is needed."""
    with override(language):
        return loader.get_template("busy.html").render()


def _passing(error: BaseException | None) -> tuple[str, str] | None:
    """Code and message of what is a matter of time."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "full", "The server's disk is full, so nothing was written; who runs the service must make room."
    # What asks the database in another way, as the queue of jobs does, names the reason as its own error's.
    while error is not None and not isinstance(error, DATABASE_AWAY):
        error = error.__cause__
    if error is None:
        return None
    reason = error if isinstance(error, postgresql.Error) else error.__cause__
    if isinstance(reason, postgresql.QueryCanceled):
        return "timeout", "The database would have worked too long at this; ask for less, or later."
    if isinstance(reason, postgresql.DiskFull):
        return "full", "The database's disk is full, so nothing was written; who runs the service must make room."
    return "unavailable", "The database does not answer; send the request again in a while."
