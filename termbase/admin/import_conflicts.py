"""The queue of conflicts that imports have left behind, each to be looked at beside the termbase as it is now."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from termbase.admin.acting import REASON
from termbase.admin.import_rows import parts_of, reasons_of
from termbase.admin.proposals import page
from termbase.errors import TermbaseError
from termbase.exchange import conflicts
from termbase.jobs import request_refresh
from termbase.models import ImportRow
from termbase.models.imports import ImportRowQuerySet
from termbase.vocabulary import ImportState, RowAction

# The keys of the page, as the other queues have them: accept, reject, and the two between.
_KEYS = {RowAction.OVERWRITE: "a", RowAction.FILL: "f", RowAction.PROPOSE: "p", RowAction.SKIP: "r"}


@admin.register(ImportRow)
class ImportRowAdmin(ModelAdmin):
    """Conflicts that nobody has decided on, the latest import first; those of imports to be applied lead there."""

    list_display = ("title", "concept", "why", "of", "when")
    list_filter = ("of__uploaded_by",)
    search_fields = ("title", "key", "of__name")
    list_select_related = ("of", "concept")
    ordering = ("-of", "number")
    actions = ("leave",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> ImportRowQuerySet:
        rows = cast(ImportRowQuerySet, super().get_queryset(request))
        return rows.undecided()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ImportRow | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("why"))
    def why(self, row: ImportRow) -> str:
        """The reasons, in words."""
        return "; ".join(reasons_of(row))

    @admin.display(description=gettext_lazy("when"), ordering="of__uploaded_at")
    def when(self, row: ImportRow) -> Any:
        """When the file was sent."""
        return row.of.uploaded_at

    @admin.action(description=gettext_lazy("Leave the termbase as it is"), permissions=["change"])
    def leave(self, request: HttpRequest, queryset: QuerySet[ImportRow]) -> None:
        """Settle the chosen conflicts without a change."""
        count = 0
        for row in queryset.filter(of__state=ImportState.APPLIED):
            conflicts.settle(row, RowAction.SKIP, versions=None, by=cast(User, request.user))
            count += 1
        messages.success(request, _("%d conflicts settled.") % count)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One conflict: what the file says otherwise, and what each decision would do; after a POST, the next one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id or ""))
        if not isinstance(row, ImportRow):
            raise Http404
        if row.of.state != ImportState.APPLIED:
            return HttpResponseRedirect(reverse("admin:termbase_import_change", args=[row.of_id]) + "?kind=conflict")
        if request.method == "POST":
            return self._settle(request, row)
        return self._page(request, row)

    def _settle(self, request: HttpRequest, row: ImportRow) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        asked, seen = request.POST, request.POST.get("version", "")
        action = asked.get("action", "")
        if action not in RowAction.values:
            return self._page(request, row)
        try:
            written = conflicts.settle(
                row,
                action,
                versions={int(seen)} if seen.isdecimal() else set(),
                by=cast(User, request.user),
                reason=asked.get(REASON, "").strip(),
            )
        except TermbaseError as error:
            messages.error(request, error.message)
            return self._page(request, row, status=409)
        if written:
            request_refresh()
        messages.success(request, _("Settled: %s") % row)
        following = self._following(request, row)
        if following is None:
            return HttpResponseRedirect(reverse("admin:termbase_importrow_changelist"))
        return HttpResponseRedirect(reverse("admin:termbase_importrow_change", args=[following]))

    def _following(self, request: HttpRequest, row: ImportRow) -> int | None:
        """The next conflict of this import, else the first of any other."""
        waiting = self.get_queryset(request).filter(of__state=ImportState.APPLIED).exclude(pk=row.pk)
        waiting = waiting.order_by("-of", "number")
        own = waiting.filter(of=row.of_id, number__gt=row.number)
        return own.values_list("pk", flat=True).first() or waiting.values_list("pk", flat=True).first()

    def _page(self, request: HttpRequest, row: ImportRow, status: int = 200) -> HttpResponse:
        found = conflicts.compared(row)
        allowed = conflicts.actions_for(row) if self.has_change_permission(request) else ()
        context = {
            "row": row,
            "reasons": reasons_of(row),
            "parts": parts_of(found.changes),
            "choices": [
                (action.value, action.label, _KEYS[action], parts_of(found.choices[action])) for action in allowed
            ],
            "concept": found.match.concept,
            "version": found.match.concept.version if found.match.concept else "",
            "following": self._following(request, row),
        }
        response = page(self, request, "admin/termbase/import_conflict.html", str(row), context)
        response.status_code = status
        return response
