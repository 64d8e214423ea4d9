"""Two people at one concept: the second to save is told and shown both, and nothing is overwritten.

A form holds what its reader has seen, sealed. Where the concept is another when the form comes back, nothing is saved:
the form is shown again with the changes of both in it, above it a table of the fields that differ.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from termbase.admin.acting import REASON
from termbase.admin.choosing import WithAutocomplete
from termbase.history.comparison import Difference, Merged, Texts, Verdict, compare
from termbase.history.states import MODELS, RowId, Rows, Values, columns, concept_now, ids_of, steps
from termbase.history.timeline import Names, field_name
from termbase.models import Activity, Concept, Revision
from termbase.text.numbers import whole_number

SEEN = "_seen"
_SALT = "termbase.admin.seen"
# What no one edits by hand, or what is said by where a row stands.
_UNSHOWN = {"concept_id", "created_at", "proposed_by_id", "reviewed_at"}


@dataclass(frozen=True, slots=True)
class Line:
    """A field in the table of a conflict, in words."""

    what: str
    title: str
    field: str
    seen: str
    theirs: str
    mine: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """What others have done meanwhile, and every field in which the two differ."""

    activities: list[Activity]
    lines: list[Line]


class ConflictForm(ModelForm):  # type: ignore[type-arg]
    """A form that is not saved while there is a conflict to look at."""

    conflict: Conflict | None = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.conflict is not None:
            raise ValidationError(_("Nothing has been saved: see what has changed meanwhile, then save again."))
        return cleaned


class NotOverwriting(WithAutocomplete):
    """An admin whose forms, of a concept or a part of one, save only over what their reader has seen."""

    form = ConflictForm
    change_form_before_template = "admin/termbase/conflict.html"

    def concept_of(self, object_id: str) -> Concept | None:
        """The concept that an object is, or is a part of; None where there is no such object."""
        raise NotImplementedError

    def posted(self, data: QueryDict, object_id: str) -> dict[RowId, Texts | None]:
        """The rows that a form shows, as texts by column; None for one to be taken out."""
        raise NotImplementedError

    def reposted(self, data: QueryDict, object_id: str, merged: Merged) -> QueryDict:
        """The form again, with the changes of both."""
        raise NotImplementedError

    def shown(self, rows: Rows, object_id: str) -> Rows:
        """Those of the concept's rows that a form shows."""
        return rows

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        concept = self.concept_of(object_id) if object_id else None
        if object_id is None or concept is None:
            new = {**(extra_context or {}), "reason_given": request.POST.get(REASON, "")}
            return super().changeform_view(request, object_id, form_url, new)
        seen, conflict = request.POST.get(SEEN, ""), None
        with transaction.atomic():
            if request.method == "POST":
                # Of two writers one waits here, and then sees what the other has done.
                concept = Concept.objects.select_for_update().get(pk=concept.pk)
                conflict = self._conflict(request, object_id, concept)
            request.conflict = conflict  # type: ignore[attr-defined]
            if conflict is not None or request.method != "POST":
                seen = seal(concept)
            given = request.POST.get(REASON, "")
            context = {**(extra_context or {}), "seen": seen, "conflict": conflict, "reason_given": given}
            return super().changeform_view(request, object_id, form_url, context)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[ConflictForm]:
        form: type[ConflictForm] = super().get_form(request, *args, **kwargs)
        form.conflict = getattr(request, "conflict", None)
        return form

    def _conflict(self, request: HttpRequest, object_id: str, concept: Concept) -> Conflict | None:
        now = self.shown(concept_now(concept.pk), object_id)
        seen = _opened(request.POST.get(SEEN, ""), concept)
        if seen is not None and seen.version == concept.version:
            return None
        # A sender who does not say what was seen has seen nothing: all in which the form differs is shown.
        before = self.shown(seen.rows, object_id) if seen else now
        mine = self.posted(request.POST, object_id)
        merged = compare(_texts(before), _texts(now), mine)
        if seen is not None and all(difference.verdict is Verdict.MINE for difference in merged.differences):
            return None
        request.POST = self.reposted(request.POST, object_id, merged)  # type: ignore[assignment]
        return Conflict(_since(concept, seen), list(_lines(merged, {**before, **now}, mine)))


