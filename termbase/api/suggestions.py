"""What readers propose."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase.api import access, inputs
from termbase.api.components import SuggestionSerializer
from termbase.api.idempotency import idempotent
from termbase.api.schema import describe
from termbase.models import Suggestion


class SuggestionsView(APIView):
    """Suggestions."""

    access = {"POST": access.SUGGEST}

    @describe(SuggestionSerializer, status=201, body=inputs.SuggestionInput, idempotent=True)
    @idempotent
    def post(self, request: Request) -> Response:
        """Suggest a term, or remark on a concept; it waits in the queue for a person."""
        values = inputs.checked(inputs.SuggestionInput, request)
        by = request.user if request.user.is_authenticated else None
        suggestion = Suggestion.objects.create(suggested_by=by, **values)
        record = {name: getattr(suggestion, name) for name in ("id", "status", "suggested_at")}
        return Response(record, status=201)
