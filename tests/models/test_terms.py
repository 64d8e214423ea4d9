"""Terms: approval, and what is computed of them."""

import pytest
from django.utils import timezone

from termbase.errors import NotAllowed
from termbase.models import Candidate, Term
from termbase.text.ngrams import indexed_ngrams, seams
from tests.models.paths import by_bulk_update, by_save, by_update, every_path

pytestmark = pytest.mark.django_db


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
