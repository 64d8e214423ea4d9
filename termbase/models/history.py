"""What was written by whom, when and why: an activity is one step, a revision is what it did to one row.

Triggers write both, so that no way of writing is without history: not bulk, not an import, not SQL. A revision holds
what is needed to go back and no more: nothing for a new row, old and new values of what an update changed, the whole of
a deleted row. An import of new concepts therefore costs a few numbers a row.
"""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.postgres.indexes import BrinIndex
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from termbase.models.matching import KeyField, PiecesField
from termbase.vocabulary import ActivityKind

# Told by model here, not by the models: migrations see these without attributes of their own. Every write to a concept
# moves its version; the harvest may give candidates other scores every day; what a document's text is its versions say.
_UNRECORDED = {"concept": ("version", "changed_at"), "candidate": ("score",), "document": ("sha256", "version")}
_SETTINGS = ("termbase.acting", "termbase.activity")


@contextmanager
def acting(
    *,
    user: User | AnonymousUser | None = None,
    reason: str = "",
    activity: ActivityKind | None = None,
    of: "Activity | None" = None,
) -> Iterator[None]:
    """A transaction whose writes to the termbase are one activity: by `user`, for `reason`, of the earlier one `of`.

    Within another, it goes on with that one's activity and says more of it: what is not given here is taken from there,
    up to the first write, which records it. Writes outside are recorded too, as made by the role in the database.
    """
    given = {
        "user": user.pk if user else None,
        "reason": reason,
        "kind": activity,
        "of": of.pk if of else None,
    }
    with transaction.atomic():
        outer = _settings()
        inherited = json.loads(outer[0] or "{}")
        merged = inherited | {name: value for name, value in given.items() if value}
        # What was written before, by no one known, is not this one's.
        _set(json.dumps(merged), outer[1] if outer[0] else "")
        yield
        if not transaction.get_rollback():
            _set(outer[0], _settings()[1] if outer[0] else outer[1])


def _settings() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true), current_setting(%s, true)", _SETTINGS)
        acting_as, activity = cursor.fetchone()
        return acting_as or "", activity or ""


def _set(acting_as: str, activity: str) -> None:
    # Of the transaction alone: the connection is kept, and its next user is another.
    values = [part for pair in zip(_SETTINGS, (acting_as, activity), strict=True) for part in pair]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true), set_config(%s, %s, true)", values)


class Activity(models.Model):
    """One step: an edit, an import, a merge; whatever one transaction wrote for one purpose. Written by triggers."""

    kind = models.CharField(_("what"), max_length=16, choices=ActivityKind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="activities", verbose_name=_("who")
    )
    role = models.CharField(_("role in the database"), max_length=63)
    reason = models.TextField(_("why"), blank=True)
    at = models.DateTimeField(_("when"), db_index=True)
    of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="followed_by",
        help_text=_("The activity that was undone, or to whose outcome a concept was restored."),
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        default_permissions = ("view",)
        constraints = [models.CheckConstraint(condition=Q(kind__in=ActivityKind), name="activity_kind_known")]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"

    @property
    def by(self) -> str:
        """Who it was: a person, or a role of the database."""
        return self.role if self.user is None else self.user.get_full_name() or self.user.get_username()


def current_activity() -> Activity | None:
    """That of the transaction, if it has written anything."""
    number = _settings()[1]
    return Activity.objects.get(pk=number) if number else None


class Revision(models.Model):
    """What an activity did to one row; in the order of the ids, which is that of the writes to any one row.

    `changes` is null for a new row, `{field: [old, new]}` for a changed and `{field: old}` for a deleted one, with
    `left` the concept that a deleted or moved part no longer belongs to.
    """

    # No constraint: to check it for each row of an import would cost as much as writing the row, and no one deletes
    # activities.
    activity = models.ForeignKey(
        Activity, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="revisions"
    )
    model = models.CharField(max_length=16, help_text=_("In lower case: concept, term."))
    row = models.BigIntegerField(help_text=_("Its id."))
    left = models.BigIntegerField(null=True, help_text=_("Id of the concept it no longer belongs to."))
    deleted = models.BooleanField(default=False)
    changes = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        default_permissions = ()
        indexes = [
            models.Index("model", "row", "id", name="revision_row"),
            models.Index("left", name="revision_left", condition=Q(left__isnull=False)),
            # Activities come one after the other and so do their revisions: ranges of pages are all that is needed.
            BrinIndex(fields=["activity"], name="revision_activity", pages_per_range=16),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.row}"


