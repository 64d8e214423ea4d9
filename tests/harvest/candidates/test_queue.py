"""Candidates in the queue: found again they are not doubled, decided ones stay as they are."""

import itertools

import pytest
from django.contrib.auth.models import User

from termbase.harvest.candidates.known import known_terms
from termbase.harvest.candidates.proposing import propose
from termbase.harvest.candidates.queue import Stored, clear, combined, store
from termbase.harvest.candidates.values import Found
from termbase.harvest.examples import Occurrence
from termbase.models import Candidate, Concept, Document, Passage, Term
from termbase.vocabulary import Badge, TermType

pytestmark = pytest.mark.django_db

TEXT = "联合国毒品和犯罪问题办公室（毒罪办）根据《联合国反腐败公约》提供司法协助，并打击网络犯罪和海上犯罪。"


@pytest.fixture
def documents():
    """Two Chinese documents and an English one, each with one passage."""
    texts = {"one": TEXT, "two": "会议讨论了司法协助和网络犯罪问题。", "english": "The meeting discussed cybercrime."}
    made = []
    for number, (key, text) in enumerate(texts.items()):
        language = "en" if key == "english" else "zh-Hans"
        document = Document.objects.create(key=key, sha256=str(number) * 64, language=language)
        Passage.objects.create(document=document, position=0, kind="paragraph", text=text)
        made.append(document)
    return made


def found(document, text="网络犯罪", **values):
    passage = document.passages.get()
    start = passage.text.index(text)
    place = Occurrence(passage.pk, document.pk, start, start + len(text), 0, len(passage.text), passage.text, 0.5)
    defaults = {"score": 0.5, "count": 1, "badges": (Badge.SERIES,), "places": (place,)}
    return Found(document=document.pk, key=text, text=text, **(defaults | values))


def contents():
    """All that the queue says, without the rows' ids."""
    return [
        (
            row.text, row.score, row.badges, row.status, row.full_form, row.proposed_english,
            sorted(row.known_terms.values_list("text", flat=True)),
            list(row.frequencies.values_list("document__key", "count", "score", "badges")),
            sorted(row.examples.values_list("passage__document__key", "start", "end", "score")),
        )
        for row in Candidate.objects.order_by("key")
    ]  # fmt: skip


def test_a_candidate_with_all_that_belongs_to_it(documents):
    concept = Concept.objects.create(key="c1")
    term = Term.objects.create(concept=concept, language="zh-Hans", text="犯罪")
    item = found(
        documents[0], known_terms=(term.pk,), english="cybercrime", variant_of=concept.pk, full_form="网络上的犯罪"
    )
    assert store([item], [documents[0].pk]) == Stored(new=1, waiting=0, gone=0)
    row = Candidate.objects.get()
    assert (row.key, row.term_type, row.variant_of, row.proposed_english) == (
        "网络犯罪", TermType.FULL_FORM, concept, "cybercrime",
    )  # fmt: skip
    assert [str(example) for example in row.examples.all()] == [TEXT]
    assert [str(frequency) for frequency in row.frequencies.all()] == ["网络犯罪: 1"]
    assert list(row.known_terms.all()) == [term]


def test_stored_again_it_is_the_same(documents):
    store([found(documents[0])], [documents[0].pk])
    before = contents()
    assert store([found(documents[0])], [documents[0].pk]) == Stored(new=0, waiting=1, gone=0)
    assert contents() == before


def test_the_order_of_documents_leaves_no_trace(documents):
    items = [found(documents[0], score=0.7), found(documents[1], score=0.4, badges=(Badge.FREQUENT,), count=3)]
    outcomes = []
    for order in itertools.permutations(items):
        for item in order:
            store([item], [item.document])
        outcomes.append(contents())
        Candidate.objects.all().delete()
    store(items, [item.document for item in items])
    outcomes.append(contents())
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert outcomes[0][0][1:3] == (0.82, ["frequent", "series"])


def test_what_is_no_longer_found_goes(documents):
    one, two, _ = documents
    store([found(one), found(one, "海上犯罪")], [one.pk])
    store([found(two)], [two.pk])
    assert store([], [one.pk]) == Stored(new=0, waiting=0, gone=1)
    row = Candidate.objects.get()
    assert (row.text, row.score) == ("网络犯罪", 0.5)
    assert [frequency.document for frequency in row.frequencies.all()] == [two]
    assert clear([two.pk]).gone == 1


