"""Imports in the admin: a file is sent, looked through entry by entry, applied in the background, and undone."""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin

from termbase.admin.acting import REASON
from termbase.admin.activities import AT_WORK
from termbase.admin.import_forms import ColumnsForm, UploadForm
from termbase.admin.import_rows import action_names, shown
from termbase.admin.proposals import Proposal, page, propose
from termbase.admin.versions import by
from termbase.errors import TermbaseError
from termbase.exchange import conflicts, formats, imports, mappings
from termbase.exchange.mappings import Names
from termbase.exchange.review import IN_MEMORY
from termbase.history.writing import Left
from termbase.jobs import request_application, request_refresh, request_review, request_undoing, undoing_of
from termbase.models import Import, ImportRow
from termbase.models.imports import ImportRowQuerySet
from termbase.text.numbers import whole_number
from termbase.vocabulary import ImportState, RowAction, RowKind

PAGE = 50
UNDONE_AT_ONCE = 500
"""Concepts of an import; a larger one is undone in the background."""
# htmx stops asking when it is answered so.
_STOP_POLLING = 286
_REPORT = ("number", "line", "key", "title", "kind", "reasons", "concept", "action", "outcome", "field", "message")
_DECIDABLE = (RowKind.NEW, RowKind.CHANGED, RowKind.CONFLICT)


