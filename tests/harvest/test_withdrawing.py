"""A withdrawn document: nothing of it is shown, counted or proposed, wherever one looks; and all of it comes back."""

import pytest
from django.contrib.auth.models import User

from termbase import concordance, coverage, evidence, search
from termbase.errors import Conflict, InvalidInput, NotAllowed, Withdrawn
from termbase.exchange import exporter
from termbase.harvest import occurrences, withdrawing
from termbase.harvest.candidates.proposing import propose
from termbase.harvest.corpus import import_corpus
from termbase.harvest.documents import DocumentInfo, harvest
from termbase.harvest.files import File
from termbase.harvest.pinning import pin
from termbase.history.undoing import undo
from termbase.models import Activity, Candidate, Concept, Document, Example, RivalPassage, Term, TermFrequency
from termbase.quality import entries
from termbase.search import Query
from tests.admin.conftest import person

pytestmark = pytest.mark.django_db

TEXT = "1. 毒罪办支持打击走私移民行动计划，并与会员国合作执行打击走私移民行动计划。 \n"


@pytest.fixture
def li(db):
    return person("li", "terminologist")


@pytest.fixture
def document(small_termbase, li):
    """A document with a pinned example of 毒罪办, with all that the harvest finds in it."""
    found = harvest(File("d.txt", TEXT.encode()), DocumentInfo(file="d.txt", key="d", symbol="A/1", date="2024"))
    propose([found.document])
    pin(term=Term.objects.get(text="毒罪办"), passage=found.document.passages.get(), start=0, end=3, by=li)
    occurrences.refresh()
    return found.document


def office():
    return Concept.objects.get(terms__text="毒罪办")


def _examples_of_an_entry():
    _terms, examples = search.whole(office())
    return {example.document for _term, example in examples}


def _example_of_a_hit():
    (hit, *_) = search.lookup(Query("毒罪办"))
    return {hit.example.document} if hit.example else set()


PLACES = {
    "the examples of an entry": _examples_of_an_entry,
    "the example of a hit": _example_of_a_hit,
    "the examples of an export": lambda: {
        example.source.partition(",")[0]
        for entry in exporter.entries(Concept.objects.all(), examples=True)
        for example in entry.examples
    },
    "the lines of the concordance": lambda: {
        line.passage.document.cited_as for line in concordance.lines("毒罪办", width=5, limit=9)[0]
    },
    "the counts of the concordance": lambda: {found.cited_as for found, _ in concordance.counts("毒罪办")},
    "the frequencies": lambda: {row.document.cited_as for row in TermFrequency.objects.all()},
    "the coverage": lambda: {row.document.cited_as for row in coverage.by_document()},
    "the queue": lambda: {
        row.document.cited_as for found in Candidate.objects.all() for row in found.frequencies.all()
    },
}


@pytest.mark.parametrize("place", PLACES)
def test_where_it_is_not_seen(document, li, place):
    seen = PLACES[place]
    assert "A/1" in seen()
    withdrawing.withdraw(key="d", seen=None, by=li, reason="a draft")
    assert "A/1" not in seen(), "at once"
    occurrences.refresh()
    assert "A/1" not in seen(), "and after all has been counted again"
    withdrawing.bring_back(key="d", seen=None, by=li)
    propose([document])
    occurrences.refresh()
    assert "A/1" in seen()


def test_what_is_pinned_is_kept(document, li):
    withdrawing.withdraw(key="d", seen=None, by=li, reason="a draft")
    occurrences.refresh()
    assert Example.objects.get(passage__document=document).pinned


def test_an_entry_with_no_other_example_is_found(document, li):
    Document.objects.exclude(pk=document.pk).delete()
    entries.look_through()
    assert not office().findings.filter(kind="no_example").exists()
    withdrawing.withdraw(key="d", seen=None, by=li, reason="a draft")
    entries.look_through()
    assert office().findings.filter(kind="no_example").exists()


def test_evidence(small_termbase, tmp_path, li):
    (tmp_path / "c.tsv").write_text("毒罪办合作\tthe Vienna office cooperates\n毒罪办\tUNODC\n", encoding="utf-8")
    import_corpus(tmp_path / "c.tsv", DocumentInfo(file="c.tsv", key="c"))
    evidence.refresh()
    assert RivalPassage.objects.exists()
    withdrawing.withdraw(key="c", seen=None, by=li, reason="machine translation")
    assert not RivalPassage.objects.exists(), "its sentences are quoted no more"
    evidence.refresh()
    assert evidence.of_terms(list(office().terms.all())) == []


def test_what_is_harvested_again_does_not_come_back_by_that(document, li):
    withdrawing.withdraw(key="d", seen=None, by=li, reason="a draft")
    again = harvest(File("d.txt", TEXT.encode()), DocumentInfo(file="d.txt", key="d"))
    assert (again.outcome, again.needs_candidates) == ("known", False)
    with pytest.raises(Withdrawn, match="a draft"):
        harvest(File("d.txt", f"{TEXT}\n2. 另一段。 \n".encode()), DocumentInfo(file="d.txt", key="d"))
    assert Document.objects.get(key="d").withdrawn_at is not None
    assert Document.objects.get(key="d").passages.count() == 1


def test_a_corpus_neither(small_termbase, tmp_path, li):
    (tmp_path / "c.tsv").write_text("毒罪办\tUNODC\n", encoding="utf-8")
    import_corpus(tmp_path / "c.tsv", DocumentInfo(file="c.tsv", key="c"))
    withdrawing.withdraw(key="c", seen=None, by=li, reason="a draft")
    (tmp_path / "c.tsv").write_text("毒罪办\tthe Office\n", encoding="utf-8")
    with pytest.raises(Withdrawn):
        import_corpus(tmp_path / "c.tsv", DocumentInfo(file="c.tsv", key="c"))


def test_candidates_that_were_being_found_meanwhile(document, li):
    withdrawing.withdraw(key="d", seen=None, by=li, reason="a draft")
    propose([document])
    withdrawing.clear_all()
    assert not Candidate.objects.filter(frequencies__document=document).exists()


class TestRules:
    @pytest.mark.parametrize(
        ("role", "reason", "error"),
        [
            ("reader", "a draft", NotAllowed),
            ("contributor", "a draft", NotAllowed),
            ("terminologist", " ", InvalidInput),
        ],
    )
    def test_who_may_and_why(self, document, role, reason, error):
        with pytest.raises(error):
            document.withdraw(by=person("wu", role), reason=reason)
        assert Document.objects.get(pk=document.pk).withdrawn_at is None

    def test_once(self, document, li):
        with pytest.raises(Conflict):
            document.bring_back(by=li)
        document.withdraw(by=li, reason="a draft")
        with pytest.raises(Conflict):
            document.withdraw(by=li, reason="again")
        with pytest.raises(NotAllowed):
            document.bring_back(by=User.objects.create_user("wu"))
        document.bring_back(by=li)
        assert (document.withdrawn_at, document.withdrawal_reason) == (None, "")

    def test_it_is_a_step_and_not_undone_as_one(self, document, li):
        withdrawing.withdraw(key="d", seen=None, by=li, reason="a draft")
        step = Activity.objects.order_by("-pk").first()
        assert (step.kind, step.user, step.reason) == ("withdraw", li, "a draft")
        with pytest.raises(Conflict):
            undo(activity=step, by=li)
