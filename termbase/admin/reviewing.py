"""The queues, and one item after the other, decided with single keys."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from termbase.admin.bulk import name_of, queue_to_decide
from termbase.admin.finding import concepts_found
from termbase.admin.import_rows import parts_of
from termbase.admin.proposals import page
from termbase.errors import NotAllowed, NotFound, TermbaseError
from termbase.jobs import request_refresh
from termbase.models import Assignment, Document, ImportRow, SubjectField, Turn
from termbase.models.history import current_activity
from termbase.review.queues import Queue, counts
from termbase.review.work import Work
from termbase.text.numbers import whole_number
from termbase.vocabulary import Badge, Language, TermType

DECIDED = "termbase.decisions"
_REMEMBERED = 100
_Step = tuple[int, str, int | None]
"""An item, what was decided about it, and the activity that this was, if it wrote anything that is recorded."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a decision came to: what to say, of what, if it is a problem, and the item to show next, None for any."""

    told: str
    problem: bool = False
    item: int | None = None
    about: str = ""


@require_GET
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The queues with what waits in each."""
    rows = [(queue, count, queue.list_address) for queue, count in counts(_person(request))]
    return page(None, request, "admin/termbase/queues.html", _("Queues"), {"rows": rows})


@require_GET
@never_cache
def work(request: HttpRequest, name: str) -> HttpResponse:
    """The next item of a queue, or `item`."""
    queue = queue_to_decide(request, name)
    return _shown(request, queue, item=whole_number(request.GET.get("item", "")))


@require_POST
def decide(request: HttpRequest, name: str, item: int, decision: str) -> HttpResponse:
    """Accept, reject, merge or skip an item, and show the next one."""
    queue = queue_to_decide(request, name)
    about = name_of(queue, _person(request), item)
    try:
        step = _decide(request, queue, item, decision)
    except NotAllowed as error:
        # Said of the item where it is about that alone: one's own proposal.
        if not error.fields:
            raise PermissionDenied(error.message) from error
        return _answer(request, queue, _Outcome(error.message, problem=True, item=item))
    except TermbaseError as error:
        # What is gone or decided by another is not shown again.
        stays = error.code == "invalid" or decision == "merge"
        return _answer(request, queue, _Outcome(error.message, problem=True, item=item if stays else None))
    _keep(request, queue, [*_decided(request, queue), (item, decision, step)][-_REMEMBERED:])
    return _answer(request, queue, _Outcome(str(_TOLD[decision]), about=about))


@require_POST
def undo(request: HttpRequest, name: str) -> HttpResponse:
    """Take back the last decision made here in this queue, and show its item again."""
    queue = queue_to_decide(request, name)
    steps = _decided(request, queue)
    if not steps:
        return _answer(request, queue, _Outcome(_("There is nothing to undo."), problem=True))
    item, decision, step = steps[-1]
    _keep(request, queue, steps[:-1])
    if decision == "skip":
        Turn.objects.filter(queue=queue.name, item=item, user=_person(request)).delete()
        return _answer(request, queue, _Outcome(_("Undone."), item=item))
    try:
        cast(Work, queue.work).undo(item=item, step=step, by=_person(request))
    except TermbaseError as error:
        return _answer(request, queue, _Outcome(error.message, problem=True))
    request_refresh()
    return _answer(request, queue, _Outcome(_("Undone."), item=item))


@require_GET
@never_cache
def found(request: HttpRequest, name: str) -> HttpResponse:
    """Entries to merge into, as one types."""
    queue_to_decide(request, name)
    concepts = concepts_found(request.GET.get("q", ""))
    near = [{"key": one.key, "terms": one.preferred_terms} for one in concepts]  # type: ignore[attr-defined]
    return TemplateResponse(request, "admin/termbase/_into.html", {"near": near})


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


_TOLD = {
    "accept": gettext_lazy("Accepted."),
    "reject": gettext_lazy("Rejected."),
    "merge": gettext_lazy("Merged."),
    "skip": gettext_lazy("Skipped."),
}


def _decide(request: HttpRequest, queue: Queue, item: int, decision: str) -> int | None:
    """Do it; the id of the activity, None where nothing was written that is recorded."""
    how = cast(Work, queue.work)
    by = _person(request)
    if decision == "skip":
        Turn.objects.note(queue.name, item, by, skipped=True)
        return None
    do: Callable[[], None] = {
        "accept": lambda: how.accept(item=item, by=by, fields=request.POST.dict()),
        "reject": lambda: how.reject(item=item, by=by, reason=_reason(request)),
        "merge": lambda: how.merge(item=item, into=request.POST.get("into", ""), by=by),
    }[decision]
    # In the activity that every request to the admin is.
    do()
    activity = current_activity()
    Turn.objects.filter(queue=queue.name, item=item).delete()
    request_refresh()
    return activity.pk if activity else None


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip() or request.POST.get("given", "")


def _decided(request: HttpRequest, queue: Queue) -> list[_Step]:
    """What was decided here in this queue, the last at the end."""
    steps: list[_Step] = request.session.get(DECIDED, {}).get(queue.name, [])
    return steps


def _keep(request: HttpRequest, queue: Queue, steps: Sequence[_Step]) -> None:
    request.session[DECIDED] = {**request.session.get(DECIDED, {}), queue.name: list(steps)}


def _answer(request: HttpRequest, queue: Queue, outcome: _Outcome) -> HttpResponse:
    """The next item for the page that asks; for a browser without scripts the way to its page, or what is wrong."""
    if outcome.problem or request.headers.get("HX-Request"):
        return _shown(request, queue, item=outcome.item, outcome=outcome)
    messages.success(request, f"{outcome.told} {outcome.about}".strip())
    given = request.GET.copy()
    if outcome.item is not None:
        given["item"] = str(outcome.item)
    address = reverse("review:work", args=[queue.name])
    return HttpResponseRedirect(f"{address}?{given.urlencode()}" if given else address, status=303)


def _shown(
    request: HttpRequest, queue: Queue, *, item: int | None = None, outcome: _Outcome | None = None
) -> HttpResponse:
    by, how = _person(request), cast(Work, queue.work)
    given = {name: request.GET[name] for name in how.filters if request.GET.get(name)}
    card, item = None, item if item is not None else queue.next_for(by, given)
    if item is not None:
        try:
            card = how.card(item)
        except NotFound as error:
            outcome = _Outcome(error.message, problem=True)
        else:
            Turn.objects.note(queue.name, item, by)
    left, done = queue.narrowed(by, given).count(), len(_decided(request, queue))
    context: dict[str, Any] = {
        "queue": queue,
        "card": card,
        "posted": request.POST if outcome and outcome.problem and outcome.item else {},
        "outcome": outcome,
        "reasons": how.reasons,
        "changes": parts_of(card.changes) if card else (),
        "ways": [(way, parts_of(way.changes)) for way in card.ways] if card else (),
        "left": left,
        "done": done,
        "all": left + done,
        "given": given,
        "query": f"?{request.GET.urlencode()}" if given else "",
    }
    if request.headers.get("HX-Request"):
        return TemplateResponse(request, "admin/termbase/_review.html", context)
    context |= {"filters": _filters(how, given), "list": queue.list_address}
    response = page(None, request, "admin/termbase/review.html", str(queue.title), context)
    response.status_code = 409 if outcome and outcome.problem else 200
    return response


def _filters(how: Work, given: dict[str, str]) -> list[dict[str, Any]]:
    """The filters to choose from, each with its options (value, label)."""
    options: dict[str, tuple[object, Callable[[], Iterable[tuple[str, object]]]]] = {
        "document": (_("document"), lambda: ((d.key, d.cited_as) for d in Document.objects.current()[:500])),
        "subject_field": (_("subject field"), lambda: ((s.key, s) for s in SubjectField.objects.order_by("key"))),
        "term_type": (_("type"), lambda: TermType.choices),
        "badge": (_("badge"), lambda: Badge.choices),
        "language": (_("language"), lambda: Language.choices),
        "assigned": (_("assigned to"), lambda: ((u, u) for u in _assigned())),
        "proposed_by": (_("proposed by"), lambda: ((u, u) for u in _proposers())),
        "uploaded_by": (_("sent by"), lambda: ((u, u) for u in _senders())),
    }
    return [
        {"name": name, "label": options[name][0], "options": list(options[name][1]()), "value": given.get(name, "")}
        for name in how.filters
        if name in options
    ]


def _proposers() -> Iterable[str]:
    return User.objects.filter(proposed_terms__review_status="proposed").distinct().values_list("username", flat=True)


def _senders() -> Iterable[str]:
    of = ImportRow.objects.undecided().exclude(of__uploaded_by=None).order_by()
    return of.distinct().values_list("of__uploaded_by__username", flat=True)


def _assigned() -> Iterable[str]:
    asked = Assignment.objects.open().filter(candidate__isnull=False)
    return asked.order_by().distinct().values_list("assigned_to__username", flat=True)


def protected(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the admin: for people who may enter it."""
    return admin.site.admin_view(view)
