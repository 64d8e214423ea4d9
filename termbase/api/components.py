"""What answers look like, for the schema: the dictionaries of `records` and `serializers`, member by member."""

from typing import Any

from rest_framework import serializers

from termbase import vocabulary


class Record(serializers.Serializer[Any]):
    """An object with all its members."""


class Trimmed(Record):
    """An object that the parameter `fields` may cut: none of its members is sure to be there."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class ErrorDetailSerializer(Record):
    """What went wrong: a code for programs, a sentence for people, and the fields it is about."""

    code = serializers.CharField()
    message = serializers.CharField()
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)  # type: ignore[assignment]


class ErrorSerializer(Record):
    """Every error, on every path."""

    error = ErrorDetailSerializer()


class SubjectFieldNameSerializer(Record):
    """A subject field, by name."""

    key = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()


class SubjectFieldSerializer(Trimmed):
    """A node of the subject tree."""

    key = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]


class SubjectFieldsSerializer(Record):
    """A page of the subject tree, by key."""

    subject_fields = SubjectFieldSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class _TermMembers(Record):
    id = serializers.IntegerField()
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


class ConceptTermSerializer(_TermMembers):
    """A term in its concept."""


class FrequencySerializer(Record):
    """How often a term stands in a document."""

    document = serializers.CharField()
    count = serializers.IntegerField()


class CountedTermSerializer(_TermMembers):
    """A term in its concept, with its frequencies."""

    frequencies = FrequencySerializer(many=True)


class TermSerializer(Trimmed, _TermMembers):
    """A term on its own; to write it, name `concept_version` in If-Match."""

    concept = serializers.CharField()
    concept_version = serializers.IntegerField()


class TermsSerializer(Record):
    """A page of terms, the oldest first."""

    terms = TermSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class DefinitionSerializer(Record):
    """A definition."""

    language = serializers.ChoiceField(vocabulary.Language.choices)
    text = serializers.CharField()
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]


class RelationSerializer(Record):
    """A relation to another concept."""

    relation_type = serializers.ChoiceField(vocabulary.RelationType.choices)
    concept = serializers.CharField(help_text="Its key.")


class PlaceSerializer(Record):
    """A sentence with something at [start, end), in code points, and where it stands."""

    text = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    document = serializers.CharField()
    document_key = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    translation = serializers.CharField(allow_blank=True, help_text="Of its whole passage, where that is aligned.")


class ExampleSerializer(PlaceSerializer):
    """A sentence with a term in it."""

    term = serializers.CharField()


class RenderingSerializer(Record):
    """In how many translations an English form stands."""

    text = serializers.CharField()
    count = serializers.IntegerField()


class RivalSerializer(PlaceSerializer):
    """A passage with the term in it, in whose translation no form of the concept stands."""


class EvidenceSerializer(Record):
    """How the translations of the `passages` in which a Chinese term stands render it; `without`: by none of these."""

    term = serializers.CharField()
    passages = serializers.IntegerField()
    renderings = RenderingSerializer(many=True)
    without = serializers.IntegerField()
    rivals = RivalSerializer(many=True)


class _ConceptMembers(Record):
    key = serializers.CharField()
    subject_field = SubjectFieldNameSerializer(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    replaced_by = serializers.CharField(allow_null=True)
    definitions = DefinitionSerializer(many=True)
    relations = RelationSerializer(many=True)


class ConceptSerializer(Trimmed, _ConceptMembers):
    """A concept with its terms, definitions and relations."""

    terms = ConceptTermSerializer(many=True)


class ConceptsSerializer(Record):
    """A page of concepts, by key."""

    concepts = ConceptSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class WholeConceptSerializer(Trimmed, _ConceptMembers):
    """A concept with all there is: frequencies, examples and evidence too."""

    terms = CountedTermSerializer(many=True)
    examples = ExampleSerializer(many=True)
    evidence = EvidenceSerializer(many=True)


class ChangeSerializer(Record):
    """What happened to a concept; where `concept` is null, a copy drops it and may keep the pointer `replaced_by`."""

    key = serializers.CharField()
    kind = serializers.ChoiceField(vocabulary.ChangeKind.choices)
    at = serializers.DateTimeField()
    replaced_by = serializers.CharField(allow_null=True)
    concept = ConceptSerializer(allow_null=True)


class ChangesSerializer(Record):
    """Changes in order, where to go on, and whether there is more already."""

    changes = ChangeSerializer(many=True)
    next = serializers.CharField()
    more = serializers.BooleanField()


class _DocumentMembers(Record):
    key = serializers.CharField()
    symbol = serializers.CharField(allow_blank=True)
    series = serializers.CharField(allow_blank=True)
    title_zh = serializers.CharField(allow_blank=True)
    title_en = serializers.CharField(allow_blank=True)
    body = serializers.CharField(allow_blank=True)
    session = serializers.CharField(allow_blank=True)
    date = serializers.CharField(allow_blank=True)
    language = serializers.ChoiceField(vocabulary.Language.choices)
    url = serializers.CharField(allow_blank=True)
    cited_as = serializers.CharField()


class DocumentSerializer(Trimmed, _DocumentMembers):
    """A source document."""


class DocumentsSerializer(Record):
    """A page of documents, by key."""

    documents = DocumentSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class PassageSerializer(Trimmed):
    """A heading, paragraph, list item or footnote, numbered as printed."""

    position = serializers.IntegerField()
    number = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(vocabulary.PassageKind.choices)
    text = serializers.CharField()
    translation = serializers.CharField(allow_blank=True)


class PassagesSerializer(Record):
    """A page of a document."""

    document = DocumentSerializer()
    passages = PassageSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class LineSerializer(Trimmed):
    """A line of a concordance."""

    left = serializers.CharField(allow_blank=True)
    hit = serializers.CharField()
    right = serializers.CharField(allow_blank=True)
    document = serializers.CharField()
    document_key = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(vocabulary.PassageKind.choices)
    translation = serializers.CharField(allow_blank=True)


class ConcordanceSerializer(Record):
    """A page of a concordance, by document and place."""

    q = serializers.CharField(allow_blank=True)
    lines = LineSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class SuggestionSerializer(Record):
    """A suggestion as it stands in the queue."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(vocabulary.QueueStatus.choices)
    suggested_at = serializers.DateTimeField()
