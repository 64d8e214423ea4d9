"""What concerns a person, also by mail: what is assigned to them, where they are mentioned, what was decided."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from termbase.errors import InvalidInput
from termbase.models import Assignment, Candidate, Concept, Digest, Memo, Term
from termbase.models.permissions import demand
from termbase.models.teamwork import LONGEST, AssignmentQuerySet, editors
from termbase.review.queues import Queue, counts
from termbase.vocabulary import QueueStatus, ReviewStatus

RECENT = timedelta(days=14)
"""How far back a person's own page looks."""
DAY = timedelta(hours=24)
SHOWN = 200

_DECIDED = (QueueStatus.ACCEPTED, QueueStatus.REJECTED)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mine:
    """What concerns a person: `given` is what they have asked of others, `reviewed` their own proposals decided."""

    assigned: list[Assignment]
    given: list[Assignment]
    mentions: list[Memo]
    reviewed: list[Term]

    @property
    def is_news(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.assigned or self.mentions or self.reviewed)


@transaction.atomic
def assign(
    *, concepts: Collection[int] = (), candidates: Collection[int] = (), to: str, by: User, note: str = ""
) -> int:
    """Ask the person named `to` to see to concepts and candidates (ids); how many they had not been asked for yet.

    Raises `NotAllowed`, and `InvalidInput` where `to` does not work on entries or the note is too long.
    """
    demand(by, "add_assignment")
    person = editors().filter(username=to).first()
    if person is None:
        raise InvalidInput(_("Nobody of this name works on entries."), fields={"to": [_("choose a person")]})
    note = note.replace("\0", "").strip()
    if len(note) > LONGEST:
        raise InvalidInput(_("Say something, in up to %d characters.") % LONGEST, fields={"note": [_("is too long")]})
    asked = Assignment.objects.open().filter(assigned_to=person)
    new_concepts = Concept.objects.current().filter(pk__in=concepts).exclude(assignments__in=asked)
    waiting = Candidate.objects.filter(pk__in=candidates, status=QueueStatus.WAITING).exclude(assignments__in=asked)
    rows = [Assignment(concept=one, assigned_to=person, assigned_by=by, note=note) for one in new_concepts]
    rows += [Assignment(candidate=one, assigned_to=person, assigned_by=by, note=note) for one in waiting]
    # Somebody else may be asking the same at this moment.
    Assignment.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def mine(person: User, since: datetime | None = None) -> Mine:
    """What concerns a person: what is open, and what is new since then, by default for some days."""
    recent = since or timezone.now() - RECENT
    named = Prefetch("concept", Concept.objects.with_names())
    open_ones = Assignment.objects.open().select_related("candidate", "assigned_by", "assigned_to")
    open_ones = open_ones.prefetch_related(named)
    assigned = open_ones.filter(assigned_to=person)
    proposed = Term.objects.filter(proposed_by=person, reviewed_at__gt=recent).exclude(reviewed_by=person)
    decided = proposed.exclude(review_status=ReviewStatus.PROPOSED).exclude(reviewed_by=None)
    return Mine(
        assigned=list(_undecided(assigned.filter(assigned_at__gt=since) if since else assigned)),
        given=list(_undecided(open_ones.filter(assigned_by=person).exclude(assigned_to=person))),
        mentions=list(
            Memo.objects.filter(mentioned=person, written_at__gt=recent)
            .select_related("written_by")
            .prefetch_related(named)
            .order_by("-written_at")[:SHOWN]
        ),
        reviewed=list(decided.select_related("reviewed_by").prefetch_related(named).order_by("-reviewed_at")[:SHOWN]),
    )


def _undecided(assignments: AssignmentQuerySet) -> AssignmentQuerySet:
    """Without candidates that somebody has decided on meanwhile, and concepts that are withdrawn."""
    decided = assignments.exclude(candidate__isnull=False, candidate__status__in=_DECIDED)
    return decided.filter(concept__withdrawn_at=None)[:SHOWN]


def send_digests() -> int:
    """Mail everybody what is new for them since the last time, within a day at first; to how many.

    Who has no address, or for whom there is nothing new, gets none. One that cannot be sent is tried again next time.
    """
    people = User.objects.filter(is_active=True).exclude(email="").select_related("digest").order_by("pk")
    return sum(_send(person) for person in people)


def _send(person: User) -> bool:
    now = timezone.now()
    last = getattr(person, "digest", None)
    news = mine(person, since=last.sent_at if last else now - DAY)
    if news.is_news:
        subject, text = digest_of(person, news)
        try:
            send_mail(subject, text, None, [person.email])
        except (OSError, SMTPException):
            logger.exception("The digest could not be sent to %s", person.get_username())
            return False
    Digest.objects.update_or_create(user=person, defaults={"sent_at": now})
    return news.is_news


def digest_of(person: User, news: Mine) -> tuple[str, str]:
    """The subject and the text of a mail."""
    count = len(news.assigned) + len(news.mentions) + len(news.reviewed)
    subject = ngettext("Termbase: %d thing for you", "Termbase: %d things for you", count) % count
    waiting: list[tuple[Queue, int]] = [(queue, number) for queue, number in counts(person) if number]
    context = {"person": person, "news": news, "waiting": waiting, "site": settings.TERMBASE_SITE.rstrip("/")}
    return subject, render_to_string("notices/digest.txt", context)
