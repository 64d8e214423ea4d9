"""The forms of an entry: its terms by language, its definitions and its relations.

The rules are those of the database, told beside the field that breaks one. A new row in which nothing was typed is
none, so that pages may show empty rows to write in.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseInlineFormSet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from termbase.admin.conflicts import ConflictForm
from termbase.admin.sources import Link, links_of
from termbase.models import Concept, ConceptRelation
from termbase.models.matching import is_clean
from termbase.text.languages import EN, ZH_HANS
from termbase.text.names import NCNAME
from termbase.text.normalise import normalise
from termbase.text.scripts import to_traditional
from termbase.vocabulary import AdministrativeStatus, Language, ReviewStatus

APPROVE = "_approve"
"""What the buttons that approve send: the id of a term, or `ALL`."""
ALL = "all"
_LINE = UnfoldAdminTextInputWidget
_NOTE = UnfoldAdminTextareaWidget(attrs={"rows": 2})
# By the names of the constraints: the field, and what is wrong.
_MEANINGS = {
    "term_one_preferred_per_language": ("administrative_status", _("Another term is preferred in this language.")),
    "term_unique_in_concept_and_language": ("text", _("The concept has this term already.")),
    "term_approved_has_source": ("source", _("An approved term has a source.")),
    "definition_unique_in_concept_and_language": ("text", _("The concept has this definition already.")),
    "relation_unique": ("target", _("The concept has this relation already.")),
}


class RowForm(ConflictForm):
    """A part of a concept; `typed` are the fields in which a new one says something."""

    typed: ClassVar[tuple[str, ...]] = ()

    def has_changed(self) -> bool:
        """Whether there is anything to save: of a new row, whether anything was typed."""
        if self.instance.pk is None and self.typed:
            return any(str(self[name].data or "").strip() for name in self.typed)
        return bool(super().has_changed())

    def _get_validation_exclusions(self) -> set[str]:
        # Django checks no constraint that names a field which the form only shows, or has of its parent.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"concept"}

    def _update_errors(self, errors: ValidationError) -> None:
        # Django tells of a broken constraint by its name alone, and of the form as a whole.
        told: dict[str, list[ValidationError]] = {}
        for field, found in errors.error_dict.items():
            for error in found:
                place, problem = self._place(field, error)
                told.setdefault(place, []).append(problem)
        super()._update_errors(ValidationError(told))  # type: ignore[misc]

    def _place(self, field: str, error: ValidationError) -> tuple[str, ValidationError]:
        meanings = (_MEANINGS[name] for name in _MEANINGS if name in str(error.message))
        place, problem = next(meanings, (field, None))
        known = place if place in self.fields else NON_FIELD_ERRORS
        return known, ValidationError(problem, code="constraint") if problem else error


class TermForm(RowForm):
    """A term."""

    def clean_text(self) -> str:
        """The text; one of title marks alone, say, has nothing to be found by."""
        text = str(self.cleaned_data["text"])
        if not is_clean(text) or not normalise(text):
            raise ValidationError(_("Holds control characters, or nothing to be found by."))
        return text

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"review_status", "source", "language"}


class TermRowForm(TermForm):
    """A term among the others of its concept: which is preferred is the formset's to check."""

    typed = ("text", "source", "note", "usage_note", "reading", "geographical_usage")

    class Meta:
        widgets = {"text": _LINE, "source": _LINE, "reading": _LINE, "note": _NOTE, "usage_note": _NOTE}

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"administrative_status"}


class DefinitionForm(RowForm):
    """A definition."""

    typed = ("text", "source")

    class Meta:
        widgets = {"text": _NOTE, "source": _LINE}


