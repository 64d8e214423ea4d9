"""Source documents and their passages."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase.api import conditional
from termbase.api.components import DocumentSerializer, DocumentsSerializer, PassagesSerializer
from termbase.api.reading import FieldsParameter, Paged, Parameters, cursor, cut, parameters, place
from termbase.api.schema import describe
from termbase.api.serializers import DOCUMENT_FIELDS, PASSAGE_FIELDS, document, passage
from termbase.errors import NotFound, Withdrawn
from termbase.models import Document

MEMBERS = (*DOCUMENT_FIELDS, "cited_as")


class DocumentsParameters(Paged):
    """Which documents."""

    symbol = serializers.CharField(required=False, max_length=120, help_text="The document with this symbol.")
    fields = FieldsParameter(MEMBERS)  # type: ignore[assignment]


class DocumentParameters(Parameters):
    """How much of a document."""

    fields = FieldsParameter(MEMBERS)  # type: ignore[assignment]


class PassagesParameters(Paged):
    """How much of a document's text."""

    fields = FieldsParameter(PASSAGE_FIELDS)  # type: ignore[assignment]


class DocumentsView(APIView):
    """Source documents."""

    @describe(DocumentsSerializer, parameters=DocumentsParameters, etag=True)
    def get(self, request: Request) -> Response:
        """The source documents, by key; without those that were withdrawn."""
        asked = parameters(request, DocumentsParameters)
        documents = Document.objects.current().order_by("key")
        if "symbol" in asked:
            documents = documents.filter(symbol=asked["symbol"])
        if "cursor" in asked:
            documents = documents.filter(key__gt=place(asked["cursor"], str)[0])
        found = list(documents[: asked["limit"] + 1])
        page = found[: asked["limit"]]
        content = {
            "documents": cut(map(document, page), asked.get("fields")),
            "next": cursor(page[-1].key) if len(found) > len(page) else None,
        }
        return conditional.answer(request, content)


class DocumentView(APIView):
    """A source document."""

    @describe(DocumentSerializer, parameters=DocumentParameters, etag=True, errors=(410,))
    def get(self, request: Request, key: str) -> Response:
        """A source document."""
        asked = parameters(request, DocumentParameters)
        return conditional.answer(request, cut([document(_document(key))], asked.get("fields"))[0])


class PassagesView(APIView):
    """The text of a document."""

    @describe(PassagesSerializer, parameters=PassagesParameters, etag=True, errors=(410,))
    def get(self, request: Request, key: str) -> Response:
        """The text of a document, passage by passage."""
        asked = parameters(request, PassagesParameters)
        item = _document(key)
        after = place(asked["cursor"], int)[0] if "cursor" in asked else -1
        passages = item.passages.filter(position__gt=after).defer("key", "ngrams").order_by("position")
        found = list(passages[: asked["limit"] + 1])
        page = found[: asked["limit"]]
        content = {
            "document": document(item),
            "passages": cut(map(passage, page), asked.get("fields")),
            "next": cursor(page[-1].position) if len(found) > len(page) else None,
        }
        return conditional.answer(request, content)


def _document(key: str) -> Document:
    found = Document.objects.filter(key=key).first()
    if found is None:
        raise NotFound(f"There is no document “{key}”.")
    if found.withdrawn_at is not None:
        raise Withdrawn(f"The document {key} was withdrawn on {found.withdrawn_at:%Y-%m-%d}: {found.withdrawal_reason}")
    return found