@admin.register(Import)
class ImportAdmin(ModelAdmin):
    """Imports, the latest first; nothing of them is deleted, nor changed but through their own pages."""

    list_display = ("name", "kind_of_file", "state", "summary", "uploaded_by", "uploaded_at")
    list_filter = ("state", "uploaded_by")
    search_fields = ("name", "sha256", "reason")
    list_select_related = ("uploaded_by",)
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        views = {
            "columns": self.columns_view,
            "decide": self.decide_view,
            "apply": self.apply_view,
            "again": self.again_view,
            "undo": self.undo_view,
            "report": self.report_view,
            "file": self.file_view,
        }
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"termbase_import_{name}")
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def has_delete_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("format"))
    def kind_of_file(self, item: Import) -> str:
        """The format, in words."""
        return str(formats.named(item.format).label)

    @admin.display(description=gettext_lazy("entries"))
    def summary(self, item: Import) -> str:
        """How many of each kind the review found."""
        return ", ".join(f"{n} {RowKind(kind).label}" for kind, n in item.counts.items())

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form for a file; after a POST the page of its columns or of its progress."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        user = cast(User, request.user)
        form = UploadForm(request.POST or None, request.FILES or None, by=user)
        item = form.accept() if form.is_valid() else None
        if item is None:
            context = {"form": form, "button": _("Upload")}
            response = page(self, request, "admin/termbase/import_form.html", _("Import a file"), context)
            response.status_code = 400 if form.errors else 200
            return response
        if item.asks:
            return _to("columns", item)
        request_review(item)
        return _to("change", item)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """How far an import is: its progress, its preview, or what came of it."""
        item = self._import(request, whole_number(unquote(object_id or "")) or 0)
        context = self._about(request, item)
        if item.is_at_work:
            if item.asks:
                return _to("columns", item)
            template = "import_progress.html"
        else:
            if request.headers.get("HX-Request"):
                return HttpResponse(status=_STOP_POLLING, headers={"HX-Refresh": "true"})
            context |= self._rows(request, item)
            template = "import.html"
        if request.headers.get("HX-Request"):
            template = "_import_progress.html"
        response = page(self, request, f"admin/termbase/{template}", item.name, context)
        if context["undoing"] in AT_WORK:
            response.headers["Refresh"] = "3"
        return response

    def columns_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the file's own names stand for; said once, it is remembered."""
        item = self._import(request, pk, change=True)
        names = _names(item)
        form = ColumnsForm(request.POST or None, names=names)
        if request.method == "POST" and form.is_valid():
            known = mappings.remember(names, form.said(), by=cast(User, request.user))
            try:
                imports.review_again(item)
            except TermbaseError as error:
                return self._refused(request, item, error)
            Import.objects.filter(pk=item.pk).update(fields=known.fields, languages=known.languages, asks=False)
            request_review(item)
            return _to("change", item)
        context = {"form": form, "item": item, "button": _("Go on"), "remembered": names.remembered}
        return page(self, request, "admin/termbase/import_form.html", _("What the columns stand for"), context)

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take down what is decided about the rows of a page, about all that a filter shows, or about the rule."""
        item = self._import(request, pk, change=True)
        user, asked = cast(User, request.user), request.POST
        if request.method != "POST":
            return _to("change", item)
        try:
            count = self._decide(item, request, user)
        except TermbaseError as error:
            return self._refused(request, item, error)
        if count is not None:
            messages.success(request, ngettext("%d entry decided.", "%d entries decided.", count) % count)
        return _to("change", item, asked.get("back", ""))

    def _decide(self, item: Import, request: HttpRequest, user: User) -> int | None:
        asked = request.POST
        known = ("", *RowAction.values)
        if asked.get("rule") in RowAction.values:
            Import.objects.filter(pk=item.pk, state=ImportState.REVIEWED).update(on_conflict=asked["rule"])
            return None
        if asked.get("all") in known:
            rows = _filtered(item, asked).filter(kind__in=_DECIDABLE).values_list("number", flat=True)
            return conflicts.decide(item, list(rows), asked["all"], by=user)
        said: dict[str, list[int]] = {}
        for name, value in asked.items():
            number = name.removeprefix("action-")
            if name.startswith("action-") and number.isdecimal() and len(number) < 10 and value in known:
                said.setdefault(value, []).append(int(number))
        changed = 0
        for action, numbers in said.items():
            other = item.rows.filter(number__in=numbers).exclude(action=action).values_list("number", flat=True)
            changed += conflicts.decide(item, list(other), action, by=user) if other else 0
        return changed

    def apply_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have the import applied."""
        item = self._import(request, pk, change=True)
        if request.method == "POST":
            reason = request.POST.get(REASON, "").strip()
            try:
                request_application(item, by=cast(User, request.user), reason=reason)
            except TermbaseError as error:
                return self._refused(request, item, error)
        return _to("change", item)

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Compare the file anew with the termbase as it is now; decisions are forgotten."""
        item = self._import(request, pk, change=True)
        if request.method == "POST":
            try:
                imports.review_again(item)
            except TermbaseError as error:
                return self._refused(request, item, error)
            request_review(item)
        return _to("change", item)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the import back as one step."""
        item = self._import(request, pk, change=True)
        count = item.outcome.get("new", 0) + item.outcome.get("changed", 0)

        def do() -> Iterable[Left]:
            if count > UNDONE_AT_ONCE:
                request_undoing(imports.undoable(item), **by(request))
                return ()
            left = imports.undo(item, **by(request)).left
            request_refresh()
            return left

        about = _("What the import wrote is taken back; what has changed since stays as it is. Concepts: %d.") % count
        proposal = Proposal(
            title=_("Undo the import of %s") % item.name,
            button=_("Undo it"),
            back=reverse("admin:termbase_import_change", args=[item.pk]),
            do=do,
            done=_("Undone.") if count <= UNDONE_AT_ONCE else _("It is being undone; this page tells how far that is."),
            about=about,
            rehearsed=count <= PAGE,
        )
        return propose(self, request, proposal)

    def report_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """All rows as a file: `?as=csv`, a line for each problem or row, or `?as=json` with all that is known."""
        item = self._import(request, pk)
        as_json = request.GET.get("as") == "json"
        rows = item.rows.select_related("concept").order_by("number")
        lines = _as_json(rows) if as_json else _as_csv(rows)
        kind, suffix = ("application/json", "json") if as_json else ("text/csv; charset=utf-8", "csv")
        headers = {"Content-Disposition": f'attachment; filename="import-{item.pk}-report.{suffix}"'}
        return StreamingHttpResponse(lines, content_type=kind, headers=headers)

    def file_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """The file as it came."""
        item = self._import(request, pk)
        suffix = formats.named(item.format).suffixes[0]
        headers = {"Content-Disposition": f'attachment; filename="import-{item.pk}{suffix}"'}
        return StreamingHttpResponse(item.content(), content_type="application/octet-stream", headers=headers)

    def _import(self, request: HttpRequest, pk: int, *, change: bool = False) -> Import:
        allowed = self.has_change_permission(request) if change else self.has_view_permission(request)
        if not allowed:
            raise PermissionDenied
        item = Import.objects.select_related("uploaded_by", "applied_by", "activity").filter(pk=pk).first()
        if item is None:
            raise Http404
        return item

    def _about(self, request: HttpRequest, item: Import) -> dict[str, Any]:
        return {
            "item": item,
            "format": formats.named(item.format).label,
            "before": Import.objects.filter(sha256=item.sha256, pk__lt=item.pk).order_by("-pk").first(),
            "may_change": self.has_change_permission(request),
            "undoing": undoing_of(item.activity) if item.activity and item.state == ImportState.APPLIED else "",
            "has_names": formats.named(item.format).columns is not None,
            "outcome": [(label, item.outcome[name]) for name, label in _outcomes().items() if item.outcome.get(name)],
        }

    def _rows(self, request: HttpRequest, item: Import) -> dict[str, Any]:
        asked = request.GET
        rows = _filtered(item, asked).select_related("concept", "of").order_by("number")
        found = Paginator(rows, PAGE).get_page(asked.get("page"))
        kinds = [(kind.value, kind.label, item.counts[kind]) for kind in RowKind if item.counts.get(kind)]
        chosen = {"kind": asked.get("kind", ""), "q": asked.get("q", "")}
        query = urlencode({name: value for name, value in chosen.items() if value})
        return {
            "rows": [shown(row, item.on_conflict) for row in found],
            "found": found,
            "kinds": kinds,
            "chosen": chosen,
            "query": query,
            "rules": RowAction.choices,
            "actions": action_names(),
            "open": item.state == ImportState.REVIEWED and self.has_change_permission(request),
            "waiting": item.rows.undecided().count() if item.state == ImportState.APPLIED else 0,
        }

    def _refused(self, request: HttpRequest, item: Import, error: TermbaseError) -> HttpResponse:
        messages.error(request, error.message)
        return _to("change", item)


