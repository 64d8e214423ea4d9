"""What readers looked up and did not find, most asked first: the terms to add next."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from termbase.admin.bulk import to_confirm
from termbase.admin.one_by_one import OneByOne
from termbase.models import FailedLookup
from termbase.text.normalise import normalise


@admin.register(FailedLookup)
class FailedLookupAdmin(OneByOne):
    """Failed look-ups, to read and to decide; one that has been seen to is deleted."""

    queue = "failed-lookups"
    actions = ("accept",)

    list_display = ("text", "count", "first_seen", "last_seen")
    search_fields = ("key",)
    date_hierarchy = "last_seen"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: FailedLookup | None = None) -> bool:
        return False

    @admin.action(description=_("Add the selected texts as concepts…"), permissions=["decide"])
    def accept(self, request: HttpRequest, queryset: QuerySet[FailedLookup]) -> HttpResponse | None:
        """After a look at what that means."""
        return to_confirm(request, self.queue, "accept", queryset)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[FailedLookup], search_term: str
    ) -> tuple[QuerySet[FailedLookup], bool]:
        found: Any = super().get_search_results(request, queryset, normalise(search_term))
        return found
