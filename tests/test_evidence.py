"""How the translations of aligned passages render a term."""

import pytest

from termbase import evidence, jobs
from termbase.models import Concept, Document, Passage, Rendering, RivalPassage, Term, TermEvidence

pytestmark = pytest.mark.django_db


@pytest.fixture
def aligned(small_termbase):
    document = Document.objects.create(key="c", kind="corpus", sha256="c" * 64)

    def add(*pairs):
        start = document.passages.count()
        for at, (text, translation) in enumerate(pairs, start=start):
            document.passages.create(
                position=at, number=f"A/{at}", kind="paragraph", text=text, translation=translation
            )

    return add


def of(key):
    """The evidence of a concept as plain values."""
    terms = list(Concept.objects.get(key=key).terms.visible().in_order())
    return [
        (
            found.term.text,
            found.passages,
            [(form.text, count) for form, count in found.renderings],
            found.without,
            [rival.translation for rival in found.rivals],
        )
        for found in evidence.of_terms(terms)
    ]


def test_forms_are_counted_once_a_passage_and_the_others_shown(aligned):
    aligned(
        ("毒品和毒品。", "Drugs and drugs."),
        ("毒品。", "A drug."),
        ("毒品问题。", "The narcotics problem."),
        ("无关。", "A drug."),
    )
    assert evidence.refresh() == 4
    assert of("c0002") == [("毒品", 3, [("drug", 2)], 1, ["The narcotics problem."])]


def test_a_form_inside_a_longer_one_of_the_same_concept_is_not_it(aligned):
    concept = Concept.objects.get(key="c0002")
    Term.objects.create(concept=concept, language="en", text="illicit drug", source="x", review_status="approved")
    aligned(("毒品。", "illicit drugs"), ("毒品。", "drugs"), ("毒品。", "illicit drugs and other drugs"))
    evidence.refresh()
    assert of("c0002") == [("毒品", 3, [("drug", 2), ("illicit drug", 2)], 0, [])]


def test_a_term_inside_a_longer_known_one_does_not_count(aligned):
    aligned(("毒品和犯罪问题办公室。", "Office"), ("聯合國毒品和犯罪問題辦公室。", "UNODC"))
    evidence.refresh()
    assert of("c0002") == []
    assert [(text, count, without) for text, count, _, without, _ in of("c0001")] == [
        ("联合国毒品和犯罪问题办公室", 1, 0),
        ("毒品和犯罪问题办公室", 1, 1),
    ]


def test_forms_never_met_are_shown_with_nothing_and_proposed_ones_not_at_all(aligned):
    concept = Concept.objects.get(key="c0002")
    for text, status in (("narcotic", "approved"), ("dope", "proposed"), ("junk", "rejected")):
        Term.objects.create(concept=concept, language="en", text=text, source="x", review_status=status)
    aligned(("毒品。", "dope and junk"))
    evidence.refresh()
    assert of("c0002") == [("毒品", 1, [("drug", 0), ("narcotic", 0)], 0, [])], "a proposed form is a known one"


def test_deprecated_forms_count_too(aligned):
    Term.objects.create(
        concept=Concept.objects.get(key="c0002"),
        language="en",
        text="dope",
        source="x",
        review_status="approved",
        administrative_status="deprecated",
    )
    aligned(("毒品。", "dope"))
    evidence.refresh()
    assert of("c0002")[0][2] == [("dope", 1), ("drug", 0)]


def test_storage_is_bounded_and_copies_count_but_are_shown_once(aligned):
    aligned(*[("毒品问题。", "Narcotics.")] * 10, *[(f"毒品问题{at}。", f"Narcotics {at}.") for at in range(20)])
    evidence.refresh()
    (found,) = evidence.of_terms(list(Term.objects.filter(concept__key="c0002")))
    assert (found.passages, found.without, len(found.rivals)) == (30, 30, evidence.RIVALS_PER_TERM)
    assert len({rival.text for rival in found.rivals}) == evidence.RIVALS_PER_TERM


def test_a_rival_says_where_it_stands(aligned):
    aligned(("世界毒品问题。", "Narcotics."))
    evidence.refresh()
    (found,) = evidence.of_terms(list(Term.objects.filter(concept__key="c0002")))
    (rival,) = found.rivals
    assert rival.text[rival.start : rival.end] == "毒品"
    assert (rival.document, rival.position, rival.number) == ("c", 0, "A/0")


def test_again_it_is_the_same_and_without_passages_nothing(aligned):
    aligned(("毒品。", "drugs"), ("毒品问题。", "Narcotics."))
    evidence.refresh()
    first = (of("c0002"), Rendering.objects.count(), RivalPassage.objects.count())
    evidence.refresh()
    assert (of("c0002"), Rendering.objects.count(), RivalPassage.objects.count()) == first
    Passage.objects.update(translation="")
    assert evidence.refresh() == 0
    assert TermEvidence.objects.count() == 0


def test_it_is_refreshed_when_terms_change(aligned):
    aligned(("毒品问题。", "Substances."))
    jobs.refresh_occurrences()
    assert of("c0002")[0][3] == 1
    Term.objects.create(
        concept=Concept.objects.get(key="c0002"), language="en", text="substance", source="x", review_status="approved"
    )
    jobs.refresh_occurrences()
    assert of("c0002") == [("毒品", 1, [("substance", 1), ("drug", 0)], 0, [])]


def test_queries_are_few(aligned, django_assert_num_queries):
    aligned(("毒品。", "drugs"), ("毒品问题。", "Narcotics."))
    evidence.refresh()
    terms = list(Concept.objects.get(key="c0002").terms.visible())
    with django_assert_num_queries(3):
        evidence.of_terms(terms)


def test_progress_is_told(aligned, monkeypatch):
    monkeypatch.setattr(evidence, "_TELL_EVERY", 1)
    aligned(("毒品。", "drugs"), ("犯罪。", "crime"))
    told = []
    evidence.refresh(lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
