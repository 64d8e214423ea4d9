"""Look-up: parses, asks one function and answers."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase import search
from termbase.api import serializers
from termbase.api.conditional import digest, headers, unchanged
from termbase.api.json import render
from termbase.api.names import check_parameters
from termbase.api.reading import cut, fields_in
from termbase.api.serializers import HIT_FIELDS
from termbase.errors import InvalidInput
from termbase.search import MODES, PLACES, Answer, Query, answers

SEVERAL = ("mode", "in", "administrative_status", "term_type")
"""Parameters that may be given several times."""
PARAMETERS = (
    "q",
    "source",
    "target",
    "limit",
    "cursor",
    "fields",
    "proposed",
    "strict",
    "subject_field",
    "document",
    "reliability",
    "changed_since",
    *SEVERAL,
)


class LookupView(APIView):
    """`GET lookup/?q=`: terms for a word or phrase, best first, a page at a time; README lists the other parameters."""

    def get(self, request: Request) -> HttpResponse | Response:
        asked = request.query_params
        check_parameters(asked, PARAMETERS, several=SEVERAL)
        if "q" not in asked:
            raise InvalidInput("q is missing.", fields={"q": ["is missing"]})
        since = asked.get("changed_since", "")
        query = Query(
            text=asked["q"],
            source=asked.get("source", ""),
            target=asked.get("target", ""),
            modes=_listed(asked.getlist("mode")) or MODES,
            limit=_number(asked.get("limit", str(search.DEFAULT_LIMIT)), "limit"),
            proposed=_flag(asked.get("proposed", ""), "proposed"),
            within=_listed(asked.getlist("in")) or PLACES[:1],
            subject_field=asked.get("subject_field", ""),
            administrative_status=_listed(asked.getlist("administrative_status")),
            term_type=_listed(asked.getlist("term_type")),
            document=asked.get("document", ""),
            reliability=_number(asked.get("reliability") or "0", "reliability"),
            changed_since=_instant(since, "changed_since") if since else None,
            strict=_flag(asked.get("strict", ""), "strict"),
            cursor=asked.get("cursor", ""),
        )
        answer = _answer(query, fields_in(asked["fields"], HIT_FIELDS) if "fields" in asked else None)
        known = unchanged(request, answer.tag)
        return known or HttpResponse(answer.body, content_type="application/json", headers=headers(answer.tag))


def _answer(query: Query, fields: frozenset[str] | None) -> Answer:
    """With these members of each hit, or all; kept for those who ask it next."""
    kept = answers.current()
    answer = kept.get((query, fields))
    if answer is not None:
        search.count(query, answer.outcome)
        return answer
    page = search.lookup_page(query, contents=kept.contents)
    found = cut((serializers.hit(hit) for hit in page.hits), fields)
    body = render({"q": query.text, "hits": found, "next": page.next or None})
    answer = Answer(body, digest(body), page.outcome)
    kept.put((query, fields), answer)
    return answer


def _number(value: str, name: str) -> int:
    if not (value.isascii() and value.isdecimal()) or len(value) > 9:
        raise _invalid(name, "must be a whole number")
    return int(value)


def _flag(value: str, name: str) -> bool:
    if value not in ("", "true", "false"):
        raise _invalid(name, "must be true or false")
    return value == "true"


def _listed(values: Sequence[str]) -> tuple[str, ...]:
    """What is given several times, or several at once with commas between, in any order."""
    return tuple(sorted({item for value in values for item in value.split(",") if item}))


def _instant(value: str, name: str) -> datetime:
    """A date or a date and time of ISO 8601; UTC where it names no zone."""
    try:
        instant = datetime.fromisoformat(value)
    except ValueError as error:
        raise _invalid(name, "must be a date or a time of ISO 8601") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _invalid(name: str, problem: str) -> InvalidInput:
    return InvalidInput(f"{name} {problem}.", fields={name: [problem]})
