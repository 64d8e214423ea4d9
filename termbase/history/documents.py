"""Documents in the history: looked at before they are written to, and what is said of them brought back."""

from django.contrib.auth.models import User
from django.db.models import Max
from django.utils.translation import gettext as _

from termbase.errors import InvalidInput, NotFound, Stale
from termbase.history.states import rows_at, rows_now
from termbase.history.writing import Left, write
from termbase.models import Document, Revision
from termbase.models.history import acting
from termbase.models.permissions import demand
from termbase.vocabulary import ActivityKind

SAID = ("symbol", "series", "title_zh", "title_en", "body", "session", "date", "language", "url")
"""What is said of a document, and may be said otherwise; its text and its withdrawal are matters of their own."""


def last_revision(document: Document) -> int:
    """By which a writer tells what state of the document they have seen; 0 where nothing is recorded."""
    versions = document.versions.values("pk")
    own = Revision.objects.filter(model="document", row=document.pk)
    of_text = Revision.objects.filter(model="documentversion", row__in=versions)
    return max(found.aggregate(last=Max("pk"))["last"] or 0 for found in (own, of_text))


def locked(key: str, seen: int | None = None) -> Document:
    """The document, locked to the end of the transaction.

    Raises `NotFound`, and `Stale` if `seen` is not its last revision.
    """
    document = Document.objects.select_for_update().filter(key=key).first()
    if document is None:
        raise NotFound(_("There is no document “%s”.") % key)
    if seen is not None and seen != last_revision(document):
        raise Stale(_("%(key)s has changed since you looked at it; look again.") % {"key": document.cited_as})
    return document


def restore(*, key: str, revision: int, seen: int | None, by: User, reason: str = "") -> list[Left]:
    """Say of a document again what was said of it when `revision` had been written; what could not be.

    Raises `NotAllowed`, `NotFound`, `Stale`, and `InvalidInput` for a revision from before the document.
    """
    demand(by, "change_document")
    written = Revision.objects.filter(pk=revision).select_related("activity").first()
    with acting(user=by, reason=reason, activity=ActivityKind.RESTORE, of=written.activity if written else None):
        document = locked(key, seen)
        row = ("document", document.pk)
        then, now = rows_at([row], revision), rows_now([row])
        if written is None or row not in then:
            raise InvalidInput(
                _("The document has no such version."), fields={"revision": ["is not one of the document"]}
            )
        wanted = {row: {**now[row], **{name: then[row][name] for name in SAID}}}
        return write(wanted, now, by=by)
