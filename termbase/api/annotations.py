"""Descriptions, for the schema, of views that do not describe themselves.

To describe another view, add a line to `_DESCRIBED` and wrap the view in `annotated` where its address is.
"""

from collections.abc import Sequence
from typing import TypeVar

from drf_spectacular.utils import OpenApiParameter, extend_schema_view
from rest_framework import serializers
from rest_framework.views import APIView

from termbase import search, vocabulary
from termbase.api.check import MAX_PROJECT
from termbase.api.components import PlaceSerializer, Record, SubjectFieldNameSerializer
from termbase.api.reading import fields_schema
from termbase.api.schema import Decorator, describe
from termbase.api.serializers import HIT_FIELDS
from termbase.api.text_components import (
    CheckInput,
    FindingsSerializer,
    RecognisedSerializer,
    RecogniseInput,
    WaiverInput,
    WaiverSerializer,
    WaiversSerializer,
)
from termbase.text.languages import EXPANSIONS

View = TypeVar("View", bound=type[APIView])


class FoundTermSerializer(Record):
    """A term of a hit."""

    language = serializers.ChoiceField(vocabulary.Language.choices)
    text = serializers.CharField()
    term_type = serializers.ChoiceField(vocabulary.TermType.choices)
    administrative_status = serializers.ChoiceField(vocabulary.AdministrativeStatus.choices)
    part_of_speech = serializers.ChoiceField(vocabulary.PartOfSpeech.choices)
    geographical_usage = serializers.CharField(allow_blank=True)
    reading = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    note = serializers.CharField(allow_blank=True)
    usage_note = serializers.CharField(allow_blank=True)
    reliability = serializers.ChoiceField(vocabulary.Reliability.choices)
    review_status = serializers.ChoiceField(vocabulary.ReviewStatus.choices)


class MatchedSerializer(Record):
    """The term that answered."""

    language = serializers.ChoiceField(vocabulary.Language.choices)
    text = serializers.CharField()


class HitSerializer(Record):
    """A concept that answers a query, and how."""

    concept = serializers.CharField()
    subject_field = SubjectFieldNameSerializer(allow_null=True)
    match = serializers.CharField()
    score = serializers.FloatField()
    matched = MatchedSerializer()
    source_terms = FoundTermSerializer(many=True)
    target_terms = FoundTermSerializer(many=True)
    example = PlaceSerializer(allow_null=True)


class HitsSerializer(Record):
    """The hits of a look-up, best first."""

    q = serializers.CharField(allow_blank=True)
    hits = HitSerializer(many=True)
    next = serializers.CharField(allow_null=True)


_LANGUAGES = list(EXPANSIONS)


def _several(name: str, values: Sequence[str], description: str) -> OpenApiParameter:
    """A parameter that takes some of `values`, given several times or with commas between."""
    return OpenApiParameter(name, str, enum=list(values), many=True, description=description)


_DESCRIBED: dict[str, dict[str, Decorator]] = {
    "LookupView": {
        "get": describe(
            HitsSerializer,
            parameters=[
                OpenApiParameter(
                    "q",
                    {"type": "string", "maxLength": search.MAX_QUERY},
                    required=True,
                    description="A word or phrase, pinyin, or a pattern with `*` and `?`.",
                ),
                OpenApiParameter("source", str, enum=_LANGUAGES, description="The language of `q`; else either."),
                OpenApiParameter("target", str, enum=_LANGUAGES, description="The language of `target_terms`."),
                _several("mode", search.MODES, "The tiers to ask; else one after the other."),
                _several("in", search.PLACES, "What to search; else terms alone."),
                OpenApiParameter("subject_field", str, description="A key: concepts of this field or one below it."),
                _several("administrative_status", vocabulary.AdministrativeStatus.values, "Terms with one of these."),
                _several("term_type", vocabulary.TermType.values, "Terms of one of these types."),
                OpenApiParameter("document", str, description="A key: concepts with a term that stands in it."),
                OpenApiParameter("reliability", int, enum=vocabulary.Reliability.values, description="At least this."),
                OpenApiParameter("changed_since", str, description="Concepts changed since a date, or date and time."),
                OpenApiParameter("strict", bool, description="Show only terms that pass the filters."),
                OpenApiParameter("proposed", bool, description="Show proposed terms as well."),
                OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": search.MAX_LIMIT}),
                OpenApiParameter("cursor", str, description="`next` of the page before; without it, the first page."),
                OpenApiParameter("fields", fields_schema(HIT_FIELDS)),
            ],
            etag=True,
            description="Terms for a word or phrase, best first, a concept once; `match` says how each was found.",
        )
    },
    "RecogniseView": {
        "post": describe(
            RecognisedSerializer,
            body=RecogniseInput,
            description="The known terms in a text or in many, with where each stands and what to use for it.",
        )
    },
    "CheckView": {
        "post": describe(
            FindingsSerializer,
            body=CheckInput,
            description="What is wrong with the terms of a translation, by segment. A finding keeps its `id` as long "
            "as its two texts stay; what was waived for the `project` is left out.",
        )
    },
    "WaiversView": {
        "get": describe(
            WaiversSerializer,
            parameters=[
                OpenApiParameter("project", {"type": "string", "maxLength": MAX_PROJECT}, required=True),
                OpenApiParameter(
                    "after", {"type": "string", "pattern": "^[0-9]{1,18}$"}, description="`next` of the page before."
                ),
            ],
            description="What was let stand in a project, by whom and why; the newest last.",
        ),
        "post": describe(
            {200: WaiverSerializer, 201: WaiverSerializer},
            body=WaiverInput,
            description="Let a finding of a project stand; asked again, the first answer stands.",
        ),
    },
}


def annotated(view: View) -> View:
    """The view with its descriptions."""
    return extend_schema_view(**_DESCRIBED[view.__name__])(view)
