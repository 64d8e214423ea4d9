"""One's own page, entries and candidates assigned, and what editors say to each other about an entry."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from unfold.decorators import action

from termbase import notices
from termbase.admin.merging import WithMerging
from termbase.admin.proposals import page
from termbase.errors import NotAllowed, TermbaseError
from termbase.models import Assignment, Concept, Memo
from termbase.models.teamwork import LONGEST, editors
from termbase.text.numbers import whole_number

MOST = 500


@require_GET
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """What concerns oneself."""
    context = {"mine": notices.mine(_person(request))}
    return page(None, request, "admin/termbase/mine.html", _("Mine"), context)


@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """An assignment is seen to."""
    assignment = get_object_or_404(Assignment, pk=pk)
    try:
        assignment.finish(by=_person(request))
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    return HttpResponseRedirect(reverse("review:mine"), status=303)


@never_cache
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest) -> HttpResponse:
    """Choose whom to ask to see to `concepts` or `candidates`; on a POST ask."""
    if not _person(request).has_perm("termbase.add_assignment"):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else request.GET
    chosen = {name: _numbers(data.get(name, "")) for name in ("concepts", "candidates")}
    problem = ""
    if request.method == "POST":
        try:
            count = notices.assign(**chosen, to=data.get("to", ""), by=_person(request), note=data.get("note", ""))
        except TermbaseError as error:
            problem = error.message
        else:
            messages.success(request, ngettext("%d assigned.", "%d assigned.", count) % count)
            return HttpResponseRedirect(reverse("review:mine"), status=303)
    context = {
        "people": editors(),
        "count": sum(map(len, chosen.values())),
        "hidden": [(name, ",".join(map(str, numbers))) for name, numbers in chosen.items()],
        "to": data.get("to", ""),
        "note": data.get("note", ""),
        "longest": LONGEST,
        "problem": problem,
    }
    response = page(None, request, "admin/termbase/assign.html", _("Assign"), context)
    response.status_code = 400 if problem else 200
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def discussion(request: HttpRequest, pk: int) -> HttpResponse:
    """What editors have said about an entry, and who is to see to it; on a POST say more."""
    person = _person(request)
    if not person.has_perm("termbase.view_concept"):
        raise PermissionDenied
    concept = get_object_or_404(Concept, pk=pk)
    problem = ""
    if request.method == "POST":
        try:
            Memo.write(concept=concept, text=request.POST.get("text", ""), by=person)
        except NotAllowed as error:
            raise PermissionDenied(error.message) from error
        except TermbaseError as error:
            problem = error.message
        else:
            return HttpResponseRedirect(request.path, status=303)
    return _discussion(request, concept, problem)


def _discussion(request: HttpRequest, concept: Concept, problem: str) -> TemplateResponse:
    context: dict[str, Any] = {
        "concept": concept,
        "memos": concept.memos.select_related("written_by"),
        "assignments": concept.assignments.filter(done_at=None).select_related("assigned_to", "assigned_by"),
        "people": editors(),
        "may_write": request.user.has_perm("termbase.add_memo"),
        "text": request.POST.get("text", "") if problem else "",
        "longest": LONGEST,
        "problem": problem,
    }
    response = page(None, request, "admin/termbase/discussion.html", _("Discussion of %s") % concept.key, context)
    response.status_code = 400 if problem else 200
    return response


class WithDiscussion(WithMerging):
    """Concepts that editors talk about and assign."""

    actions: tuple[str, ...] = ("assign",)
    actions_detail = (*WithMerging.actions_detail, "discuss")

    @action(description=gettext_lazy("Discuss…"), url_path="discuss", icon="forum")
    def discuss(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """To what is said about it."""
        concept = self.concept_or_404(request, object_id)
        return HttpResponseRedirect(reverse("review:discussion", args=[concept.pk]))

    @action(description=gettext_lazy("Assign the selected concepts…"), permissions=["change"])
    def assign(self, request: HttpRequest, queryset: QuerySet[Concept]) -> HttpResponse | None:
        """To a person who is chosen next."""
        return to_assign(request, "concepts", queryset)


def to_assign(request: HttpRequest, kind: str, chosen: "QuerySet[Any]") -> HttpResponse | None:
    """The way from a list to the page that asks to whom; None, with a message, where too much is chosen."""
    items = list(chosen.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if len(items) > MOST:
        messages.error(request, _("At most %d at once.") % MOST)
        return None
    return HttpResponseRedirect(f"{reverse('review:assign')}?{kind}={','.join(map(str, items))}")


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _numbers(text: str) -> list[int]:
    parts = text.split(",")[:MOST]
    return [number for part in parts if (number := whole_number(part)) is not None]
