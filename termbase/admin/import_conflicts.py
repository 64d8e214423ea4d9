"""The queue of conflicts that imports have left behind, each to be looked at beside the termbase as it is now."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from termbase.admin.bulk import to_confirm
from termbase.admin.import_rows import reasons_of
from termbase.admin.review import DecidedAdmin
from termbase.models import ImportRow
from termbase.models.imports import ImportRowQuerySet
from termbase.vocabulary import ImportState


@admin.register(ImportRow)
class ImportRowAdmin(DecidedAdmin):
    """Conflicts that nobody has decided on, the latest import first; those of imports to be applied lead there."""

    queue = "import-conflicts"
    list_display = ("title", "concept", "why", "of", "when")
    list_filter = ("of__uploaded_by",)
    readonly_fields = ()
    search_fields = ("title", "key", "of__name")
    list_select_related = ("of", "concept")
    ordering = ("-of", "number")
    actions = ("leave",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> ImportRowQuerySet:
        rows = cast(ImportRowQuerySet, super().get_queryset(request))
        return rows.undecided()

    @admin.display(description=_("why"))
    def why(self, row: ImportRow) -> str:
        """The reasons, in words."""
        return "; ".join(reasons_of(row))

    @admin.display(description=_("when"), ordering="of__uploaded_at")
    def when(self, row: ImportRow) -> Any:
        """When the file was sent."""
        return row.of.uploaded_at

    @admin.action(description=_("Leave the termbase as it is…"), permissions=["change"])
    def leave(self, request: HttpRequest, queryset: QuerySet[ImportRow]) -> HttpResponse | None:
        """Settle the chosen conflicts without a change, for a reason that is asked for."""
        return to_confirm(request, self.queue, "reject", queryset)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """To the page where it is decided: that of its import, if this is still to be applied."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id or ""))
        if not isinstance(row, ImportRow):
            raise Http404
        if row.of.state != ImportState.APPLIED:
            return HttpResponseRedirect(reverse("admin:termbase_import_change", args=[row.of_id]) + "?kind=conflict")
        return HttpResponseRedirect(f"{reverse('review:work', args=[self.queue])}?item={row.pk}")
