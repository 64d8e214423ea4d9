"""Two concepts made one, and one made two."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from termbase import merging
from termbase.errors import Conflict, InvalidInput, NotFound, Stale
from termbase.models import (
    Activity,
    Candidate,
    Concept,
    ConceptRelation,
    Definition,
    Example,
    SubjectField,
    Suggestion,
    Term,
    TermFrequency,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def li(small_termbase):
    return User.objects.create_user("li")


def concept(key, *terms, **fields):
    made = Concept.objects.create(key=key, **fields)
    for language, text, status, *rest in terms:
        values = {"source": "A/1", "review_status": "approved", "reviewed_at": "2026-01-01T00:00Z"} | dict(*rest)
        Term.objects.create(concept=made, language=language, text=text, administrative_status=status, **values)
    return made


def terms(key):
    """(text, administrative status, review status) of a concept's terms."""
    rows = Term.objects.filter(concept__key=key).order_by("pk")
    return list(rows.values_list("text", "administrative_status", "review_status"))


def merge(source, target, li, **given):
    return merging.merge(source=source, target=target, by=li, **given)


class TestTerms:
    # (source's term, target's term, the folded one, why); all in English, with "text" and what else matters.
    FOLDED = [
        (
            {"administrative_status": "admitted"},
            {"administrative_status": "deprecated"},
            {"administrative_status": "admitted"},
            "the better status",
        ),
        (
            {"administrative_status": "preferred"},
            {"administrative_status": "admitted"},
            {"administrative_status": "preferred"},
            "a language without a preferred term gets one",
        ),
        ({"source": "A/2"}, {"source": "A/1"}, {"source": "A/1; A/2"}, "both sources"),
        ({"source": "A/1"}, {"source": "A/2; A/1"}, {"source": "A/2; A/1"}, "each once"),
        ({"source": "A/1"}, {"source": "", "review_status": "proposed"}, {"source": "A/1"}, "one is better than none"),
        ({"reliability": 4}, {"reliability": 2}, {"reliability": 4}, "the better reliability"),
        ({"note": "one"}, {"note": "other"}, {"note": "other\none"}, "both notes"),
        ({"usage_note": "one"}, {}, {"usage_note": "one"}, "a usage note"),
        ({"geographical_usage": "CA"}, {"geographical_usage": "US"}, {"geographical_usage": "US"}, "the target's"),
        ({"geographical_usage": "CA"}, {}, {"geographical_usage": "CA"}, "what the target has not"),
        (
            {"review_status": "approved"},
            {"review_status": "proposed"},
            {"review_status": "proposed"},
            "approval is for a concept",
        ),
        (
            {"review_status": "approved"},
            {"review_status": "rejected", "rejection_reason": "no"},
            {"review_status": "proposed", "rejection_reason": ""},
            "a rejected one is thought over",
        ),
        ({"review_status": "rejected"}, {"review_status": "approved"}, {"review_status": "approved"}, "the target's"),
    ]

    @pytest.mark.parametrize(("source", "target", "folded", "why"), [pytest.param(*c, id=c[3]) for c in FOLDED])
    def test_the_same_words_are_folded(self, li, source, target, folded, why):
        values = {"language": "en", "text": "drug", "source": "A/1", "review_status": "approved"}
        Term.objects.create(concept=concept("x1"), **values | source)
        kept = Term.objects.create(concept=concept("x2"), **values | target)
        merge("x1", "x2", li)
        same = Term.objects.get(concept__key="x2")
        assert same.pk == kept.pk
        assert {name: getattr(same, name) for name in folded} == folded

    def test_others_move_and_are_approved_anew(self, li):
        concept("x1", ("en", "alpha", "admitted"), ("zh-Hans", "甲", "preferred"))
        concept("x2", ("en", "beta", "preferred"))
        merge("x1", "x2", li)
        assert terms("x2") == [
            ("alpha", "admitted", "proposed"),
            ("甲", "preferred", "proposed"),
            ("beta", "preferred", "approved"),
        ]
        assert terms("x1") == []

    def test_the_targets_preferred_term_stays_so(self, li):
        concept("x1", ("en", "alpha", "preferred"))
        concept("x2", ("en", "beta", "preferred"))
        merge("x1", "x2", li)
        assert [row[:2] for row in terms("x2")] == [("alpha", "admitted"), ("beta", "preferred")]

    def test_unless_the_other_is_chosen(self, li):
        one, other = concept("x1", ("en", "alpha", "preferred")), concept("x2", ("en", "beta", "preferred"))
        (choice,) = merging.choices(one, other)
        assert (choice.language, [term.text for term in choice.terms]) == ("en", ["beta", "alpha"])
        merge("x1", "x2", li, preferred={"en": choice.terms[1].pk})
        assert [row[:2] for row in terms("x2")] == [("alpha", "preferred"), ("beta", "admitted")]

    def test_choosing_the_targets_is_no_change(self, li):
        one, other = concept("x1", ("en", "alpha", "preferred")), concept("x2", ("en", "beta", "preferred"))
        merge("x1", "x2", li, preferred={"en": merging.choices(one, other)[0].terms[0].pk})
        assert ("beta", "preferred", "approved") in terms("x2")

    def test_the_same_preferred_term_is_no_choice(self, li):
        one, other = concept("x1", ("en", "alpha", "preferred")), concept("x2", ("en", "alpha", "preferred"))
        assert merging.choices(one, other) == []
        merge("x1", "x2", li)
        assert terms("x2") == [("alpha", "preferred", "approved")]

    def test_a_rejected_preferred_term_prefers_nothing(self, li):
        rejected = {"review_status": "rejected"}
        one, other = concept("x1", ("en", "alpha", "preferred", rejected)), concept("x2", ("en", "beta", "preferred"))
        assert merging.choices(one, other) == []
        merge("x1", "x2", li)
        assert ("beta", "preferred", "approved") in terms("x2")
        assert ("alpha", "rejected") in [(row[0], row[2]) for row in terms("x2")], "and its rejection is remembered"

    def test_one_key_in_two_writings_are_two_terms(self, li):
        concept("x1", ("zh-Hans", "毒 罪办", "admitted"))
        concept("x2", ("zh-Hans", "毒罪办", "admitted"))
        merge("x1", "x2", li)
        assert len(terms("x2")) == 2


