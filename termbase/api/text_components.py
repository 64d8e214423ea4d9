"""What recognition and the check of translations take and answer, for the schema."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from termbase import vocabulary
from termbase.api.body import MAX_SPANS, OFFSETS
from termbase.api.check import MAX_PROJECT, MAX_REASON
from termbase.api.components import Record
from termbase.api.inputs import Input
from termbase.api.recognise import FORMATS
from termbase.models.waivers import FINDING_ID
from termbase.quality import MAX_SEGMENTS
from termbase.recognition.texts import MAX_CHARACTERS, MAX_TEXTS
from termbase.text.languages import EXPANSIONS


def _language(**options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField([(name, name) for name in EXPANSIONS], **options)


def _offsets() -> serializers.ChoiceField:
    return serializers.ChoiceField(
        [(name, name) for name in OFFSETS],
        required=False,
        help_text="How offsets count: code points, or the UTF-16 units of Java, .NET and JavaScript.",
    )


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class SegmentName(serializers.Field[Any, Any, Any, Any]):
    """The caller's own name for a segment."""


@extend_schema_field(
    {
        "type": "array",
        "maxItems": MAX_SPANS,
        "items": {"type": "array"},
        "description": "Markup to be skipped: [start, end] pairs; with `texts` a list of them for each text.",
    }
)
class Spans(serializers.Field[Any, Any, Any, Any]):
    """[start, end] pairs; with `texts` a list of them for each text."""


class ForeignTermSerializer(Record):
    """A term of a match or a finding."""

    language = serializers.ChoiceField(vocabulary.Language.choices)
    text = serializers.CharField()
    term_type = serializers.ChoiceField(vocabulary.TermType.choices)
    administrative_status = serializers.ChoiceField(vocabulary.AdministrativeStatus.choices)
    review_status = serializers.ChoiceField(vocabulary.ReviewStatus.choices)
    reliability = serializers.ChoiceField(vocabulary.Reliability.choices)


class MatchSerializer(Record):
    """A term in a text, at [start, end)."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    text = serializers.CharField()
    concept = serializers.CharField()
    term = ForeignTermSerializer()
    how = serializers.ListField(child=serializers.CharField())
    nested = serializers.BooleanField()
    in_doubt = serializers.BooleanField()
    deprecated = serializers.BooleanField()
    preferred = ForeignTermSerializer(allow_null=True)
    target_terms = ForeignTermSerializer(many=True)


class GlossaryEntrySerializer(Record):
    """A distinct term, and how often it stands in the texts."""

    concept = serializers.CharField()
    term = ForeignTermSerializer()
    count = serializers.IntegerField()
    deprecated = serializers.BooleanField()
    preferred = ForeignTermSerializer(allow_null=True)
    target_terms = ForeignTermSerializer(many=True)


class TextAnswerSerializer(Record):
    """Of one text: its matches, or the text with marks."""

    matches = MatchSerializer(many=True, required=False)
    html = serializers.CharField(required=False, allow_blank=True)


class RecognisedSerializer(TextAnswerSerializer):
    """For `text` its answer, for `texts` one for each in `results`; or a glossary of all."""

    source = _language()  # type: ignore[assignment]
    target = _language()
    results = TextAnswerSerializer(many=True, required=False)
    glossary = GlossaryEntrySerializer(many=True, required=False)


class RecogniseInput(Input):
    """`text` or `texts`, of 200,000 characters at most together."""

    text = serializers.CharField(required=False, allow_blank=True, max_length=MAX_CHARACTERS)
    texts = serializers.ListField(child=serializers.CharField(allow_blank=True), required=False, max_length=MAX_TEXTS)
    source = _language(required=False)  # type: ignore[assignment]
    target = _language(required=False)
    offsets = _offsets()
    nested = serializers.BooleanField(required=False, help_text="Show terms inside longer ones as well.")
    proposed = serializers.BooleanField(required=False, help_text="Show proposed terms as well.")
    skip = Spans(required=False)
    format = serializers.ChoiceField([(name, name) for name in FORMATS], required=False)


class SegmentInput(Input):
    """A segment with its translation."""

    id = SegmentName()
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    target = serializers.CharField(allow_blank=True)


class CheckInput(Input):
    """Segments, of 200,000 characters at most together."""

    segments = serializers.ListField(child=SegmentInput(), max_length=MAX_SEGMENTS)
    source = _language()  # type: ignore[assignment]
    target = _language()
    project = serializers.CharField(required=False, max_length=MAX_PROJECT, help_text="Whose waivers count.")
    offsets = _offsets()
    level = serializers.ChoiceField(
        vocabulary.FindingLevel.choices,
        required=False,
        default=vocabulary.FindingLevel.LIKELY.value,
        help_text="The least sure findings to show.",
    )
    waived = serializers.BooleanField(required=False, help_text="Show waived findings as well.")


class FindingPlaceSerializer(Record):
    """A stretch of a segment's text."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    text = serializers.CharField()


class WaiverSerializer(Record):
    """That a finding stands in a project, and why."""

    project = serializers.CharField()
    finding = serializers.CharField()
    reason = serializers.CharField()
    waived_by = serializers.CharField()
    waived_at = serializers.DateTimeField()


class FindingSerializer(Record):
    """Something in a translation that a person should look at."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(vocabulary.FindingKind.choices)
    segment = SegmentName()
    concept = serializers.CharField()
    source = FindingPlaceSerializer(allow_null=True)  # type: ignore[assignment]
    target = FindingPlaceSerializer(allow_null=True)
    expected = ForeignTermSerializer(many=True)
    level = serializers.ChoiceField(vocabulary.FindingLevel.choices)
    waiver = WaiverSerializer(required=False)


class FindingsSerializer(Record):
    """The findings, by segment."""

    segments = serializers.IntegerField(help_text="How many were checked.")
    findings = FindingSerializer(many=True)
    withheld = serializers.IntegerField(help_text="How many are less sure than asked for, and not shown.")


class WaiverInput(Input):
    """A finding to let stand."""

    project = serializers.CharField(max_length=MAX_PROJECT)
    finding = serializers.RegexField(FINDING_ID)
    reason = serializers.CharField(max_length=MAX_REASON)


class WaiversSerializer(Record):
    """A page of a project's waivers, the oldest first."""

    waivers = WaiverSerializer(many=True)
    next = serializers.CharField(allow_null=True)
