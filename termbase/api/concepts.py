"""Concepts: lists, one whole, and writes over what the writer has read."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase import editing, evidence, search
from termbase.api import access, conditional, inputs
from termbase.api.components import ConceptSerializer, ConceptsSerializer, WholeConceptSerializer
from termbase.api.idempotency import idempotent
from termbase.api.names import check_parameters
from termbase.api.reading import FieldsParameter, Paged, Parameters, Record, cursor, cut, parameters, place
from termbase.api.reasons import reason_of
from termbase.api.records import CONCEPT_MEMBERS, concept_record, concept_records
from termbase.api.schema import describe
from termbase.api.serializers import evidence as evidence_record
from termbase.api.serializers import example
from termbase.errors import NotFound
from termbase.jobs import request_refresh
from termbase.models import Concept, Term
from termbase.models.concepts import ConceptQuerySet

WHOLE_MEMBERS = (*CONCEPT_MEMBERS, "examples", "evidence")
_PROPOSED = "Show proposed terms as well."


class ConceptsParameters(Paged):
    """Which concepts; without `proposed`, those with an approved term."""

    subject_field = serializers.CharField(required=False, max_length=60, help_text="Key of a subject field.")
    changed_since = serializers.DateTimeField(required=False, help_text="Changed at this moment or later.")
    proposed = serializers.BooleanField(default=False, help_text=_PROPOSED)
    fields = FieldsParameter(CONCEPT_MEMBERS)  # type: ignore[assignment]


class ConceptParameters(Parameters):
    """How much of a concept."""

    proposed = serializers.BooleanField(default=False, help_text=_PROPOSED)
    fields = FieldsParameter(WHOLE_MEMBERS)  # type: ignore[assignment]


class ConceptsView(APIView):
    """Concepts, by key."""

    access = {"GET": access.READ, "POST": access.EDIT}

    @describe(ConceptsSerializer, parameters=ConceptsParameters, etag=True)
    def get(self, request: Request) -> Response:
        """Concepts that readers see, by key."""
        asked = parameters(request, ConceptsParameters)
        found = list(_listed(asked)[: asked["limit"] + 1])
        page = found[: asked["limit"]]
        # All that a record says changes the version of its concept, so the page is known before its parts are read.
        tag = conditional.tag_of(
            [sorted(asked.get("fields", ())), asked["proposed"], len(found) > len(page)]
            + [[c.key, c.version, c.changed_at] for c in page]
        )
        return conditional.unchanged(request, tag) or Response(
            {
                "concepts": cut(concept_records(page, proposed=asked["proposed"]), asked.get("fields")),
                "next": cursor(page[-1].key) if len(found) > len(page) else None,
            },
            headers=conditional.headers(tag),
        )

    @describe(
        ConceptSerializer,
        status=201,
        body=inputs.NewConceptInput,
        idempotent=True,
        reasoned=True,
        etag=True,
        errors=(409,),
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """A new concept; its terms are proposed."""
        values = inputs.checked(inputs.NewConceptInput, request)
        concept = editing.create_concept(values=values, by=cast(User, request.user), reason=reason_of(request))
        transaction.on_commit(request_refresh, robust=True)
        return _written(concept, status=201)


class ConceptView(APIView):
    """A concept."""

    access = {"GET": access.READ, "PUT": access.EDIT, "PATCH": access.EDIT, "DELETE": access.EDIT}

    @describe(WholeConceptSerializer, parameters=ConceptParameters, etag=True)
    def get(self, request: Request, key: str) -> Response:
        """A concept with its terms, definitions, relations, frequencies and examples."""
        asked = parameters(request, ConceptParameters)
        concept = _concepts().filter(key=key).first()
        if concept is None:
            raise NotFound(f"There is no concept “{key}”.")
        wanted = asked.get("fields")
        record = concept_record(concept, proposed=asked["proposed"])
        if wanted is None or not wanted.isdisjoint(("terms", "examples", "evidence")):
            _add_occurrences(record)
        return conditional.answer(request, cut([record], wanted)[0], version=concept.version)

    @describe(ConceptSerializer, body=inputs.ConceptInput, writes=True, etag=True, errors=(409, 410))
    def put(self, request: Request, key: str) -> Response:
        """All of a concept; approved terms that are not given are refused."""
        return self._change(request, key, inputs.ConceptInput)

    @describe(ConceptSerializer, body=inputs.ConceptChangesInput, writes=True, etag=True, errors=(409, 410))
    def patch(self, request: Request, key: str) -> Response:
        """Some of a concept."""
        return self._change(request, key, inputs.ConceptChangesInput)

    @describe(None, status=204, writes=True, errors=(410,))
    def delete(self, request: Request, key: str) -> HttpResponse:
        """Withdraw a concept; its key goes on answering."""
        check_parameters(request.query_params, ())
        editing.withdraw_concept(
            key=key, versions=conditional.versions_read(request), by=cast(User, request.user), reason=reason_of(request)
        )
        transaction.on_commit(request_refresh, robust=True)
        return Response(status=204)

    def _change(self, request: Request, key: str, kind: type[inputs.Input]) -> Response:
        versions = conditional.versions_read(request)
        values = inputs.checked(kind, request)
        concept = editing.change_concept(
            key=key, versions=versions, values=values, by=cast(User, request.user), reason=reason_of(request)
        )
        if "terms" in values:
            transaction.on_commit(request_refresh, robust=True)
        return _written(concept, status=200)


def _concepts() -> ConceptQuerySet:
    return Concept.objects.select_related("subject_field", "replaced_by")


def _listed(asked: Record) -> ConceptQuerySet:
    terms = Term.objects.visible(proposed=asked["proposed"]).filter(concept=OuterRef("pk"))
    concepts = _concepts().filter(Exists(terms)).order_by("key")
    if "subject_field" in asked:
        concepts = concepts.filter(subject_field__key=asked["subject_field"])
    if "changed_since" in asked:
        concepts = concepts.filter(changed_at__gte=asked["changed_since"])
    if "cursor" in asked:
        concepts = concepts.filter(key__gt=place(asked["cursor"], str)[0])
    return concepts


def _written(concept: Concept, *, status: int) -> Response:
    """The concept as its writer sees it: with what is proposed."""
    record = concept_record(concept, proposed=True)
    headers: dict[str, Any] = {**conditional.headers(conditional.versioned(record, concept.version))}
    if status == 201:
        headers["Location"] = reverse("concept", args=[concept.key])
    return Response(record, status=status, headers=headers)


def _add_occurrences(record: Record) -> None:
    ids = [term["id"] for term in record["terms"]]
    frequencies, examples = search.frequencies_of(ids), search.examples_of(ids)
    for term in record["terms"]:
        term["frequencies"] = [{"document": name, "count": count} for name, count in frequencies.get(term["id"], ())]
    record["examples"] = [
        {"term": term["text"], **(example(shown) or {})}
        for term in record["terms"]
        for shown in examples.get(term["id"], ())
    ]
    record["evidence"] = []
    if evidence.exists_for(ids):
        terms = list(Term.objects.filter(pk__in=ids).in_order())
        record["evidence"] = [evidence_record(shown) for shown in evidence.of_terms(terms)]
