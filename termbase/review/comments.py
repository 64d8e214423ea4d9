"""Readers' comments, one by one: shown to other readers, or not."""

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from termbase.errors import Conflict, InvalidInput, NotFound
from termbase.models import Comment
from termbase.models.comments import CommentQuerySet
from termbase.models.decisions import decided_already
from termbase.models.history import acting
from termbase.models.permissions import demand
from termbase.review.work import Card, Known, Texts
from termbase.text.languages import language_of
from termbase.vocabulary import QueueStatus


class Comments:
    """Oldest first. A comment itself says who has decided on it."""

    filters = {"concept": "concept__key"}
    reasons = ()

    def waiting(self, by: User) -> CommentQuerySet:
        """Comments that nobody sees yet."""
        return Comment.objects.filter(status=QueueStatus.WAITING).order_by("written_at", "pk")

    def card(self, item: int) -> Card:
        """A comment beside the terms of its entry."""
        found = Comment.objects.select_related("concept", "written_by").filter(pk=item).first()
        if found is None:
            raise NotFound(_("There is no such comment any more."))
        writer = found.written_by.get_username() if found.written_by else _("a reader")
        terms = found.concept.terms.in_order()
        return Card(
            item=found.pk,
            text=found.text,
            language=language_of(found.text),
            facts=[(_("about"), found.concept.key), (_("by"), writer), (_("written"), f"{found.written_at:%Y-%m-%d}")],
            known=[Known(term.text, "", found.concept_id, found.concept.key) for term in terms],
            entry=found.concept_id,
            accepting=gettext_lazy("Show to readers"),
            rejecting=gettext_lazy("Take down"),
            can_merge=False,
        )

    def accept(self, *, item: int, by: User, fields: Texts) -> None:
        """Show it to every reader."""
        self._decide(item, QueueStatus.ACCEPTED, by)

    def reject(self, *, item: int, by: User, reason: str) -> None:
        """Show it to nobody; it stays on record."""
        self._decide(item, QueueStatus.REJECTED, by)

    def merge(self, *, item: int, into: str, by: User) -> None:
        """A comment is no part of an entry."""
        raise InvalidInput(_("A comment is not merged."), fields={"into": ["is for terms"]})

    def undo(self, *, item: int, step: int | None, by: User) -> None:
        """It waits again, unless somebody else has decided since."""
        demand(by, "change_comment")
        own = Comment.objects.filter(pk=item, reviewed_by=by).exclude(status=QueueStatus.WAITING)
        if not own.update(status=QueueStatus.WAITING, reviewed_by=None, reviewed_at=None):
            raise Conflict(_("What came of it has changed since."))

    def _decide(self, item: int, status: QueueStatus, by: User) -> None:
        demand(by, "change_comment")
        with acting(user=by):
            found = (
                Comment.objects.select_for_update(of=("self",)).select_related("reviewed_by").filter(pk=item).first()
            )
            if found is None:
                raise NotFound(_("There is no such comment any more."))
            if found.status != QueueStatus.WAITING:
                raise decided_already(found.reviewed_by, str(found), found.get_status_display())
            found.review(status, by=by)
