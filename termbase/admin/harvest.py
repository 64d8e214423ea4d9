"""Files sent through the browser for harvest, and a page that shows how far they have come."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from termbase.errors import TermbaseError
from termbase.harvest import uploads
from termbase.harvest.documents import CATALOGUE, DocumentInfo
from termbase.harvest.files import SUFFIXES, File, check_size
from termbase.jobs import request_harvest
from termbase.models import Upload
from termbase.text.encodings import ENCODINGS

_ABOUT = ("key", "symbol", "title_zh", "title_en")
# What an error is about, as a field of this form.
_FIELDS = {"file": "documents", "encoding": "encoding", "key": "key", "symbol": "symbol"}
# htmx stops asking when it is answered so.
_STOP_POLLING = 286


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files, one after the other."""

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        given = data if isinstance(data, list | tuple) else [data]
        return [super(_FilesField, self).clean(one, initial) for one in given] or [super().clean(None, initial)]


class HarvestForm(forms.Form):
    """Documents to harvest, and what is said of one."""

    documents = _FilesField(
        label=_("Files"),
        widget=_ManyFiles(attrs={"class": " ".join(INPUT_CLASSES), "accept": ",".join((*SUFFIXES, ".toml"))}),
        help_text=_("Texts, Word documents, PDF and web pages; several at once, also with their documents.toml."),
    )
    encoding = forms.ChoiceField(
        label=_("Encoding"),
        required=False,
        choices=[("", _("recognise it")), *((name, name) for name in ENCODINGS)],
        widget=UnfoldAdminSelectWidget,
        help_text=_("Of texts and web pages."),
    )
    key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=64,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Of one document. An existing key: a new version of that document."),
    )
    symbol = forms.CharField(label=_("Symbol"), required=False, max_length=120, widget=UnfoldAdminTextInputWidget)
    title_zh = forms.CharField(label=_("Chinese title"), required=False, widget=UnfoldAdminTextInputWidget)
    title_en = forms.CharField(label=_("English title"), required=False, widget=UnfoldAdminTextInputWidget)

    def accept(self, by: User) -> list[Upload]:
        """Keep the files and have them harvested; where that is refused, none is, and the form says why."""
        try:
            with transaction.atomic():
                pairs = self._pairs()
                accepted = uploads.accept([file for file, _ in pairs], [info for _, info in pairs], by=by)
                for upload in accepted:
                    request_harvest(upload.pk)
        except TermbaseError as error:
            fields = error.fields or {"file": [error.message]}
            for name in fields:
                self.add_error(_FIELDS.get(name, "documents"), error.message)
            return []
        return accepted

    def _pairs(self) -> list[tuple[File, DocumentInfo]]:
        """The files, each with what its catalogue or this form says of it."""
        sent: list[UploadedFile[Any]] = self.cleaned_data["documents"]
        for upload in sent:
            check_size(upload.size or 0)
        files = [File(upload.name or "", upload.read(), self.cleaned_data["encoding"]) for upload in sent]
        catalogue = next((file for file in files if file.name == CATALOGUE), None)
        if catalogue is not None:
            return uploads.with_catalogue([file for file in files if file is not catalogue], catalogue.content)
        about = {name: self.cleaned_data[name] for name in _ABOUT if len(files) == 1}
        return [(file, DocumentInfo(file=file.name, **about)) for file in files]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if len(cleaned.get("documents", [])) > 1:
            for name in filter(cleaned.get, _ABOUT):
                self.add_error(name, _("Goes with one file; of several, a catalogue says it."))
        return cleaned


def send(request: HttpRequest) -> HttpResponse:
    """The form; after a POST the page of progress."""
    form = HarvestForm(request.POST, request.FILES) if request.method == "POST" else HarvestForm()
    if form.is_bound and form.is_valid() and (accepted := form.accept(cast(User, request.user))):
        return HttpResponseRedirect(reverse("admin:termbase_document_harvest_progress", args=[accepted[0].batch]))
    context = {**admin.site.each_context(request), "title": _("Harvest documents"), "form": form}
    return render(request, "harvest/send.html", context, status=400 if form.errors else 200)


def progress(request: HttpRequest, batch: UUID) -> HttpResponse:
    """How far the files of a batch have come; for htmx, which asks every second, the table alone."""
    sent = Upload.objects.filter(batch=batch).defer("content").select_related("document")
    rows = list(sent.annotate(candidates=Count("document__candidate_frequencies")))
    if not rows:
        raise Http404
    ended = all(row.has_ended for row in rows)
    context = {"rows": rows, "ended": ended}
    if request.headers.get("HX-Request"):
        return render(request, "harvest/_progress.html", context, status=_STOP_POLLING if ended else 200)
    context |= {**admin.site.each_context(request), "title": _("Harvest")}
    return render(request, "harvest/progress.html", context)
