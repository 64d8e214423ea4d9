"""The queues: candidates from the harvest and suggestions from readers; and what the check is told to let stand."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action

from termbase.admin.bulk import to_confirm
from termbase.admin.teamwork import to_assign
from termbase.models import Candidate, Comment, Suggestion, Waiver
from termbase.models.comments import CommentQuerySet
from termbase.vocabulary import QueueStatus


class QueueAdmin(ModelAdmin):
    """A queue: nothing is added or deleted by hand."""

    list_filter = ("status",)
    readonly_fields: tuple[str, ...] = ("reviewed_by", "reviewed_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class DecidedAdmin(QueueAdmin):
    """A queue whose items are decided, one by one or many at once, and not edited: what came of each is in the history.

    `queue` is its name among the queues.
    """

    queue: str
    actions: tuple[str, ...] = ("accept", "reject")
    actions_list = ("one_by_one",)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    @action(description=_("One by one"), url_path="one-by-one", permissions=["change"], icon="checklist")
    def one_by_one(self, request: HttpRequest) -> HttpResponse:
        """To the page that shows what waits, an item at a time."""
        return HttpResponseRedirect(reverse("review:work", args=[self.queue]))

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
class CommentAdmin(QueueAdmin):
    """Comments, oldest first: what waits is shown to nobody yet."""

    list_display = ("__str__", "concept", "status", "written_by", "written_at")
    list_select_related = ("concept", "written_by")
    readonly_fields = ("concept", "text", "written_by", "written_at", "reviewed_by", "reviewed_at")
    actions = ("show", "take_down")

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
