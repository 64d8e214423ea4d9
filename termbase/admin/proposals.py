"""Pages that show what would be done, and do it once that is confirmed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure
from unfold.admin import ModelAdmin

from termbase.admin.acting import REASON
from termbase.errors import Conflict, TermbaseError
from termbase.history import timeline
from termbase.history.writing import Left

_BUSY = (DeadlockDetected, LockNotAvailable, SerializationFailure)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something to confirm: `do` does it and says what was left; `hidden` is what the confirming form sends again.

    `done` is what to say then, unless `do` has said it itself.
    """

    title: str
    button: str
    back: str
    do: Callable[[], Iterable[Left]]
    done: str
    template: str = "admin/termbase/confirm.html"
    about: str = ""
    hidden: Mapping[str, object] = field(default_factory=dict)
    rehearsed: bool = True
    context: Mapping[str, Any] = field(default_factory=dict)


def propose(model_admin: ModelAdmin | None, request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """On a POST do it and go back; otherwise, or where it cannot be done, show what it would do, or why not."""
    if request.method == "POST":
        try:
            left = list(proposal.do())
        except TermbaseError as error:
            return _page(model_admin, request, proposal, error)
        except OperationalError as error:
            if not isinstance(error.__cause__, _BUSY):
                raise
            busy = Conflict(_("Somebody else is writing here at this moment; try again."))
            return _page(model_admin, request, proposal, busy)
        if proposal.done:
            messages.success(request, proposal.done)
        for item in left:
            messages.warning(request, _("Left as it is: %s") % f"{item.what} {item.title}: {item.reason}")
        return HttpResponseRedirect(proposal.back)
    return _page(model_admin, request, proposal, None)


def page(
    model_admin: ModelAdmin | None, request: HttpRequest, template: str, title: str, context: Mapping[str, Any]
) -> TemplateResponse:
    """A page of the admin, among those of a model if it has to do with one."""
    of_model = {"opts": model_admin.model._meta} if model_admin else {}
    whole = {**admin.site.each_context(request), **of_model, "title": title, **context}
    return TemplateResponse(request, template, whole)


def _page(
    model_admin: ModelAdmin | None, request: HttpRequest, proposal: Proposal, error: TermbaseError | None
) -> TemplateResponse:
    left: Iterable[Left] = ()
    changes: list[timeline.RowChange] | None = None
    if error is None and proposal.rehearsed:
        try:
            left, changes = timeline.rehearse(lambda: list(proposal.do()))
        except TermbaseError as found:
            error = found
    context = {
        "about": proposal.about,
        "problem": error.message if error else "",
        "details": [text for texts in error.fields.values() for text in texts] if error else [],
        "left": left,
        "changes": changes,
        "button": "" if error else proposal.button,
        "back": proposal.back,
        "hidden": list(proposal.hidden.items()),
        "reason": request.POST.get(REASON, ""),
        **proposal.context,
    }
    response = page(model_admin, request, proposal.template, proposal.title, context)
    response.status_code = 409 if error and request.method == "POST" else 200
    return response
