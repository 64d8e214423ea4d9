"""The quality view: what is wrong with entries, kind by kind, to open or to let stand."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from termbase import coverage
from termbase.admin.acting import REASON
from termbase.admin.proposals import page
from termbase.errors import InvalidInput
from termbase.jobs import request_look_through
from termbase.models import Concept, EntryFinding, EntryWaiver
from termbase.plots import Plot, Series
from termbase.quality import entries
from termbase.quality.entries import Chosen, Tally, Trend
from termbase.text.numbers import whole_number
from termbase.vocabulary import Side

PAGE_SIZE = 50
EVERY = "every"
"""What the form sends to decide about all that are chosen: how many the person has seen."""


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind with its counts, its trend as a line, and the address that shows it alone."""

    tally: Tally
    trend: Plot
    address: str
    is_chosen: bool


class Counted(Paginator):  # type: ignore[type-arg]
    """Pages of what has been counted already."""

    def __init__(self, findings: Any, count: int) -> None:
        super().__init__(findings, PAGE_SIZE)
        self._count = count

    @cached_property
    def count(self) -> int:
        return self._count


@admin.register(EntryFinding)
class EntryFindingAdmin(ModelAdmin):
    """Findings on entries; they come and go with the texts, and are waived with a reason."""

    def get_urls(self) -> list[URLPattern]:
        views = {"waive": self.waive_view, "lift": self.lift_view, "again": self.again_view}
        own = [
            path(f"{name}/", self.admin_site.admin_view(view), name=f"termbase_entryfinding_{name}")
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: EntryFinding | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: EntryFinding | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The findings that are chosen, with how many there are of each kind and have been."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._listing(request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A finding has no page of its own: what is to be changed is its entry."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if object_id is None or not object_id.isdecimal():
            raise Http404
        finding = get_object_or_404(EntryFinding, pk=object_id)
        return HttpResponseRedirect(reverse("admin:termbase_concept_change", args=[finding.concept_id]))

    def waive_view(self, request: HttpRequest) -> HttpResponse:
        """Let the ticked findings stand."""

        def waive(ids: Collection[int]) -> str:
            count = entries.waive(ids, reason=request.POST.get(REASON, ""), by=cast(User, request.user))
            return ngettext("%d finding waived.", "%d findings waived.", count) % count

        return self._decide(request, "termbase.add_entrywaiver", waive)

    def lift_view(self, request: HttpRequest) -> HttpResponse:
        """Let the ticked findings count again."""

        def lift(ids: Collection[int]) -> str:
            count = entries.lift(ids, by=cast(User, request.user))
            return ngettext("%d finding counts again.", "%d findings count again.", count) % count

        return self._decide(request, "termbase.change_entrywaiver", lift)

    def again_view(self, request: HttpRequest) -> HttpResponse:
        """Have the entries looked through again."""

        def look(ids: Collection[int]) -> str:
            request_look_through()
            return _("The entries will be looked through; come back in a minute.")

        return self._decide(request, "termbase.add_entrywaiver", look)

    def _decide(self, request: HttpRequest, permission: str, do: Callable[[Collection[int]], str]) -> HttpResponse:
        if not (self.has_view_permission(request) and request.user.has_perm(permission)):
            raise PermissionDenied
        back = _address(request.GET.urlencode())
        if request.method != "POST":
            return HttpResponseRedirect(back)
        ids = [number for pk in request.POST.getlist("finding") if (number := whole_number(pk)) is not None]
        try:
            messages.success(request, do(_all(request) if EVERY in request.POST else ids))
        except InvalidInput as error:
            return self._listing(request, problem=error, ticked=ids)
        return HttpResponseRedirect(back)

    def _listing(
        self, request: HttpRequest, *, problem: InvalidInput | None = None, ticked: Collection[int] = ()
    ) -> HttpResponse:
        paths = coverage.subject_paths()
        try:
            chosen = Chosen.of(request.GET.dict(), {field.key for field, _ in paths})
        except InvalidInput as error:
            chosen, problem = Chosen(), error
        below = [field.pk for field, keys in paths if chosen.subject in keys]
        tallies = entries.tallies(chosen, below)
        trend = entries.trend()
        context = {
            "kinds": _kinds(tallies, trend, chosen),
            "total": _total(trend),
            "counted_at": trend.counted_at,
            "found": _page(chosen, below, tallies, request.GET.get("page")),
            "chosen": chosen,
            "subjects": [(field, len(keys) - 1) for field, keys in paths],
            "sides": Side.choices,
            "address": urlencode(_said(chosen)),
            "others": _address(urlencode(_said(chosen, waived=not chosen.waived))),
            "may_waive": request.user.has_perm("termbase.add_entrywaiver"),
            "may_lift": request.user.has_perm("termbase.change_entrywaiver"),
            "problem": problem,
            "ticked": set(ticked),
            "reason": request.POST.get(REASON, ""),
        }
        response = page(self, request, "admin/termbase/findings.html", _("Findings on entries"), context)
        response.status_code = 400 if problem else 200
        return response


def _all(request: HttpRequest) -> list[int]:
    """The ids of all that are chosen. Raises `InvalidInput` where these are not as many as the person has seen."""
    paths = coverage.subject_paths()
    chosen = Chosen.of(request.GET.dict(), {field.key for field, _ in paths})
    below = [field.pk for field, keys in paths if chosen.subject in keys]
    ids = list(entries.chosen(chosen, below).order_by().values_list("pk", flat=True))
    if str(len(ids)) != request.POST[EVERY]:
        problem = _("There are %d of them by now; look again.") % len(ids)
        raise InvalidInput(problem, fields={EVERY: ["is another number"]})
    return ids


def _page(chosen: Chosen, below: list[int], tallies: list[Tally], number: str | None) -> "Page[EntryFinding]":
    counted = [tally for tally in tallies if chosen.kind in ("", tally.kind)]
    count = sum(tally.waived if chosen.waived else tally.open for tally in counted)
    concepts = Concept.objects.with_terms_to_use()
    findings = entries.chosen(chosen, below).prefetch_related("other", Prefetch("concept", concepts))
    found = Counted(findings, count).get_page(number)
    found.object_list = list(found.object_list)
    if chosen.waived:
        waivers = EntryWaiver.objects.filter(fingerprint__in={f.fingerprint for f in found}, lifted_at=None)
        by_fingerprint = {waiver.fingerprint: waiver for waiver in waivers.select_related("waived_by")}
        for finding in found:
            finding.waiver = by_fingerprint.get(finding.fingerprint)
    return found


def _kinds(tallies: list[Tally], trend: Trend, chosen: Chosen) -> list[KindRow]:
    return [
        KindRow(
            tally,
            _line(str(tally.kind), trend, trend.kinds[tally.kind], str(tally.kind.label)),
            _address(urlencode(_said(chosen, kind=tally.kind.value))),
            chosen.kind == tally.kind,
        )
        for tally in tallies
    ]


def _total(trend: Trend) -> Plot:
    return _line("findings", trend, trend.totals, _("Open findings"))


def _line(name: str, trend: Trend, values: tuple[int, ...], title: str) -> Plot:
    return Plot(
        name=name,
        title=_("%s, day by day") % title,
        about=_("How many were open at the end of each day."),
        labels=[day.isoformat() for day in trend.days],
        series=[Series(title, values)],
    )


def _said(chosen: Chosen, **changed: Any) -> dict[str, str]:
    """The parameters that say what is chosen."""
    said = {name: getattr(chosen, name) for name in ("kind", "subject", "language", "waived")} | changed
    return {name: "yes" if value is True else value for name, value in said.items() if value}


def _address(query: str) -> str:
    address = reverse("admin:termbase_entryfinding_changelist")
    return f"{address}?{query}" if query else address
