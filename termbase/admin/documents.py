"""Source documents."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget

from termbase.admin import harvest
from termbase.admin.document_versions import WithDocumentHistory
from termbase.models import Document, Passage


class PassageInline(TabularInline):
    """The passages of a document, to read."""

    model = Passage
    fields = ("number", "kind", "text")
    readonly_fields = fields
    extra = 0
    can_delete = False
    per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:
        return False


class Withdrawn(admin.SimpleListFilter):
    """Documents in use, or withdrawn."""

    title = _("withdrawn")
    parameter_name = "withdrawn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:
        asked = self.value()
        return queryset.filter(withdrawn_at__isnull=asked == "no") if asked in ("yes", "no") else queryset


@admin.register(Document)
class DocumentAdmin(WithDocumentHistory):
    """Documents; their text comes from the harvest."""

    list_display = ("named", "titled", "kind", "session", "date", "version", "passage_count", "withdrawn_at")
    list_filter = ("kind", Withdrawn)
    search_fields = ("key", "symbol", "title_zh", "title_en")
    readonly_fields = ("key", "kind", "sha256", "version", "added_at", "withdrawn_at", "withdrawal_reason")
    change_form_after_template = "admin/termbase/reason.html"
    formfield_overrides = {models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}}
    inlines = (PassageInline,)
    actions_list = ("harvest",)

    class Media:
        css: ClassVar = {"all": ("termbase/workbench.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return super().get_queryset(request).annotate(passages_in_all=Count("passages"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:
        # Its passages, and what was pinned of them, would go with it.
        return False

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        plain = {"assume_scheme": "https"} if isinstance(db_field, models.URLField) else {}
        return super().formfield_for_dbfield(db_field, request, **plain, **kwargs)

    def has_harvest_permission(self, request: HttpRequest) -> bool:
        """Whether this person may send documents."""
        return request.user.has_perm("termbase.add_document")

    @action(description=_("Harvest documents"), url_path="harvest", permissions=["harvest"], icon="upload_file")
    def harvest(self, request: HttpRequest) -> HttpResponse:
        """The form for files."""
        return harvest.send(request)

    def progress(self, request: HttpRequest, batch: UUID) -> HttpResponse:
        """How far the files of a batch have come."""
        if not self.has_harvest_permission(request):
            raise PermissionDenied
        return harvest.progress(request, batch)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.progress)
        name = "termbase_document_harvest_progress"
        return [path("harvest/<uuid:batch>/", view, name=name), *super().get_urls()]

    @admin.display(description=_("symbol"), ordering="symbol")
    def named(self, document: Document) -> str:
        """How source lines name it."""
        return document.cited_as

    @admin.display(description=_("title"))
    def titled(self, document: Document) -> str:
        """Its title in the language of the page."""
        return document.title

    @admin.display(description=_("passages"))
    def passage_count(self, document: Document) -> int:
        """How many passages it has."""
        return int(document.passages_in_all)  # type: ignore[attr-defined]
