"""Many rows updated at once: as Django's `bulk_update` has them, field by field."""

import re
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Upper
from django.test.utils import CaptureQueriesContext

from termbase.models import (
    Candidate,
    CandidateExample,
    CandidateFrequency,
    Concept,
    Definition,
    Document,
    Passage,
    SubjectField,
    Term,
)
from termbase.models.copying import CopiedQuerySet
from termbase.models.matching import KeyField, PiecesField
from termbase.vocabulary import Badge, ReviewStatus, TermType

pytestmark = pytest.mark.django_db

ONE, TWO, THREE = 91, 92, 93
PLAIN = "another"
ODD = "tab\tline\nback\\slash \\N \"double\" 'single' {a,b} NULL 100 % %s 毒罪办 𠮷"
AT = datetime(2020, 2, 29, 23, 59, 59, 123456, tzinfo=UTC)
# By these a row is known for good, or they are the trigger's of concepts.
NOT_GIVEN = {"id", "key", "version", "changed_at"}


@pytest.fixture
def rows():
    """Three rows of every model that is written by the thousand."""
    User.objects.bulk_create([User(pk=ONE, username="one")])
    SubjectField.objects.bulk_create([SubjectField(pk=ONE, key="crime", name_en="crime", name_zh="犯罪")])
    keys = (ONE, TWO, THREE)
    Concept.objects.bulk_create([Concept(pk=pk, key=f"c{pk}", note=f"note {pk}") for pk in keys])
    Term.objects.bulk_create(
        [Term(pk=pk, concept_id=pk, language="zh-Hans", text=f"毒{pk}", source="A") for pk in keys]
    )
    Definition.objects.bulk_create([Definition(pk=pk, concept_id=pk, language="en", text=f"It {pk}") for pk in keys])
    Document.objects.bulk_create([Document(pk=pk, key=f"d{pk}", sha256=f"{pk:064}") for pk in keys])
    Passage.objects.bulk_create(
        [Passage(pk=pk, document_id=ONE, position=pk, kind="heading", text=f"毒 {pk}") for pk in keys]
    )
    Candidate.objects.bulk_create([Candidate(pk=pk, text=f"候选{pk}", badges=["acronym"]) for pk in keys])
    CandidateFrequency.objects.bulk_create(
        [CandidateFrequency(pk=pk, candidate_id=pk, document_id=ONE, count=1, score=0.5) for pk in keys]
    )
    place = {"start": 1, "end": 2, "sentence_start": 0, "sentence_end": 3, "score": 0.5}
    CandidateExample.objects.bulk_create(
        [CandidateExample(pk=pk, candidate_id=pk, passage_id=ONE, **place) for pk in keys]
    )