def _outcomes() -> dict[str, str]:
    return {
        "new": _("new"),
        "changed": _("changed"),
        "same": _("the same"),
        "refused": _("refused"),
        "skipped": _("skipped"),
        "stale": _("changed since the preview, and left"),
    }


def _names(item: Import) -> Names:
    kind = formats.named(item.format)
    if kind.columns is None:
        return Names()
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        item.copy_to(file)
        return mappings.names_of(kind, file, item.encoding)


def _filtered(item: Import, asked: Any) -> ImportRowQuerySet:
    """The rows that a page shows: of one kind, or all but those that are the same; with a text in key or terms."""
    rows = item.rows.all()
    kind, text = asked.get("kind", ""), asked.get("q", "").replace("\0", "")
    rows = rows.filter(kind=kind) if kind in RowKind.values else rows.exclude(kind=RowKind.SAME)
    return rows.filter(Q(key__icontains=text) | Q(title__icontains=text)) if text else rows


def _to(view: str, item: Import, query: str = "") -> HttpResponse:
    address = reverse(f"admin:termbase_import_{view}", args=[item.pk])
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


def _told(row: ImportRow) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("number", "line", "key", "title", "kind", "action", "outcome")}
    concept = row.concept.key if row.concept else ""
    return {**plain, "concept": concept, "reasons": row.reasons, "changes": row.changes, "problems": row.problems}


def _as_json(rows: ImportRowQuerySet) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows.iterator(chunk_size=1_000)):
        yield (",\n" if number else "\n") + json.dumps(_told(row), ensure_ascii=False)
    yield "\n]\n"


def _as_csv(rows: ImportRowQuerySet) -> Iterator[str]:
    yield _line(_REPORT)
    for row in rows.iterator(chunk_size=1_000):
        told = {**_told(row), "reasons": " ".join(row.reasons)}
        for problem in row.problems or [{}]:
            named = {name: problem.get(name, "") for name in ("field", "message")}
            yield _line([_guarded(str({**told, **named}.get(name, ""))) for name in _REPORT])


def _guarded(cell: str) -> str:
    """So that no spreadsheet takes what a stranger wrote for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
