"""Answers that Django REST framework has no exception for."""

from rest_framework import status
from rest_framework.exceptions import APIException


class PayloadTooLarge(APIException):
    """A body beyond the limit."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body of the request is too large."
    default_code = "payload_too_large"


class Unprocessable(APIException):
    """A request that is well formed and contradicts an earlier one."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "unprocessable"


class PreconditionRequired(APIException):
    """A write that does not say what it has seen."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Say in If-Match, by its ETag, which version of the concept you have read."
    default_code = "precondition_required"
