"""The form of an entry as the history has its rows, and back, for two people at one concept."""

import re
from collections.abc import Iterator

from django.http import QueryDict

from termbase.admin.conflicts import fields_posted, fill, rows_posted
from termbase.admin.entry_forms import RelationForm, TermRowForm
from termbase.history.comparison import Merged, Texts
from termbase.history.states import RowId
from termbase.models import Concept
from termbase.models.matching import is_clean
from termbase.text.numbers import whole_number

# The formsets of a concept's page, with the name that the history has for their rows.
_FORMSETS = {"terms": "term", "definitions": "definition", "relations": "conceptrelation"}


def posted(data: QueryDict, concept: int) -> dict[RowId, Texts | None]:
    """The rows that a form shows, as texts by column; None for one to be taken out."""
    rows: dict[RowId, Texts | None] = {("concept", concept): fields_posted(data, "concept")}
    for prefix, model in _FORMSETS.items():
        rows |= {
            (model, number): texts
            for pk, texts in _rows(data, prefix, model)
            if (number := whole_number(pk)) is not None
        }
    return rows


def reposted(data: QueryDict, concept: int, merged: Merged) -> QueryDict:
    """The form again, with the changes of both."""
    again = QueryDict(mutable=True)
    for name in data:
        if not name.startswith(tuple(_FORMSETS)):
            again.setlist(name, data.getlist(name))
    fill(again, "concept", merged.rows[("concept", concept)])
    for prefix, model in _FORMSETS.items():
        there = [(str(pk), texts) for (kind, pk), texts in merged.rows.items() if kind == model]
        new = [texts for (kind, _pk), texts in merged.again.items() if kind == model]
        new += [texts for pk, texts in _rows(data, prefix, model) if not pk and texts and _says(texts)]
        again[f"{prefix}-INITIAL_FORMS"] = str(len(there))
        again[f"{prefix}-TOTAL_FORMS"] = str(len(there) + len(new))
        for number, (pk, texts) in enumerate([*there, *(("", texts) for texts in new)]):
            again[f"{prefix}-{number}-id"] = pk
            again[f"{prefix}-{number}-concept"] = str(concept)
            fill(again, model, texts, f"{prefix}-{number}-")
    _name_targets(again)
    return again


def _rows(data: QueryDict, prefix: str, model: str) -> Iterator[tuple[str, Texts | None]]:
    """As `rows_posted`, with the ids of related concepts, which the form has by their keys."""
    rows = list(rows_posted(data, prefix, model))
    keys = {texts["target_id"] for _pk, texts in rows if texts and "target_id" in texts}
    ids = dict(Concept.objects.filter(key__in=filter(is_clean, keys)).values_list("key", "pk")) if keys else {}
    for pk, texts in rows:
        target = ids.get(texts.get("target_id", "")) if texts else None
        yield pk, {**texts, "target_id": str(target)} if texts and target else texts


def _name_targets(data: QueryDict) -> None:
    """Put the keys of related concepts in the place of their ids."""
    given = {name: str(data[name]) for name in data if re.fullmatch(r"relations-\d+-target", name)}
    ids = [text for text in given.values() if text.isdecimal() and len(text) < 19]
    keys = {str(pk): key for pk, key in Concept.objects.filter(pk__in=ids).values_list("pk", "key")} if ids else {}
    for name, text in given.items():
        data[name] = keys.get(text, text)


def _says(texts: Texts) -> bool:
    """Whether anything was typed into a new row."""
    return any(texts.get(name) for name in (*TermRowForm.typed, *RelationForm.typed, "target_id"))
