"""Where files may be sent, and by whom: asked before the body of a request is taken in (`config.bodies`)."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from termbase.api.authentication import token_of
from termbase.vocabulary import Scope

VIEWS = frozenset({"imports", "admin:termbase_import_add", "admin:termbase_document_harvest"})


def are_taken_at(request: HttpRequest) -> bool:
    """Whether the address takes files, which may be larger than anything else."""
    try:
        return request.method == "POST" and resolve(request.path_info).view_name in VIEWS
    except Resolver404:
        return False


def may_be_sent_by(request: HttpRequest) -> bool:
    """Whether the request carries a token, or the session of somebody, with whose role files may be sent."""
    token = token_of(request)
    if token is not None and Scope.EDIT not in token.scopes:
        return False
    sessions = import_module(settings.SESSION_ENGINE)
    request.session = sessions.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user = token.user if token is not None else get_user(request)
    return user.has_perm("termbase.add_import") or user.has_perm("termbase.add_document")
