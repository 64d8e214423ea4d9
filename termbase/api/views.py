"""The calls of the API: each parses, asks one function and answers."""

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase import search
from termbase.api import serializers
from termbase.errors import InvalidInput
from termbase.models import Concept, Document
from termbase.search import MODES, Query


class LookupView(APIView):
    """`GET lookup/?q=&source=&target=&mode=&limit=`: terms for a word or phrase, best first."""

    def get(self, request: Request) -> Response:
        asked = request.query_params
        if "q" not in asked:
            raise InvalidInput("q is missing.", fields={"q": ["is missing"]})
        query = Query(
            text=asked["q"],
            source=asked.get("source", ""),
            target=asked.get("target", ""),
            modes=asked.getlist("mode") or MODES,
            limit=_number(asked.get("limit", str(search.DEFAULT_LIMIT)), "limit"),
            proposed=asked.get("proposed", "") == "true",
        )
        return Response({"q": query.text, "hits": [serializers.hit(hit) for hit in search.lookup(query)]})


class ConceptView(APIView):
    """`GET concepts/{key}/`: a concept with its terms, definitions, relations, frequencies and examples."""

    def get(self, request: Request, key: str) -> Response:
        concept = get_object_or_404(Concept.objects.select_related("subject_field"), key=key)
        return Response(serializers.concept(concept, *search.whole(concept)))


class DocumentsView(APIView):
    """`GET documents/`: the source documents."""

    def get(self, request: Request) -> Response:
        return Response({"documents": [serializers.document(document) for document in Document.objects.all()]})


class PassagesView(APIView):
    """`GET documents/{key}/passages/`: the text of a document, passage by passage."""

    def get(self, request: Request, key: str) -> Response:
        document = get_object_or_404(Document, key=key)
        passages = [serializers.passage(passage) for passage in document.passages.all()]
        return Response({"document": serializers.document(document), "passages": passages})


def _number(value: str, name: str) -> int:
    if not value.isdecimal() or len(value) > 9:
        raise InvalidInput(f"{name} must be a whole number.", fields={name: ["must be a whole number"]})
    return int(value)
