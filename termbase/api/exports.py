"""Files for other programs: the formats there are, and an export in one of them at a lasting address."""

import contextlib
import tempfile
from dataclasses import asdict, fields
from typing import IO, Any

from django.http import FileResponse, HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase import search
from termbase.api import access, conditional
from termbase.api.components import Record as Answer
from termbase.api.reading import Parameters, parameters
from termbase.api.schema import describe
from termbase.errors import NotAllowed, NotFound
from termbase.exchange import formats
from termbase.exchange.losses import LossReason
from termbase.exchange.options import WriteOptions
from termbase.exchange.selection import Selection, state
from termbase.text.languages import EXPANSIONS

IN_MEMORY = 4 * 2**20
"""Bytes of a file that are held before it goes to the disk."""


class FormatSerializer(Answer):
    """A format that can be written."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    suffixes = serializers.ListField(child=serializers.CharField())
    content_type = serializers.CharField()
    lossless = serializers.BooleanField(help_text="Read again, it is the same.")
    directed = serializers.BooleanField(help_text="From `source` to `target`.")


class FormatsSerializer(Answer):
    """The formats."""

    formats = FormatSerializer(many=True)


class LossSerializer(Answer):
    """What of a field stayed behind, and why."""

    field = serializers.CharField()
    reason = serializers.ChoiceField(LossReason.choices)
    count = serializers.IntegerField()


class LossesSerializer(Answer):
    """What an export leaves out; nothing where it holds all."""

    losses = LossSerializer(many=True)


class ExportParameters(Parameters):
    """What goes into the file, and how it is written."""

    subject_field = serializers.CharField(required=False, max_length=64, help_text="A key: this field and those below.")
    document = serializers.CharField(required=False, max_length=64, help_text="A key: concepts that stand in it.")
    concepts = serializers.CharField(required=False, max_length=100_000, help_text="Keys, with commas between.")
    q = serializers.CharField(required=False, max_length=search.MAX_QUERY, help_text="The hits of this look-up.")
    proposed = serializers.BooleanField(default=False, help_text="Proposed terms as well.")
    complete = serializers.BooleanField(
        default=False, help_text="Rejected terms and withdrawn concepts as well; for those who edit."
    )
    source = serializers.ChoiceField(list(EXPANSIONS), required=False)  # type: ignore[assignment]
    target = serializers.ChoiceField(list(EXPANSIONS), required=False)
    chinese = serializers.RegexField(r"^[A-Za-z-]{2,12}$", required=False, help_text="The code for Chinese, as zh-CN.")


def _media_type(kind: formats.Format) -> str:
    return kind.content_type.partition(";")[0]


_FILES = {(200, _media_type(kind)): OpenApiTypes.BINARY for kind in formats.FORMATS if kind.write}


class AnyFormat(BaseContentNegotiation):
    """A file comes in the format of its address, whatever is accepted; errors are JSON."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class ExportsView(APIView):
    """The formats."""

    @describe(FormatsSerializer, etag=True)
    def get(self, request: Request) -> Response:
        """The formats that the termbase can be exported in."""
        parameters(request, Parameters)
        return conditional.answer(request, {"formats": [_described(kind) for kind in _written()]})


class ExportView(APIView):
    """A file."""

    content_negotiation_class = AnyFormat

    @describe(_FILES, parameters=ExportParameters, etag=True, errors=(404,))
    def get(self, request: Request, name: str) -> Response | HttpResponse | FileResponse:
        """The termbase, or the part asked for, as a file.

        The address lasts and the ETag changes with the termbase: poll it with `If-None-Match`. The same termbase gives
        the same bytes. What the format cannot hold is counted under `losses/`, to which `Link` points.
        """
        kind = _named(name)
        selection, options = _asked(request)
        tag = conditional.tag_of([name, state(), asdict(selection), request.query_params.urlencode()])
        if (same := conditional.unchanged(request, tag)) is not None:
            return same
        asked = f"?{request.query_params.urlencode()}" if request.query_params else ""
        headers = {
            **conditional.headers(tag),
            "Link": f'<{request.path}losses/{asked}>; rel="describedby"',
            "Content-Disposition": f'attachment; filename="termbase{kind.suffixes[0]}"',
            "Content-Type": kind.content_type,
        }
        with contextlib.ExitStack() as stack:
            file: IO[bytes] = stack.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY))
            selection.write(kind, file, options)
            length = file.tell()
            file.seek(0)
            if length <= IN_MEMORY:
                return HttpResponse(file.read(), headers=headers)
            stack.pop_all()  # the response closes it when it is sent
            return FileResponse(file, headers={**headers, "Content-Length": str(length)})


class LossesView(APIView):
    """What a file cannot hold."""

    @describe(LossesSerializer, parameters=ExportParameters, errors=(404,))
    def get(self, request: Request, name: str) -> Response:
        """What an export in this format leaves out, by field and reason: the report that belongs to the file."""
        kind = _named(name)
        selection, options = _asked(request)
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            losses = selection.write(kind, file, options)
        return Response({"losses": [asdict(loss) for loss in losses]})


def _written() -> list[formats.Format]:
    return [kind for kind in formats.FORMATS if kind.write]


def _named(name: str) -> formats.Format:
    for kind in _written():
        if kind.name == name:
            return kind
    raise NotFound(f"There is no format “{name}”; there are {', '.join(kind.name for kind in _written())}.")


def _described(kind: formats.Format) -> dict[str, Any]:
    plain = {name: getattr(kind, name) for name in ("name", "content_type", "lossless", "directed")}
    return {**plain, "label": str(kind.label), "suffixes": list(kind.suffixes)}


def _asked(request: Request) -> tuple[Selection, WriteOptions]:
    asked = parameters(request, ExportParameters)
    if asked["complete"] and not access.may(request, access.EDIT):
        raise NotAllowed("A complete export is for those who edit.", fields={"complete": ["not for readers"]})
    asked["keys"] = tuple(key for key in asked.pop("concepts", "").split(",") if key)
    asked["base"] = request.build_absolute_uri("/")
    of = [{f.name for f in fields(kind)} for kind in (Selection, WriteOptions)]
    chosen = [{name: value for name, value in asked.items() if name in names} for names in of]
    return Selection(**chosen[0]), WriteOptions(**chosen[1])
