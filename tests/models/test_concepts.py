"""Concepts: versions, keys, and the sets readers see."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from termbase.models import Concept, ConceptRelation, Definition, SubjectField, Term
from tests.models.paths import by_bulk_update, by_save

pytestmark = pytest.mark.django_db


def term_of(concept, text="办公室"):
    return Term(concept=concept, language="zh-Hans", text=text)


def definition_of(concept):
    return Definition(concept=concept, language="en", text="An office.")


def relation_of(concept):
    return ConceptRelation(concept=concept, relation_type="related", target=Concept.objects.create(key="target"))


class TestVersion:
    """A reader's copy is known by its version: every write on a concept or its parts gives another."""

    @pytest.mark.parametrize(
        "write",
        [
            pytest.param(lambda concept: concept.save(), id="save"),
            pytest.param(lambda concept: concept.withdraw(), id="withdraw"),
            pytest.param(lambda concept: Concept.objects.filter(pk=concept.pk).update(note="x"), id="update"),
            pytest.param(lambda concept: Concept.objects.bulk_update([concept], ["note"]), id="bulk_update"),
        ],
    )
    def test_of_the_concept_itself(self, concept, write):
        write(concept)
        seen = Concept.objects.get(pk=concept.pk)
        assert seen.version == 2
        assert seen.changed_at > concept.changed_at

    def test_no_one_can_keep_it(self, concept):
        Concept.objects.filter(pk=concept.pk).update(version=1)
        concept.refresh_from_db()
        assert concept.version == 2

    @pytest.mark.parametrize("part", [term_of, definition_of, relation_of])
    @pytest.mark.parametrize(
        "write",
        [
            pytest.param(lambda part: part.save(), id="insert"),
            pytest.param(lambda part: type(part).objects.bulk_create([part]), id="bulk_create"),
            pytest.param(
                lambda part: type(part).objects.bulk_create([part], ignore_conflicts=True), id="insert if it is new"
            ),
        ],
    )
    def test_of_a_new_part(self, concept, other, part, write):
        write(part(concept))
        concept.refresh_from_db()
        other.refresh_from_db()
        assert (concept.version, other.version) == (2, 1)

    @pytest.mark.parametrize("part", [term_of, definition_of, relation_of])
    @pytest.mark.parametrize(
        "write",
        [
            pytest.param(lambda part: part.save(), id="save"),
            pytest.param(lambda part: type(part).objects.bulk_update([part], ["concept"]), id="bulk_update"),
            pytest.param(lambda part: type(part).objects.update(concept=part.concept), id="update"),
            pytest.param(lambda part: part.delete(), id="delete"),
            pytest.param(lambda part: type(part).objects.all().delete(), id="delete of a set"),
            pytest.param(
                lambda part: connection.cursor().execute(f"DELETE FROM {part._meta.db_table}"), id="delete in SQL"
            ),
        ],
    )
    def test_of_a_part(self, concept, other, part, write):
        row = part(concept)
        row.save()
        before = Concept.objects.get(pk=concept.pk)
        write(row)
        concept.refresh_from_db()
        other.refresh_from_db()
        assert (concept.version, other.version) == (before.version + 1, 1)
        assert concept.changed_at > before.changed_at

    def test_one_write_on_parts_of_many_concepts(self, concept, other):
        Term.objects.bulk_create([term_of(concept, "一"), term_of(concept, "二"), term_of(other)])
        assert list(Concept.objects.values_list("version", flat=True)) == [2, 2]

    def test_a_write_that_meets_no_row(self, concept):
        term_of(concept).save()
        Term.objects.bulk_create([term_of(concept)], ignore_conflicts=True)
        Term.objects.filter(language="en").update(note="x")
        Term.objects.filter(language="en").delete()
        concept.refresh_from_db()
        assert concept.version == 2

    def test_approval_counts(self, concept, term, reviewer):
        term.approve(by=reviewer)
        concept.refresh_from_db()
        assert concept.version == 3

    @pytest.mark.parametrize("part", [term_of, definition_of, relation_of])
    def test_a_part_that_moves_changes_both(self, concept, other, part):
        row = part(concept)
        row.save()
        type(row).objects.update(concept=other)
        assert list(Concept.objects.filter(pk__in=[concept.pk, other.pk]).values_list("version", flat=True)) == [3, 2]


class TestKeyOfConcept:
    """Made up only where no import brings one."""

    def test_form(self):
        assert Concept.next_key() < Concept.next_key()
        assert Concept(key=Concept.next_key()).clean_fields(exclude=["version"]) is None

    def test_a_key_in_use_is_passed_over(self):
        number = int(Concept.next_key()[1:])
        Concept.objects.create(key=f"c{number + 1:04d}")
        Concept.objects.create(key=f"c{number + 2:04d}", withdrawn_at=timezone.now())
        assert Concept.next_key() == f"c{number + 3:04d}"

    def test_two_connections_never_get_the_same(self):
        together = Barrier(2, timeout=30)

        def many(_):
            try:
                together.wait()
                return [Concept.next_key() for _ in range(50)]
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as threads:
            one, other = threads.map(many, range(2))
        assert len({*one, *other}) == 100


