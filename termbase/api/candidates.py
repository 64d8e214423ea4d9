"""Candidates of the harvest, for those who review: lists, one with its sentences, and the decision on it."""

from collections.abc import Callable
from typing import cast

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Prefetch, Q
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase import vocabulary
from termbase.api import access, conditional, inputs
from termbase.api.candidate_components import CandidateSerializer, CandidatesSerializer, WholeCandidateSerializer
from termbase.api.candidate_records import MEMBERS, WHOLE_MEMBERS, candidate_record, whole_record
from termbase.api.idempotency import idempotent
from termbase.api.reading import FieldsParameter, Paged, Parameters, Record, cursor, cut, parameters, place
from termbase.api.schema import describe
from termbase.errors import NotFound, Stale
from termbase.harvest.candidates import reviewing
from termbase.jobs import request_refresh
from termbase.models import CandidateExample, CandidateFrequency, Term
from termbase.models.review import Candidate, CandidateQuerySet
from termbase.text.normalise import normalise
from termbase.vocabulary import QueueStatus

_FILTERS = {
    "status": "status",
    "term_type": "term_type",
    "subject_field": "subject_field__key",
    "min_score": "score__gte",
}


class CandidatesParameters(Paged):
    """Which candidates; without `status`, those that wait."""

    status = serializers.ChoiceField(QueueStatus.choices, default=QueueStatus.WAITING)
    q = serializers.CharField(required=False, max_length=200, help_text="What is part of them.")
    document = serializers.CharField(required=False, max_length=64, help_text="Key of a document they stand in.")
    badge = serializers.ChoiceField(vocabulary.Badge.choices, required=False)
    term_type = serializers.ChoiceField(vocabulary.TermType.choices, required=False)
    subject_field = serializers.CharField(required=False, max_length=60, help_text="Key of a subject field.")
    min_score = serializers.FloatField(required=False, min_value=0, max_value=1)
    fields = FieldsParameter(MEMBERS)  # type: ignore[assignment]


class CandidateParameters(Parameters):
    """How much of a candidate."""

    fields = FieldsParameter(WHOLE_MEMBERS)  # type: ignore[assignment]


class CandidatesView(APIView):
    """Candidates."""

    access = {"GET": access.DECIDE}

    @describe(CandidatesSerializer, parameters=CandidatesParameters, etag=True)
    def get(self, request: Request) -> Response:
        """Candidates, the likeliest first."""
        asked = parameters(request, CandidatesParameters)
        found = list(_listed(asked)[: asked["limit"] + 1])
        page = found[: asked["limit"]]
        content = {
            "candidates": cut(map(candidate_record, page), asked.get("fields")),
            "next": cursor(page[-1].score, page[-1].pk) if len(found) > len(page) else None,
        }
        return conditional.answer(request, content)


class CandidateView(APIView):
    """A candidate."""

    access = {"GET": access.DECIDE}

    @describe(WholeCandidateSerializer, parameters=CandidateParameters, etag=True)
    def get(self, request: Request, id: int) -> Response:  # noqa: A002
        """A candidate with its sentences, the known terms inside it and its likely equivalents."""
        asked = parameters(request, CandidateParameters)
        record = whole_record(_found(_whole(), id))
        return conditional.answer(request, cut([record], asked.get("fields"))[0], version=record["version"])


class CandidateAcceptanceView(APIView):
    """The acceptance of a candidate."""

    access = {"POST": access.DECIDE}

    @describe(CandidateSerializer, body=inputs.AcceptanceInput, writes=True, idempotent=True, etag=True, errors=(409,))
    @idempotent
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        """Make a concept of it, with proposed terms; somebody else approves them."""
        values = inputs.checked(inputs.AcceptanceInput, request)
        return _decided(request, id, lambda by: reviewing.accept(candidate=id, by=by, **values))


class CandidateMergerView(APIView):
    """The merger of a candidate into a concept."""

    access = {"POST": access.DECIDE}

    @describe(CandidateSerializer, body=inputs.MergerInput, writes=True, idempotent=True, etag=True, errors=(409, 410))
    @idempotent
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        """Make it a proposed term of a concept that there is."""
        values = inputs.checked(inputs.MergerInput, request)
        return _decided(request, id, lambda by: reviewing.merge(candidate=id, by=by, **values))


class CandidateRejectionView(APIView):
    """The rejection of a candidate."""

    access = {"POST": access.DECIDE}

    @describe(CandidateSerializer, body=inputs.RejectionInput, writes=True, idempotent=True, etag=True, errors=(409,))
    @idempotent
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        """Reject it; no harvest proposes it again."""
        values = inputs.checked(inputs.RejectionInput, request)
        return _decided(request, id, lambda by: reviewing.reject(candidate=id, by=by, **values))


class CandidateUndoingView(APIView):
    """The way back from a decision."""

    access = {"POST": access.DECIDE}

    @describe(CandidateSerializer, body=inputs.UndoingInput, writes=True, idempotent=True, etag=True, errors=(409,))
    @idempotent
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        """Take the decision back: it waits again, and what came of it is withdrawn."""
        values = inputs.checked(inputs.UndoingInput, request)
        return _decided(request, id, lambda by: reviewing.undo(candidate=id, by=by, **values))


def _decided(request: Request, pk: int, decide: Callable[[User], object]) -> Response:
    """The candidate after a decision on what the caller has read. Raises `Stale`, and what `decide` raises."""
    versions = conditional.versions_read(request)
    with transaction.atomic():
        read = _found(Candidate.objects.with_version().select_for_update(of=("self",)), pk)
        version = candidate_record(read)["version"]
        if version not in versions:
            raise Stale(f"The candidate has changed since; it is at version {version}. Read it again.")
        decide(cast(User, request.user))
        now = _found(_candidates(), pk)
        if now.term_id != read.term_id:
            transaction.on_commit(request_refresh, robust=True)
    record = candidate_record(now)
    return Response(record, headers=conditional.headers(conditional.versioned(record, record["version"])))


def _found(candidates: CandidateQuerySet, pk: int) -> Candidate:
    found = candidates.filter(pk=pk).first()
    if found is None:
        raise NotFound(f"There is no candidate {pk}.")
    return found


def _candidates() -> CandidateQuerySet:
    frequencies = Prefetch("frequencies", CandidateFrequency.objects.select_related("document"))
    return (
        Candidate.objects.with_version()
        .select_related("subject_field", "variant_of", "term__concept")
        .prefetch_related(frequencies)
    )


def _whole() -> CandidateQuerySet:
    examples = CandidateExample.objects.select_related("passage__document").defer("passage__key", "passage__ngrams")
    known = Term.objects.select_related("concept").order_by("pk")
    # One after the other: the kinds of rows are not of one type.
    return (
        _candidates()
        .prefetch_related("likely_equivalents")
        .prefetch_related(Prefetch("examples", examples))
        .prefetch_related(Prefetch("known_terms", known))
    )


def _listed(asked: Record) -> CandidateQuerySet:
    candidates = _candidates().filter(**{path: asked[name] for name, path in _FILTERS.items() if name in asked})
    if "q" in asked:
        candidates = candidates.filter(key__contains=normalise(asked["q"]))
    if "document" in asked:
        candidates = candidates.filter(frequencies__document__key=asked["document"])
    if "badge" in asked:
        candidates = candidates.filter(badges__contains=[asked["badge"]])
    if "cursor" in asked:
        score, pk = place(asked["cursor"], float, int)
        candidates = candidates.filter(Q(score__lt=score) | Q(score=score, pk__gt=pk))
    return candidates.order_by("-score", "pk")
