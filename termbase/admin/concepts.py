"""Concepts with their terms, definitions and relations on one page."""

from collections.abc import Container
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from termbase.admin import entry_posted
from termbase.admin.bulk import to_confirm
from termbase.admin.conflicts import NotOverwriting, fields_posted, fill
from termbase.admin.entry import WithEntry
from termbase.admin.entry_forms import TermForm
from termbase.admin.entry_rows import DefinitionInline, RelationInline, TermInline, new_terms
from termbase.admin.exports import WithExports
from termbase.admin.list_filters import WithAdministrativeStatus, WithReviewStatus
from termbase.admin.one_by_one import OneByOne
from termbase.admin.teamwork import WithDiscussion
from termbase.history.comparison import Merged, Texts
from termbase.history.states import RowId, Rows
from termbase.jobs import request_refresh
from termbase.models import Concept, SubjectField, Term
from termbase.models.concepts import ConceptQuerySet
from termbase.text.normalise import normalise
from termbase.text.numbers import whole_number
from termbase.vocabulary import AdministrativeStatus

FEW = 1_000
"""Terms that a search of the list finds, to be handed on as they are."""


@admin.register(Concept)
class ConceptAdmin(NotOverwriting, WithEntry, WithExports, WithDiscussion):
    """Concepts; searched by key and by any part of a term, as readers search."""

    list_display = ("key", "preferred_zh", "preferred_en", "subject_field", "changed_on")
    list_filter = ("subject_field", WithReviewStatus, WithAdministrativeStatus)
    search_fields = ("key",)
    search_help_text = _("A key, or any part of a term in Chinese or English")
    autocomplete_fields = ("subject_field",)
    fields = ("key", "subject_field", "note")
    formfield_overrides = {models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 2})}}
    inlines = (TermInline, DefinitionInline, RelationInline)
    change_form_template = "admin/termbase/entry.html"
    actions = (*WithExports.actions, *WithDiscussion.actions)
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Concept]:
        concepts = cast(ConceptQuerySet, super().get_queryset(request))
        return concepts.select_related("subject_field").with_names()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Also the filters' own names, which Django takes for a way through the relations."""
        own = {WithReviewStatus.parameter_name, WithAdministrativeStatus.parameter_name}
        return lookup in own or bool(super().lookup_allowed(lookup, value, request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Concept], search_term: str
    ) -> tuple[QuerySet[Concept], bool]:
        # Not by a join, whose rows would have to be made distinct. Stored keys are normalised, so the query must be.
        key = normalise(search_term)
        if not key:
            return queryset, False
        concepts = Term.objects.filter(key__contains=key).values_list("concept", flat=True)
        # The list is counted and shown: what most searches find is looked for once, and kept as numbers for both.
        few = list(concepts[: FEW + 1])
        return queryset.filter(Q(key__contains=key) | Q(pk__in=few if len(few) <= FEW else concepts)), False

    def get_readonly_fields(self, request: HttpRequest, obj: Concept | None = None) -> tuple[str, ...]:
        # A new concept is given its key when it is saved.
        return ("key",)

    def has_delete_permission(self, request: HttpRequest, obj: Concept | None = None) -> bool:
        return False

    def concept_of(self, object_id: str) -> Concept | None:
        return Concept.objects.filter(pk=whole_number(unquote(object_id)) or 0).first()

    def posted(self, data: QueryDict, object_id: str) -> dict[RowId, Texts | None]:
        return entry_posted.posted(data, int(unquote(object_id)))

    def reposted(self, data: QueryDict, object_id: str, merged: Merged) -> QueryDict:
        return entry_posted.reposted(data, int(unquote(object_id)), merged)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        given: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        return given | {"initial": new_terms(request)} if isinstance(inline, TermInline) else given

    def save_formset(self, request: HttpRequest, form: "ModelForm[Any]", formset: Any, change: bool) -> None:
        formset.save(commit=False)
        written = [*((item, ["text"]) for item in formset.new_objects), *formset.changed_objects]
        # Who was preferred steps back first: the database allows one preferred term at every moment.
        for item, fields in sorted(written, key=lambda pair: _is_preferred(pair[0])):
            if isinstance(item, Term):
                propose(item, fields, by=cast(User, request.user))
            item.save()
        for item in formset.deleted_objects:
            item.delete()
        formset.save_m2m()
        if formset.model is Term and formset.has_changed():
            request_refresh()

    @admin.display(description=_("changed"), ordering="changed_at")
    def changed_on(self, concept: Concept) -> str:
        """The day and the minute."""
        return f"{concept.changed_at:%Y-%m-%d %H:%M}"

    @admin.display(description=_("Chinese"))
    def preferred_zh(self, concept: Concept) -> str:
        """The preferred Chinese term."""
        return _preferred(concept, "zh")

    @admin.display(description=_("English"))
    def preferred_en(self, concept: Concept) -> str:
        """The preferred English term."""
        return _preferred(concept, "en")


