"""The queues: what waits for a person, who sees it, and where it is decided. A new one is a row of `QUEUES`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from termbase.models import EntryFinding, Turn
from termbase.review.candidates import Candidates
from termbase.review.comments import Comments
from termbase.review.failed_lookups import FailedLookups
from termbase.review.import_conflicts import ImportConflicts
from termbase.review.suggestions import Suggestions
from termbase.review.terms import Expiring, Proposed
from termbase.review.work import Texts, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Things that wait for people with a permission.

    `name` is its place in addresses. `waiting` gives what waits for a person, in order. `page` is the name of the
    address where it is listed, `where` what narrows that list to it. `work` is for what is decided one by one.
    """

    name: str
    title: str | Promise
    permission: str
    waiting: Callable[[User], "QuerySet[Any]"]
    page: str
    where: str = ""
    work: Work | None = None

    @property
    def list_address(self) -> str:
        """Where all that waits is listed."""
        return f"{reverse(self.page)}?{self.where}" if self.where else reverse(self.page)

    def is_open_to(self, person: User) -> bool:
        """Whether this person sees it."""
        return person.has_perm(f"termbase.{self.permission}")

    def narrowed(self, by: User, given: Texts) -> "QuerySet[Any]":
        """What waits, narrowed by those of the given parameters that its filters know."""
        items = self.waiting(by)
        filters = self.work.filters if self.work else {}
        for name, lookup in filters.items():
            value = given.get(name, "").replace("\0", "")
            if value:
                items = items.filter(**{lookup: [value] if lookup.endswith("__contains") else value})
        return items

    def next_for(self, by: User, given: Texts) -> int | None:
        """The id of the first item that is neither before another reviewer nor set aside by this one."""
        away = Turn.objects.in_the_way(self.name, by).values("item")
        first: int | None = self.narrowed(by, given).exclude(pk__in=away).values_list("pk", flat=True).first()
        return first


_CANDIDATES, _SUGGESTIONS, _PROPOSED, _EXPIRING = Candidates(), Suggestions(), Proposed(), Expiring()
_COMMENTS, _CONFLICTS, _FAILED = Comments(), ImportConflicts(), FailedLookups()

QUEUES = (
    Queue(
        name="candidates",
        title=_("Candidates"),
        permission="change_candidate",
        waiting=_CANDIDATES.waiting,
        page="admin:termbase_candidate_changelist",
        where="status__exact=waiting",
        work=_CANDIDATES,
    ),
    Queue(
        name="suggestions",
        title=_("Suggestions from readers"),
        permission="change_suggestion",
        waiting=_SUGGESTIONS.waiting,
        page="admin:termbase_suggestion_changelist",
        where="status__exact=waiting",
        work=_SUGGESTIONS,
    ),
    Queue(
        name="proposed",
        title=_("Proposed terms"),
        permission="review_term",
        waiting=_PROPOSED.waiting,
        page="admin:termbase_term_changelist",
        where="review_status__exact=proposed",
        work=_PROPOSED,
    ),
    Queue(
        name="expiring",
        title=_("Expiring approvals"),
        permission="review_term",
        waiting=_EXPIRING.waiting,
        page="admin:termbase_term_changelist",
        where="review_status__exact=approved&o=7",
        work=_EXPIRING,
    ),
    Queue(
        name="comments",
        title=_("Comments from readers"),
        permission="change_comment",
        waiting=_COMMENTS.waiting,
        page="admin:termbase_comment_changelist",
        where="status__exact=waiting",
        work=_COMMENTS,
    ),
    Queue(
        name="import-conflicts",
        title=_("Conflicts from imports"),
        permission="change_importrow",
        waiting=_CONFLICTS.waiting,
        page="admin:termbase_importrow_changelist",
        work=_CONFLICTS,
    ),
    Queue(
        name="failed-lookups",
        title=_("Failed look-ups"),
        permission="view_failedlookup",
        waiting=_FAILED.waiting,
        page="admin:termbase_failedlookup_changelist",
        work=_FAILED,
    ),
    Queue(
        name="findings",
        title=_("Findings on entries"),
        permission="view_entryfinding",
        waiting=lambda by: EntryFinding.objects.open(),
        page="admin:termbase_entryfinding_changelist",
    ),
)


def queue_named(name: str) -> Queue | None:
    """The queue of that name."""
    return next((queue for queue in QUEUES if queue.name == name), None)


def queues_of(person: User) -> list[Queue]:
    """The queues that a person sees."""
    return [queue for queue in QUEUES if queue.is_open_to(person)]


def counts(person: User) -> list[tuple[Queue, int]]:
    """How much waits for a person in each queue that they see."""
    return [(queue, queue.waiting(person).count()) for queue in queues_of(person)]
