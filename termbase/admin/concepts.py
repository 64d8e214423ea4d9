"""Concepts with their terms, definitions and relations on one page."""

from collections import Counter
from collections.abc import Container
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from termbase.admin.bulk import to_confirm
from termbase.admin.conflicts import ConflictForm, NotOverwriting, fields_posted, fill, rows_posted
from termbase.admin.teamwork import WithDiscussion
from termbase.errors import TermbaseError
from termbase.history.comparison import Merged, Texts
from termbase.history.states import RowId, Rows
from termbase.jobs import request_refresh
from termbase.models import Concept, ConceptRelation, Definition, SubjectField, Term
from termbase.models.concepts import status_rank
from termbase.models.history import acting
from termbase.models.matching import is_clean
from termbase.text.normalise import normalise
from termbase.vocabulary import ActivityKind, AdministrativeStatus, Language, ReviewStatus

# The formsets of a concept's page, with the name that the history has for their rows.
_FORMSETS = {"terms": "term", "definitions": "definition", "relations": "conceptrelation"}


class TermForm(ConflictForm):
    """A term, with the rules that the database has, so that breaking one is told beside the field and not by a 500."""

    def clean_text(self) -> str:
        """The text; one of title marks alone, say, has nothing to be found by."""
        text = str(self.cleaned_data["text"])
        if not is_clean(text) or not normalise(text):
            raise ValidationError(_("Holds control characters, or nothing to be found by."))
        return text

    def _get_validation_exclusions(self) -> set[str]:
        # Django checks no constraint that names a field which the form only shows.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"review_status", "source", "concept", "language"}


class TermFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The terms of a concept: one preferred in each language, whichever of them was so before."""

    def clean(self) -> None:
        super().clean()
        preferred = Counter(
            form.cleaned_data["language"]
            for form in self.forms
            if form.cleaned_data.get("administrative_status") == AdministrativeStatus.PREFERRED
            and form.instance.review_status != ReviewStatus.REJECTED
            and "language" in form.cleaned_data
        )
        for language, count in preferred.items():
            if count > 1:
                raise ValidationError(
                    _("%d preferred terms in %s; one is the most.") % (count, Language(language).label)
                )


class TermRowForm(TermForm):
    """A term among the others of its concept: which is preferred is the formset's to check."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"administrative_status"}


class KeptInline(TabularInline):
    """Rows that are edited and never deleted: a term is rejected, not erased."""

    extra = 0
    can_delete = False


class TermInline(KeptInline):
    """The terms of a concept."""

    model = Term
    form = TermRowForm
    formset = TermFormSet
    fields = (
        "language",
        "text",
        "term_type",
        "administrative_status",
        "source",
        "reliability",
        "usage_note",
        "review_status",
    )
    readonly_fields = ("review_status",)
    # One line each: a row of text areas would be ten lines high. The term's own page has room for everything.
    formfield_overrides = {models.TextField: {"widget": UnfoldAdminTextInputWidget}}
    show_change_link = True
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Term]:
        return super().get_queryset(request).order_by("-language", status_rank(), "pk")


class DefinitionInline(TabularInline):
    """The definitions of a concept."""

    model = Definition
    extra = 0


class RelationInline(TabularInline):
    """What a concept is related to."""

    model = ConceptRelation
    fk_name = "concept"
    autocomplete_fields = ("target",)
    extra = 0