# (model, what the second row becomes, what the third, why): the first is left alone.
CASES = [
    (Concept, {"note": ODD}, {"note": ""}, "text and its key, as it is"),
    (Concept, {"subject_field_id": ONE}, {"subject_field_id": None}, "a reference and none"),
    (Concept, {"withdrawn_at": AT, "replaced_by_id": ONE}, {"withdrawn_at": None, "replaced_by_id": None}, "times"),
    (Concept, {"created_at": AT}, {"created_at": AT.replace(year=1996, microsecond=1)}, "to the microsecond"),
    (Term, {"text": 'back\\slash {毒,罪} "100 %"'}, {"text": "“毒” 罪办"}, "keys, pieces, compound"),
    (Term, {"text": "Foreign Fighters", "language": "en"}, {"text": "毒品", "language": "zh-Hant"}, "stems, reading"),
    (Term, {"reading": "dú"}, {"reading": ""}, "a corrected reading, one to be made again with the next text"),
    (Term, {"text": "甲", "reading": "X"}, {"text": "乙", "reading": ""}, "a reading stays, or is made"),
    (Term, {"concept_id": ONE, "language": "en"}, {"concept_id": ONE, "language": "zh-Hant"}, "moved"),
    (Term, {"term_type": TermType.ACRONYM}, {"term_type": "variant"}, "a choice, and its value"),
    (
        Term,
        {"administrative_status": "preferred", "part_of_speech": "verb", "geographical_usage": ODD},
        {"administrative_status": "deprecated", "part_of_speech": "noun", "geographical_usage": ""},
        "choices",
    ),
    (
        Term,
        {"source": ODD, "note": ODD, "usage_note": "Ünïcode “A”"},
        {"source": PLAIN, "note": "", "usage_note": ""},
        "texts, two of them with a key",
    ),
    (Term, {"reliability": 4}, {"reliability": "3"}, "a small number, and as text"),
    (
        Term,
        {"review_status": ReviewStatus.APPROVED, "reviewed_by_id": ONE, "reviewed_at": AT, "proposed_by_id": ONE},
        {"review_status": "rejected", "reviewed_by_id": None, "reviewed_at": None, "proposed_by_id": None},
        "a review and none",
    ),
    (Term, {"rejection_reason": "a"}, {"rejection_reason": ODD}, "text"),
    (
        Definition,
        {"concept_id": ONE, "language": "zh-Hans", "text": "毒 罪 办", "source": ODD},
        {"concept_id": TWO, "language": "en", "text": "Its “Office”.", "source": ""},
        "all at once",
    ),
    (
        Passage,
        {"document_id": TWO, "position": 0, "number": "op1", "kind": "item", "text": "联合国", "translation": ODD},
        {"document_id": THREE, "position": 7, "number": "", "kind": "heading", "text": 'a\\"b', "translation": ""},
        "all at once, with n-grams",
    ),
    (Candidate, {"badges": []}, {"badges": ["acronym", Badge.TITLE, 'a"b', "\\", "{},"]}, "none and odd pieces"),
    (Candidate, {"score": 0.1 + 0.2}, {"score": 1}, "every digit of a number"),
    (Candidate, {"score": float("inf")}, {"score": -1e-300}, "the ends of numbers"),
    (
        Candidate,
        {"text": "毒罪辦", "language": "zh-Hant", "term_type": "acronym", "full_form": ODD, "proposed_english": ODD},
        {"text": "office", "language": "en", "term_type": "variant", "full_form": "", "proposed_english": ""},
        "texts with a key",
    ),
    (
        Candidate,
        {"subject_field_id": ONE, "variant_of_id": ONE, "term_id": ONE, "reviewed_by_id": ONE},
        {"subject_field_id": None, "variant_of_id": None, "term_id": None, "reviewed_by_id": None},
        "references",
    ),
    (
        Candidate,
        {"status": "rejected", "rejection_reason": ODD, "reviewed_at": AT, "found_at": AT},
        {"status": "waiting", "rejection_reason": "", "reviewed_at": None, "found_at": AT},
        "a decision",
    ),
    (
        CandidateFrequency,
        {"candidate_id": ONE, "document_id": TWO, "count": 2**31 - 1, "score": 0.25, "badges": ["acronym"]},
        {"candidate_id": ONE, "document_id": THREE, "count": 1, "score": 0, "badges": []},
        "all at once",
    ),
    (
        CandidateExample,
        {"candidate_id": ONE, "passage_id": TWO, "start": 3, "end": 4, "sentence_start": 2, "sentence_end": 5},
        {"candidate_id": ONE, "passage_id": THREE, "start": 0, "end": 1, "sentence_start": 0, "sentence_end": 1},
        "all at once but one",
    ),
    (CandidateExample, {"score": 0.75}, {"score": 0}, "that one"),
]


def updated(model, write):
    """All rows after a write, which is then taken back."""
    with transaction.atomic():
        write()
        left = [{n: v for n, v in row.items() if n != "changed_at"} for row in model.objects.order_by("pk").values()]
        transaction.set_rollback(True)
    return left


@pytest.mark.parametrize(("model", "second", "third", "why"), CASES, ids=lambda value: getattr(value, "__name__", None))
def test_as_django_has_it(rows, model, second, third, why):
    objects = [model.objects.get(pk=TWO), model.objects.get(pk=THREE)]
    for instance, values in zip(objects, (second, third), strict=True):
        for name, value in values.items():
            setattr(instance, name, value)
    names = [model._meta.get_field(name).name for name in second]
    ours = updated(model, lambda: model.objects.bulk_update(objects, names))
    # The objects have by now what is computed; Django writes no more than it is told to.
    names += [field.name for field in model._meta.concrete_fields if getattr(field, "of", None) in names]
    django = updated(model, lambda: models.QuerySet(model).bulk_update(objects, names))
    assert ours == django, why
    assert ours[0] == updated(model, lambda: None)[0], "left alone"


