"""Who may call what: each view names a rule for each of its methods.

What a view does not name: reading is open to readers, and writing to no one.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from termbase.errors import NotAllowed
from termbase.models import ApiToken
from termbase.vocabulary import Scope

if TYPE_CHECKING:
    # That module loads this one, by its name in the settings.
    from rest_framework.views import APIView

SAFE_METHODS = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a call needs: the scope of its token, the permissions of its user, unless the setting opens it to all."""

    scope: Scope | None
    permissions: tuple[str, ...] = ()
    opened_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether anyone may call."""
        return self.scope is None or bool(self.opened_by and getattr(settings, self.opened_by))


OPEN = Rule(None)
READ = Rule(Scope.READ, ("view_concept",), opened_by="TERMBASE_ANONYMOUS_READ")
READ_SIGNED_IN = Rule(Scope.READ, ("view_concept",))
SUGGEST = Rule(Scope.SUGGEST, ("add_suggestion",), opened_by="TERMBASE_ANONYMOUS_SUGGESTIONS")
WAIVE = Rule(Scope.SUGGEST, ("add_waiver",))
# A concept is written with all its parts, so its writer must be allowed all of them.
EDIT = Rule(
    Scope.EDIT,
    (
        *(f"{action}_{model}" for action in ("add", "change") for model in ("concept", "term")),
        *(f"{action}_{model}" for action in ("add", "delete") for model in ("definition", "conceptrelation")),
    ),
)
REVIEW = Rule(Scope.REVIEW, ("review_term",))
DECIDE = Rule(Scope.REVIEW, ("change_candidate",))


class RuleOfView(BasePermission):
    """The permission class of every view; `access` of the view maps methods to rules."""

    message: str | None = None
    code: str | None = None

    def has_permission(self, request: Request, view: "APIView") -> bool:
        method = "GET" if request.method == "HEAD" else str(request.method)
        if not hasattr(view, method.lower()) or method == "OPTIONS":
            return True  # and so it answers that there is no such method here
        rules: dict[str, Rule] = getattr(view, "access", {})
        rule = rules.get(method, READ if method in SAFE_METHODS else None)
        if rule is None:
            return False
        token = request.auth
        if isinstance(token, ApiToken) and rule.scope and rule.scope not in token.scopes:
            self.message, self.code = f"This token has not the scope {rule.scope}.", "insufficient_scope"
            return False
        return rule.is_open or may(request, rule)


def may(request: Request, rule: Rule) -> bool:
    """Whether the caller's token and role both allow what `rule` asks; for parts of an answer."""
    token = request.auth
    if isinstance(token, ApiToken) and rule.scope and rule.scope not in token.scopes:
        return False
    return request.user.is_authenticated and request.user.has_perms([f"termbase.{p}" for p in rule.permissions])


def demand(request: Request, rule: Rule, field: str) -> None:
    """Raises `NotAllowed` where the caller does not have what `field`, a part of its request, takes by `rule`."""
    if not may(request, rule):
        raise NotAllowed(f"{field} takes the scope {rule.scope} and the role for it.", fields={field: ["not allowed"]})
