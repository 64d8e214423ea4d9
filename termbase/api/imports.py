"""Files into the termbase: compared and applied in the background, and asked after at an address of their own."""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from typing import IO, Any, cast

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from drf_spectacular.types import OpenApiTypes
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase.api import access, inputs
from termbase.api.exceptions import PayloadTooLarge
from termbase.api.idempotency import idempotent
from termbase.api.import_components import (
    MOST_PROBLEMS,
    ImportInput,
    ImportParameters,
    ImportSerializer,
    ImportsParameters,
    ImportsSerializer,
    RowsParameters,
    RowsSerializer,
)
from termbase.api.names import check_parameters
from termbase.api.reading import Parameters, Record, cursor, parameters, place
from termbase.api.schema import describe
from termbase.errors import InvalidInput, NotFound
from termbase.exchange import conflicts, imports
from termbase.exchange.imports import Wishes
from termbase.jobs import request_application, request_review, request_undoing
from termbase.models import Import, ImportRow
from termbase.vocabulary import RowAction, RowKind

IN_MEMORY = 4 * 2**20
"""Bytes of a body that are held before it goes to the disk."""
BESIDE_THE_FILE = 2**20
"""Bytes that a form may have more than its file."""
_OF_WISHES = ("format", "encoding", "on_conflict", "as_of", "keep_review", "dry_run", "reason")

READ_IMPORTS = access.Rule(access.EDIT.scope, ("view_import",))
ADD_IMPORTS = access.Rule(access.EDIT.scope, (*access.EDIT.permissions, "add_import"))


class AnyFile(BaseParser):
    """The body is the file."""

    media_type = "*/*"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        while block := stream.read(2**16):
            file.write(block)
            if file.tell() > imports.max_bytes():
                file.close()
                raise PayloadTooLarge
        uploaded = UploadedFile(file, name="body", size=file.tell())
        file.seek(0)
        if parser_context is not None:
            # It is closed with the request, as files of forms are.
            parser_context["request"]._request._files = MultiValueDict({"file": [uploaded]})
        return {"file": uploaded}


