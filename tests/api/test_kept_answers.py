"""Answers that workers keep: the next look-up on any of them sees what another process has committed."""

import pytest

from termbase.models import Concept, Example, FailedLookup, Term

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

WORKER = """
import json, sys
import django
django.setup()
from django.test import Client
from termbase.api import views
client, made, lookup_page = Client(SERVER_NAME="localhost"), [], views.search.lookup_page
views.search.lookup_page = lambda query, **kept: made.append(query) or lookup_page(query, **kept)
print("ready", flush=True)
for line in sys.stdin:
    made.clear()
    answer = client.get("/api/v1/lookup/", {"q": json.loads(line)}, secure=True).json()
    hits = [[hit["concept"], hit["example"] and hit["example"]["text"]] for hit in answer["hits"]]
    print(json.dumps([hits, bool(made)]), flush=True)
"""


def add(key, text, **fields):
    concept, _ = Concept.objects.get_or_create(key=key)
    values = {"language": "zh-Hans", "source": "A/1", "review_status": "approved"} | fields
    return Term.objects.create(concept=concept, text=text, **values)


def test_every_worker_sees_what_a_writer_commits(processes, other_connection):
    ask = processes(WORKER, 2)

    def both(hits, made):
        assert ask("毒品") == [[hits, made]] * 2

    both([], True)
    both([], False)
    assert FailedLookup.objects.get(key="毒品").count == 4, "what found nothing is recorded each time"
    drug = add("c1", "毒品")
    both([["c1", None]], True)
    both([["c1", None]], False)
    slow = other_connection()
    slow.execute("UPDATE termbase_concept SET withdrawn_at = now() WHERE key = 'c1'")
    both([["c1", None]], False)
    add("c2", "毒品犯罪")
    both([["c1", None], ["c2", None]], True)
    slow.commit()
    both([["c2", None]], True)
    Concept.objects.filter(pk=drug.concept_id).update(withdrawn_at=None)
    both([["c1", None], ["c2", None]], True)
    for number in range(3, 13):
        add(f"c{number}", "毒品" * number)
        assert ask("毒品" * number) == [[[[f"c{number}", None]], True]] * 2, "of its own"
        assert [len(hits) for hits, _ in ask("毒品")] == [number] * 2, "and among the others"


def test_every_worker_sees_a_new_example(processes, small_termbase):
    ask = processes(WORKER, 2)
    before = ask("毒罪办")
    assert before[0][0] == [["c0001", "毒罪办支持若干网络，并与会员国合作。"]]
    assert [made for _, made in ask("毒罪办")] == [False, False]
    Example.objects.all().delete()
    assert ask("毒罪办") == [[[["c0001", None]], True]] * 2
