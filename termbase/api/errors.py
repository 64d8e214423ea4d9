"""The one shape of an error on the wire: {"error": {"code", "message", "fields"?}}."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from termbase.errors import NotAllowed, TermbaseError

Fields = dict[str, list[str]]


def body(code: str, message: str, fields: Fields | None = None) -> dict[str, Any]:
    """The answer's body."""
    return {"error": {"code": code, "message": message, **({"fields": fields} if fields else {})}}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Any error that an API view raises, in the one shape; None, and so a 500, for a fault of ours."""
    if isinstance(error, TermbaseError):
        code = status.HTTP_403_FORBIDDEN if isinstance(error, NotAllowed) else status.HTTP_400_BAD_REQUEST
        return Response(body(error.code, error.message, error.fields), status=code)
    if isinstance(error, Http404):
        error = exceptions.NotFound(str(error) or None)
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = drf_exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    if isinstance(error, exceptions.ValidationError) and isinstance(error.detail, dict):
        fields = {name: [str(text) for text in texts] for name, texts in error.detail.items()}
        response.data = body("invalid", "Some values cannot be taken.", fields)
    else:
        response.data = body(str(error.get_codes()), str(error.detail))
    return response


def not_found(request: HttpRequest, path: str = "") -> JsonResponse:
    """The answer to an address under the API that there is not."""
    return JsonResponse(body("not_found", f"There is nothing at {request.path}."), status=status.HTTP_404_NOT_FOUND)
