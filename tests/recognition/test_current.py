"""What is committed is recognised by the next request: in one process, in several, past slow transactions."""

import subprocess
import sys
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from termbase import feed
from termbase.models import Concept, Term
from termbase.recognition import current as module
from termbase.recognition.current import Keeper, keeper
from termbase.recognition.texts import Job, recognise
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def new_process():
    """Each test begins as a new process does, and emptying the tables, which no log tells of, ends with it."""
    keeper.forget()
    yield
    keeper.forget()


def add(key, text, language="zh-Hans", **fields):
    concept, _ = Concept.objects.get_or_create(key=key)
    values = {"source": "A/1", "review_status": "approved"} | fields
    return Term.objects.create(concept=concept, language=language, text=text, **values)


def seen(text, source="zh", **options):
    (found,) = recognise(Job([text], source, **options))
    return [(item.concept.key, item.surface) for item in found]


def test_a_new_term_an_edit_and_a_withdrawal_are_seen_at_once():
    term = add("c1", "毒品")
    assert seen("毒品犯罪") == [("c1", "毒品")]
    other = add("c2", "毒品犯罪")
    assert seen("毒品犯罪") == [("c2", "毒品犯罪")]
    other.text, other.review_status = "犯罪", "approved"
    other.save()
    Term.objects.filter(pk=other.pk).update(review_status="approved")
    assert seen("毒品犯罪") == [("c1", "毒品"), ("c2", "犯罪")]
    term.concept.withdraw()
    assert seen("毒品犯罪") == [("c2", "犯罪")]
    Term.objects.filter(pk=other.pk).update(review_status="rejected")
    assert seen("毒品犯罪") == []
    Concept.objects.filter(pk=term.concept_id).update(withdrawn_at=None)
    assert seen("毒品犯罪") == [("c1", "毒品")]


def test_a_new_equivalent_is_in_the_answer_at_once():
    add("c1", "毒品")
    assert seen("毒品") == [("c1", "毒品")]
    add("c1", "drug", "en")
    (found,) = recognise(Job(["毒品"], "zh"))
    assert [term.text for term in found[0].concept.terms_in("en")] == ["drug"]


def test_a_deleted_concept_is_gone():
    add("c1", "毒品")
    add("c2", "犯罪")
    assert seen("毒品犯罪") == [("c1", "毒品"), ("c2", "犯罪")]
    Concept.objects.get(key="c1").delete()
    assert seen("毒品犯罪") == [("c2", "犯罪")]


def test_a_term_that_moves_takes_its_matches_along():
    term = add("c1", "毒品")
    Concept.objects.create(key="c2")
    assert seen("毒品") == [("c1", "毒品")]
    Term.objects.filter(pk=term.pk).update(concept=Concept.objects.get(key="c2"), reviewed_at=timezone.now())
    assert seen("毒品") == [("c2", "毒品")]


def test_one_query_when_nothing_has_changed(django_assert_num_queries):
    add("c1", "毒品")
    seen("毒品")
    with django_assert_num_queries(1):
        assert seen("毒品") == [("c1", "毒品")]


def test_a_fixed_number_of_queries_for_many_texts(django_assert_num_queries):
    for number, text in enumerate(["毒品", "犯罪", "大会", "决议", "议程"]):
        add(f"c{number}", text)
    seen("无")
    with django_assert_num_queries(2):
        recognise(Job(["毒品犯罪", "大会决议", "议程"] * 20, "zh"))


def test_what_is_not_committed_is_seen_by_its_writer_alone():
    add("c1", "毒品")
    seen("毒品")

    elsewhere = []
    with transaction.atomic():
        add("c2", "犯罪")
        assert seen("毒品犯罪") == [("c1", "毒品"), ("c2", "犯罪")]
        Concept.objects.get(key="c1").withdraw()
        assert seen("毒品犯罪") == [("c2", "犯罪")]

        def look():
            elsewhere.extend(seen("毒品犯罪"))
            connection.close()

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        transaction.set_rollback(True)
    assert elsewhere == [("c1", "毒品")]
    assert seen("毒品犯罪") == [("c1", "毒品")]


