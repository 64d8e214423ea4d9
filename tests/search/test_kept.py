"""Kept answers: right for every process as soon as another has committed, private to no one, and bounded."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from termbase.models import Concept, ContextChange, Document, Example, Passage, SubjectField, Term, TermFrequency
from termbase.search import kept as module
from termbase.search.kept import Answer, Answers, Kept
from termbase.search.lookup import Outcome

committed = pytest.mark.django_db(transaction=True)


def answer(body):
    return Answer(body, "", Outcome("exact", ()))


def test_the_longest_unasked_goes_first(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 3 * (module._OVERHEAD + 5))
    kept = Kept()
    for question in "abc":
        kept.put(question, answer(b"12345"))
    assert kept.get("a") == answer(b"12345")
    kept.put("d", answer(b"12345"))
    assert [kept.get(question) for question in "abcd"] == [answer(b"12345"), None, answer(b"12345"), answer(b"12345")]


def test_an_answer_put_twice_counts_once(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 2 * (module._OVERHEAD + 5))
    kept = Kept()
    for _ in range(5):
        kept.put("a", answer(b"12345"))
        kept.put("b", answer(b"54321"))
    assert (kept.get("a"), kept.get("b")) == (answer(b"12345"), answer(b"54321"))


def test_an_answer_larger_than_all_room_is_not_kept(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    kept = Kept()
    kept.put("a", answer(b"1" * 11))
    assert kept.get("a") is None
    assert kept._bytes == 0


@pytest.fixture
def context(db):
    """One of each row that an answer shows or is filtered by."""
    field = SubjectField.objects.create(key="bodies", name_en="Bodies", name_zh="机构")
    concept = Concept.objects.create(key="c1", subject_field=field)
    term = Term.objects.create(
        concept=concept, language="zh-Hans", text="毒罪办", source="A/1", review_status="approved"
    )
    document = Document.objects.create(key="d1", symbol="A/1", sha256="0" * 64)
    passage = Passage.objects.create(document=document, position=0, number="1", kind="paragraph", text="毒罪办支持。")
    place = {"passage": passage, "start": 0, "end": 3, "sentence_start": 0, "sentence_end": 6}
    Example.objects.create(term=term, score=0.5, **place)
    TermFrequency.objects.create(term=term, document=document, count=1)
    return term


WRITES = {
    "a term's note": lambda: Term.objects.update(note="new"),
    "a term withdrawn": lambda: Concept.objects.get().withdraw(),
    "a new term": lambda: Term.objects.create(concept=Concept.objects.get(), language="en", text="UNODC"),
    "a definition": lambda: Concept.objects.get().definitions.create(language="en", text="An office.", source="A/1"),
    "a subject field's name": lambda: SubjectField.objects.update(name_en="Organs"),
    "a subject field's place": lambda: SubjectField.objects.create(key="un", name_en="UN", name_zh="联合国"),
    "a document's symbol": lambda: Document.objects.update(symbol="A/2"),
    "a passage's number": lambda: Passage.objects.update(number="2"),
    "an example pinned": lambda: Example.objects.update(pinned=True),
    "an example gone": lambda: Example.objects.all().delete(),
    "a count": lambda: TermFrequency.objects.update(count=2),
}


@committed
def test_nothing_is_kept_past_any_write_that_answers_show(context):
    own = Answers()
    for name, write in WRITES.items():
        before = own.current()
        before.put("毒罪办", answer(b"kept"))
        assert own.current().get("毒罪办") == answer(b"kept"), f"before {name}"
        write()
        assert own.current().get("毒罪办") is None, name


@committed
def test_one_query(context, django_assert_num_queries):
    own = Answers()
    for _ in range(2):
        with django_assert_num_queries(1):
            own.current()


@committed
def test_what_is_not_committed_is_kept_for_no_one(context):
    own = Answers()
    own.current().put("毒罪办", answer(b"kept"))
    with transaction.atomic():
        Term.objects.update(note="perhaps")
        own.current().put("毒罪办", answer(b"with perhaps"))
        assert own.current().get("毒罪办") is None
        transaction.set_rollback(True)
    assert own.current().get("毒罪办") == answer(b"kept")


@committed
def test_a_slow_transaction_is_news_when_it_commits(context):
    own, go, begun = Answers(), threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            Example.objects.update(pinned=True)
            begun.set()
            assert go.wait(20)
        connection.close()

    slow = threading.Thread(target=write)
    slow.start()
    assert begun.wait(20)
    # Its number is lower than that of what follows.
    Term.objects.update(note="new")
    own.current().put("毒罪办", answer(b"kept"))
    assert own.current().get("毒罪办") == answer(b"kept")
    go.set()
    slow.join()
    assert own.current().get("毒罪办") is None


@committed
def test_what_was_not_asked_for_too_long_is_not_trusted(context, monkeypatch):
    own = Answers()
    own.current().put("毒罪办", answer(b"kept"))
    later = time.monotonic() + ContextChange.KEPT_FOR.total_seconds()
    monkeypatch.setattr(module.time, "monotonic", lambda: later)
    assert own.current().get("毒罪办") is None


def test_old_changes_are_forgotten(context):
    (change,) = ContextChange.objects.all()
    assert ContextChange.objects.forget_old() == 0
    ContextChange.objects.create(transaction=change.transaction - 1)
    ContextChange.objects.update(at=timezone.now() - ContextChange.KEPT_FOR - timedelta(minutes=1))
    assert ContextChange.objects.forget_old() == 1
    assert ContextChange.objects.get() == change, "the last is news, whatever the clock says"
