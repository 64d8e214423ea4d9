"""What is written: every member is checked, and one that there is not is refused, since it was meant for something."""

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from termbase import vocabulary
from termbase.api.names import check_parameters, no_such
from termbase.models import Concept, SubjectField
from termbase.models.matching import MAX_BYTES, is_clean
from termbase.text.names import NCNAME
from termbase.text.normalise import normalise

LONGEST_NOTE = 10_000
LONGEST_TEXT = MAX_BYTES
MOST_PARTS = 200
MOST_DECISIONS = 10_000
"""On rows of an import that one call takes."""


class Input(serializers.Serializer[Any]):
    """An object in a body; `ignored` are members that answers have and writers may leave in."""

    ignored: ClassVar[tuple[str, ...]] = ()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = [name for name in data if name not in self.fields and name not in self.ignored]
            if unknown:
                raise serializers.ValidationError({name: [no_such("member", name, self.fields)] for name in unknown})
        return super().to_internal_value(data)


class Line(serializers.CharField):
    """A text as terms have it: not blank, no white space at its ends, no control characters, fit for an index."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"trim_whitespace": False, "max_length": LONGEST_TEXT, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        text = str(super().to_internal_value(data))
        if not is_clean(text):
            raise serializers.ValidationError("holds control characters, or white space at its ends")
        if max(len(text.encode()), len(normalise(text).encode())) > MAX_BYTES:
            raise serializers.ValidationError(f"is longer than {MAX_BYTES} bytes")
        return text


class TermText(Line):
    """The text of a term, which must leave something to find it by: title marks alone do not."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not normalise(text):
            raise serializers.ValidationError("holds nothing that a term is found by")
        return text


class Note(serializers.CharField):
    """Free text, or none."""

    def __init__(self, **kwargs: Any) -> None:
        defaults = {"trim_whitespace": False, "allow_blank": True, "default": "", "max_length": LONGEST_NOTE}
        super().__init__(**{**defaults, **kwargs})


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "description": "Its key."},
            {"type": "object", "properties": {"key": {"type": "string"}}, "required": ["key"]},
            {"type": "null"},
        ]
    }
)
class SubjectFieldKey(serializers.Field[Any, Any, Any, Any]):
    """A subject field by its key, alone or in the object that answers have."""

    def to_internal_value(self, data: Any) -> SubjectField:
        key = data.get("key") if isinstance(data, dict) else data
        # A key that no field could have is not asked for: it may hold what PostgreSQL refuses to compare.
        usable = isinstance(key, str) and key.isprintable() and len(key) <= LONGEST_TEXT
        found = SubjectField.objects.filter(key=key).first() if usable else None
        if found is None:
            raise serializers.ValidationError("there is no such subject field")
        return found


@extend_schema_field(OpenApiTypes.STR)
class ConceptKey(serializers.Field[Any, Any, Any, Any]):
    """A concept by its key."""

    def to_internal_value(self, data: Any) -> Concept:
        usable = isinstance(data, str) and data.isprintable() and len(data) <= LONGEST_TEXT
        found = Concept.objects.filter(key=data).first() if usable else None
        if found is None:
            raise serializers.ValidationError("there is no such concept")
        return found


class _TermMembers(Input):
    language = serializers.ChoiceField(vocabulary.Language.choices)
    text = TermText()
    term_type = serializers.ChoiceField(vocabulary.TermType.choices, default=vocabulary.TermType.FULL_FORM)
    administrative_status = serializers.ChoiceField(
        vocabulary.AdministrativeStatus.choices, default=vocabulary.AdministrativeStatus.ADMITTED
    )
    part_of_speech = serializers.ChoiceField(vocabulary.PartOfSpeech.choices, default=vocabulary.PartOfSpeech.NOUN)
    geographical_usage = Note(max_length=120)
    reading = Note(help_text="Blank: the one there is, or pinyin.")
    source = Note()  # type: ignore[assignment]
    note = Note()
    usage_note = Note()
    reliability = serializers.ChoiceField(vocabulary.Reliability.choices, default=vocabulary.Reliability.UNSURE)


class ConceptTermInput(_TermMembers):
    """A term in a concept's body: with `id` one that is there, without a new one."""

    ignored = ("review_status", "frequencies")

    id = serializers.IntegerField(required=False, allow_null=True, min_value=1)