def _is_preferred(item: object) -> bool:
    return isinstance(item, Term) and item.administrative_status == AdministrativeStatus.PREFERRED


def _preferred(concept: Concept, language: str) -> str:
    terms: list[Term] = concept.preferred_terms  # type: ignore[attr-defined]
    return next((term.text for term in terms if term.language.startswith(language)), "–")


def propose(term: Term, changed: Container[str], *, by: User) -> None:
    """Note who answers for a wording: whoever wrote or changed it; pinyin left as it was is guessed again."""
    if "text" in changed:
        term.proposed_by = by
        if "reading" not in changed:
            term.reading = ""


@admin.register(Term)
class TermAdmin(OneByOne, NotOverwriting):
    """Terms across concepts, for finding and for review."""

    form = TermForm

    list_display = (
        "text",
        "language",
        "concept",
        "administrative_status",
        "review_status",
        "reliability",
        "reviewed_on",
    )
    list_filter = ("review_status", "administrative_status", "language", "term_type", "reliability")
    search_fields = ("key",)
    autocomplete_fields = ("concept",)
    readonly_fields = ("review_status", "rejection_reason", "proposed_by", "reviewed_by", "reviewed_at")
    actions = ("approve", "reject")
    queue = "proposed"
    change_form_after_template = "admin/termbase/reason.html"
    list_select_related = ("concept",)
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Term], search_term: str
    ) -> tuple[QuerySet[Term], bool]:
        return super().get_search_results(request, queryset, normalise(search_term))

    def has_delete_permission(self, request: HttpRequest, obj: Term | None = None) -> bool:
        return False

    def concept_of(self, object_id: str) -> Concept | None:
        return Concept.objects.filter(terms=whole_number(unquote(object_id)) or 0).first()

    def shown(self, rows: Rows, object_id: str) -> Rows:
        return {row: values for row, values in rows.items() if row == ("term", int(unquote(object_id)))}

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The history of the concept, which a term's is part of."""
        concept = self.concept_of(object_id)
        if concept is None:
            raise Http404
        return HttpResponseRedirect(reverse("admin:termbase_concept_history", args=[concept.pk]))

    def posted(self, data: QueryDict, object_id: str) -> dict[RowId, Texts | None]:
        return {("term", int(unquote(object_id))): fields_posted(data, "term")}

    def reposted(self, data: QueryDict, object_id: str, merged: Merged) -> QueryDict:
        again = data.copy()
        for texts in (*merged.rows.values(), *merged.again.values()):
            fill(again, "term", texts)
        return again

    @admin.display(description=_("reviewed"), ordering="reviewed_at")
    def reviewed_on(self, term: Term) -> str:
        """The day."""
        return f"{term.reviewed_at:%Y-%m-%d}" if term.reviewed_at else "–"

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Whether this person may approve terms."""
        return request.user.has_perm("termbase.review_term")

    def save_model(self, request: HttpRequest, obj: Term, form: "ModelForm[Any]", change: bool) -> None:
        propose(obj, form.changed_data, by=cast(User, request.user))
        super().save_model(request, obj, form, change)
        request_refresh()

    @admin.action(description=_("Approve the selected terms…"), permissions=["review"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Term]) -> HttpResponse | None:
        """After a look at what that means; one's own proposals and terms without a source are named and left."""
        return to_confirm(request, "proposed", "accept", queryset)

    @admin.action(description=_("Reject the selected terms…"), permissions=["review"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Term]) -> HttpResponse | None:
        """For a reason that is asked for."""
        return to_confirm(request, "proposed", "reject", queryset)


@admin.register(SubjectField)
class SubjectFieldAdmin(ModelAdmin):
    """The subject tree."""

    list_display = ("key", "name_en", "name_zh", "parent")
    search_fields = ("key", "name_en", "name_zh")

    def has_delete_permission(self, request: HttpRequest, obj: SubjectField | None = None) -> bool:
        return False
