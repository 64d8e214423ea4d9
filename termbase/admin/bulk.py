"""Many items of a queue decided at once: looked at, confirmed, done as one step, and undone as one."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from termbase.admin.acting import REASON
from termbase.admin.proposals import Proposal, propose
from termbase.errors import InvalidInput, TermbaseError
from termbase.history.writing import Left
from termbase.jobs import request_refresh
from termbase.models.history import acting, current_activity
from termbase.review.queues import Queue, queue_named
from termbase.review.work import Work
from termbase.text.numbers import whole_number
from termbase.vocabulary import ActivityKind

MOST = 500
"""What a person can be said to have looked at."""
_BUTTONS = {"accept": gettext_lazy("Accept them"), "reject": gettext_lazy("Reject them")}
_TITLES = {"accept": gettext_lazy("Accept: %s"), "reject": gettext_lazy("Reject: %s")}


def to_confirm(request: HttpRequest, queue: str, decision: str, chosen: "QuerySet[Any]") -> HttpResponse | None:
    """The way from a list to the page that asks; None, with a message, where too much is chosen."""
    items = list(chosen.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if len(items) > MOST:
        messages.error(request, _("At most %d at once.") % MOST)
        return None
    query = QueryDict(mutable=True)
    query["do"], query["items"] = decision, ",".join(map(str, items))
    return HttpResponseRedirect(f"{reverse('review:bulk', args=[queue])}?{query.urlencode()}")


@never_cache
def bulk(request: HttpRequest, name: str) -> HttpResponse:
    """Show what deciding on the `items` would do; on a POST do it."""
    queue = queue_to_decide(request, name)
    data = request.POST if request.method == "POST" else request.GET
    decision, items = data.get("do", ""), _numbers(data.get("items", ""))
    if decision not in _BUTTONS or not items:
        raise Http404
    count = ngettext("%d item", "%d items", len(items)) % len(items)
    proposal = Proposal(
        title=str(_TITLES[decision]) % count,
        button=str(_BUTTONS[decision]),
        back=f"{reverse(queue.page)}?{queue.where}",
        do=lambda: _decide(request, queue, decision, items),
        # A rehearsal of accepting would use up keys of concepts.
        rehearsed=decision == "reject",
        done="",
        about=_("Each is decided as one by one; what cannot be is left as it is and told. It is undone as one step."),
        hidden={"do": decision, "items": data["items"]},
        context={"needs_reason": decision == "reject"},
    )
    return propose(None, request, proposal)


def _decide(request: HttpRequest, queue: Queue, decision: str, items: list[int]) -> Iterable[Left]:
    by, work = cast(User, request.user), cast(Work, queue.work)
    # Why is not known yet when it is only looked at.
    reason = request.POST.get(REASON, "").strip() if request.method == "POST" else "…"
    if decision == "reject" and not reason:
        raise InvalidInput(_("A rejection needs a reason."), fields={"reason": [_("say why")]})
    left = []
    with acting(user=by, activity=ActivityKind.REVIEW, reason=reason):
        for item in items:
            try:
                if decision == "accept":
                    work.accept(item=item, by=by, fields={})
                else:
                    work.reject(item=item, by=by, reason=reason)
            except TermbaseError as error:
                left.append(Left(str(queue.title), name_of(queue, by, item), error.message))
        activity = current_activity()
    if request.method == "POST":
        _tell(request, len(items) - len(left), activity.pk if activity else None)
        request_refresh()
    return left


def name_of(queue: Queue, by: User, item: int) -> str:
    """What an item of a queue is called, waiting or not; of one that is gone its number."""
    return str(queue.waiting(by).model._default_manager.filter(pk=item).first() or item)


def _tell(request: HttpRequest, count: int, activity: int | None) -> None:
    done = ngettext("%d item decided.", "%d items decided.", count) % count
    if count and activity:
        address = reverse("admin:termbase_activity_undo", args=[activity])
        done = format_html('{} <a class="underline" href="{}">{}</a>', done, address, _("Undo this step…"))
    messages.success(request, done)


def _numbers(text: str) -> list[int]:
    parts = text.split(",")[:MOST]
    return [number for part in parts if (number := whole_number(part)) is not None]


def queue_to_decide(request: HttpRequest, name: str) -> Queue:
    """The queue of that name whose items this person may decide. Raises `Http404` and `PermissionDenied`."""
    queue = queue_named(name)
    if queue is None or queue.work is None:
        raise Http404
    if not queue.is_open_to(cast(User, request.user)):
        raise PermissionDenied
    return queue
