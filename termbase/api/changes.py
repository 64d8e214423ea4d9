"""The feed of changes, with which a copy of the termbase is built and kept equal."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from termbase import feed
from termbase.api import conditional
from termbase.api.components import ChangesSerializer
from termbase.api.reading import (
    LONGEST_CURSOR,
    MAX_LIMIT,
    FieldsParameter,
    Parameters,
    Record,
    cursor,
    cut,
    parameters,
    place,
)
from termbase.api.records import CONCEPT_MEMBERS, concept_records
from termbase.api.schema import describe
from termbase.errors import InvalidInput

_FOLLOWING = -1
"""Stands in a cursor for the last id copied, where copying is done."""


class ChangesParameters(Parameters):
    """Since when, and how many."""

    since = serializers.CharField(
        required=False, max_length=LONGEST_CURSOR, help_text="`next` of the last answer; without it, from nothing."
    )
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=100)
    proposed = serializers.BooleanField(
        default=False, help_text="Copy proposed terms as well; the same for all calls of one copy."
    )
    fields = FieldsParameter(CONCEPT_MEMBERS)  # type: ignore[assignment]


class ChangesView(APIView):
    """The feed."""

    @describe(ChangesSerializer, parameters=ChangesParameters, etag=True, errors=(410,))
    def get(self, request: Request) -> Response:
        """What was created, changed, withdrawn or merged since the cursor, with each concept as it is now.

        Whoever writes down each concept under its key, drops it where `concept` is null, keeps `next` and asks again
        with it has just what the termbase has. `fields` trims the concepts. 410 `feed_restarted`: the database was
        restored; begin again without `since`.
        """
        asked = parameters(request, ChangesParameters)
        where = _place(asked) if "since" in asked else feed.beginning()
        page = feed.read(where, limit=asked["limit"])
        concepts = [item.concept for item in page.items if item.concept is not None]
        records = {record["key"]: record for record in concept_records(concepts, proposed=asked["proposed"])}
        content = {
            "changes": [_record(item, records, asked) for item in page.items],
            "next": _since(page.place, proposed=asked["proposed"]),
            "more": page.more,
        }
        return conditional.answer(request, content)


def _record(item: feed.Item, records: dict[str, Record], asked: Record) -> Record:
    return {
        "key": item.key,
        "kind": item.kind,
        "at": item.at,
        "replaced_by": item.replaced_by,
        "concept": cut([records[item.key]], asked.get("fields"))[0] if item.concept else None,
    }


def _since(where: feed.Place, *, proposed: bool) -> str:
    copied = _FOLLOWING if where.copied is None else where.copied
    return cursor(where.epoch, where.transaction, where.key, copied, int(proposed))


def _place(asked: Record) -> feed.Place:
    epoch, transaction, key, copied, proposed = place(asked["since"], str, int, str, int, int, name="since")
    if bool(proposed) != asked["proposed"]:
        problem = "is not as it was when this copy began"
        raise InvalidInput(f"proposed {problem}.", fields={"proposed": [problem]})
    return feed.Place(epoch, transaction, key, None if copied == _FOLLOWING else copied)
