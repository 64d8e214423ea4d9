"""The rows of an entry on its page: terms, definitions, relations."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from termbase.admin.entry_forms import (
    SIDES,
    DefinitionForm,
    DistinctFormSet,
    RelationForm,
    RelationFormSet,
    TermFormSet,
    TermRowForm,
)
from termbase.models import Concept, ConceptRelation, Definition, Term
from termbase.models.concepts import status_rank
from termbase.vocabulary import AdministrativeStatus, Language, TermType

LONGEST = 500
"""Characters of a text that another page may send for a new term."""


class KeptInline(TabularInline):
    """Rows that are edited and never deleted: a term is rejected, not erased."""

    can_delete = False


class TermInline(KeptInline):
    """The terms of a concept."""

    model = Term
    form = TermRowForm
    formset = TermFormSet
    template = "admin/termbase/_terms.html"
    fields = (
        "language",
        "text",
        "term_type",
        "administrative_status",
        "part_of_speech",
        "geographical_usage",
        "reading",
        "source",
        "reliability",
        "usage_note",
        "note",
        "review_status",
    )
    readonly_fields = ("review_status",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Term]:
        terms = super().get_queryset(request).select_related("proposed_by", "reviewed_by")
        return terms.order_by("-language", status_rank(), "pk")

    def get_extra(self, request: HttpRequest, obj: Concept | None = None, **kwargs: Any) -> int:
        return len(new_terms(request))


class DefinitionInline(TabularInline):
    """The definitions of a concept."""

    model = Definition
    form = DefinitionForm
    formset = DistinctFormSet
    fields = ("language", "text", "source")
    template = "admin/termbase/_definitions.html"
    extra = 1


class RelationInline(TabularInline):
    """What a concept is related to."""

    model = ConceptRelation
    form = RelationForm
    formset = RelationFormSet
    fk_name = "concept"
    fields = ("relation_type", "target")
    template = "admin/termbase/_relations.html"
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConceptRelation]:
        preferred = Term.objects.filter(administrative_status=AdministrativeStatus.PREFERRED).order_by("-language")
        prefetch = Prefetch("target__terms", preferred, to_attr="preferred_terms")
        return super().get_queryset(request).select_related("target").prefetch_related(prefetch)


def new_terms(request: HttpRequest) -> list[dict[str, str]]:
    """What the rows for new terms begin with: one that another page has sent a text for, and a blank in each language.

    The address says `variant=LANGUAGE:TEXT`.
    """
    language, _colon, text = request.GET.get("variant", "").partition(":")
    sent = {"language": language, "text": text[:LONGEST], "term_type": TermType.VARIANT}
    blanks = [{"language": tag} for _side, tag, _label in SIDES]
    return [sent, *blanks] if text and language in Language else blanks
