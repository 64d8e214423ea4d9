"""The forms of imports: a file with how it is to be taken, and what its own names stand for."""

from datetime import UTC, datetime, time
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from termbase.errors import TermbaseError
from termbase.exchange import formats, imports, mappings
from termbase.exchange.imports import Wishes
from termbase.exchange.mappings import Names
from termbase.models import Import
from termbase.models.field_names import FIELD_NAMES
from termbase.vocabulary import Language, RowAction

ENCODINGS = ("UTF-8", "UTF-16", "GB18030", "Big5")
_SUFFIXES = dict.fromkeys(suffix for kind in formats.FORMATS if kind.read for suffix in kind.suffixes)
_NAMES = {
    "concept": _("key"),
    "subject_field": FIELD_NAMES["subject_field"],
    "concept_note": _("note on the concept"),
    "relations": _("relations"),
    "definition": _("definition"),
    "definition_source": _("source of the definition"),
}


class UploadForm(forms.Form):
    """A file to import."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"class": " ".join(INPUT_CLASSES), "accept": ",".join(_SUFFIXES)}),
        help_text=_("Tables, TBX, MultiTerm XML, UTX, OmegaT glossaries, JSON Lines."),
    )
    format = forms.ChoiceField(
        label=_("Format"), required=False, widget=UnfoldAdminSelectWidget, help_text=_("Else its name tells.")
    )
    encoding = forms.ChoiceField(
        label=_("Encoding"),
        required=False,
        choices=[("", _("recognise it")), *((name, name) for name in ENCODINGS)],
        widget=UnfoldAdminSelectWidget,
        help_text=_("Of texts and tables."),
    )
    on_conflict = forms.ChoiceField(
        label=_("On conflict"),
        choices=RowAction.choices,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Can be decided otherwise for each entry in the preview."),
    )
    as_of = forms.DateField(
        label=_("Date of the file"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": " ".join(INPUT_CLASSES)}),
        help_text=_("When it was exported. What has changed in the termbase since then is not overwritten unasked."),
    )
    keep_review = forms.BooleanField(
        label=_("Take over approvals"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Otherwise what is new comes in as proposed."),
    )
    reason = forms.CharField(
        label=_("Why (optional)"), required=False, max_length=500, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by = by
        choices = [("", _("recognise it")), *((kind.name, kind.label) for kind in formats.FORMATS if kind.read)]
        cast(forms.ChoiceField, self.fields["format"]).choices = choices
        if not by.has_perm("termbase.review_term"):
            del self.fields["keep_review"]

    def accept(self) -> Import | None:
        """The import, with its file kept; None, with the errors in the form, where it is refused."""
        given = self.cleaned_data
        file = cast("UploadedFile[Any]", given["file"])
        day = given["as_of"]
        wishes = Wishes(
            format=given["format"],
            encoding=given["encoding"],
            on_conflict=given["on_conflict"],
            as_of=datetime.combine(day, time(), UTC) if day else None,
            keep_review=given.get("keep_review", False),
            reason=given["reason"],
            ask=True,
        )
        try:
            return imports.accept(file.chunks(2**16), name=file.name or "", wishes=wishes, by=self._by)
        except TermbaseError as error:
            for name in error.fields or ("file",):
                self.add_error(name if name in self.fields else "file", error.message)
            return None


class ColumnsForm(forms.Form):
    """What each name of a file stands for."""

    def __init__(self, *args: Any, names: Names, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names = names
        for number, column in enumerate(names.columns):
            meaning = mappings.LEFT_OUT if column.left_out else column.language if column.field == "text" else ""
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=column.name or _("(no heading)"),
                required=False,
                initial=meaning or (column.field if column.field in mappings.MAPPABLE else ""),
                choices=_meanings(),
                widget=UnfoldAdminSelectWidget,
                help_text=_("This name is not known.") if column.unknown else "",
            )

    def said(self) -> dict[str, str]:
        """What was said, by name."""
        given = (self.cleaned_data[f"column-{number}"] for number in range(len(self._names.columns)))
        return {column.name: meaning for column, meaning in zip(self._names.columns, given, strict=True)}


def _meanings() -> list[Any]:
    fields = [(name, _NAMES.get(name) or FIELD_NAMES[name]) for name in mappings.MAPPABLE]
    return [
        ("", _("keep it in the note")),
        (mappings.LEFT_OUT, _("leave it out")),
        (_("Terms in"), Language.choices),
        (_("Field"), fields),
    ]
