"""Source documents."""

from django.contrib import admin
from django.db.models import Count, QuerySet, URLField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

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


@admin.register(Document)
class DocumentAdmin(ModelAdmin):
    """Documents; their text comes from the harvest."""

    list_display = ("cited_as", "title_en", "session", "date", "passage_count")
    search_fields = ("key", "symbol", "title_zh", "title_en")
    readonly_fields = ("key", "sha256", "added_at")
    inlines = (PassageInline,)
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return super().get_queryset(request).annotate(passages_in_all=Count("passages"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("passages"))
    def passage_count(self, document: Document) -> int:
        """How many passages it has."""
        return int(document.passages_in_all)  # type: ignore[attr-defined]