def test_every_field_of_every_model_is_in_the_table():
    written = [model for model in apps.get_app_config("termbase").get_models() if _copied(model)]
    told = {(model, name) for model, values, *_ in CASES for name in values}
    assert told == {
        (model, field.attname)
        for model in written
        for field in model._meta.concrete_fields
        if field.attname not in NOT_GIVEN and not isinstance(field, (KeyField, PiecesField, models.GeneratedField))
    }


def _copied(model):
    return isinstance(model._default_manager.all(), CopiedQuerySet)


def one(**values):
    term = Term.objects.get(pk=ONE)
    for name, value in values.items():
        setattr(term, name, value)
    return term


@pytest.mark.parametrize(
    ("values", "error", "match"),
    [
        pytest.param({"text": " a"}, IntegrityError, "term_text_is_clean", id="a constraint, by its name"),
        pytest.param({"language": "x" * 17}, DataError, "too long", id="never cut off"),
        pytest.param({"note": "a\0b"}, (ValueError, DataError), "NUL", id="no null characters"),
        pytest.param({"reliability": 2**15}, DataError, "out of range", id="a number too large"),
        pytest.param({"concept": Concept(key="c9")}, ValueError, "unsaved", id="a reference to what is not there"),
        pytest.param({"pk": None}, ValueError, "primary key", id="a row that is not there"),
    ],
)
def test_refused(rows, values, error, match):
    term = one(**values)
    with pytest.raises(error, match=match), transaction.atomic():
        Term.objects.bulk_update([term], [*values.keys() - {"pk"}, "usage_note"])


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        pytest.param([], None, id="no field"),
        pytest.param(["id"], None, id="the key"),
        pytest.param(["candidate"], None, id="none of its own"),
        pytest.param(["note"], 0, id="no batch"),
    ],
)
def test_refused_as_django_does(rows, fields, size):
    with pytest.raises(Exception) as ours:
        Term.objects.bulk_update([one()], fields, size)
    with pytest.raises(type(ours.value), match=re.escape(str(ours.value))):
        models.QuerySet(Term).bulk_update([one()], fields, size)


def test_rows_that_are_gone_are_not_counted(rows):
    gone = Definition(pk=999, text="a")
    there = Definition.objects.get(pk=ONE)
    assert Definition.objects.bulk_update([there, gone], ["source"]) == 1
    assert Definition.objects.bulk_update([], ["source"]) == 0


def test_a_reference_saved_after_it_was_given(rows):
    target = Concept(key="c9")
    concept = Concept.objects.get(pk=ONE)
    concept.replaced_by, concept.withdrawn_at = target, AT
    target.save()
    Concept.objects.bulk_update([concept], ["replaced_by", "withdrawn_at"])
    assert Concept.objects.get(pk=ONE).replaced_by == target


@pytest.mark.parametrize(("size", "statements"), [(None, 1), (2, 2), (1, 3)])
def test_a_batch_is_one_statement(rows, size, statements):
    terms = list(Term.objects.all())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert Term.objects.bulk_update(terms, ["note", "source"], batch_size=size) == 3
    assert sum("UPDATE" in query["sql"] for query in queries) == statements


def test_expressions_are_left_to_django(rows):
    terms = [one(source=Upper(Value("a"))), Term.objects.get(pk=TWO)]
    terms[1].source = F("language")
    assert Term.objects.bulk_update(terms, ["source"]) == 2
    assert list(Term.objects.order_by("pk").values_list("source", flat=True)) == ["A", "zh-Hans", "A"]


def test_conditions_of_the_set_hold(rows):
    terms = list(Term.objects.all())
    for term in terms:
        term.source = "B"
    assert Term.objects.filter(pk=TWO).bulk_update(terms, ["source"]) == 1
    assert list(Term.objects.order_by("pk").values_list("source", flat=True)) == ["A", "B", "A"]
