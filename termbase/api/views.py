"""Look-up: parses, asks one function and answers."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase import search
from termbase.api import serializers
from termbase.errors import InvalidInput
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


def _number(value: str, name: str) -> int:
    if not value.isdecimal() or len(value) > 9:
        raise InvalidInput(f"{name} must be a whole number.", fields={name: ["must be a whole number"]})
    return int(value)