@dataclass(frozen=True, slots=True)
class _Seen:
    version: int
    last: int
    rows: Rows


def seal(concept: Concept) -> str:
    """What a reader of a form sees of a concept, for the form to hold; nobody else can make it."""
    rows = [[*row, dict(values)] for row, values in concept_now(concept.pk).items()]
    last = Revision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return signing.dumps([concept.pk, concept.version, last, rows], salt=_SALT, compress=True)


def _opened(sealed: str, concept: Concept) -> _Seen | None:
    try:
        pk, version, last, rows = signing.loads(sealed, salt=_SALT)
    except signing.BadSignature:
        return None
    return _Seen(version, last, {(model, row): values for model, row, values in rows}) if pk == concept.pk else None


def _since(concept: Concept, seen: _Seen | None) -> list[Activity]:
    if seen is None:
        return []
    found = []
    for step in steps(ids_of(concept.pk)):
        if step.last <= seen.last:
            break
        found.append(step.activity)
    return found


def _texts(rows: Rows) -> dict[RowId, Texts]:
    """As a form has them."""
    return {
        row: {
            column: "" if values.get(column) is None else str(values[column])
            for column in columns(row[0])
            if column not in _UNSHOWN
        }
        for row, values in rows.items()
    }


def _lines(merged: Merged, rows: Rows, mine: Mapping[RowId, Texts | None]) -> Iterator[Line]:
    wanted = {row: _values(row[0], texts) for row, texts in mine.items() if texts is not None}
    names = Names([rows, wanted])
    order = list(MODELS)
    for difference in sorted(merged.differences, key=lambda d: (order.index(d.row[0]), d.row[1])):
        model = difference.row[0]
        yield Line(
            what=str(MODELS[model]._meta.verbose_name),
            title=names.title(model, rows[difference.row]),
            field=field_name(model, difference.field),
            seen=_said(names, difference, difference.seen),
            theirs=_said(names, difference, difference.theirs),
            mine=_said(names, difference, difference.mine),
            verdict=difference.verdict.value,
        )


def _said(names: Names, difference: Difference, text: str | None) -> str:
    model = difference.row[0]
    return "" if text is None else names.say(model, difference.field, _values(model, {difference.field: text}))


def _values(model: str, texts: Texts) -> Values:
    """Texts of a form as the history has them, as far as they are such."""
    return {column: _value(columns(model)[column], text) for column, text in texts.items() if column in columns(model)}


def _value(field: "models.Field[Any, Any]", text: str) -> Any:
    if isinstance(field, models.DateTimeField) or not text:
        return text or None
    try:
        return field.to_python(text)
    except ValidationError:
        return text


def rows_posted(data: QueryDict, prefix: str, model: str) -> Iterator[tuple[str, Texts | None]]:
    """The rows of a formset: the id, empty for a new one, and the texts by column; None for one to be taken out."""
    total = whole_number(data.get(f"{prefix}-TOTAL_FORMS", "")) or 0
    for number in range(min(total, 1_000)):
        row = f"{prefix}-{number}-"
        pk = data.get(f"{row}id", "")
        gone = data.get(f"{row}DELETE")
        yield pk, None if gone else fields_posted(data, model, row)


def fields_posted(data: QueryDict, model: str, prefix: str = "") -> Texts:
    """The fields of a row in a form, by column, as Django would clean them."""
    found = {}
    for column, field in columns(model).items():
        text = data.get(f"{prefix}{field.name}")
        if text is not None and column not in _UNSHOWN:
            found[column] = text.replace("\r\n", "\n").strip()
    return found


def fill(data: QueryDict, model: str, texts: Texts, prefix: str = "") -> None:
    """Put texts by column into a form."""
    for column, text in texts.items():
        data[f"{prefix}{columns(model)[column].name}"] = text
