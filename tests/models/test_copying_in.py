"""New rows by COPY."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from termbase.models import Concept, Term
from termbase.models.matching import TermNgramsField

pytestmark = pytest.mark.django_db


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