class TestWithdraw:
    """Deleting is withdrawing."""

    def test_the_key_stays(self, concept):
        concept.withdraw()
        seen = Concept.objects.get(key="c1")
        assert seen.withdrawn_at is not None
        assert seen.replaced_by is None

    def test_merged_into_another(self, concept, other):
        concept.withdraw(replaced_by=other)
        assert Concept.objects.get(key="c1").replaced_by == other
        assert list(other.replaces.all()) == [concept]

    def test_it_writes_nothing_else(self, concept):
        Concept.objects.update(note="written meanwhile by another")
        concept.withdraw()
        assert Concept.objects.get(key="c1").note == "written meanwhile by another"


class TestSets:
    """What readers see, and in which order."""

    @pytest.fixture
    def people(self, concept, other):
        """A current and a withdrawn concept with a term of each review status."""
        for owner in (concept, other):
            Term.objects.bulk_create(
                Term(concept=owner, language="en", text=f"{status} {owner}", source="A/1", review_status=status)
                for status in ("proposed", "approved", "rejected")
            )
        other.withdraw()

    @pytest.mark.parametrize(
        ("options", "texts"),
        [
            pytest.param({}, ["approved c1"], id="by default the approved"),
            pytest.param(
                {"proposed": True}, ["approved c1", "proposed c1"], id="on request the proposed; never others"
            ),
        ],
    )
    def test_visible(self, people, options, texts):
        assert sorted(Term.objects.visible(**options).values_list("text", flat=True)) == texts

    def test_current(self, concept, other):
        other.withdraw()
        assert list(Concept.objects.current()) == [concept]

    @pytest.mark.parametrize(
        ("statuses", "seen"),
        [
            pytest.param([], False, id="no term"),
            pytest.param(["proposed", "rejected"], False, id="none approved"),
            pytest.param(["approved", "rejected"], True, id="one approved"),
            pytest.param(["approved", "approved"], True, id="two approved are still one concept"),
        ],
    )
    def test_approved(self, concept, statuses, seen):
        for number, status in enumerate(statuses):
            Term.objects.create(
                concept=concept, language="en", text=f"office {number}", source="A/1", review_status=status
            )
        assert list(Concept.objects.approved()) == [concept] * seen

    def test_approved_are_current(self, people, concept):
        assert list(Concept.objects.approved()) == [concept]

    def test_in_order(self, concept):
        # Preferred, admitted, deprecated, superseded; then full form, acronym …; then by text.
        expected = [
            ("preferred", "phrase", "z"),
            ("admitted", "full_form", "b"),
            ("admitted", "full_form", "c"),
            ("admitted", "acronym", "a"),
            ("admitted", "abbreviation", "d"),
            ("admitted", "short_form", "e"),
            ("admitted", "variant", "f"),
            ("admitted", "phrase", "g"),
            ("deprecated", "full_form", "h"),
            ("superseded", "full_form", "i"),
        ]
        Term.objects.bulk_create(
            Term(concept=concept, language="en", administrative_status=status, term_type=term_type, text=text)
            for status, term_type, text in reversed(expected)
        )
        fields = ("administrative_status", "term_type", "text")
        assert list(Term.objects.in_order().values_list(*fields)) == expected


class TestKeyIsKept:
    """Copies know a concept by its key."""

    @pytest.mark.parametrize("write", [by_save, by_bulk_update])
    def test_it_never_changes(self, concept, write):
        concept.key = "c9"
        with pytest.raises(IntegrityError, match="key of a concept never changes"), transaction.atomic():
            concept.save() if write is by_save else Concept.objects.bulk_update([concept], ["key"])
        assert Concept.objects.get(pk=concept.pk).key == "c1"

    def test_the_same_key_again(self, concept):
        Concept.objects.filter(pk=concept.pk).update(key="c1")


class TestNameOfSubjectField:
    """A concept's record says its subject field by name."""

    @pytest.fixture
    def subject(self, concept):
        subject = SubjectField.objects.create(key="s", name_en="S", name_zh="題")
        Concept.objects.filter(pk=concept.pk).update(subject_field=subject)
        return subject

    @pytest.mark.parametrize(
        ("values", "touched"),
        [
            ({"name_en": "T"}, 1),
            ({"name_zh": "目"}, 1),
            ({"key": "t"}, 1),
            ({"name_en": "S"}, 0),
            ({"parent": None}, 0),
        ],
    )
    def test_another_is_a_new_version(self, concept, other, subject, values, touched):
        before = dict(Concept.objects.values_list("key", "version"))
        SubjectField.objects.update(**values)
        after = dict(Concept.objects.values_list("key", "version"))
        assert {key: after[key] - before[key] for key in after} == {"c1": touched, "c2": 0}