def test_a_slow_transaction_is_seen_when_it_commits_and_not_before(other_connection):
    add("c1", "毒品")
    add("slow", "大会", review_status="proposed")
    slow = other_connection()
    # It has its number from here on, lower than that of all that follow.
    slow.execute("SELECT pg_current_xact_id()")
    assert seen("毒品大会") == [("c1", "毒品")]
    add("c2", "犯罪")
    assert seen("毒品犯罪大会") == [("c1", "毒品"), ("c2", "犯罪")]
    slow.execute("UPDATE termbase_term SET review_status = 'approved' WHERE text = '大会'")
    add("c3", "决议")
    assert seen("毒品犯罪大会") == [("c1", "毒品"), ("c2", "犯罪")]
    slow.commit()
    assert seen("毒品犯罪大会") == [("c1", "毒品"), ("c2", "犯罪"), ("slow", "大会")]


def test_a_slow_change_is_seen_though_the_log_was_compacted_before_anybody_asked(other_connection):
    """By its number it is the older of two changes of a concept, of which the other was seen long ago."""
    term = add("c1", "毒品")
    slow = other_connection()
    slow.execute("SELECT pg_current_xact_id()")
    Term.objects.filter(pk=term.pk).update(note="x")
    assert seen("毒品") == [("c1", "毒品")]
    slow.execute("UPDATE termbase_concept SET withdrawn_at = now() WHERE key = 'c1'")
    slow.commit()
    feed.compact()
    assert seen("毒品") == []


def test_a_base_built_while_a_transaction_runs_gets_its_changes_later(other_connection):
    slow = other_connection()
    add("c1", "毒品")
    slow.execute("UPDATE termbase_concept SET withdrawn_at = now() WHERE key = 'c1'")
    assert seen("毒品") == [("c1", "毒品")]
    slow.commit()
    assert seen("毒品") == []


def test_rows_of_another_server_are_not_taken_for_news(django_assert_num_queries):
    add("c1", "毒品")
    seen("毒品")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO termbase_change (transaction, concept_key, kind, at) VALUES (%s, 'c1', 'changed', now())",
            [2**60],
        )
    with django_assert_num_queries(1):
        seen("毒品")


def test_a_grown_overlay_becomes_a_new_base(monkeypatch):
    monkeypatch.setattr(module, "OVERLAY_LIMIT", 3)
    add("c1", "毒品")
    first = keeper.current().base
    for number in range(2, 6):
        add(f"c{number}", "犯罪" * number)
        keeper.current()
    keeper.settle()
    after = keeper.current()
    assert after.base is not first
    assert len(after.changed) < 4
    assert seen("犯罪" * 5 + "毒品") == [("c5", "犯罪" * 5), ("c1", "毒品")]
    assert seen("犯罪" * 2) == [("c2", "犯罪" * 2)]


def test_a_base_that_cannot_be_built_leaves_the_old_one(monkeypatch, caplog):
    monkeypatch.setattr(module, "OVERLAY_LIMIT", 0)
    add("c1", "毒品")
    seen("毒品")

    def fail():
        raise module.Error("the database is away")

    monkeypatch.setattr(module, "_build", fail)
    add("c2", "犯罪")
    assert seen("毒品犯罪") == [("c1", "毒品"), ("c2", "犯罪")]
    keeper.settle()
    assert seen("毒品犯罪") == [("c1", "毒品"), ("c2", "犯罪")]
    keeper.settle()
    assert "No new base" in caplog.text


def test_threads_that_begin_together_share_one_base():
    add("c1", "毒品")
    own = Keeper()
    bases = []

    def ask():
        bases.append(own.current().base)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(base) for base in bases}) == 1