class TestWhatFollows:
    def test_definitions(self, li):
        one, other = concept("x1"), concept("x2")
        for made, text, source in ((one, "A.", "s1"), (one, "B.", "s1"), (other, "B.", "s2")):
            Definition.objects.create(concept=made, language="en", text=text, source=source)
        merge("x1", "x2", li)
        assert set(other.definitions.values_list("text", "source")) == {("A.", "s1"), ("B.", "s2; s1")}

    def test_relations_of_and_to_it(self, li):
        one, other, far = concept("x1"), concept("x2"), concept("x3")
        rows = [(one, "broader", far), (far, "related", one), (one, "see_also", other), (other, "related", one)]
        rows += [(other, "broader", far)]
        for made, kind, target in rows:
            ConceptRelation.objects.create(concept=made, relation_type=kind, target=target)
        merge("x1", "x2", li)
        found = set(ConceptRelation.objects.values_list("concept__key", "relation_type", "target__key"))
        assert found == {("x2", "broader", "x3"), ("x3", "related", "x2"), ("c0003", "related", "c0004")}

    def test_examples_frequencies_candidates_and_suggestions(self, li):
        kept = Term.objects.get(text="毒罪办")
        source = concept("x1", ("zh-Hans", "毒罪办", "admitted"))
        fold = source.terms.get()
        seen = Example.objects.get(term=kept)
        values = {"passage": seen.passage, "sentence_start": 0, "sentence_end": 10, "score": 1}
        Example.objects.create(term=fold, start=seen.start, end=seen.end, pinned=True, **values)
        Example.objects.create(term=fold, start=5, end=8, **values)
        counted = TermFrequency.objects.get(term=kept)
        TermFrequency.objects.create(term=fold, document=counted.document, count=9)
        candidate = Candidate.objects.create(text="毒罪办", term=fold)
        suggestion = Suggestion.objects.create(concept=source, comment="?")
        merge("x1", "c0001", li)
        assert set(kept.examples.values_list("start", "pinned")) == {(seen.start, True), (5, False)}
        assert TermFrequency.objects.get(term=kept) == counted
        candidate.refresh_from_db()
        suggestion.refresh_from_db()
        assert (candidate.term, suggestion.concept.key) == (kept, "c0001")

    def test_the_field_and_note_that_the_target_lacks(self, li):
        field = SubjectField.objects.get()
        concept("x1", subject_field=field, note="one")
        concept("x2", note="other")
        merged = merge("x1", "x2", li)
        assert (merged.subject_field, merged.note) == (field, "other\none")

    def test_the_old_key_leads_to_the_new(self, li, client):
        concept("x1", ("en", "alpha", "admitted"))
        merge("x1", "c0002", li, reason="doublet")
        old = Concept.objects.get(key="x1")
        assert (old.replaced_by.key, old.withdrawn_at is not None) == ("c0002", True)
        assert client.get("/concepts/x1").headers["Location"] == "/concepts/c0002"
        assert client.get("/api/v1/concepts/x1/").json()["replaced_by"] == "c0002"
        activity = Activity.objects.first()
        assert (activity.kind, activity.user, activity.reason) == ("merge", li, "doublet")

    def test_and_so_do_those_that_led_to_it(self, li):
        for key in ("x1", "x2", "x3"):
            concept(key)
        merge("x1", "x2", li)
        merge("x2", "x3", li)
        assert set(Concept.objects.filter(key__in=["x1", "x2"]).values_list("replaced_by__key", flat=True)) == {"x3"}