def recorded_fields(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """What a revision tells of: every column that a person or program gives, none that is computed of others."""
    computed = (KeyField, PiecesField, models.GeneratedField)
    unrecorded: Collection[str] = _UNRECORDED.get(str(model._meta.model_name), ())
    return [
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, computed) and not field.primary_key and field.name not in unrecorded
    ]


class WithHistory(pgtrigger.Trigger):
    """Writes revisions of a statement's rows; its columns are the model's own, so a new field is recorded by itself."""

    level = pgtrigger.Statement
    when = pgtrigger.After

    def __init__(self, *, name: str, only: str = "true", **kwargs: Any) -> None:
        self.only = only
        # After the triggers that lock the concept, by the order of names: revisions of a concept then come in order.
        super().__init__(name=f"{name}_with_history", **kwargs)

    def get_func(self, model: Any) -> str:
        """The statement that writes revisions for the rows of this operation."""
        columns = [str(field.column) for field in recorded_fields(model)]
        concept = "concept_id" if "concept_id" in columns else "NULL::bigint"
        return (
            f"WITH written AS MATERIALIZED ({self.written(columns, concept)}),"
            " step AS MATERIALIZED (SELECT termbase_current_activity() AS id WHERE EXISTS (SELECT FROM written))"
            ' INSERT INTO termbase_revision (activity_id, model, "row", "left", deleted, changes)'
            f" SELECT step.id, '{model._meta.model_name}', written.id, written.left_concept, {self.deleted}, changes"
            " FROM written, step ORDER BY written.id; RETURN NULL;"
        )

    deleted = "false"

    def written(self, columns: list[str], concept: str) -> str:
        """A query of id, left_concept and changes."""
        raise NotImplementedError


class _Inserted(WithHistory):
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new="new_rows")

    def written(self, columns: list[str], concept: str) -> str:
        return f"SELECT id, NULL::bigint AS left_concept, NULL::jsonb AS changes FROM new_rows AS n WHERE {self.only}"


class _Updated(WithHistory):
    operation = pgtrigger.Update
    referencing = pgtrigger.Referencing(old="old_rows", new="new_rows")

    def written(self, columns: list[str], concept: str) -> str:
        old, new = (", ".join(f'{row}."{column}"' for column in columns) for row in "on")
        pairs = ", ".join(
            f'\'{c}\', CASE WHEN o."{c}" IS DISTINCT FROM n."{c}" THEN jsonb_build_array(o."{c}", n."{c}") END'
            for c in columns
        )
        left = f"CASE WHEN o.{concept} <> n.{concept} THEN o.{concept} END" if concept == "concept_id" else concept
        return (
            f"SELECT n.id, {left} AS left_concept, jsonb_strip_nulls(jsonb_build_object({pairs})) AS changes"
            f" FROM old_rows AS o JOIN new_rows AS n ON n.id = o.id"
            f" WHERE ({old}) IS DISTINCT FROM ({new}) AND ({self.only})"
        )


class _Deleted(WithHistory):
    operation = pgtrigger.Delete
    referencing = pgtrigger.Referencing(old="old_rows")
    deleted = "true"

    def written(self, columns: list[str], concept: str) -> str:
        pairs = ", ".join(f"'{column}', \"{column}\"" for column in columns)
        return (
            f"SELECT id, {concept} AS left_concept, jsonb_build_object({pairs}) AS changes"
            f" FROM old_rows AS o WHERE {self.only}"
        )


def with_history(name: str) -> list[pgtrigger.Trigger]:
    """Triggers that record every write to rows of a model."""
    kinds = (("insert", _Inserted), ("update", _Updated), ("delete", _Deleted))
    return [trigger(name=f"{name}_{kind}") for kind, trigger in kinds]


def with_history_of_updates(name: str) -> list[pgtrigger.Trigger]:
    """Triggers that record what is decided of rows which a program, or a reader, has put there."""
    return [_Updated(name=f"{name}_update")]


def with_history_of_deletions(name: str) -> list[pgtrigger.Trigger]:
    """Triggers that record rows which somebody acting has thrown away; what programs drop on their way is not kept."""
    return [_Deleted(name=f"{name}_delete", only="coalesce(current_setting('termbase.acting', true), '') <> ''")]


def with_history_of_pins(name: str) -> list[pgtrigger.Trigger]:
    """Triggers that record rows while they are pinned, by a person; the others come and go with every harvest."""
    return [
        _Inserted(name=f"{name}_insert", only="n.pinned"),
        _Updated(name=f"{name}_update", only="o.pinned OR n.pinned"),
        _Deleted(name=f"{name}_delete", only="o.pinned"),
    ]
