"""The queues: candidates from the harvest and suggestions from readers; and what the check is told to let stand."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from termbase.models import Candidate, Suggestion, Waiver


class QueueAdmin(ModelAdmin):
    """A queue: nothing is added or deleted by hand."""

    list_filter = ("status",)
    readonly_fields: tuple[str, ...] = ("reviewed_by", "reviewed_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Candidate)
class CandidateAdmin(QueueAdmin):
    """Candidates, best first."""

    list_display = ("text", "term_type", "score", "status", "found_at")
    search_fields = ("key",)
    autocomplete_fields = ("term", "subject_field")
    readonly_fields = (
        *QueueAdmin.readonly_fields,
        "score",
        "badges",
        "full_form",
        "variant_of",
        "known_terms",
        "proposed_english",
    )


@admin.register(Suggestion)
class SuggestionAdmin(QueueAdmin):
    """Suggestions, oldest first."""

    list_display = ("__str__", "concept", "status", "suggested_at")
    autocomplete_fields = ("concept",)


@admin.register(Waiver)
class WaiverAdmin(ModelAdmin):
    """Waivers, to read; one that was a mistake is deleted, and the finding is back."""

    list_display = ("project", "finding", "reason", "waived_by", "waived_at")
    list_filter = ("project",)
    search_fields = ("project", "finding", "reason")
    list_select_related = ("waived_by",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Waiver | None = None) -> bool:
        return False
