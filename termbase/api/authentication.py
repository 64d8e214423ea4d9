"""Who calls: a token in the Authorization header, or a person who has signed in on the pages."""

from django.contrib.auth.models import User
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from termbase import replicas
from termbase.models import ApiToken

_SCHEME = "bearer"
_LONGEST = 200


def secret_of(request: HttpRequest) -> str | None:
    """What stands behind `Bearer`, if that is the scheme of the request's Authorization."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == _SCHEME else None


def token_of(request: HttpRequest) -> ApiToken | None:
    """The usable token of the request, looked up once a request."""
    kept = vars(request)
    if "api_token" not in kept:
        secret = secret_of(request) or ""
        found = ApiToken.objects.of_secret(secret) if 0 < len(secret) <= _LONGEST else None
        if found is not None:
            replicas.demand(found.position)
        kept["api_token"] = found
    token: ApiToken | None = kept["api_token"]
    return token


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer tb_…`; `request.auth` is the token."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        if secret_of(request._request) is None:
            return None
        token = token_of(request._request)
        if token is None:
            raise AuthenticationFailed("The token is unknown, has expired or was revoked.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