class ImportsView(APIView):
    """Imports."""

    access = {"GET": READ_IMPORTS, "POST": ADD_IMPORTS}
    parser_classes = [MultiPartParser, AnyFile]

    @describe(ImportsSerializer, parameters=ImportsParameters)
    def get(self, request: Request) -> Response:
        """The imports there were, the latest first."""
        asked = parameters(request, ImportsParameters)
        found = Import.objects.select_related("uploaded_by").order_by("-pk")
        if "state" in asked:
            found = found.filter(state=asked["state"])
        if "cursor" in asked:
            found = found.filter(pk__lt=place(asked["cursor"], int)[0])
        page = list(found[: asked["limit"] + 1])
        more = len(page) > asked["limit"]
        page = page[: asked["limit"]]
        return Response({"imports": [_record(item) for item in page], "next": cursor(page[-1].pk) if more else None})

    @describe(
        ImportSerializer,
        status=202,
        parameters=ImportParameters,
        body={"multipart/form-data": ImportInput, "application/octet-stream": OpenApiTypes.BINARY},
        idempotent=True,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Import a file: a form with `file`, or a body that is the file, with the format or a name as a parameter.

        The answer comes before the work is done: ask at `Location` for its state. Options may be parameters or fields
        of the form. With `dry_run` the file is compared and nothing is written; what the import would do with each
        entry is told under `rows/`. Otherwise what is not in conflict is written, and the rest as `on_conflict` says.
        """
        check_parameters(request.query_params, ImportParameters().fields)
        values = inputs.valid(ImportInput, {**request.query_params.dict(), **_form(request)})
        file = values["file"]
        by = cast(User, request.user)
        wishes = Wishes(**{name: values[name] for name in _OF_WISHES if name in values})
        if wishes.keep_review:
            access.demand(request, access.REVIEW, "keep_review")
        with transaction.atomic():
            item = imports.accept(_chunks(file), name=values.get("name") or _name(file), wishes=wishes, by=by)
            request_review(item)
        return Response(_whole(item), status=202, headers={"Location": reverse("import", args=[item.pk])})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        # The file is kept by now, or refused; not every server closes its requests in time.
        request._request.close()
        return super().finalize_response(request, response, *args, **kwargs)

    def digest_of(self, request: Request) -> str:
        """For retries: the request without the form's boundary, its file read once and piece by piece."""
        form = _form(request)
        file = form.pop("file", None)
        digest = hashlib.sha256(repr((request.method, request.get_full_path(), sorted(form.items()))).encode())
        if isinstance(file, UploadedFile):
            for chunk in _chunks(file):
                digest.update(chunk)
            file.seek(0)
        return digest.hexdigest()


class ImportView(APIView):
    """An import."""

    access = {"GET": READ_IMPORTS}

    @describe(ImportSerializer)
    def get(self, request: Request, id: int) -> Response:  # noqa: A002
        """How far an import has come, its counts, and what was wrong with its file."""
        parameters(request, Parameters)
        return Response(_whole(_import(id)))


class ImportRowsView(APIView):
    """The rows of an import."""

    access = {"GET": READ_IMPORTS}

    @describe(RowsSerializer, parameters=RowsParameters)
    def get(self, request: Request, id: int) -> Response:  # noqa: A002
        """What the import would do, or did, with each entry of its file, field by field."""
        asked = parameters(request, RowsParameters)
        rows = _import(id).rows.select_related("concept").order_by("number")
        if "kind" in asked:
            rows = rows.filter(kind=asked["kind"])
        if "cursor" in asked:
            rows = rows.filter(number__gt=place(asked["cursor"], int)[0])
        page = list(rows[: asked["limit"] + 1])
        more = len(page) > asked["limit"]
        page = page[: asked["limit"]]
        return Response({"rows": [_row(row) for row in page], "next": cursor(page[-1].number) if more else None})


class ImportApplicationView(APIView):
    """The application of an import."""

    access = {"POST": ADD_IMPORTS}

    @describe(ImportSerializer, status=202, body=inputs.ApplicationInput, idempotent=True)
    @idempotent
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        """Write what a reviewed import is to write, such as one that came with `dry_run`; no file is sent again.

        `rows` are decided on first: all of them, or the call is refused. The answer comes before the work is done, as
        it does for a file. What has changed since the review is left, and told as `stale`.
        """
        values = inputs.checked(inputs.ApplicationInput, request)
        item, by = _import(id), cast(User, request.user)
        if item.keep_review:
            access.demand(request, access.REVIEW, "keep_review")
        with transaction.atomic():
            _decide(item, values.pop("rows"), by)
            request_application(item, by=by, **values)
        return Response(_whole(item), status=202, headers={"Location": reverse("import", args=[item.pk])})


class ImportUndoingView(APIView):
    """The way back from an import."""

    access = {"POST": ADD_IMPORTS}

    @describe(ImportSerializer, status=202, body=inputs.UndoingInput, idempotent=True)
    @idempotent
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        """Take an applied import back as one step; its state is `undone` when that is done."""
        values = inputs.checked(inputs.UndoingInput, request)
        item = _import(id)
        request_undoing(imports.undoable(item), by=cast(User, request.user), reason=values["reason"])
        return Response(_whole(item), status=202, headers={"Location": reverse("import", args=[item.pk])})


def _decide(item: Import, rows: list[dict[str, Any]], by: User) -> None:
    """Take decisions on rows down. Raises `InvalidInput` where there is no such row, or it does not take one."""
    said = {row["number"]: row["action"] for row in rows}
    if len(said) < len(rows):
        raise InvalidInput("A row is named twice.", fields={"rows": ["name a row twice"]})
    for action in RowAction.values:
        numbers = [number for number in said if said[number] == action]
        if numbers and conflicts.decide(item, numbers, action, by=by) < len(numbers):
            there = item.rows.filter(number__in=numbers, action=action).values_list("number", flat=True)
            wrong = ", ".join(map(str, sorted({*numbers} - {*there})[:10]))
            problem = f"row {wrong}: there is none, or it does not take {action}"
            raise InvalidInput(problem, fields={"rows": [problem]})


def _form(request: Request) -> dict[str, Any]:
    # A form is measured before it is read: its file goes to the disk, however large.
    length = request._request.META.get("CONTENT_LENGTH") or "0"
    if int(length) > imports.max_bytes() + BESIDE_THE_FILE:
        raise PayloadTooLarge
    data = cast("Mapping[str, Any]", request.data)
    return {name: data[name] for name in data}


def _chunks(file: "UploadedFile[Any]") -> Iterator[bytes]:
    return file.chunks(2**16)


def _name(file: "UploadedFile[Any]") -> str:
    return file.name or ""


def _import(pk: int) -> Import:
    item = Import.objects.select_related("uploaded_by").filter(pk=pk).first()
    if item is None:
        raise NotFound(f"There is no import {pk}.")
    return item


_PLAIN = ("id", "name", "size", "sha256", "format", "state", "on_conflict", "as_of", "keep_review", "dry_run", "reason")
_TIMES = ("uploaded_at", "applied_at", "done", "total")


def _record(item: Import) -> Record:
    counts = {kind.value: item.counts.get(kind, 0) for kind in RowKind}
    return {
        **{name: getattr(item, name) for name in (*_PLAIN, *_TIMES)},
        "uploaded_by": item.uploaded_by.get_username() if item.uploaded_by else None,
        "counts": counts if item.counts or item.total else None,
        "outcome": item.outcome or None,
        "failure": {"message": item.problem, "fields": item.problem_fields} if item.problem else None,
    }


def _whole(item: Import) -> Record:
    rows = item.rows.exclude(problems=[]).order_by("number").values_list("problems", flat=True)
    problems = [problem for several in rows[:MOST_PROBLEMS] for problem in several]
    return {**_record(item), "problems": problems[:MOST_PROBLEMS]}


def _row(row: ImportRow) -> Record:
    plain = ("number", "line", "key", "title", "kind", "reasons", "alike", "changes", "problems", "action", "outcome")
    record = {name: getattr(row, name) for name in plain}
    return {**record, "concept": row.concept.key if row.concept else None}
