"""Concepts and terms: versions, approval, keys, and the sets readers see."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from termbase.errors import NotAllowed
from termbase.models import Candidate, Concept, ConceptRelation, Definition, SubjectField, Term
from termbase.models.matching import TermNgramsField
from termbase.text.ngrams import indexed_ngrams, seams

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposer():
    return User.objects.create_user("proposer")


@pytest.fixture
def reviewer():
    return User.objects.create_user("reviewer")


@pytest.fixture
def concept():
    return Concept.objects.create(key="c1")


@pytest.fixture
def other():
    return Concept.objects.create(key="c2")


@pytest.fixture
def term(concept, proposer):
    return Term.objects.create(
        concept=concept, language="zh-Hans", text="毒罪办", source="A/1", proposed_by=proposer, reliability=2
    )


@pytest.fixture
def approved(term, reviewer):
    term.approve(by=reviewer)
    term.refresh_from_db()
    return term


def by_save(term, **values):
    for name, value in values.items():
        setattr(term, name, value)
    term.save()


def by_update(term, **values):
    Term.objects.filter(pk=term.pk).update(**values)


def by_bulk_update(term, **values):
    for name, value in values.items():
        setattr(term, name, value)
    Term.objects.bulk_update([term], list(values))


def by_sql(term, **values):
    assignments = ", ".join(f"{name} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE termbase_term SET {assignments} WHERE id = %s", [*values.values(), term.pk])


every_path = pytest.mark.parametrize("write", [by_save, by_update, by_bulk_update, by_sql])


class TestApproval:
    """Of a wording, by another person."""

    def test_approve(self, term, reviewer):
        before = timezone.now()
        term.approve(by=reviewer)
        term.refresh_from_db()
        assert (term.review_status, term.reviewed_by, term.rejection_reason) == ("approved", reviewer, "")
        assert before <= term.reviewed_at <= timezone.now()

    def test_reject_keeps_the_term_and_the_reason(self, term, reviewer):
        term.reject(by=reviewer, reason="not attested")
        term.refresh_from_db()
        assert (term.review_status, term.reviewed_by) == ("rejected", reviewer)
        assert (term.rejection_reason, term.text) == ("not attested", "毒罪办")

    def test_approval_after_all_forgets_the_reason(self, term, reviewer):
        term.reject(by=reviewer, reason="not attested")
        term.approve(by=reviewer)
        term.refresh_from_db()
        assert (term.review_status, term.rejection_reason) == ("approved", "")

    def test_no_one_approves_their_own_proposal(self, term, proposer):
        with pytest.raises(NotAllowed) as error:
            term.approve(by=proposer)
        assert list(error.value.fields) == ["review_status"]
        term.refresh_from_db()
        assert (term.review_status, term.reviewed_by, term.reviewed_at) == ("proposed", None, None)

    def test_one_person_may_where_the_setting_says_so(self, term, proposer, settings):
        settings.TERMBASE_SELF_APPROVAL = True
        term.approve(by=proposer)
        term.refresh_from_db()
        assert (term.review_status, term.reviewed_by) == ("approved", proposer)

    def test_a_proposer_may_reject_their_own(self, term, proposer):
        term.reject(by=proposer, reason="a slip of mine")
        term.refresh_from_db()
        assert term.review_status == "rejected"

    def test_what_nobody_proposed_anybody_may_approve(self, term, reviewer):
        by_update(term, proposed_by=None)
        term.refresh_from_db()
        term.approve(by=reviewer)
        assert term.review_status == "approved"

    def test_a_review_writes_nothing_else(self, term, reviewer):
        by_update(term, note="written meanwhile by another")
        term.approve(by=reviewer)
        term.refresh_from_db()
        assert term.note == "written meanwhile by another"

    @every_path
    def test_another_text_reopens_it(self, approved, write):
        write(approved, text="毒品和犯罪问题办公室")
        approved.refresh_from_db()
        assert (approved.review_status, approved.reviewed_by) == ("proposed", None)

    @every_path
    def test_the_same_text_does_not(self, approved, reviewer, write):
        write(approved, text="毒罪办", note="more", source="A/2")
        approved.refresh_from_db()
        assert (approved.review_status, approved.reviewed_by, approved.note) == ("approved", reviewer, "more")

    @every_path
    def test_a_review_with_another_text_stands(self, approved, reviewer, write):
        write(approved, text="毒品和犯罪问题办公室", reviewed_at=timezone.now())
        approved.refresh_from_db()
        assert (approved.review_status, approved.reviewed_by) == ("approved", reviewer)

    @every_path
    def test_another_text_leaves_a_rejection(self, term, reviewer, write):
        term.reject(by=reviewer, reason="not attested")
        write(term, text="毒品和犯罪问题办公室")
        term.refresh_from_db()
        assert (term.review_status, term.rejection_reason) == ("rejected", "not attested")

    def test_a_write_on_many_rows_reopens_those_it_changes(self, approved, concept, reviewer):
        same = Term.objects.create(concept=concept, language="en", text="UNODC", source="A/1")
        same.approve(by=reviewer)
        Term.objects.update(text="UNODC")
        assert dict(Term.objects.values_list("language", "review_status")) == {
            "zh-Hans": "proposed",
            "en": "approved",
        }


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


class TestComputed:
    """The key, its n-grams and the reading, computed by every path that goes through a model."""

    @pytest.mark.parametrize(
        "create",
        [
            pytest.param(lambda term: term.save(), id="save"),
            pytest.param(lambda term: Term.objects.bulk_create([term]), id="bulk_create"),
            pytest.param(lambda term: Term.objects.copy_in([term]), id="copy_in"),
        ],
    )
    @pytest.mark.parametrize(
        ("language", "text", "key", "reading", "stems", "compound"),
        [
            pytest.param("zh-Hans", "毒 罪 办", "毒罪办", "dú zuì bàn", [], "", id="Simplified"),
            pytest.param("zh-Hant", "毒罪辦", "毒罪办", "dú zuì bàn", [], "", id="Traditional"),
            pytest.param(
                *("en", "Foreign Fighters", "foreign fighters", "", ["fighter", "foreign"], "foreignfighter"),
                id="English has no reading",
            ),
        ],
    )
    def test_of_a_new_term(self, concept, create, language, text, key, reading, stems, compound):
        create(Term(concept=concept, language=language, text=text))
        term = Term.objects.get()
        assert (term.text, term.key, term.ngrams, term.reading) == (
            text,
            key,
            indexed_ngrams(key) + seams(key),
            reading,
        )
        assert (term.stems, term.compound) == (stems, compound)

    def test_of_a_candidate(self):
        Candidate.objects.bulk_create([Candidate(text="毒罪辦")])
        assert Candidate.objects.get().key == "毒罪办"

    @pytest.mark.parametrize(
        "write",
        [
            by_save,
            by_bulk_update,
            pytest.param(
                lambda term, text: (setattr(term, "text", text), term.save(update_fields=["text"])),
                id="save of the text alone",
            ),
        ],
    )
    def test_of_another_text(self, term, write):
        write(term, text="聯合國")
        term.refresh_from_db()
        assert (term.key, term.ngrams) == ("联合国", indexed_ngrams("联合国"))

    def test_the_object_has_what_the_row_has(self, concept):
        term = Term.objects.create(concept=concept, language="zh-Hans", text="毒 罪 办")
        assert (term.key, term.reading) == ("毒罪办", "dú zuì bàn")

    @pytest.mark.parametrize("write", [by_save, by_bulk_update])
    def test_a_corrected_reading_stays(self, term, write):
        write(term, reading="dú zuì bàn shì")
        by_save(term, note="more")
        term.refresh_from_db()
        assert term.reading == "dú zuì bàn shì"

    def test_a_reading_given_at_first_stays(self, concept):
        Term.objects.bulk_create([Term(concept=concept, language="zh-Hans", text="重庆", reading="Chóngqìng")])
        assert Term.objects.get().reading == "Chóngqìng"

    def test_a_reading_taken_out_is_computed_again(self, term):
        by_save(term, reading="wrong")
        by_save(term, reading="")
        term.refresh_from_db()
        assert term.reading == "dú zuì bàn"


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


class TestCopyIn:
    """New rows by COPY are as those of `bulk_create`."""

    def test_all_fields(self, concept, proposer):
        fields = {
            "concept": concept,
            "language": "zh-Hans",
            "text": "毒罪办\\N",
            "source": "A/1, “12”",
            "note": "one\ttwo\nthree \\ four",
            "usage_note": "",
            "reliability": 3,
            "review_status": "approved",
            "proposed_by": proposer,
            "reviewed_at": timezone.now(),
        }
        copied = Term(**fields)
        Term.objects.copy_in([copied])
        row = Term.objects.values().get()
        Term.objects.all().delete()
        Term.objects.bulk_create([Term(**fields)])
        assert {**row, "id": None} == {**Term.objects.values().get(), "id": None}
        assert row["id"] == copied.pk

    def test_keys_rise_in_the_order_given_whatever_order_they_are_written_in(self, concept):
        terms = [Term(concept=concept, language="en", text=text) for text in ("c", "a", "b")]
        Term.objects.copy_in(terms, order=lambda term: term.text)
        assert list(Term.objects.order_by("pk").values_list("text", flat=True)) == ["c", "a", "b"]

    def test_a_key_that_a_row_has_is_kept(self, concept):
        (key,) = Concept.objects.reserve(1)
        Concept.objects.copy_in([Concept(pk=key, key="c9"), Concept(key="c10")])
        assert Concept.objects.get(key="c9").pk == key
        assert Concept.objects.get(key="c10").pk != key

    @pytest.mark.parametrize("pieces", [[], ["a"], ["一", '"', "\\", "{}", ",", " a", "NULL", '\\"', "a\nb"], [""]])
    def test_pieces_arrive_as_they_are(self, concept, monkeypatch, pieces):
        monkeypatch.setattr(TermNgramsField, "compute", staticmethod(lambda text: pieces))
        Term.objects.copy_in([Term(concept=concept, language="en", text="a")])
        assert Term.objects.get().ngrams == pieces

    def test_the_caller_can_go_on_meanwhile(self, concept):
        rows = [Term(concept=concept, language="en", text=text) for text in "abc"]
        left = ["x", "y", "z"]
        Term.objects.copy_in(rows, meanwhile=left.pop)
        assert (left, Term.objects.count()) == ([], 3)

    def test_a_constraint_holds(self, concept):
        with pytest.raises(IntegrityError, match="term_text_is_clean"), transaction.atomic():
            Term.objects.copy_in([Term(concept=concept, language="en", text=" a")])
        assert not Term.objects.exists()

    def test_the_concept_has_a_new_version(self, concept):
        Term.objects.copy_in([Term(concept=concept, language="en", text="a")])
        assert Concept.objects.get().version == concept.version + 1

    def test_nothing(self):
        Term.objects.copy_in([])
        assert not Term.objects.exists()
