"""The record of look-ups that found a term: what is counted, when it is written, and what is most asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from termbase.models import Concept, LookupCount
from termbase.search import Query, asked, lookup
from termbase.search.asked import FLUSH_SECONDS, Waiting, most_asked

pytestmark = pytest.mark.django_db
LATER = FLUSH_SECONDS + 1


def counted():
    return dict(LookupCount.objects.values_list("concept__key", "count"))


@pytest.fixture
def clock(monkeypatch):
    """A clock to be put on."""
    now = [1000.0]
    monkeypatch.setattr("termbase.search.asked.time.monotonic", lambda: now[0])

    def on(seconds):
        now[0] += seconds

    return on


def ask(text, **options):
    lookup(Query(text=text, **options))


def test_counted_some_time_after(small_termbase, clock):
    ask("毒罪办")
    clock(1)
    ask("UNODC")
    assert counted() == {}, "a look-up costs no write"
    clock(LATER)
    ask("恐怖主义")
    assert counted() == {"c0001": 2}, "the youngest still waits"
    clock(LATER)
    ask("毒罪辦")
    clock(LATER)
    ask("毒品")
    assert counted() == {"c0001": 3, "c0004": 1}


@pytest.mark.parametrize(
    ("text", "options", "reason"),
    [
        ("外国恐怖", {}, "a part of a term"),
        ("terrorist fighters", {}, "words of a term"),
        ("无此术语", {}, "nothing: that is a failed look-up"),
        ("毒罪办", {"subject_field": "bodies"}, "a search rather than a look-up"),
    ],
)
def test_not_counted(small_termbase, clock, text, options, reason):
    ask(text, **options)
    clock(LATER)
    ask("毒品")
    assert counted() == {}, reason


def test_what_was_typed_on_the_way_is_not_counted(small_termbase, clock):
    for text in ("恐怖主义", "恐怖主义罪", "毒品"):
        ask(text, proposed=True)
        clock(1)
    clock(LATER)
    ask("UNODC")
    assert counted() == {"c0002": 1, "c0005": 1}, "恐怖主义 was the beginning of 恐怖主义罪"


def test_a_bounded_number_waits(monkeypatch):
    monkeypatch.setattr(asked, "MAX_WAITING", 3)
    waiting = Waiting()
    written = [waiting.add(key, [1], 0.0).total() for key in "abcde"]
    assert written == [0, 0, 2, 0, 2]


def test_a_concept_that_is_gone_harms_nothing(small_termbase, clock):
    asked.record("gone", [10**9])
    clock(LATER)
    ask("毒品")
    assert counted() == {}


def test_most_asked(small_termbase, django_assert_num_queries):
    today = timezone.now().date()
    for key, days, count in (("c0001", 0, 3), ("c0001", 1, 4), ("c0002", 0, 9), ("c0003", 0, 1)):
        concept = Concept.objects.get(key=key)
        LookupCount.objects.create(concept=concept, day=today - timedelta(days=days), count=count)
    Concept.objects.get(key="c0003").withdraw()
    with django_assert_num_queries(3):
        rows = most_asked(5)
    assert [(row.concept.key, row.count) for row in rows] == [("c0002", 9), ("c0001", 7)]
    assert [term.text for term in rows[0].concept.preferred_terms] == ["毒品", "drug"]
    assert len(most_asked(1)) == 1


def test_old_days_are_forgotten(small_termbase):
    concept = Concept.objects.get(key="c0001")
    for days in (0, 90, 91):
        LookupCount.objects.create(concept=concept, day=timezone.now().date() - timedelta(days=days), count=1)
    assert LookupCount.objects.forget_old() == 1