@admin.register(Concept)
class ConceptAdmin(NotOverwriting, WithDiscussion):
    """Concepts; searched by key and by any part of a term, as readers search."""

    list_display = ("key", "preferred_zh", "preferred_en", "subject_field", "changed_at")
    list_filter = ("subject_field", "terms__review_status", "terms__administrative_status")
    search_fields = ("key", "terms__key")
    search_help_text = _("A key, or any part of a term in Chinese or English")
    autocomplete_fields = ("subject_field",)
    fields = ("key", "subject_field", "note")
    inlines = (TermInline, DefinitionInline, RelationInline)
    change_form_after_template = "admin/termbase/reason.html"
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Concept]:
        preferred = Term.objects.filter(administrative_status=AdministrativeStatus.PREFERRED)
        prefetch = Prefetch("terms", preferred, to_attr="preferred_terms")
        return super().get_queryset(request).select_related("subject_field").prefetch_related(prefetch)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Concept], search_term: str
    ) -> tuple[QuerySet[Concept], bool]:
        # Stored keys are normalised, so the query must be; concept keys are lower case and stay as they are.
        return super().get_search_results(request, queryset, normalise(search_term))

    def get_readonly_fields(self, request: HttpRequest, obj: Concept | None = None) -> tuple[str, ...]:
        # A new concept is given its key when it is saved.
        return ("key",)

    def has_delete_permission(self, request: HttpRequest, obj: Concept | None = None) -> bool:
        return False

    def concept_of(self, object_id: str) -> Concept | None:
        return Concept.objects.filter(pk=unquote(object_id)).first() if unquote(object_id).isdecimal() else None

    def posted(self, data: QueryDict, object_id: str) -> dict[RowId, Texts | None]:
        rows: dict[RowId, Texts | None] = {("concept", int(unquote(object_id))): fields_posted(data, "concept")}
        for prefix, model in _FORMSETS.items():
            rows |= {(model, int(pk)): texts for pk, texts in rows_posted(data, prefix, model) if pk.isdecimal()}
        return rows

    def reposted(self, data: QueryDict, object_id: str, merged: Merged) -> QueryDict:
        again = QueryDict(mutable=True)
        for name in data:
            if not name.startswith(tuple(_FORMSETS)):
                again.setlist(name, data.getlist(name))
        fill(again, "concept", merged.rows[("concept", int(unquote(object_id)))])
        for prefix, model in _FORMSETS.items():
            there = [(str(pk), texts) for (kind, pk), texts in merged.rows.items() if kind == model]
            new = [texts for (kind, _pk), texts in merged.again.items() if kind == model]
            new += [texts for pk, texts in rows_posted(data, prefix, model) if not pk and texts is not None]
            again[f"{prefix}-INITIAL_FORMS"] = str(len(there))
            again[f"{prefix}-TOTAL_FORMS"] = str(len(there) + len(new))
            for number, (pk, texts) in enumerate([*there, *(("", texts) for texts in new)]):
                again[f"{prefix}-{number}-id"] = pk
                again[f"{prefix}-{number}-concept"] = unquote(object_id)
                fill(again, model, texts, f"{prefix}-{number}-")
        return again

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


def approve_each(model_admin: ModelAdmin, request: HttpRequest, queryset: QuerySet[Term]) -> None:
    """Approve the terms one by one and say how many were, and why others were not."""
    approved = 0
    with acting(activity=ActivityKind.REVIEW):
        for term in queryset:
            try:
                term.approve(by=cast(User, request.user))
                approved += 1
            except TermbaseError as error:
                model_admin.message_user(request, f"{term}: {error.message}", messages.WARNING)
    model_admin.message_user(request, _("%d terms approved.") % approved, messages.SUCCESS)


@admin.register(Term)
class TermAdmin(NotOverwriting):
    """Terms across concepts, for finding and for review."""

    form = TermForm

    list_display = (
        "text",
        "language",
        "concept",
        "administrative_status",
        "review_status",
        "reliability",
        "reviewed_at",
    )
    list_filter = ("review_status", "administrative_status", "language", "term_type", "reliability")
    search_fields = ("key",)
    autocomplete_fields = ("concept",)
    readonly_fields = ("review_status", "rejection_reason", "proposed_by", "reviewed_by", "reviewed_at")
    actions = ("approve", "reject")
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
        return Concept.objects.filter(terms=int(unquote(object_id))).first() if unquote(object_id).isdecimal() else None

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

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Whether this person may approve terms."""
        return request.user.has_perm("termbase.review_term")

    def save_model(self, request: HttpRequest, obj: Term, form: "ModelForm[Any]", change: bool) -> None:
        propose(obj, form.changed_data, by=cast(User, request.user))
        super().save_model(request, obj, form, change)
        request_refresh()

    @admin.action(description=_("Approve the selected terms"), permissions=["review"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Term]) -> None:
        """Approve each; one's own proposals and terms without a source are named and left."""
        approve_each(self, request, queryset)

    @admin.action(description=_("Reject the selected terms…"), permissions=["review"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Term]) -> HttpResponse | None:
        """For a reason that is asked for."""
        return to_confirm(request, "proposed", "reject", queryset)


@admin.register(SubjectField)
class SubjectFieldAdmin(ModelAdmin):
    """The subject tree."""

    list_display = ("key", "name_en", "name_zh", "parent")
    search_fields = ("key", "name_en", "name_zh")
