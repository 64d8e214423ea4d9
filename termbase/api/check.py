"""`POST check/`: findings on a translation, and `waivers/`: those that somebody lets stand."""

import re
from typing import Any, cast

from django.contrib.auth.models import User
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase.api import access
from termbase.api.body import CODE_POINT, OFFSETS, Body, outgoing, problem, whole_text
from termbase.api.names import check_parameters
from termbase.api.recognise import term
from termbase.models import Waiver
from termbase.models.matching import CONTROL_CHARACTERS, SPACE
from termbase.models.waivers import FINDING_ID
from termbase.quality import MAX_SEGMENTS, Batch, Finding, Found, Segment, at_least, check
from termbase.replicas import reads_only
from termbase.vocabulary import FindingLevel

FIELDS = ("segments", "source", "target", "project", "offsets", "level", "waived")
SEGMENT_FIELDS = ("id", "source", "target")
WAIVER_FIELDS = ("project", "finding", "reason")
MAX_PROJECT, MAX_REASON = 200, 2_000
MAX_WAIVERS = 1_000


@reads_only
class CheckView(APIView):
    """`POST check/` `{segments: [{id, source, target}], source, target, project, offsets, level, waived}`."""

    access = {"POST": access.READ}

    def post(self, request: Request) -> Response:
        body = Body.of(request, FIELDS)
        segments = [_segment(value, at) for at, value in enumerate(body.listed("segments", MAX_SEGMENTS))]
        offsets = body.choice("offsets", OFFSETS, CODE_POINT)
        project = _project(body) if "project" in body.values else ""
        batch = Batch(segments, body.language("source"), body.language("target"), project)
        level = FindingLevel(body.choice("level", FindingLevel.values, FindingLevel.LIKELY.value))
        show_waived = body.flag("waived")
        findings = [item for item in check(batch) if show_waived or item.waiver is None]
        shown = at_least(level, findings)
        return Response({
            "segments": len(segments),
            "findings": [_finding(item, offsets) for item in shown],
            "withheld": len(findings) - len(shown),
        })  # fmt: skip


class WaiversView(APIView):
    """`POST waivers/` `{project, finding, reason}`; `GET waivers/?project=&after=`: newest last, in pages."""

    access = {"GET": access.READ_SIGNED_IN, "POST": access.WAIVE}

    def get(self, request: Request) -> Response:
        check_parameters(request.query_params, ("project", "after"))
        body = Body(request.query_params.dict())
        after = body.text("after", "0")
        if not re.fullmatch(r"\d{1,18}", after, re.ASCII):
            raise problem("after", "must be what the page before gave as next")
        found = Waiver.objects.filter(project=_project(body), pk__gt=int(after))
        page = list(found.select_related("waived_by").order_by("pk")[: MAX_WAIVERS + 1])
        more = str(page[MAX_WAIVERS - 1].pk) if len(page) > MAX_WAIVERS else None
        return Response({"waivers": [_waiver(item) for item in page[:MAX_WAIVERS]], "next": more})

    def post(self, request: Request) -> Response:
        body = Body.of(request, WAIVER_FIELDS)
        project, finding, reason = _project(body), body.text("finding"), body.text("reason").strip()
        if not re.fullmatch(FINDING_ID, finding):
            raise problem("finding", "must be the id of a finding")
        if not 0 < len(reason) <= MAX_REASON or "\0" in reason:
            raise problem("reason", f"must have 1 to {MAX_REASON} characters, none of them null")
        # Asked again, the first answer stands.
        waiver, new = Waiver.objects.select_related("waived_by").get_or_create(
            project=project, finding=finding, defaults={"reason": reason, "waived_by": cast(User, request.user)}
        )
        return Response(_waiver(waiver), status=status.HTTP_201_CREATED if new else status.HTTP_200_OK)


def _segment(value: object, at: int) -> Segment:
    path = f"segments[{at}]."
    body = Body.checked(value, SEGMENT_FIELDS, path)
    name = body.values.get("id")
    if type(name) is not int:
        name = whole_text(name, f"{path}id")
    return Segment(name, body.text("source"), body.text("target"))


def _project(body: Body) -> str:
    project = body.text("project").strip()
    if not 0 < len(project) <= MAX_PROJECT or re.search(rf"{CONTROL_CHARACTERS}|\0|^{SPACE}|{SPACE}$", project):
        raise problem("project", f"must have 1 to {MAX_PROJECT} characters, none of them a control character")
    return project


def _finding(item: Finding, offsets: str) -> dict[str, Any]:
    answer = {
        "id": item.id,
        "kind": item.kind,
        "segment": item.segment.id,
        "concept": item.concept.key,
        "source": _place(item.source, item.segment.source, offsets),
        "target": _place(item.target, item.segment.target, offsets),
        "expected": [term(t) for t in item.expected],
        "level": item.level,
    }
    return {**answer, "waiver": _waiver(item.waiver)} if item.waiver else answer


def _place(place: Found | None, text: str, offsets: str) -> dict[str, Any] | None:
    if place is None:
        return None
    count = outgoing(text, offsets)
    return {"start": count(place.start), "end": count(place.end), "text": place.text}


def _waiver(item: Waiver) -> dict[str, Any]:
    return {
        "project": item.project,
        "finding": item.finding,
        "reason": item.reason,
        "waived_by": item.waived_by.get_username(),
        "waived_at": item.waived_at,
    }
