"""Concepts brought back: to an earlier version, or from being withdrawn.

All raise `NotAllowed` for a person who may not change concepts.
"""

from collections.abc import Collection

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from termbase.errors import Conflict, InvalidInput, NotFound, Stale
from termbase.history.states import RowId, Rows, concept_at, concept_now, ids_of, rows_now
from termbase.history.writing import Left, left_as_is, write
from termbase.models import Concept, Revision
from termbase.models.history import acting
from termbase.models.permissions import demand
from termbase.vocabulary import ActivityKind


def restore(*, key: str, revision: int, versions: Collection[int] | None, by: User, reason: str = "") -> list[Left]:
    """Bring a concept and its parts back to what they were when `revision` had been written; what could not be.

    `versions` are those that the caller has seen. Parts that have gone to other concepts, or came from there, stay
    where they are. Raises `NotFound`, `Stale`, `Conflict` for a merged concept, and `InvalidInput` for a revision from
    before it.
    """
    demand(by, "change_concept")
    written = Revision.objects.filter(pk=revision).select_related("activity").first()
    with acting(user=by, reason=reason, activity=ActivityKind.RESTORE, of=written.activity if written else None):
        concept = locked(key, versions)
        if concept.replaced_by is not None:
            raise Conflict(_("%s was merged into %s; undo the merge instead.") % (key, concept.replaced_by.key))
        then = concept_at(concept.pk, revision)
        if written is None or ("concept", concept.pk) not in then:
            raise InvalidInput(
                _("The concept has no such version."), fields={"revision": ["is not one of the concept"]}
            )
        return _restore(concept, then, by)


def bring_back(*, key: str, by: User, reason: str = "") -> None:
    """Take a withdrawn concept into use again. Raises `NotFound`, and `Conflict` for one that is in use or merged."""
    demand(by, "change_concept")
    with acting(user=by, reason=reason, activity=ActivityKind.RESTORE):
        concept = locked(key, None)
        if concept.replaced_by is not None:
            raise Conflict(_("%s was merged into %s; undo the merge instead.") % (key, concept.replaced_by.key))
        if concept.withdrawn_at is None:
            raise Conflict(_("%s is in use.") % key)
        concept.withdrawn_at = None
        concept.save(update_fields=["withdrawn_at"])


def withdraw(*, key: str, versions: Collection[int] | None, by: User, reason: str = "") -> None:
    """Take a concept out of use. Raises `NotFound`, `Stale`, and `Conflict` for one that is withdrawn already."""
    demand(by, "change_concept")
    with acting(user=by, reason=reason, activity=ActivityKind.WITHDRAW):
        concept = locked(key, versions)
        if concept.withdrawn_at is not None:
            raise Conflict(_("%s has been withdrawn.") % key)
        concept.withdraw()


def locked(key: str, versions: Collection[int] | None) -> Concept:
    """The concept, locked to the end of the transaction. Raises `NotFound`, and `Stale` if it is at another version."""
    concept = Concept.objects.select_for_update(of=("self",)).select_related("replaced_by").filter(key=key).first()
    if concept is None:
        raise NotFound(_("There is no concept “%s”.") % key)
    if versions is not None and concept.version not in versions:
        raise Stale(_("%(key)s has changed since you looked at it; look again.") % {"key": key})
    return concept


def _restore(concept: Concept, then: Rows, by: User) -> list[Left]:
    now = concept_now(concept.pk)
    everywhere = rows_now(ids_of(concept.pk))
    wanted = {row: then.get(row) for row in then.keys() | now.keys() if then.get(row) != now.get(row)}
    staying = {row: reason for row in wanted if (reason := _stays(row, then, now, everywhere))}
    left = [left_as_is(row, wanted.pop(row) or now[row], reason) for row, reason in staying.items()]
    return left + write(wanted, now, by=by)


def _stays(row: RowId, then: Rows, now: Rows, everywhere: Rows) -> str:
    """Why a part that has moved stays where it is; nothing for one that has not."""
    if row not in now and row in everywhere:
        other = Concept.objects.get(pk=everywhere[row]["concept_id"])
        return _("it belongs to %s now, and stays there") % other.key
    moves = Revision.objects.filter(model=row[0], row=row[1], left__isnull=False, deleted=False)
    if row not in then and moves.exists():
        return _("it came from another concept, and stays; undo what moved it")
    return ""
