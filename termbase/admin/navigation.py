"""The sidebar of the workbench: all its pages, in the order of the work."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from termbase.models import (
    Activity,
    ApiToken,
    Candidate,
    Comment,
    Concept,
    Document,
    EntryFinding,
    FailedLookup,
    Import,
    ImportRow,
    SubjectField,
    Suggestion,
    Term,
    Waiver,
)

# The name that its heading and the sidebar have for it.
admin.site.index_title = _("Workbench")

_FIRST: tuple[tuple[str | Promise, str], ...] = (
    (_("Workbench"), "admin:index"),
    (_("Queues"), "review:index"),
    (_("Mine"), "review:mine"),
    (_("Look-up"), "web:lookup"),
)

LISTS: tuple[tuple[str | Promise, tuple[type[Model], ...]], ...] = (
    (_("Entries"), (Concept, Term, SubjectField, EntryFinding)),
    (_("Sources"), (Document, Candidate)),
    (_("Readers"), (Suggestion, Comment, FailedLookup)),
    (_("Exchange"), (Import, ImportRow)),
    (_("Record"), (Activity, Waiver)),
    (_("Accounts"), (User, Group, ApiToken)),
)
"""The lists of the workbench, by group."""


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of pages that this person may see, as django-unfold takes them."""
    groups: list[dict[str, Any]] = [{"items": [_item(request, title, reverse(name)) for title, name in _FIRST]}]
    for title, models in LISTS:
        lists = [_list_of(request, model) for model in models if _may_see(request, model)]
        groups.append({"title": title, "items": lists})
    return groups


def _list_of(request: HttpRequest, model: type[Model]) -> dict[str, Any]:
    about = model._meta
    address = reverse(f"admin:{about.app_label}_{about.model_name}_changelist")
    item = _item(request, capfirst(str(about.verbose_name_plural)), address)
    return {**item, "active": request.path.startswith(address)}


def _item(request: HttpRequest, title: str | Promise, address: str) -> dict[str, Any]:
    return {"title": title, "link": address, "active": request.path == address}


def _may_see(request: HttpRequest, model: type[Model]) -> bool:
    return admin.site.get_model_admin(model).has_view_permission(request)
