"""Steps of the history across concepts, to look through and to undo."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from termbase.admin.proposals import Proposal, page, propose
from termbase.admin.versions import by
from termbase.history import timeline, undoing
from termbase.history.states import step_of
from termbase.history.writing import Left
from termbase.jobs import request_refresh, request_undoing, undoing_of
from termbase.models import Activity, Revision

SHOWN = 500
"""Rows of one step that a page shows; a larger step is told by its size alone, and undone in the background."""
AT_WORK = ("todo", "doing")


@admin.register(Activity)
class ActivityAdmin(ModelAdmin):
    """Activities, the latest first; they are read and undone, never changed."""

    list_display = ("at", "kind", "by", "reason")
    list_filter = ("kind", "user")
    search_fields = ("reason", "user__username")
    list_select_related = ("user",)
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.undo_view)
        return [path("<path:object_id>/undo/", view, name="termbase_activity_undo"), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Activity | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Activity | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("who"), ordering="user__username")
    def by(self, activity: Activity) -> str:
        """Who did it."""
        return activity.by

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What a step did."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        activity = self._activity_or_404(request, object_id or "")
        count = Revision.objects.filter(activity=activity).count()
        state = undoing_of(activity) if count > SHOWN else ""
        undone_by = timeline.undone_by([activity]).get(activity.pk)
        may_undo = request.user.has_perm("termbase.change_concept") and state not in AT_WORK and undone_by is None
        context = {
            "activity": activity,
            "count": count,
            "changes": timeline.told(step_of(activity)) if count <= SHOWN else None,
            "undone_by": undone_by,
            "undoing": state,
            "may_undo": may_undo,
        }
        response = page(self, request, "admin/termbase/activity.html", activity.get_kind_display(), context)
        if state in AT_WORK:
            response.headers["Refresh"] = "3"
        return response

    def undo_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take a step back as one."""
        if not request.user.has_perm("termbase.change_concept"):
            raise PermissionDenied
        activity = self._activity_or_404(request, object_id)
        count = Revision.objects.filter(activity=activity).count()

        def do() -> Iterable[Left]:
            if count > SHOWN:
                request_undoing(activity, **by(request))
                return ()
            left = undoing.undo(activity=activity, **by(request)).left
            request_refresh()
            return left

        about = _("What this step wrote is taken back; what has changed since stays as it is. Rows: %d.") % count
        proposal = Proposal(
            title=_("Undo: %(kind)s, %(when)s")
            % {"kind": activity.get_kind_display(), "when": activity.at.strftime("%Y-%m-%d %H:%M")},
            button=_("Undo it"),
            back=reverse("admin:termbase_activity_change", args=[activity.pk]),
            do=do,
            done=_("Undone.") if count <= SHOWN else _("It is being undone; this page tells how far that is."),
            about=about,
            rehearsed=count <= SHOWN,
        )
        return propose(self, request, proposal)

    def _activity_or_404(self, request: HttpRequest, object_id: str) -> Activity:
        activity = self.get_object(request, unquote(object_id))
        if not isinstance(activity, Activity):
            raise Http404
        return activity
