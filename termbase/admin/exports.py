"""Files of all concepts, of those asked for or of the chosen ones, and what a format leaves out of them."""

import contextlib
import tempfile
from dataclasses import dataclass

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action

from termbase.admin.proposals import page
from termbase.errors import InvalidInput
from termbase.exchange.formats import FORMATS, named
from termbase.exchange.losses import Losses
from termbase.exchange.options import WriteOptions
from termbase.exchange.selection import Selection
from termbase.models import Concept, Document, SubjectField
from termbase.search import MAX_QUERY
from termbase.text.languages import EN
from termbase.vocabulary import Language

_SENT_AGAIN = ("action", "select_across", "index", ACTION_CHECKBOX_NAME)
_LANGUAGES = [("zh", gettext_lazy("Chinese")), *Language.choices]


class FileForm(forms.Form):
    """In which format, and how."""

    format = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=lambda: [(kind.name, kind.label) for kind in FORMATS if kind.write]
    )
    source = forms.ChoiceField(label=gettext_lazy("In glossaries, from"), choices=_LANGUAGES, initial="zh")
    target = forms.ChoiceField(label=gettext_lazy("to"), choices=_LANGUAGES, initial=EN)
    proposed = forms.BooleanField(label=gettext_lazy("Proposed terms as well"), required=False)
    complete = forms.BooleanField(
        label=gettext_lazy("Rejected terms and withdrawn concepts as well: a full copy"), required=False
    )


class AllForm(FileForm):
    """The same for concepts that are not chosen one by one."""

    field_order = ("format", "subject_field", "document", "q")
    subject_field = forms.ModelChoiceField(
        SubjectField.objects.all(),
        label=gettext_lazy("Subject field, with those below it"),
        to_field_name="key",
        required=False,
    )
    document = forms.ModelChoiceField(
        Document.objects.current(), label=gettext_lazy("Terms of the document"), to_field_name="key", required=False
    )
    q = forms.CharField(label=gettext_lazy("Hits of the look-up"), max_length=MAX_QUERY, required=False)


@dataclass(frozen=True, slots=True)
class _Page:
    """The form to fill, and what it sends again; `among` are the concepts that were chosen."""

    form: FileForm
    method: str
    about: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    among: QuerySet[Concept] | None = None


class WithExports(ModelAdmin):
    """Concepts that can be saved as files."""

    actions: tuple[str, ...] = ("export_chosen",)
    actions_list = ("export",)

    @action(description=gettext_lazy("Export…"), url_path="export", permissions=["view"], icon="download")
    def export(self, request: HttpRequest) -> HttpResponseBase:
        """All concepts, or those of a field, a document or a look-up."""
        asked = request.GET if "format" in request.GET else None
        return self._file_or_page(request, _Page(AllForm(asked), "get"))

    @admin.action(description=gettext_lazy("Export the selected concepts…"), permissions=["view"])
    def export_chosen(self, request: HttpRequest, queryset: QuerySet[Concept]) -> HttpResponseBase:
        """The chosen concepts, or all that the list shows."""
        form = FileForm(request.POST if "format" in request.POST else None)
        count = queryset.count()
        about = ngettext("%d concept is chosen.", "%d concepts are chosen.", count) % count
        return self._file_or_page(request, _Page(form, "post", about, _again(request.POST), queryset))

    def _file_or_page(self, request: HttpRequest, shown: _Page) -> HttpResponseBase:
        form = shown.form
        if form.is_bound and form.is_valid():
            try:
                return self._file(request, shown)
            except InvalidInput as error:
                form.add_error("q", error.message)
        back = reverse("admin:termbase_concept_changelist")
        context = {
            "form": form,
            "method": shown.method,
            "about": shown.about,
            "hidden": shown.hidden,
            "back": back,
            "may_have_all": self.has_change_permission(request),
        }
        response = page(self, request, "admin/termbase/export.html", _("Export concepts"), context)
        response.status_code = 400 if form.errors else 200
        return response

    def _file(self, request: HttpRequest, shown: _Page) -> HttpResponseBase:
        data = shown.form.cleaned_data
        kind = named(data["format"])
        options = WriteOptions(
            source=data["source"],
            target=data["target"],
            proposed=data["proposed"],
            base=request.build_absolute_uri("/"),
        )
        selection = Selection(
            subject_field=getattr(data.get("subject_field"), "key", ""),
            document=getattr(data.get("document"), "key", ""),
            q=data.get("q", ""),
            proposed=data["proposed"],
            complete=data["complete"] and self.has_change_permission(request),
        )
        # The list sorts and joins as it needs; the file does otherwise.
        among = None if shown.among is None else Concept.objects.filter(pk__in=shown.among.order_by().values("pk"))
        name = f"termbase{kind.suffixes[0]}"
        with contextlib.ExitStack() as stack:
            file = stack.enter_context(tempfile.TemporaryFile())
            losses = selection.write(kind, file, options, among=among)
            if "losses" in (request.POST if shown.method == "post" else request.GET):
                return _report(losses, f"{name}.losses.tsv")
            file.seek(0)
            stack.pop_all()  # the response closes it when it is sent
        return FileResponse(file, as_attachment=True, filename=name, content_type=kind.content_type)


def _report(losses: Losses, name: str) -> HttpResponse:
    text = losses.as_text() or _("Nothing is left out.") + "\n"
    answer = HttpResponse(text, content_type="text/tab-separated-values; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _again(data: QueryDict) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name in _SENT_AGAIN for value in data.getlist(name))