@pytest.mark.parametrize("status", ["accepted", "rejected"])
def test_a_decided_candidate_stays_as_it_is(documents, status):
    store([found(documents[0])], [documents[0].pk])
    Candidate.objects.update(status=status, reviewed_by=User.objects.create(username="somebody"))
    before = contents()
    assert store([found(documents[0], score=0.9)], [documents[0].pk]) == Stored(new=0, waiting=0, gone=0)
    assert store([], [documents[0].pk]) == Stored(new=0, waiting=0, gone=0)
    assert contents() == before


def test_a_rejected_key_is_remembered_in_both_scripts(documents):
    Candidate.objects.create(language="zh-Hant", text="網絡犯罪", status="rejected")
    assert store([found(documents[0])], [documents[0].pk]) == Stored(new=0, waiting=0, gone=0)
    assert known_terms().rejected == {"网络犯罪"}
    propose(documents)
    assert not Candidate.objects.filter(key="网络犯罪", status="waiting").exists()


@pytest.mark.parametrize(
    ("fields", "is_known", "is_rejected"),
    [
        ({"review_status": "approved", "source": "A/1"}, True, False),
        ({"review_status": "proposed"}, True, False),
        ({"review_status": "rejected"}, False, True),
    ],
)
def test_what_the_termbase_knows(fields, is_known, is_rejected):
    concept = Concept.objects.create(key="c1")
    Term.objects.create(concept=concept, language="zh-Hans", text="网络犯罪", **fields)
    Term.objects.create(concept=concept, language="en", text="cybercrime", administrative_status="preferred")
    known = known_terms()
    assert ("网络犯罪" in known.terms, "网络犯罪" in known.rejected) == (is_known, is_rejected)
    if is_known:
        assert known.terms["网络犯罪"].english == "cybercrime"


def test_a_term_of_a_withdrawn_concept_is_not_known():
    concept = Concept.objects.create(key="c1")
    Term.objects.create(concept=concept, language="zh-Hans", text="网络犯罪")
    concept.withdraw()
    assert known_terms().excluded == frozenset()


def test_known_terms_take_the_same_queries_however_many(django_assert_num_queries):
    for number in range(3):
        concept = Concept.objects.create(key=f"c{number}")
        Term.objects.create(concept=concept, language="zh-Hans", text=f"网络犯罪{number}")
    with django_assert_num_queries(3):
        assert len(known_terms().terms) == 3


def test_proposing_fills_the_queue(documents):
    told = []
    stored = propose(documents, progress=told.append)
    assert stored.new == Candidate.objects.count() > 5
    assert told == [str(document) for document in documents[:2]], "no candidates from English"
    shared = Candidate.objects.get(text="司法协助")
    assert [frequency.document.key for frequency in shared.frequencies.all()] == ["one", "two"]
    assert shared.score == combined([frequency.score for frequency in shared.frequencies.all()])
    before = contents()
    again = propose(documents[1::-1])
    assert (again.new, again.gone) == (0, 0)
    assert contents() == before


def test_one_worker_or_four(documents):
    propose(documents)
    before = contents()
    Candidate.objects.all().delete()
    propose(documents, workers=4)
    assert contents() == before


def test_a_known_term_leaves_the_queue_when_the_document_is_read_again(documents):
    propose(documents)
    assert Candidate.objects.filter(key="网络犯罪").exists()
    Term.objects.create(concept=Concept.objects.create(key="c1"), language="zh-Hans", text="网络犯罪")
    assert propose(documents).gone > 0
    assert not Candidate.objects.filter(key="网络犯罪").exists()


@pytest.mark.parametrize(
    ("scores", "result"), [([], 0.0), ([0.5], 0.5), ([0.5, 0.5], 0.75), ([1.0, 0.2], 1.0), ([0.1, 0.7, 0.3], 0.811)]
)
def test_documents_add_up(scores, result):
    assert {combined(order) for order in itertools.permutations(scores)} == {result}
