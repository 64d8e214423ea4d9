"""What readers looked up and did not find, most asked first: the terms to add next."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from termbase.models import FailedLookup
from termbase.text.normalise import normalise


@admin.register(FailedLookup)
class FailedLookupAdmin(ModelAdmin):
    """Failed look-ups, to read; one that has been seen to is deleted."""

    list_display = ("text", "count", "first_seen", "last_seen")
    search_fields = ("key",)
    date_hierarchy = "last_seen"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: FailedLookup | None = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[FailedLookup], search_term: str
    ) -> tuple[QuerySet[FailedLookup], bool]:
        found: Any = super().get_search_results(request, queryset, normalise(search_term))
        return found
