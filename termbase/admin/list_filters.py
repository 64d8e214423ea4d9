"""Filters of the list of concepts by their terms: whether there is such a term, without a join that finds it twice."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from termbase.models import Concept, Term
from termbase.vocabulary import AdministrativeStatus, ReviewStatus


class WithTerm(SimpleListFilter):
    """Concepts with a term whose `field` has the value asked for."""

    field: ClassVar[str]
    choices_of_field: ClassVar[Any]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """The values."""
        return list(self.choices_of_field.choices)

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Concept]") -> "QuerySet[Concept]":
        """Those that have one; a value that is none finds none."""
        if not self.value():
            return queryset
        terms = Term.objects.filter(concept=OuterRef("pk"), **{self.field: str(self.value()).replace("\0", "")})
        return queryset.filter(Exists(terms))


class WithReviewStatus(WithTerm):
    """By what was decided of a term."""

    title = _("review status")
    parameter_name = "terms__review_status__exact"
    field = "review_status"
    choices_of_field = ReviewStatus


class WithAdministrativeStatus(WithTerm):
    """By what a term is to be used for."""

    title = _("administrative status")
    parameter_name = "terms__administrative_status__exact"
    field = "administrative_status"
    choices_of_field = AdministrativeStatus
