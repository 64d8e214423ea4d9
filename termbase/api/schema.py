"""The OpenAPI schema: what each call takes and answers, with the errors that every call may answer.

A view's method is described with `describe`; views of other modules may be described from outside (`annotations`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiParameter, extend_schema
from rest_framework import serializers

from termbase.api.access import READ, SAFE_METHODS, Rule
from termbase.api.components import ErrorSerializer
from termbase.api.examples import with_examples
from termbase.api.inputs import Input
from termbase.api.reasons import HEADER, LONGEST_REASON

_ERRORS = {
    400: "Something cannot be taken as it is; `fields` says what.",
    401: "No one has signed in, or the token is not usable.",
    403: "This caller may not do this.",
    404: "There is no such thing.",
    406: "No format that the caller accepts.",
    409: "Something that is there already is in the way, or another write; `fields` says what.",
    410: "Withdrawn, or a feed that has begun anew.",
    411: "The body came in chunks, without Content-Length.",
    412: "It has changed since the version in If-Match.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "This Idempotency-Key came with another request before.",
    428: "If-Match is missing.",
    429: "Too many calls; Retry-After says for how many seconds.",
    500: "A fault of ours.",
}
_ALWAYS = (400, 401, 403, 406, 429, 500)

_IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="ETag of the answer one has; 304 if that is still so."
)
_ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200, 201, 304], description="Names this state of the answer."
)
_IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="ETag of what is written, as it was read. Required.",
)
_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="Any name for this request: sent again with it within a day, it is not carried out again.",
)
_REASON = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description=f"Why, for the history: UTF-8, plain or percent-encoded, {LONGEST_REASON} characters at the most.",
)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def describe(
    answer: type[serializers.Serializer[Any]] | Mapping[Any, Any] | None,
    *,
    status: int = 200,
    parameters: type[serializers.Serializer[Any]] | Sequence[OpenApiParameter] | None = None,
    body: type[serializers.Serializer[Any]] | Mapping[str, Any] | None = None,
    etag: bool = False,
    writes: bool = False,
    idempotent: bool = False,
    reasoned: bool = False,
    errors: Sequence[int] = (),
    description: str | None = None,
) -> Decorator:
    """Describe a method of a view.

    `answer` is that of `status`, or one for each status, or for each pair of a status and a media type; `body` may be
    one for each media type; `writes` is a write over something read (If-Match), with a reason for the history,
    `reasoned` another that takes one; `errors` are those beside the ones that follow from the rest. `description` goes
    before the method's docstring.
    """
    declared: list[Any] = list(parameters) if isinstance(parameters, Sequence) else [parameters] if parameters else []
    reads = etag and body is None and not writes
    declared += [_ETAG] if etag else []
    declared += [_IF_NONE_MATCH] if reads else []
    declared += [_IF_MATCH] if writes else []
    declared += [_IDEMPOTENCY_KEY] if idempotent else []
    declared += [_REASON] if writes or reasoned else []
    codes = {*errors, *((412, 428) if writes else ()), *((409, 422) if idempotent else ())}
    answers: dict[Any, Any] = {**answer} if isinstance(answer, Mapping) else {status: answer}
    answers |= {304: None} if reads else {}
    answers |= dict.fromkeys(codes, ErrorSerializer)
    return extend_schema(parameters=declared, request=body, responses=answers, description=description)


class Operation(AutoSchema):
    """What every operation has in common, whoever described it."""

    def get_operation_id(self) -> str:
        parts = [part for part in self.path.removeprefix("/api/v1").split("/") if part]
        names = [f"by_{part[1:-1]}" if part.startswith("{") else part.replace("-", "_") for part in parts]
        return "_".join([self.method.lower(), *names])

    def get_summary(self) -> str:
        """What stands beside the address: how the description begins."""
        return re.split(r"[.;:](?:\s|$)", self.get_description(), maxsplit=1)[0]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        return operation and with_examples(operation)

    def get_auth(self) -> list[dict[str, Any]]:
        rules: dict[str, Rule] = getattr(self.view, "access", {})
        rule = rules.get(self.method, READ if self.method in SAFE_METHODS else None)
        schemes = super().get_auth()
        # The setting may open it to all, so no call of it is wrong for want of a token.
        return [*schemes, {}] if rule is not None and (rule.scope is None or rule.opened_by) else schemes

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        codes = [*_ALWAYS, *((404,) if "{" in self.path else ())]
        codes += (411, 413, 415) if self.method in ("POST", "PUT", "PATCH") and self.get_request_serializer() else ()
        for code in codes:
            body = self._get_response_for_code(ErrorSerializer, str(code), None, direction)  # type: ignore[no-untyped-call]
            bodies.setdefault(str(code), body)
        for code, content in bodies.items():
            content["description"] = _ERRORS.get(int(code), content["description"])
        return dict(sorted(bodies.items()))

    def _postprocess_serializer_schema(self, schema: Any, serializer: Any, direction: Direction) -> Any:
        schema = super()._postprocess_serializer_schema(schema, serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(serializer, Input) and direction == "request":
            schema["additionalProperties"] = False
        return schema


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema says what `TokenAuthentication` takes."""

    target_class = "termbase.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "tb_…", "description": "Made in the admin."}
