"""What fields are called, in forms, lists and the history: one word for one thing, whichever model has it."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

FIELD_NAMES = {
    "added_at": _("added"),
    "administrative_status": _("administrative status"),
    "badges": _("badges"),
    "body": _("body"),
    "changed_at": _("changed"),
    "comment": _("comment"),
    "concept": _("concept"),
    "count": _("count"),
    "created_at": _("created"),
    "created_by": _("created by"),
    "date": _("date"),
    "document": _("document"),
    "expires_at": _("expires"),
    "file_name": _("file"),
    "finding": _("finding"),
    "first_seen": _("first seen"),
    "found_at": _("found"),
    "full_form": _("full form"),
    "geographical_usage": _("geographical usage"),
    "key": _("key"),
    "kind": _("kind"),
    "known_terms": _("known terms"),
    "language": _("language"),
    "last_seen": _("last seen"),
    "last_used_at": _("last used"),
    "name": _("name"),
    "name_en": _("English name"),
    "name_zh": _("Chinese name"),
    "note": _("note"),
    "number": _("number"),
    "parent": _("parent"),
    "part_of_speech": _("part of speech"),
    "passage": _("passage"),
    "pinned": _("pinned"),
    "position": _("position"),
    "project": _("project"),
    "proposed_by": _("proposed by"),
    "proposed_english": _("proposed English"),
    "reading": _("reading"),
    "reason": _("reason"),
    "rejection_reason": _("reason for rejection"),
    "relation_type": _("relation"),
    "reliability": _("reliability"),
    "replaced_by": _("replaced by"),
    "review_status": _("review status"),
    "reviewed_at": _("reviewed"),
    "reviewed_by": _("reviewed by"),
    "revoked_at": _("revoked"),
    "scopes": _("scopes"),
    "score": _("score"),
    "series": _("series"),
    "session": _("session"),
    "sha256": _("SHA-256"),
    "shown": _("beginning"),
    "source": _("source"),
    "status": _("status"),
    "subject_field": _("subject field"),
    "suggested_at": _("suggested"),
    "suggested_by": _("suggested by"),
    "symbol": _("symbol"),
    "target": _("related concept"),
    "term": _("term"),
    "term_type": _("term type"),
    "text": _("text"),
    "text_en": _("English"),
    "text_zh": _("Chinese"),
    "title_en": _("English title"),
    "title_zh": _("Chinese title"),
    "translation": _("translation"),
    "url": _("address"),
    "usage_note": _("usage note"),
    "user": _("user"),
    "variant_of": _("variant of"),
    "version": _("version"),
    "waived_at": _("waived"),
    "withdrawal_reason": _("reason for withdrawal"),
    "withdrawn_at": _("withdrawn"),
    "written_at": _("written"),
    "written_by": _("written by"),
}
"""By field; one that is not here is called what the model calls it."""


# Where Django keeps what the model gives, apart from what it makes of the field's own name.
_GIVEN = "_verbose_name"


def name_fields(named: Iterable[type[models.Model]]) -> None:
    """Call the fields of these models so, unless the model itself gives them a name.

    A migration knows nothing of it: a name is no part of the schema.
    """
    for model in named:
        for field in model._meta.local_fields + model._meta.local_many_to_many:
            _name(field)


def _name(field: "models.Field[Any, Any]") -> None:
    if getattr(field, _GIVEN) is None and field.name in FIELD_NAMES:
        field.verbose_name = FIELD_NAMES[field.name]
