"""What changed since a place in time: enough to build a copy of the termbase and to keep it equal for ever.

A reader begins with a copy of all concepts, by id, and goes on with the log of changes from the moment the copying
began: what changes under its hands comes again. The log is read in the order of transaction numbers, up to the first
transaction that may still be running, so no slow one is ever passed by (`ChangeQuerySet.settled`). An item says what
its concept is now, not what it was then; that is why older changes of a concept can be deleted as soon as there is a
later one (`ChangeQuerySet.superseded`): a reader at any place before the older one is also before the later one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from termbase.errors import FeedRestarted
from termbase.models import Change, Concept
from termbase.models.changes import ChangeQuerySet, Now
from termbase.models.concepts import ConceptQuerySet
from termbase.vocabulary import ChangeKind


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is: behind the change of `key` by `transaction`, and while it copies, behind the id `copied`."""

    epoch: str
    transaction: int
    key: str = ""
    copied: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """What happened to the concept `key`, and the concept; None where it is withdrawn, merged or gone."""

    key: str
    kind: ChangeKind
    at: datetime
    concept: Concept | None
    replaced_by: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """Items in order, the place behind them, and whether there are more now."""

    items: Sequence[Item]
    place: Place
    more: bool


def beginning() -> Place:
    """Where a reader with nothing begins: behind the last change there is.

    Not behind the last transaction: a server that crashes gives its number out again if it left nothing on the disk.
    """
    now = Now.read()
    last = Change.objects.settled(now.first_unsettled).order_by("-transaction", "-concept_key").first()
    if last is None:
        return Place(epoch=now.epoch, transaction=0, copied=0)
    return Place(epoch=now.epoch, transaction=last.transaction, key=last.concept_key, copied=0)


def read(place: Place, *, limit: int) -> Page:
    """The next `limit` items behind `place`.

    Raises `FeedRestarted` for a place in another line of time: the database was restored since.
    """
    now = Now.read()
    # A number that has not been given out yet is of a life that this cluster has lost, by an older copy of its files.
    if place.epoch != now.epoch or place.transaction > now.first_unsettled:
        raise FeedRestarted("The feed has begun anew; read it again from the beginning, without `since`.")
    settled = Change.objects.settled(now.first_unsettled)
    return _changes(place, settled, limit) if place.copied is None else _copy(place, place.copied, settled, limit)


def compact() -> int:
    """Delete the changes that a later one makes superfluous; how many."""
    return Change.objects.superseded().delete()[0]


def _copy(place: Place, copied: int, settled: ChangeQuerySet, limit: int) -> Page:
    found = list(_concepts().filter(pk__gt=copied).order_by("pk")[: limit + 1])
    items = [_item(concept.key, ChangeKind.CREATED, concept.changed_at, concept) for concept in found[:limit]]
    if len(found) > limit:
        return Page(items, replace(place, copied=found[limit - 1].pk), True)
    # Behind the last concept the log goes on, from when the copying began.
    return Page(items, replace(place, copied=None), settled.after(place.transaction, place.key).exists())


def _changes(place: Place, settled: ChangeQuerySet, limit: int) -> Page:
    found = list(settled.after(place.transaction, place.key)[: limit + 1])
    changes = found[:limit]
    if not changes:
        return Page([], place, False)
    concepts = {concept.key: concept for concept in _concepts().filter(key__in=[c.concept_key for c in changes])}
    items = [_item(c.concept_key, ChangeKind(c.kind), c.at, concepts.get(c.concept_key)) for c in changes]
    behind = replace(place, transaction=changes[-1].transaction, key=changes[-1].concept_key)
    return Page(items, behind, len(found) > limit)


def _concepts() -> ConceptQuerySet:
    return Concept.objects.select_related("subject_field", "replaced_by")


def _item(key: str, kind: ChangeKind, at: datetime, concept: Concept | None) -> Item:
    """An item as of now: what a concept has become since its change counts."""
    if concept is None:
        return Item(key, ChangeKind.WITHDRAWN, at, None, None)
    if concept.replaced_by is not None:
        return Item(key, ChangeKind.MERGED, at, None, concept.replaced_by.key)
    if concept.withdrawn_at is not None:
        return Item(key, ChangeKind.WITHDRAWN, at, None, None)
    gone = (ChangeKind.WITHDRAWN, ChangeKind.MERGED)
    return Item(key, ChangeKind.CHANGED if kind in gone else kind, at, concept, None)