class NewTermInput(_TermMembers):
    """A new term for a concept."""

    concept = serializers.CharField(max_length=64)


class TermInput(_TermMembers):
    """A term's own members."""

    ignored = ("id", "review_status", "concept", "concept_version")


class DefinitionInput(Input):
    """A definition."""

    language = serializers.ChoiceField(vocabulary.Language.choices)
    text = Line()
    source = Note()  # type: ignore[assignment]


class RelationInput(Input):
    """A relation to the concept with the key `concept`."""

    relation_type = serializers.ChoiceField(vocabulary.RelationType.choices)
    concept = ConceptKey()


_OF_ANSWERS = ("version", "created_at", "changed_at", "withdrawn_at", "replaced_by", "examples", "evidence")


def _several(child: Input, **options: Any) -> serializers.ListField:
    return serializers.ListField(child=child, max_length=MOST_PARTS, **options)


class ConceptInput(Input):
    """All of a concept: what is not given is empty afterwards. Lists are whole lists."""

    ignored: ClassVar[tuple[str, ...]] = ("key", *_OF_ANSWERS)

    subject_field = SubjectFieldKey(required=False, allow_null=True, default=None)
    note = Note()
    terms = _several(ConceptTermInput(), min_length=1)
    definitions = _several(DefinitionInput(), default=list)
    relations = _several(RelationInput(), default=list)


class NewConceptInput(ConceptInput):
    """A new concept; without a key it gets the next one."""

    ignored = _OF_ANSWERS

    key = serializers.RegexField(NCNAME, max_length=64, required=False)


class ConceptChangesInput(Input):
    """Some of a concept: what is not given stays. Lists are whole lists."""

    ignored = ConceptInput.ignored

    subject_field = SubjectFieldKey(required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST_NOTE)
    terms = _several(ConceptTermInput(), min_length=1, required=False)
    definitions = _several(DefinitionInput(), required=False)
    relations = _several(RelationInput(), required=False)


class RejectionInput(Input):
    """Why a term or a candidate is rejected."""

    reason = Line(max_length=500)


class AcceptanceInput(Input):
    """What becomes of a candidate; without a member, what the harvest proposes, and a blank `english` is none."""

    english = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, trim_whitespace=False, max_length=LONGEST_TEXT
    )
    term_type = serializers.ChoiceField(vocabulary.TermType.choices, required=False, allow_null=True)


class MergerInput(Input):
    """The concept, by its key, that a candidate becomes a term of."""

    into = serializers.CharField(max_length=64)
    term_type = serializers.ChoiceField(vocabulary.TermType.choices, required=False, allow_null=True)


class UndoingInput(Input):
    """Why a decision is taken back, if that is to be known."""

    reason = Note(max_length=500)


class RowDecisionInput(Input):
    """What is to be done with a row of an import."""

    number = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    action = serializers.ChoiceField(vocabulary.RowAction.choices)


class ApplicationInput(Input):
    """How an import that was reviewed is applied: without a member as was said when it was sent."""

    on_conflict = serializers.ChoiceField(vocabulary.RowAction.choices, required=False)
    rows = serializers.ListField(
        child=RowDecisionInput(), max_length=MOST_DECISIONS, default=list, help_text="Decisions on single rows."
    )
    reason = Note(max_length=500, help_text="Why, for the history.")


class SuggestionInput(Input):
    """A reader's proposal: a pair, half a pair, or a remark, perhaps on a concept."""

    concept = ConceptKey(required=False, allow_null=True, default=None)
    text_zh = Note(max_length=500)
    text_en = Note(max_length=500)
    comment = Note(max_length=2_000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not any(attrs[name].strip() for name in ("text_zh", "text_en", "comment")):
            raise serializers.ValidationError({"comment": ["say something: text_zh, text_en or comment"]})
        return attrs


class NothingInput(Input):
    """What a call takes that takes nothing."""


def checked(kind: type[Input], request: Request, *, partial: bool = False) -> dict[str, Any]:
    """The values of the body of `request`, whose address takes no parameters.

    Raises `InvalidInput` and `ValidationError`.
    """
    check_parameters(request.query_params, ())
    return valid(kind, request.data, partial=partial)


def valid(kind: type[Input], data: Any, *, partial: bool = False) -> dict[str, Any]:
    """The values in `data`. Raises `ValidationError`."""
    serializer = kind(data=data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
