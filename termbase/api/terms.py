"""Terms across concepts: lists, one, and its review."""

from typing import cast

from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase import editing, vocabulary
from termbase.api import access, conditional, inputs
from termbase.api.components import TermSerializer, TermsSerializer
from termbase.api.idempotency import idempotent
from termbase.api.reading import FieldsParameter, Paged, Parameters, Record, cursor, cut, parameters, place
from termbase.api.reasons import reason_of
from termbase.api.records import TERM_MEMBERS, term_record
from termbase.api.schema import describe
from termbase.errors import NotAllowed, NotFound
from termbase.jobs import request_refresh
from termbase.models import Term
from termbase.models.concepts import TermQuerySet
from termbase.vocabulary import ReviewStatus

MEMBERS = (*TERM_MEMBERS, "concept", "concept_version")


class TermsParameters(Paged):
    """Which terms; without `review_status`, the approved ones. Rejected ones are for those who edit."""

    concept = serializers.CharField(required=False, max_length=64, help_text="Key of a concept.")
    language = serializers.ChoiceField(vocabulary.Language.choices, required=False)
    term_type = serializers.ChoiceField(vocabulary.TermType.choices, required=False)
    administrative_status = serializers.ChoiceField(vocabulary.AdministrativeStatus.choices, required=False)
    review_status = serializers.ChoiceField(ReviewStatus.choices, default=ReviewStatus.APPROVED)
    fields = FieldsParameter(MEMBERS)  # type: ignore[assignment]


class TermParameters(Parameters):
    """How much of a term."""

    fields = FieldsParameter(MEMBERS)  # type: ignore[assignment]


class TermsView(APIView):
    """Terms."""

    access = {"GET": access.READ, "POST": access.EDIT}

    @describe(TermsSerializer, parameters=TermsParameters, etag=True)
    def get(self, request: Request) -> Response:
        """Terms of current concepts, the oldest first."""
        asked = parameters(request, TermsParameters)
        if asked["review_status"] == ReviewStatus.REJECTED and not _sees_all(request):
            raise NotAllowed("Rejected terms are for those who edit.", fields={"review_status": ["not for readers"]})
        found = list(_listed(asked)[: asked["limit"] + 1])
        page = found[: asked["limit"]]
        content = {
            "terms": cut(map(term_record, page), asked.get("fields")),
            "next": cursor(page[-1].pk) if len(found) > len(page) else None,
        }
        return conditional.answer(request, content)

    @describe(
        TermSerializer,
        status=201,
        body=inputs.NewTermInput,
        idempotent=True,
        reasoned=True,
        etag=True,
        errors=(404, 409, 410),
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """A new term for a concept; it is proposed."""
        values = inputs.checked(inputs.NewTermInput, request)
        term = editing.add_term(
            concept_key=values.pop("concept"),
            values=values,
            by=cast(User, request.user),
            reason=reason_of(request),
        )
        transaction.on_commit(request_refresh, robust=True)
        response = _written(term)
        response.status_code = 201
        response.headers["Location"] = reverse("term", args=[term.pk])
        return response


class TermView(APIView):
    """A term."""

    access = {"GET": access.READ, "PATCH": access.EDIT}

    @describe(TermSerializer, parameters=TermParameters, etag=True)
    def get(self, request: Request, id: int) -> Response:  # noqa: A002
        """A term; its ETag is of its concept's version."""
        asked = parameters(request, TermParameters)
        term = _term(request, id)
        record = cut([term_record(term)], asked.get("fields"))[0]
        return conditional.answer(request, record, version=term.concept.version)

    @describe(TermSerializer, body=inputs.TermInput, writes=True, etag=True, errors=(409, 410))
    def patch(self, request: Request, id: int) -> Response:  # noqa: A002
        """Some of a term; another text has to be approved again."""
        versions = conditional.versions_read(request)
        values = inputs.checked(inputs.TermInput, request, partial=True)
        term = _term(request, id)
        term = editing.change_term(
            term=term, versions=versions, values=values, by=cast(User, request.user), reason=reason_of(request)
        )
        transaction.on_commit(request_refresh, robust=True)
        return _written(term)


class TermApprovalView(APIView):
    """The approval of a term."""

    access = {"POST": access.REVIEW}

    @describe(TermSerializer, status=200, writes=True, idempotent=True, etag=True, errors=(409, 410))
    @idempotent
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        """Approve the wording that was read; not one's own, and not without a source."""
        inputs.checked(inputs.NothingInput, request)
        return _review(request, id, rejected_because=None)


class TermRejectionView(APIView):
    """The rejection of a term."""

    access = {"POST": access.REVIEW}

    @describe(
        TermSerializer,
        status=200,
        body=inputs.RejectionInput,
        writes=True,
        idempotent=True,
        etag=True,
        errors=(409, 410),
    )
    @idempotent
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        """Reject the wording that was read; it stays on record with the reason."""
        return _review(request, id, rejected_because=inputs.checked(inputs.RejectionInput, request)["reason"])


def _review(request: Request, pk: int, *, rejected_because: str | None) -> Response:
    versions = conditional.versions_read(request)
    term = editing.review_term(
        term=_term(request, pk),
        versions=versions,
        by=cast(User, request.user),
        rejected_because=rejected_because,
        reason=reason_of(request),
    )
    transaction.on_commit(request_refresh, robust=True)
    return _written(term)


def _sees_all(request: Request) -> bool:
    return access.may(request, access.EDIT) or access.may(request, access.REVIEW)


def _term(request: Request, pk: int) -> Term:
    terms = _terms()
    if not _sees_all(request):
        terms = terms.visible(proposed=True)
    term = terms.filter(pk=pk).first()
    if term is None:
        raise NotFound(f"There is no term {pk}.")
    return term


def _terms() -> TermQuerySet:
    return Term.objects.select_related("concept").defer("key", "ngrams")


def _listed(asked: Record) -> TermQuerySet:
    filters = {"concept": "concept__key"}
    names = ("concept", "language", "term_type", "administrative_status", "review_status")
    terms = _terms().filter(
        concept__withdrawn_at=None, **{filters.get(name, name): asked[name] for name in names if name in asked}
    )
    if "cursor" in asked:
        terms = terms.filter(pk__gt=place(asked["cursor"], int)[0])
    return terms.order_by("pk")


def _written(term: Term) -> Response:
    record = term_record(term)
    return Response(record, headers=conditional.headers(conditional.versioned(record, term.concept.version)))
