"""The subject tree."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase.api import conditional
from termbase.api.components import SubjectFieldsSerializer
from termbase.api.reading import FieldsParameter, Paged, cursor, cut, parameters, place
from termbase.api.schema import describe
from termbase.api.serializers import subject_field
from termbase.models import SubjectField


class SubjectFieldsParameters(Paged):
    """How much of the tree."""

    fields = FieldsParameter(("key", "name_en", "name_zh", "parent"))  # type: ignore[assignment]


class SubjectFieldsView(APIView):
    """The subject tree."""

    @describe(SubjectFieldsSerializer, parameters=SubjectFieldsParameters, etag=True)
    def get(self, request: Request) -> Response:
        """Subject fields, by key, each with its parent's key."""
        asked = parameters(request, SubjectFieldsParameters)
        after = place(asked["cursor"], str)[0] if "cursor" in asked else ""
        found = list(SubjectField.objects.select_related("parent").filter(key__gt=after)[: asked["limit"] + 1])
        page = found[: asked["limit"]]
        records = [{**(subject_field(item) or {}), "parent": item.parent and item.parent.key} for item in page]
        content = {
            "subject_fields": cut(records, asked.get("fields")),
            "next": cursor(page[-1].key) if len(found) > len(page) else None,
        }
        return conditional.answer(request, content)
