"""The schema, and pages to read it on that need nothing from the internet."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase.api import access, conditional
from termbase.api.reading import Parameters, parameters


class SchemaView(APIView):
    """The schema."""

    access = {"GET": access.OPEN}

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """OpenAPI 3.1, the same for everyone."""
        parameters(request, Parameters)
        return conditional.answer(request, _schema())


@cache
def _schema() -> dict[str, Any]:
    """Made once a process: it takes a tenth of a second, and changes with the program alone."""
    with translation.override("en"):
        generator: Any = SchemaGenerator()
        schema: dict[str, Any] = generator.get_schema(public=True)
        return schema


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The schema for people; calls can be tried out."""
    return render(request, "api/docs.html")
