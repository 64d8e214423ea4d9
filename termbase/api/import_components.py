"""What imports take and answer, for the schema and for checking."""

from typing import Any

from rest_framework import serializers

from termbase.api import inputs
from termbase.api.components import Record as Answer
from termbase.api.reading import Paged, Parameters
from termbase.exchange import formats
from termbase.vocabulary import ConflictReason, ImportState, RowAction, RowKind, RowOutcome

MOST_PROBLEMS = 1_000
"""That the answer about an import lists; all are among its rows."""
FORMATS_READ = [kind.name for kind in formats.FORMATS if kind.read]


class _Options(serializers.Serializer[Any]):
    """How a file is to be imported."""

    format = serializers.ChoiceField(FORMATS_READ, required=False, help_text="Without it, the name's ending tells.")
    encoding = serializers.CharField(required=False, max_length=32, help_text="Of a text; else it is found out.")
    on_conflict = serializers.ChoiceField(RowAction.choices, default=RowAction.SKIP)
    as_of = serializers.DateTimeField(
        required=False, help_text="When the file was exported: what has changed since is in conflict."
    )
    keep_review = serializers.BooleanField(
        default=False, help_text="Take over approvals and rejections; for those who review."
    )
    dry_run = serializers.BooleanField(default=False, help_text="Stop after the comparison.")
    reason = inputs.Note(max_length=500, help_text="Why, for the history.")


class ImportParameters(_Options, Parameters):
    """The same beside a body that is the file itself."""

    name = serializers.CharField(required=False, max_length=200, help_text="What the file is called.")


class ImportInput(_Options, inputs.Input):
    """A file in a form."""

    name = serializers.CharField(required=False, max_length=200, help_text="What the file is called.")
    file = serializers.FileField(allow_empty_file=True)


class ImportsParameters(Paged):
    """Which imports."""

    state = serializers.ChoiceField(ImportState.choices, required=False)


class RowsParameters(Paged):
    """Which rows."""

    kind = serializers.ChoiceField(RowKind.choices, required=False)


class ProblemSerializer(Answer):
    """What was wrong with a line, entry or field; without `refuses`, what was made of it."""

    line = serializers.IntegerField(help_text="0 where it is not known.")
    key = serializers.CharField(allow_blank=True)
    field = serializers.CharField(allow_blank=True)
    message = serializers.CharField()
    refuses = serializers.BooleanField()


class CountsSerializer(Answer):
    """Entries of the file by what the import would do with them."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    conflict = serializers.IntegerField()
    refused = serializers.IntegerField()
    remark = serializers.IntegerField()


class OutcomeSerializer(Answer):
    """Concepts by what the import has done; `stale` entries were left, as their concepts had changed meanwhile."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = serializers.IntegerField()
    skipped = serializers.IntegerField()
    stale = serializers.IntegerField()
    problems = ProblemSerializer(many=True)


class FailureSerializer(Answer):
    """Why a file could not be read, or an import not be applied."""

    message = serializers.CharField()
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))  # type: ignore[assignment]


class ImportSummarySerializer(Answer):
    """An import."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    format = serializers.CharField()
    state = serializers.ChoiceField(ImportState.choices)
    on_conflict = serializers.ChoiceField(RowAction.choices)
    as_of = serializers.DateTimeField(allow_null=True)
    keep_review = serializers.BooleanField()
    dry_run = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)
    uploaded_by = serializers.CharField(allow_null=True)
    uploaded_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)
    done = serializers.IntegerField(help_text="Entries of the step at work.")
    total = serializers.IntegerField(help_text="0 until they have been counted.")
    counts = CountsSerializer(allow_null=True, help_text="Once it has been reviewed.")
    outcome = OutcomeSerializer(allow_null=True, help_text="Once it has been applied.")
    failure = FailureSerializer(allow_null=True)


class ImportSerializer(ImportSummarySerializer):
    """An import with what was wrong with its file."""

    problems = ProblemSerializer(many=True, help_text=f"The first {MOST_PROBLEMS}; all are among the rows.")


class ImportsSerializer(Answer):
    """A page of imports, the latest first."""

    imports = ImportSummarySerializer(many=True)
    next = serializers.CharField(allow_null=True)


class RowChangeSerializer(Answer):
    """A value that would be another; without a `field` the whole of a term, definition or relation is new."""

    what = serializers.ChoiceField(["concept", "term", "definition", "relation"])
    title = serializers.CharField()
    language = serializers.CharField(allow_blank=True)
    field = serializers.CharField(allow_blank=True)
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)
    conflict = serializers.ChoiceField(ConflictReason.choices, allow_blank=True)


class RowSerializer(Answer):
    """An entry of the file, or a remark on it."""

    number = serializers.IntegerField()
    line = serializers.IntegerField()
    key = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(RowKind.choices)
    reasons = serializers.ListField(child=serializers.ChoiceField(ConflictReason.choices))
    concept = serializers.CharField(allow_null=True, help_text="The key of the concept that it is.")
    alike = serializers.ListField(child=serializers.CharField(), help_text="Keys of others with terms of it.")
    changes = RowChangeSerializer(many=True)
    problems = ProblemSerializer(many=True)
    action = serializers.ChoiceField(RowAction.choices, allow_blank=True)
    outcome = serializers.ChoiceField(RowOutcome.choices, allow_blank=True)


class RowsSerializer(Answer):
    """A page of rows, in the order of the file."""

    rows = RowSerializer(many=True)
    next = serializers.CharField(allow_null=True)
