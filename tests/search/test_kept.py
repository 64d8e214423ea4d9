"""Kept answers: right for every process as soon as another has committed, private to no one, and bounded."""

import random
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from termbase.api.json import render
from termbase.api.serializers import hit
from termbase.models import Concept, ContextChange, Document, Example, Passage, SubjectField, Term, TermFrequency
from termbase.models.news import MOST_TOLD
from termbase.search import Query, lookup_page
from termbase.search import kept as module
from termbase.search.kept import Answer, Answers, Kept
from termbase.search.lookup import Outcome

EXAMPLE = {"start": 0, "end": 3, "sentence_start": 0, "sentence_end": 6}
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
    Example.objects.create(term=term, score=0.5, passage=passage, **EXAMPLE)
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


@committed
def test_a_write_to_a_concept_leaves_the_others_known(context, django_assert_num_queries):
    other = Concept.objects.create(key="c2")
    Term.objects.create(concept=other, language="en", text="office", source="A/1", review_status="approved")
    both, own = [context.concept_id, other.pk], Answers()
    before = own.current()
    known = before.contents.of(both)
    Term.objects.filter(pk=context.pk).update(note="new")
    after = own.current()
    # Of a request that began before the write, and ends after the next has begun.
    before.contents.of(both)
    with django_assert_num_queries(2):
        found = after.contents.of(both)
    assert found[other.pk] is known[other.pk]
    assert [term.note for term in found[context.concept_id].terms] == ["new"]
    with django_assert_num_queries(1):
        assert own.current() is after


@committed
@pytest.mark.parametrize(
    "write",
    [
        WRITES["a subject field's name"],
        WRITES["a document's symbol"],
        WRITES["an example pinned"],
        lambda: Concept.objects.get().delete(),
        lambda: Concept.objects.bulk_create(Concept(key=f"n{n}") for n in range(MOST_TOLD)),
    ],
    ids=["a subject field", "a document", "an example", "a concept gone", "very many"],
)
def test_what_changes_around_concepts_or_is_much_leaves_none(context, write):
    own = Answers()
    own.current().contents.of([context.concept_id])
    Concept.objects.update(note="one more")
    write()
    assert own.current().contents._known == {}


class Edits:
    """Random writes, each of one transaction, to all that hits show."""

    def __init__(self, seed, place):
        self.draw = random.Random(seed)
        self.place = place
        self.number = 0

    def one(self):
        """One of them, chosen by its name."""
        getattr(self, self.draw.choice([name for name in vars(Edits) if name.startswith("edit_")]))()

    def unused(self):
        self.number += 1
        return self.number

    def some(self, rows):
        return self.draw.choice(list(rows.order_by("pk")) or [None])

    def edit_term(self):
        values = self.draw.choice(
            [
                {"note": f"note {self.draw.random()}"},
                {"text": f"毒罪办{self.draw.choice('公室国际')}{self.unused()}"},
                {"administrative_status": self.draw.choice(["admitted", "deprecated"])},
                {"review_status": self.draw.choice(["approved", "proposed"])},
            ]
        )
        Term.objects.filter(pk=self.some(Term.objects).pk).update(**values)

    def edit_new(self):
        with transaction.atomic():
            concept = Concept.objects.create(key=f"new{self.unused()}")
            text = f"毒罪办{self.number}"
            Term.objects.create(concept=concept, language="zh-Hans", text=text, source="A/1", review_status="approved")

    def edit_term_of_another_concept(self):
        Term.objects.filter(pk=self.some(Term.objects).pk).update(concept=self.some(Concept.objects))

    def edit_term_gone(self):
        Term.objects.filter(pk=self.some(Term.objects.exclude(concept__key="c1")).pk).delete()

    def edit_concept(self):
        at = self.draw.choice([None, None, timezone.now()])
        Concept.objects.filter(pk=self.some(Concept.objects).pk).update(withdrawn_at=at)

    def edit_concept_gone(self):
        if self.draw.random() < 0.3:
            self.some(Concept.objects.exclude(key="c1")).delete()

    def edit_subject_field(self):
        if self.draw.random() < 0.3:
            SubjectField.objects.update(name_en=f"Bodies {self.draw.random()}")
        Concept.objects.filter(pk=self.some(Concept.objects).pk).update(subject_field=self.some(SubjectField.objects))

    def edit_example(self):
        if self.draw.random() < 0.3:
            Example.objects.filter(term=self.some(Term.objects)).delete()
        elif not Example.objects.filter(term=(term := self.some(Term.objects))).exists():
            Example.objects.create(term=term, score=self.draw.random(), **self.place)

    def edit_nothing(self):
        with transaction.atomic():
            Term.objects.update(note="never")
            transaction.set_rollback(True)


@committed
@pytest.mark.parametrize("seed", range(2))
def test_what_is_kept_is_what_is_made_anew_after_any_edits(context, seed):
    edits = Edits(seed, EXAMPLE | {"passage": Passage.objects.get()})
    for _ in range(5):
        edits.edit_new()
    always, sometimes, reused = Answers(), Answers(), 0
    for _ in range(40):
        edits.one()
        for own in (always, sometimes) if edits.draw.random() < 0.3 else (always,):
            kept = own.current()
            for text in ("毒罪办", "公室", "毒罪办2"):
                query = Query(text, proposed=True, limit=50)
                known = set(kept.contents._known)
                fresh = list(map(hit, lookup_page(query, record=False).hits))
                assert list(map(hit, lookup_page(query, contents=kept.contents, record=False).hits)) == fresh
                reused += len(known)
                before = kept.get(query)
                assert before is None or before.body == render(fresh)
                kept.put(query, answer(render(fresh)))
    assert reused > 100, "much of it was known before"


def test_old_changes_are_forgotten(context):
    (change,) = ContextChange.objects.all()
    assert ContextChange.objects.forget_old() == 0
    ContextChange.objects.create(transaction=change.transaction - 1)
    ContextChange.objects.update(at=timezone.now() - ContextChange.KEPT_FOR - timedelta(minutes=1))
    assert ContextChange.objects.forget_old() == 1
    assert ContextChange.objects.get() == change, "the last is news, whatever the clock says"