class ConceptByKey(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A concept, by the key that is typed or chosen."""

    default_error_messages = {"invalid_choice": _("There is no concept “%(value)s”.")}

    def __init__(self, **kwargs: Any) -> None:
        widget = UnfoldAdminTextInputWidget(attrs={"data-find": "", "autocomplete": "off", "spellcheck": "false"})
        super().__init__(Concept.objects.all(), to_field_name="key", widget=widget, **kwargs)

    def to_python(self, value: Any) -> Concept | None:
        key = str(value or "").strip()
        if key and not re.match(NCNAME, key):
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": key[:80]})
        found: Concept | None = super().to_python(key)
        return found


class RelationForm(RowForm):
    """A relation to another concept."""

    typed = ("target",)
    target = ConceptByKey(label=_("Related concept"))

    class Meta:
        model = ConceptRelation
        fields = ("relation_type", "target")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["target"] = self.instance.target.key

    def clean_target(self) -> Concept:
        """The other concept; Django's own check of that constraint takes the two for different."""
        target: Concept = self.cleaned_data["target"]
        if target.pk == self.instance.concept_id:
            raise ValidationError(_("A concept is not related to itself."))
        return target


class DistinctFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows no two of which are the same in the fields `distinct`; the database knows nothing of new ones yet."""

    distinct: ClassVar[tuple[str, ...]] = ("language", "text")

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.kept():
            values = tuple(form.cleaned_data.get(name) for name in self.distinct)
            if values in seen:
                form.add_error(self.distinct[-1], _("This stands here twice."))
            seen.add(values)

    def kept(self) -> list[Any]:
        """The forms whose rows there are to be, as far as they could be read."""
        deleted = self.deleted_forms if self.can_delete else ()
        return [form for form in self.forms if getattr(form, "cleaned_data", None) and form not in deleted]

    @property
    def rows(self) -> list[Any]:
        """The forms that say something."""
        return [form for form in self.forms if form.instance.pk is not None or form.has_changed()]

    @property
    def blanks(self) -> list[Any]:
        """The others, to write in where no script makes new ones."""
        return [form for form in self.forms if form.instance.pk is None and not form.has_changed()]


class RelationFormSet(DistinctFormSet):
    """The relations of a concept."""

    distinct = ("relation_type", "target")


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term's form with what is shown beside it: where its source leads, and its Traditional form if that differs."""

    form: Any
    links: list[Link]
    traditional: str


@dataclass(frozen=True, slots=True)
class Side:
    """The terms in one of the two languages; `blank` is a form for another one."""

    tag: str
    language: str
    label: str | Promise
    rows: list[TermRow]
    blank: Any


SIDES = (("zh", ZH_HANS, _("Chinese")), ("en", EN, _("English")))


class TermFormSet(DistinctFormSet):
    """The terms of a concept: one preferred in each language, whichever of them was so before."""

    def clean(self) -> None:
        super().clean()
        preferred = Counter(form.cleaned_data["language"] for form in self.kept() if _is_preferred(form))
        for language, count in preferred.items():
            if count > 1:
                raise ValidationError(
                    _("%d preferred terms in %s; one is the most.") % (count, Language(language).label)
                )
        for form in self.kept():
            if self._to_approve(form) and not form.cleaned_data.get("source"):
                form.add_error("source", _("A source is needed for approval."))

    def _to_approve(self, form: Any) -> bool:
        asked = self.data.get(APPROVE, "")
        waiting = form.instance.review_status == ReviewStatus.PROPOSED and "text" in form.cleaned_data
        return bool(asked) and waiting and asked in (ALL, str(form.instance.pk))

    @property
    def sides(self) -> list[Side]:
        """The terms of either language, ready for the page."""
        forms = [*self.rows, *self._prefilled()]
        links = links_of(str(form["source"].value() or "") for form in forms)
        return [
            Side(
                tag,
                language,
                label,
                [_row(form, links) for form in forms if _side(form) == tag],
                next((form for form in self.blanks if _side(form) == tag and form not in forms), None),
            )
            for tag, language, label in SIDES
        ]

    def _prefilled(self) -> Iterable[Any]:
        """Those of the blanks that another page has sent a text for."""
        return [form for form in self.blanks if not form.is_bound and form["text"].value()]


def _is_preferred(form: Any) -> bool:
    status = form.cleaned_data.get("administrative_status")
    rejected = form.instance.review_status == ReviewStatus.REJECTED
    return status == AdministrativeStatus.PREFERRED and not rejected and "language" in form.cleaned_data


def _side(form: Any) -> str:
    return EN if form["language"].value() == EN else "zh"


def _row(form: Any, links: dict[str, list[Link]]) -> TermRow:
    text = str(form["text"].value() or "")
    traditional = to_traditional(text) if form["language"].value() == ZH_HANS else ""
    shown = traditional if traditional != text else ""
    return TermRow(form, links[str(form["source"].value() or "")], shown)
