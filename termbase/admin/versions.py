"""The versions of a concept: its timeline, any of them brought back, withdrawn and taken into use again."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import action

from termbase.admin.acting import REASON
from termbase.admin.proposals import Proposal, page, propose
from termbase.history import restoring, timeline
from termbase.history.writing import Left
from termbase.jobs import request_refresh
from termbase.models import Concept, Revision
from termbase.text.numbers import whole_number


class WithVersions(ModelAdmin):
    """Concepts with their history, and the ways back in it."""

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<path:object_id>/restore/<int:revision>/",
            self.admin_site.admin_view(self.restore_view),
            name="termbase_concept_restore",
        )
        return [own, *super().get_urls()]

    def concept_or_404(self, request: HttpRequest, object_id: str) -> Concept:
        """The concept. Raises `Http404`."""
        concept = self.get_object(request, unquote(object_id))
        if not isinstance(concept, Concept):
            raise Http404
        return concept

    def concept_to_change(self, request: HttpRequest, object_id: str) -> Concept:
        """The same, for one who may change it. Raises `PermissionDenied`."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self.concept_or_404(request, object_id)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was done to the concept, step by step."""
        if not request.user.has_perm("termbase.view_activity"):
            raise PermissionDenied
        concept = self.concept_or_404(request, object_id)
        shown = timeline.timeline(concept, request.GET.get("page", ""))
        context = {"concept": concept, "timeline": shown, "may_change": self.has_change_permission(request)}
        return page(self, request, "admin/termbase/history.html", _("History of %s") % concept.key, context)

    def restore_view(self, request: HttpRequest, object_id: str, revision: int) -> HttpResponse:
        """Bring an earlier version back."""
        concept = self.concept_to_change(request, object_id)
        written = Revision.objects.filter(pk=revision).select_related("activity").first()
        when = written.activity.at.strftime("%Y-%m-%d %H:%M") if written else ""

        def do() -> Iterable[Left]:
            left = restoring.restore(
                key=concept.key, revision=revision, versions=_versions_seen(request, concept), **by(request)
            )
            request_refresh()
            return left

        proposal = Proposal(
            title=_("%(key)s as it was on %(when)s") % {"key": concept.key, "when": when},
            button=_("Bring this version back"),
            back=reverse("admin:termbase_concept_history", args=[concept.pk]),
            do=do,
            done=_("The version is back."),
            hidden={"version": concept.version},
        )
        return propose(self, request, proposal)

    @action(
        description=gettext_lazy("Withdraw…"),
        url_path="withdraw",
        permissions=["change"],
        icon="block",
    )
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take the concept out of use; nothing is deleted."""
        concept = self.concept_to_change(request, object_id)

        def do() -> Iterable[Left]:
            restoring.withdraw(key=concept.key, versions=_versions_seen(request, concept), **by(request))
            request_refresh()
            return ()

        proposal = Proposal(
            title=_("Withdraw %s") % concept.key,
            button=_("Withdraw"),
            back=reverse("admin:termbase_concept_change", args=[concept.pk]),
            do=do,
            done=_("Withdrawn; the history can bring it back."),
            hidden={"version": concept.version},
        )
        return propose(self, request, proposal)

    @action(
        description=gettext_lazy("Bring back…"),
        url_path="bring-back",
        permissions=["change"],
        icon="undo",
    )
    def bring_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take a withdrawn concept into use again."""
        concept = self.concept_to_change(request, object_id)

        def do() -> Iterable[Left]:
            restoring.bring_back(key=concept.key, **by(request))
            request_refresh()
            return ()

        proposal = Proposal(
            title=_("Bring %s back") % concept.key,
            button=_("Bring it back"),
            back=reverse("admin:termbase_concept_change", args=[concept.pk]),
            do=do,
            done=_("It is in use again."),
        )
        return propose(self, request, proposal)


def by(request: HttpRequest) -> dict[str, Any]:
    """Who acts, and why, as the activities take it."""
    return {"by": cast(User, request.user), "reason": request.POST.get(REASON, "").strip()}


def _versions_seen(request: HttpRequest, concept: Concept) -> set[int]:
    """The version that the confirming form was made of; of a page that only shows, the version now."""
    if request.method != "POST":
        return {concept.version}
    seen = whole_number(request.POST.get("version", ""))
    return set() if seen is None else {seen}
