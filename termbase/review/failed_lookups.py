"""What readers looked up in vain, one by one: the terms to add next."""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from termbase import concordance
from termbase.errors import InvalidInput, NotFound
from termbase.models import FailedLookup
from termbase.models.history import acting
from termbase.models.permissions import demand
from termbase.review.wording import add_to, fields_of, make_concept, terms_worded
from termbase.review.work import Card, Recorded, Sentence, Texts, near_entries
from termbase.text.languages import language_of
from termbase.vocabulary import ActivityKind

WIDTH = 60
LINES = 6


class FailedLookups(Recorded):
    """Most asked first. What has been seen to is thrown away; the history keeps it."""

    filters: dict[str, str] = {}
    reasons = ()

    def waiting(self, by: User) -> QuerySet[FailedLookup]:
        """All of them."""
        return FailedLookup.objects.all()

    def card(self, item: int) -> Card:
        """A text, where it stands in the documents, and what is near to it."""
        found = FailedLookup.objects.filter(pk=item).first()
        if found is None:
            raise NotFound(_("Somebody has seen to this already."))
        count = ngettext("%d time", "%d times", found.count) % found.count
        return Card(
            item=found.pk,
            text=found.text,
            language=language_of(found.text),
            facts=[(_("looked up"), count), (_("last"), f"{found.last_seen:%Y-%m-%d}")],
            sentences=_sentences(found.text),
            counts=[(document.cited_as, places) for document, places in concordance.counts(found.text)],
            near=near_entries(found.text),
            fields=fields_of(_said(found)),
            accepting=gettext_lazy("Add as a concept"),
            rejecting=gettext_lazy("Nothing to add"),
        )

    def accept(self, *, item: int, by: User, fields: Texts) -> None:
        """Make a proposed concept of it."""
        demand(by, "delete_failedlookup", "add_concept", "add_term")
        with acting(user=by, activity=ActivityKind.REVIEW):
            found = _locked(item)
            terms = terms_worded(_said(found), fields)
            if not terms:
                raise InvalidInput(_("A concept needs a term."), fields={"text_zh": ["is missing"]})
            make_concept(terms, by)
            found.delete()

    def reject(self, *, item: int, by: User, reason: str) -> None:
        """It is no term that is missing."""
        demand(by, "delete_failedlookup")
        with acting(user=by, activity=ActivityKind.REVIEW, reason=reason.strip()):
            _locked(item).delete()

    def merge(self, *, item: int, into: str, by: User) -> None:
        """Add it to a concept, as a proposed term."""
        demand(by, "delete_failedlookup", "add_term")
        with acting(user=by, activity=ActivityKind.REVIEW):
            found = _locked(item)
            add_to(into, terms_worded(_said(found), {}), by)
            found.delete()


def _locked(pk: int) -> FailedLookup:
    found = FailedLookup.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise NotFound(_("Somebody has seen to this already."))
    return found


def _said(found: FailedLookup) -> dict[str, str]:
    return {f"text_{language_of(found.text)}": found.text}


def _sentences(text: str) -> list[Sentence]:
    lines, _more = concordance.lines(text, width=WIDTH, limit=LINES)
    return [
        Sentence(
            line.left,
            line.hit,
            line.right,
            line.passage.document.cited_as,
            line.passage.document.key,
            line.passage.number or line.passage.get_kind_display(),
            line.passage.position,
        )
        for line in lines
    ]