def test_warming_up_does_not_wait_and_spares_the_first_request_the_building(monkeypatch, django_assert_num_queries):
    add("c1", "毒品")
    own, go, builds = Keeper(), threading.Event(), []
    build = module._build

    def slow():
        assert go.wait(60)
        builds.append(build())
        return builds[-1]

    monkeypatch.setattr(module, "_build", slow)
    warming = own.warm()
    early = []

    def ask():
        early.append(own.current().base)
        connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    assert warming.is_alive(), "it was not waited for"
    go.set()
    warming.join()
    asking.join()
    with django_assert_num_queries(1):
        assert own.current().base is early[0] is builds[0].base
    assert len(builds) == 1


def test_warming_up_without_a_database_leaves_it_to_the_first_request(monkeypatch, caplog):
    add("c1", "毒品")
    own, build = Keeper(), module._build

    def fail():
        raise module.Error("the database is away")

    monkeypatch.setattr(module, "_build", fail)
    own.warm().join()
    assert "first request will build it" in caplog.text
    monkeypatch.setattr(module, "_build", build)
    assert len(own.current().base["zh"]) == 1


def test_threads_see_every_term_while_bases_are_rebuilt(monkeypatch):
    """A writer adds terms; each reader, told of one, must find it in its next request."""
    monkeypatch.setattr(module, "OVERLAY_LIMIT", 5)
    add("c0", "毒品")
    written, missed = [], []
    done = threading.Event()

    def read():
        while not done.is_set():
            known = len(written)
            if known and (written[known - 1] not in [key for key, _ in seen(f"毒品{'甲' * known}")]):
                missed.append(known)
        connection.close()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 31):
        add(f"n{number}", "甲" * number)
        written.append(f"n{number}")
    done.set()
    for reader in readers:
        reader.join()
    assert missed == []


WORKER = """
import json, sys
import django
django.setup()
from termbase.recognition.texts import Job, recognise
print("ready", flush=True)
for line in sys.stdin:
    (found,) = recognise(Job([json.loads(line)], "zh"))
    print(json.dumps([item.concept.key for item in found]), flush=True)
"""


@pytest.fixture
def workers(processes):
    """Real processes, each answering with the concepts of the text it is given."""
    return processes(WORKER, 3)


SERVED = """
import threading
from config.wsgi import application
from termbase.recognition.current import keeper
for thread in threading.enumerate():
    if thread.name == "termbase-recognition":
        thread.join(60)
print(len(keeper._current.base["zh"]) if keeper._current else "none")
"""


def test_a_worker_builds_its_matchers_before_anybody_asks(environment):
    add("c1", "毒品")
    answer = subprocess.run(
        [sys.executable, "-c", SERVED], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90
    )
    assert answer.stdout == "1\n", answer.stderr


def test_a_worker_without_its_database_starts_all_the_same(environment):
    address = environment["DATABASE_URL"].replace(f"/{connection.settings_dict['NAME']}?", "/there-is-none?")
    answer = subprocess.run(
        [sys.executable, "-c", SERVED], cwd=ROOT, env=environment | {"DATABASE_URL": address},
        capture_output=True, text=True, timeout=90,
    )  # fmt: skip
    assert answer.stdout == "none\n", answer.stderr
    assert "first request will build it" in answer.stderr


def test_every_worker_sees_what_one_process_commits(workers, other_connection):
    add("c1", "毒品")
    assert workers("毒品犯罪") == [["c1"]] * 3
    late = other_connection()
    late.execute("UPDATE termbase_concept SET withdrawn_at = now() WHERE key = 'c1'")
    add("c2", "毒品犯罪")
    assert workers("毒品犯罪和毒品") == [["c2", "c1"]] * 3
    Term.objects.filter(text="毒品犯罪").update(review_status="proposed")
    assert workers("毒品犯罪") == [["c1"]] * 3
    late.commit()
    assert workers("毒品犯罪") == [[]] * 3
    for number in range(20):
        add(f"n{number}", "甲" * (number + 1))
        assert workers("甲" * (number + 1)) == [[f"n{number}"]] * 3
