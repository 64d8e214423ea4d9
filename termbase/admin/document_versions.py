"""The history of a document: its timeline, its earlier texts, and both brought back; withdrawn and back in use."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action

from termbase.admin.proposals import Proposal, page, propose
from termbase.admin.versions import by
from termbase.harvest import versions, withdrawing
from termbase.history import documents, timeline
from termbase.history.writing import Left
from termbase.jobs import request_putting_back, request_reading, request_refresh
from termbase.models import Document, DocumentVersion, Example, Revision
from termbase.text.numbers import whole_number

PART = 500
"""Passages of an earlier text on a page; a text of more is put back in the background."""


class WithDocumentHistory(ModelAdmin):
    """Documents with their history, and the ways back in it."""

    actions_detail: tuple[str, ...] = ("withdraw", "bring_back")

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """The one of the two that makes sense."""
        withdrawn = Document.objects.filter(pk=whole_number(str(object_id)) or 0).exclude(withdrawn_at=None).exists()
        actions = super().get_actions_detail(request, object_id)
        return [item for item in actions if item.action_name.endswith("_bring_back") == withdrawn]

    def get_urls(self) -> list[URLPattern]:
        views = (
            ("restore/<int:revision>/", self.restore_view, "restore"),
            ("versions/<int:number>/", self.version_view, "version"),
            ("versions/<int:number>/put-back/", self.put_back_view, "put_back"),
        )
        own = [
            path(f"<path:object_id>/{at}", self.admin_site.admin_view(view), name=f"termbase_document_{name}")
            for at, view, name in views
        ]
        return [*own, *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was done to the document and its text, step by step."""
        if not request.user.has_perm("termbase.view_activity"):
            raise PermissionDenied
        document = self._document_or_404(request, object_id)
        context = {
            "document": document,
            "versions": document.versions.all(),
            "timeline": timeline.timeline_of_document(document, request.GET.get("page", "")),
            "may_change": self.has_change_permission(request),
        }
        title = _("History of %s") % document.cited_as
        return page(self, request, "admin/termbase/document_history.html", title, context)

    def version_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """A text that the document had, to read."""
        if not request.user.has_perm("termbase.view_activity"):
            raise PermissionDenied
        document = self._document_or_404(request, object_id)
        version = get_object_or_404(DocumentVersion, document=document, number=number)
        present = number == document.version
        passages = document.passages.defer("key", "ngrams") if present else version.former_passages.all()
        context = {
            "document": document,
            "version": version,
            "pages": Paginator(passages.order_by("position"), PART).get_page(request.GET.get("page")),
            "may_put_back": self.has_change_permission(request) and not present and document.withdrawn_at is None,
        }
        title = _("%(document)s, version %(number)d") % {"document": document.cited_as, "number": number}
        return page(self, request, "admin/termbase/document_version.html", title, context)

    def restore_view(self, request: HttpRequest, object_id: str, revision: int) -> HttpResponse:
        """Say of the document again what was said of it."""
        document = self._document_to_change(request, object_id)
        written = Revision.objects.filter(pk=revision).select_related("activity").first()
        when = written.activity.at.strftime("%Y-%m-%d %H:%M") if written else ""

        def do() -> Iterable[Left]:
            seen = _seen(request, document)
            left = documents.restore(key=document.key, revision=revision, seen=seen, **by(request))
            request_refresh()
            return left

        proposal = Proposal(
            title=_("%(document)s as it was described on %(when)s") % {"document": document.cited_as, "when": when},
            button=_("Bring this description back"),
            back=reverse("admin:termbase_document_history", args=[document.pk]),
            do=do,
            done=_("The description is back."),
            about=_("Its text stays; an earlier one is put back by itself."),
            hidden={"version": documents.last_revision(document)},
        )
        return propose(self, request, proposal)

    def put_back_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Let the document have an earlier text again."""
        document = self._document_to_change(request, object_id)
        version = get_object_or_404(DocumentVersion, document=document, number=number)
        long = version.passages > PART

        def do() -> Iterable[Left]:
            seen = _seen(request, document)
            if long:
                request_putting_back(document, number, seen=seen, **by(request))
            else:
                versions.put_back(key=document.key, number=number, seen=seen, **by(request))
                request_reading(document)
            return ()

        said = {"number": number, "passages": version.passages, "present": document.version}
        proposal = Proposal(
            title=_("%(document)s: put the text of version %(number)d back")
            % {"document": document.cited_as, "number": number},
            button=_("Put it back"),
            back=reverse("admin:termbase_document_history", args=[document.pk]),
            do=do,
            done=_("It is being put back; this page tells when it is done.") if long else _("The text is back."),
            about=_(
                "The document has the %(passages)d passages of version %(number)d again, as a new version; the text of"
                " version %(present)d is kept. Pinned examples stay where their sentence stands; others are lost."
            )
            % said,
            hidden={"version": documents.last_revision(document)},
            rehearsed=not long,
        )
        return propose(self, request, proposal)

    @action(description=gettext_lazy("Withdraw…"), url_path="withdraw", permissions=["change"], icon="block")
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take the document out of use; nothing is deleted."""
        document = self._document_to_change(request, object_id)

        def do() -> Iterable[Left]:
            withdrawing.withdraw(key=document.key, seen=_seen(request, document), **by(request))
            request_refresh()
            return ()

        pinned = Example.objects.filter(passage__document=document, pinned=True).count()
        about = [_("Readers are told the reason, and see nothing of its text from now on. Nothing is deleted.")]
        if pinned:
            about.append(ngettext("%d pinned example is hidden.", "%d pinned examples are hidden.", pinned) % pinned)
        proposal = Proposal(
            title=_("Withdraw %s") % document.cited_as,
            button=_("Withdraw"),
            back=reverse("admin:termbase_document_change", args=[document.pk]),
            do=do,
            done=_("Withdrawn; it can be brought back."),
            about=" ".join(about),
            hidden={"version": documents.last_revision(document)},
            rehearsed=False,
            context={"needs_reason": True},
        )
        return propose(self, request, proposal)

    @action(description=gettext_lazy("Bring back…"), url_path="bring-back", permissions=["change"], icon="undo")
    def bring_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take a withdrawn document into use again."""
        document = self._document_to_change(request, object_id)

        def do() -> Iterable[Left]:
            withdrawing.bring_back(key=document.key, seen=_seen(request, document), **by(request))
            request_reading(document)
            return ()

        proposal = Proposal(
            title=_("Bring %s back") % document.cited_as,
            button=_("Bring it back"),
            back=reverse("admin:termbase_document_change", args=[document.pk]),
            do=do,
            done=_("It is in use again; its terms and candidates are being found."),
            hidden={"version": documents.last_revision(document)},
        )
        return propose(self, request, proposal)

    def _document_or_404(self, request: HttpRequest, object_id: str) -> Document:
        document = self.get_object(request, unquote(object_id))
        if not isinstance(document, Document):
            raise Http404
        return document

    def _document_to_change(self, request: HttpRequest, object_id: str) -> Document:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self._document_or_404(request, object_id)


def _seen(request: HttpRequest, document: Document) -> int:
    """The state that the confirming form was made of; of a page that only shows, the state now."""
    if request.method != "POST":
        return documents.last_revision(document)
    seen = whole_number(request.POST.get("version", ""))
    return -1 if seen is None else seen