@pytest.mark.parametrize(
    ("source", "target", "given", "error", "why"),
    [
        ("c0003", "c0003", {}, InvalidInput, "into itself"),
        ("c0003", "c9999", {}, NotFound, "into nothing"),
        ("c9999", "c0003", {}, NotFound, "nothing"),
        ("gone", "c0003", {}, Conflict, "a withdrawn one"),
        ("c0003", "gone", {}, Conflict, "into a withdrawn one"),
        ("c0003", "merged", {}, Conflict, "into one that is merged itself, perhaps into this"),
        ("c0003", "c0004", {"versions": {"c0003": 99, "c0004": 1}}, Stale, "changed since"),
        ("c0003", "c0004", {"versions": {}}, Stale, "nobody has looked"),
        ("c0003", "c0004", {"preferred": {"en": 1}}, InvalidInput, "no term of these"),
        ("c0003", "c0004", {"preferred": {"fr": 1}}, InvalidInput, "no language of these"),
    ],
)
def test_merges_that_are_refused(li, source, target, given, error, why):
    concept("gone").withdraw()
    concept("merged").withdraw(replaced_by=Concept.objects.get(key="c0003"))
    before = Activity.objects.count()
    with pytest.raises(error):
        merge(source, target, li, **given)
    assert Activity.objects.count() == before, why


def test_no_circle_not_by_sql_either(li):
    for key in ("x1", "x2", "x3"):
        concept(key)
    merge("x1", "x2", li)
    merge("x2", "x3", li)
    with pytest.raises(IntegrityError, match="not replaced by it"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE termbase_concept SET withdrawn_at = now(),"
            " replaced_by_id = (SELECT id FROM termbase_concept WHERE key = 'x1') WHERE key = 'x3'"
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_at_once_one_wins(small_termbase):
    """Each into the other: whoever comes second finds a concept that is withdrawn."""
    li = User.objects.create_user("li")
    together = Barrier(2, timeout=30)

    def try_merge(pair):
        try:
            together.wait()
            return merge(*pair, li).key
        except Conflict:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(try_merge, [("c0003", "c0004"), ("c0004", "c0003")]))
    (winner,) = filter(None, answers)
    assert Concept.objects.current().filter(key__in=["c0003", "c0004"]).get().key == winner


class TestSplit:
    @pytest.fixture
    def both(self, li):
        """A concept that is two."""
        made = concept(
            "x1",
            ("en", "alpha", "preferred"),
            ("en", "alef", "admitted"),
            ("en", "beta", "admitted"),
            ("zh-Hans", "甲", "preferred"),
            subject_field=SubjectField.objects.get(),
        )
        Definition.objects.create(concept=made, language="en", text="The second letter.")
        return made

    @staticmethod
    def ids(*texts):
        return list(Term.objects.filter(text__in=texts, concept__key="x1").values_list("pk", flat=True))

    def split(self, li, *texts, version=None, **given):
        return merging.split(key="x1", chosen=merging.Split(terms=self.ids(*texts), **given), version=version, by=li)

    def test_terms_move_to_a_concept_of_their_own(self, li, both):
        definition = both.definitions.get()
        new = self.split(li, "beta", definitions=[definition.pk], relation="related")
        assert terms(new.key) == [("beta", "admitted", "proposed")], "approved anew"
        assert new.subject_field == both.subject_field
        assert new.definitions.get() == definition
        assert (new.relations.get().relation_type, new.relations.get().target) == ("related", both)
        assert [row[0] for row in terms("x1")] == ["alpha", "alef", "甲"]

    def test_a_preferred_term_stays_preferred_where_it_goes(self, li, both):
        new = self.split(li, "alpha")
        assert terms(new.key) == [("alpha", "preferred", "proposed")]

    def test_who_is_preferred_on_either_side_can_be_chosen(self, li, both):
        new = self.split(li, "alpha", "beta", preferred=self.ids("beta", "alef"))
        assert [row[:2] for row in terms(new.key)] == [("alpha", "admitted"), ("beta", "preferred")]
        assert ("alef", "preferred", "approved") in terms("x1")

    def test_refused(self, li, both):
        other = Term.objects.get(text="drug").pk
        cases = [
            (merging.Split(terms=[]), InvalidInput, "nothing moves"),
            (merging.Split(terms=self.ids("alpha", "alef", "beta", "甲")), InvalidInput, "nothing stays"),
            (merging.Split(terms=[other]), InvalidInput, "another concept's term"),
            (merging.Split(terms=self.ids("beta"), definitions=[10**9]), InvalidInput, "no definition of it"),
            (merging.Split(terms=self.ids("beta"), preferred=[other]), InvalidInput, "another concept's"),
            (merging.Split(terms=self.ids("beta"), preferred=self.ids("alpha", "alef")), InvalidInput, "two preferred"),
        ]
        for chosen, error, why in cases:
            with pytest.raises(error):
                merging.split(key="x1", chosen=chosen, by=li)
            assert Concept.objects.filter(withdrawn_at=None).count() == 6, why

    def test_stale_or_withdrawn(self, li, both):
        with pytest.raises(Stale):
            self.split(li, "beta", version=99)
        both.refresh_from_db()
        self.split(li, "beta", version=both.version)
        both.withdraw()
        with pytest.raises(Conflict):
            self.split(li, "alpha")
