"""What answers on candidates look like, for the schema."""

from rest_framework import serializers

from termbase import vocabulary
from termbase.api.components import FrequencySerializer, PlaceSerializer, Record, SubjectFieldNameSerializer, Trimmed


class LikelyEquivalentSerializer(Record):
    """English that comes where a candidate comes, in `count` of the aligned passages; never approved by itself."""

    text = serializers.CharField()
    count = serializers.IntegerField()
    score = serializers.FloatField()


class KnownTermSerializer(Record):
    """A term inside a candidate, and the key of its concept."""

    text = serializers.CharField()
    concept = serializers.CharField()


class CandidateExampleSerializer(PlaceSerializer):
    """A sentence with a candidate in it."""


class CandidateSerializer(Trimmed):
    """A possible term: why it is there (`badges`), how sure it is one (`score`), and guesses for a person to judge."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    language = serializers.ChoiceField(vocabulary.Language.choices)
    text = serializers.CharField()
    term_type = serializers.ChoiceField(vocabulary.TermType.choices)
    badges = serializers.ListField(child=serializers.ChoiceField(vocabulary.Badge.choices))
    full_form = serializers.CharField(allow_blank=True)
    proposed_english = serializers.CharField(allow_blank=True)
    score = serializers.FloatField()
    status = serializers.ChoiceField(vocabulary.QueueStatus.choices)
    rejection_reason = serializers.CharField(allow_blank=True)
    found_at = serializers.DateTimeField()
    reviewed_at = serializers.DateTimeField(allow_null=True)
    subject_field = SubjectFieldNameSerializer(allow_null=True)
    variant_of = serializers.CharField(allow_null=True, help_text="Key of the concept it seems to be a form of.")
    concept = serializers.CharField(allow_null=True, help_text="Key of the concept it has become a term of.")
    term = serializers.IntegerField(allow_null=True, help_text="Id of the term it has become.")
    frequencies = FrequencySerializer(many=True)


class CandidatesSerializer(Record):
    """A page of candidates, the likeliest first."""

    candidates = CandidateSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class WholeCandidateSerializer(CandidateSerializer):
    """A candidate with its sentences, the known terms inside it and its likely equivalents."""

    examples = CandidateExampleSerializer(many=True)
    known_terms = KnownTermSerializer(many=True)
    likely_equivalents = LikelyEquivalentSerializer(many=True)
