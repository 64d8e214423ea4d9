"""The queues: candidates from the harvest and suggestions from readers; and what the check is told to let stand."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from termbase.admin.bulk import to_confirm
from termbase.admin.one_by_one import OneByOne
from termbase.admin.teamwork import to_assign
from termbase.models import Candidate, Comment, Suggestion, Waiver
from termbase.models.comments import CommentQuerySet
from termbase.vocabulary import Badge, QueueStatus


class QueueAdmin(ModelAdmin):
    """A queue: nothing is added or deleted by hand."""

    list_filter = ("status",)
    readonly_fields: tuple[str, ...] = ("reviewed_by", "reviewed_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class DecidedAdmin(OneByOne, QueueAdmin):
    """A queue whose items are decided, one by one or many at once, not edited: what came of each is in the history."""

    actions: tuple[str, ...] = ("accept", "reject")

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    @admin.action(description=_("Accept the selected items…"), permissions=["change"])
    def accept(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """After a look at what that means."""
        return to_confirm(request, self.queue, "accept", queryset)

    @admin.action(description=_("Reject the selected items…"), permissions=["change"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """For a reason that is asked for."""
        return to_confirm(request, self.queue, "reject", queryset)


@admin.register(Candidate)
class CandidateAdmin(DecidedAdmin):
    """Candidates, best first."""

    queue = "candidates"
    actions = ("accept", "reject", "assign")

    list_display = ("text", "likelihood", "proposed_english", "why", "term_type", "status")
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

    @admin.display(description=_("likelihood"), ordering="score")
    def likelihood(self, candidate: Candidate) -> str:
        """How likely it is that a terminologist would record it."""
        return f"{candidate.score:.0%}"

    @admin.display(description=_("why"))
    def why(self, candidate: Candidate) -> str:
        """What speaks for it, in words."""
        return "; ".join(str(Badge(badge).label) for badge in candidate.badges)

    @admin.action(description=_("Assign the selected candidates…"), permissions=["change"])
    def assign(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> HttpResponse | None:
        """To a person who is chosen next."""
        return to_assign(request, "candidates", queryset)


@admin.register(Suggestion)
class SuggestionAdmin(DecidedAdmin):
    """Suggestions, oldest first."""

    queue = "suggestions"

    list_display = ("__str__", "concept", "status", "suggested_at")
    autocomplete_fields = ("concept",)


@admin.register(Comment)
class CommentAdmin(OneByOne, QueueAdmin):
    """Comments, oldest first: what waits is shown to nobody yet, and what is shown can be taken down."""

    queue = "comments"
    actions = ("show", "take_down")

    list_display = ("__str__", "concept", "status", "written_by", "written_at")
    list_select_related = ("concept", "written_by")
    readonly_fields = ("concept", "text", "written_by", "written_at", "reviewed_by", "reviewed_at")

    @admin.action(description=_("Show to readers"), permissions=["change"])
    def show(self, request: HttpRequest, queryset: CommentQuerySet) -> None:
        """Let every reader see the chosen comments."""
        self._review(request, queryset, QueueStatus.ACCEPTED)

    @admin.action(description=_("Take down"), permissions=["change"])
    def take_down(self, request: HttpRequest, queryset: CommentQuerySet) -> None:
        """Let no reader see them; they stay on record."""
        self._review(request, queryset, QueueStatus.REJECTED)

    def save_model(self, request: HttpRequest, obj: Comment, form: object, change: bool) -> None:
        obj.review(QueueStatus(obj.status), by=cast(User, request.user))

    def _review(self, request: HttpRequest, queryset: CommentQuerySet, status: QueueStatus) -> None:
        for comment in queryset:
            comment.review(status, by=cast(User, request.user))


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
