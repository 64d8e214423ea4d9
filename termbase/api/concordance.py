"""Every place of a string in the documents."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase import concordance
from termbase.api import conditional
from termbase.api.components import ConcordanceSerializer
from termbase.api.reading import LONGEST_CURSOR, FieldsParameter, Parameters, Record, cursor, cut, parameters, place
from termbase.api.schema import describe

MEMBERS = ("left", "hit", "right", "document", "document_key", "number", "kind", "translation")
LONGEST_QUERY = 200


class ConcordanceParameters(Parameters):
    """What to look for, and how much to show."""

    q = serializers.CharField(max_length=LONGEST_QUERY, trim_whitespace=False, allow_blank=True)
    width = serializers.IntegerField(
        min_value=0, max_value=200, default=30, help_text="The most characters on either side."
    )
    limit = serializers.IntegerField(min_value=1, max_value=200, default=50)
    cursor = serializers.CharField(required=False, max_length=LONGEST_CURSOR, help_text="`next` of the page before.")
    fields = FieldsParameter(MEMBERS)  # type: ignore[assignment]


class ConcordanceView(APIView):
    """A concordance."""

    @describe(ConcordanceSerializer, parameters=ConcordanceParameters, etag=True)
    def get(self, request: Request) -> Response:
        """Every place of `q` in the documents, in its context; scripts, widths and spaces count as in look-up."""
        asked = parameters(request, ConcordanceParameters)
        after = concordance.BEGINNING
        if "cursor" in asked:
            document, position, start = place(asked["cursor"], int, int, int)
            after = (document, position, start)
        lines, more = concordance.lines(asked["q"], width=asked["width"], limit=asked["limit"], after=after)
        content = {
            "q": asked["q"],
            "lines": cut(map(_record, lines), asked.get("fields")),
            "next": cursor(*lines[-1].position) if more else None,
        }
        return conditional.answer(request, content)


def _record(line: concordance.Line) -> Record:
    passage = line.passage
    return {
        "left": line.left,
        "hit": line.hit,
        "right": line.right,
        "document": passage.document.cited_as,
        "document_key": passage.document.key,
        "number": passage.number,
        "kind": passage.kind,
        "translation": passage.translation,
    }
