"""Documents taken out of use and back: with what was counted, chosen and found in them."""

from django.contrib.auth.models import User

from termbase.harvest.candidates.queue import clear
from termbase.harvest.versions import one_at_a_time
from termbase.history.documents import locked
from termbase.models import CandidateFrequency, Document, RivalPassage, TermFrequency
from termbase.models.history import acting
from termbase.vocabulary import ActivityKind, QueueStatus


def withdraw(*, key: str, seen: int | None, by: User, reason: str) -> Document:
    """Take a document out of use: nothing of it is shown, counted or proposed to readers from this moment.

    Its text and its pinned examples stay and are hidden. Raises `NotFound`, `Stale`, and what `Document.withdraw` does.
    """
    with acting(user=by, reason=reason, activity=ActivityKind.WITHDRAW):
        one_at_a_time()
        document = locked(key, seen)
        document.withdraw(by=by, reason=reason)
        TermFrequency.objects.filter(document=document).delete()
        RivalPassage.objects.filter(passage__document=document).delete()
        clear([document.pk])
    return document


def clear_all() -> None:
    """Take out of the queue what work that was under way has found in documents withdrawn meanwhile."""
    withdrawn = list(Document.objects.exclude(withdrawn_at=None).values_list("pk", flat=True))
    if CandidateFrequency.objects.filter(document__in=withdrawn, candidate__status=QueueStatus.WAITING).exists():
        clear(withdrawn)


def bring_back(*, key: str, seen: int | None, by: User, reason: str = "") -> Document:
    """Take a withdrawn document into use again; terms and candidates in it are still to be found, as after a harvest.

    Raises `NotFound`, `Stale`, and what `Document.bring_back` does.
    """
    with acting(user=by, reason=reason, activity=ActivityKind.RESTORE):
        document = locked(key, seen)
        document.bring_back(by=by)
    return document
