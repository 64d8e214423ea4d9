"""GET /api/v1/changes/: whoever replays it has the termbase, neither more nor less."""

import time
from datetime import timedelta

import orjson
import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termbase import feed
from termbase.api.changes import _since
from termbase.api.records import concept_records
from termbase.exchange import importer
from termbase.exchange.entry import Entry, EntryTerm
from termbase.models import Change, Concept, ConceptRelation, Definition, SubjectField, Term
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db(transaction=True)


class Copy:
    """A reader's own termbase, kept by nothing but the feed."""

    def __init__(self, **parameters):
        self.concepts, self.pointers, self.since, self.kinds = {}, {}, None, []
        self.parameters = parameters
        self.caller = Caller()

    def read(self, limit=100):
        """One answer, taken in; whether there is more."""
        query = {"limit": limit, **self.parameters, **({"since": self.since} if self.since else {})}
        response = self.caller.get("changes/?" + "&".join(f"{name}={value}" for name, value in query.items()))
        assert response.status_code == 200, response.content
        answer = response.json()
        for change in answer["changes"]:
            self.kinds.append((change["key"], change["kind"]))
            self.concepts.pop(change["key"], None)
            self.pointers.pop(change["key"], None)
            if change["concept"] is not None:
                self.concepts[change["key"]] = change["concept"]
            elif change["replaced_by"]:
                self.pointers[change["key"]] = change["replaced_by"]
        self.since = answer["next"]
        return answer["more"]

    def read_all(self, limit=100):
        """All there is, once no transaction is under way (one of the server's own may be)."""
        settle()
        while self.read(limit):
            pass


def settle():
    until = time.monotonic() + 20
    query = "SELECT pg_snapshot_xmin(s) = pg_snapshot_xmax(s) FROM pg_current_snapshot() AS s"
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(query)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    pytest.fail("a transaction goes on and on")


def truth(*, proposed=False):
    current = Concept.objects.current().select_related("subject_field", "replaced_by")
    records = concept_records(list(current), proposed=proposed)
    return {record["key"]: orjson.loads(orjson.dumps(record, option=orjson.OPT_UTC_Z)) for record in records}


def merged():
    return dict(Concept.objects.exclude(replaced_by=None).values_list("key", "replaced_by__key"))


def test_a_copy_from_nothing_comes_in_pages(small_termbase):
    copy = Copy()
    settle()
    assert copy.read(limit=3)
    assert len(copy.concepts) == 3
    assert not copy.read(limit=3)
    assert copy.concepts == truth()
    assert {kind for _, kind in copy.kinds} == {"created"}


def test_created_changed_withdrawn_and_merged_come_in_order(small_termbase):
    copy = Copy()
    copy.read_all()
    copy.kinds.clear()
    Concept.objects.create(key="c0100")
    Concept.objects.filter(key="c0001").update(note="new")
    Concept.objects.get(key="c0002").withdraw()
    Concept.objects.get(key="c0003").withdraw(replaced_by=Concept.objects.get(key="c0004"))
    copy.read_all(limit=2)
    assert copy.kinds == [("c0100", "created"), ("c0001", "changed"), ("c0002", "withdrawn"), ("c0003", "merged")]
    assert copy.pointers == {"c0003": "c0004"}
    assert copy.concepts == truth()


def test_what_was_deleted_by_hand_is_withdrawn(small_termbase):
    copy = Copy()
    copy.read_all()
    Concept.objects.get(key="c0002").delete()
    copy.read_all()
    assert copy.kinds[-1] == ("c0002", "withdrawn")
    assert copy.concepts == truth()


def test_one_who_is_up_to_date_gets_nothing_and_304(small_termbase):
    copy = Copy()
    copy.read_all()
    first = copy.caller.get(f"changes/?since={copy.since}")
    assert first.json()["changes"] == []
    again = copy.caller.get(f"changes/?since={copy.since}", If_None_Match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.fixture
def slow():
    """A second connection, in a transaction of its own."""
    other = connection.copy()
    other.set_autocommit(False)
    yield other
    other.rollback()
    other.close()


def test_a_slow_transaction_is_not_passed_by(small_termbase, slow):
    copy = Copy()
    copy.read_all()
    copy.kinds.clear()
    with slow.cursor() as cursor:
        cursor.execute("UPDATE termbase_concept SET note = 'slow' WHERE key = 'c0001'")
    Concept.objects.filter(key="c0002").update(note="fast")
    Concept.objects.create(key="c0100")
    # The slow one has the lower number: what came after it waits for it, or a cursor would stand behind it.
    copy.read()
    assert copy.kinds == []
    slow.commit()
    copy.read_all(limit=1)
    assert copy.kinds == [("c0001", "changed"), ("c0002", "changed"), ("c0100", "created")]
    assert copy.concepts == truth()


def test_a_slow_transaction_is_not_passed_by_while_copying(small_termbase, slow):
    with slow.cursor() as cursor:
        cursor.execute(
            "INSERT INTO termbase_concept (key, note, note_key, version, created_at, changed_at)"
            " VALUES ('c0050', 'slow', 'slow', 1, now(), now())"
        )
    Concept.objects.create(key="c0100")
    copy = Copy()
    while copy.read(limit=2):
        pass
    assert "c0100" in copy.concepts, "the copy shows what is there"
    assert "c0050" not in copy.concepts
    slow.commit()
    copy.read_all()
    assert copy.concepts == truth()


def test_a_transaction_rolled_back_leaves_no_trace(small_termbase, slow):
    copy = Copy()
    copy.read_all()
    copy.kinds.clear()
    with slow.cursor() as cursor:
        cursor.execute("UPDATE termbase_concept SET note = 'never' WHERE key = 'c0001'")
    slow.rollback()
    copy.read_all()
    assert copy.kinds == []


def test_a_new_name_of_a_subject_field_reaches_the_copies(small_termbase):
    copy = Copy()
    copy.read_all()
    SubjectField.objects.filter(key="bodies").update(name_en="Organs")
    copy.read_all()
    assert copy.concepts["c0001"]["subject_field"]["name_en"] == "Organs"
    before = len(copy.kinds)
    SubjectField.objects.filter(key="bodies").update(name_en="Organs")
    copy.read_all()
    assert len(copy.kinds) == before, "the same name again is no news"


def test_proposed_terms_on_request(small_termbase):
    copy = Copy(proposed="true")
    copy.read_all()
    assert [term["text"] for term in copy.concepts["c0005"]["terms"]] == ["terrorist offence", "恐怖主义罪"]
    assert copy.concepts == truth(proposed=True)
    response = Caller().get(f"changes/?since={copy.since}")
    assert response.status_code == 400, "one copy is of one kind"
    assert list(response.json()["error"]["fields"]) == ["proposed"]


def test_fields_trim_the_concepts(small_termbase):
    answer = Caller().get("changes/?fields=key,version").json()
    assert all(set(change["concept"]) == {"key", "version"} for change in answer["changes"])


def test_compacting_spares_the_latest_of_each_concept(small_termbase):
    copy = Copy()
    copy.read_all()
    early = copy.since
    for note in "abc":
        Concept.objects.filter(key__in=["c0001", "c0002"]).update(note=note)
    Concept.objects.get(key="c0002").delete()
    copy.read_all()
    assert feed.compact() > 0
    assert Change.objects.count() == Change.objects.values("concept_key").distinct().count()
    assert feed.compact() == 0
    late = Copy()
    late.since, late.concepts = early, {"c0002": "old", "c0001": "old"}
    late.read_all()
    assert (late.concepts.get("c0001"), late.concepts.get("c0002")) == (truth()["c0001"], None)


class TestRestored:
    """A cursor is of one line of time."""

    @pytest.fixture
    def place(self, small_termbase):
        settle()
        return feed.read(feed.beginning(), limit=100).place

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"epoch": "0" * 12}, "restored into another cluster"),
            ({"transaction": 10**14}, "an older copy of the files: the number is not given out yet"),
        ],
    )
    def test_start_anew(self, place, changes, why):
        values = {name: getattr(place, name) for name in place.__dataclass_fields__} | changes
        response = Caller().get(f"changes/?since={_since(feed.Place(**values), proposed=False)}")
        assert response.status_code == 410, why
        assert response.json()["error"]["code"] == "feed_restarted"

    def test_the_epoch_stays_while_nothing_happens(self, place):
        assert feed.beginning().epoch == place.epoch

    def test_a_table_made_anew_is_another_epoch(self, place):
        """As pg_restore makes it, be it into the same cluster."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE termbase_change RENAME TO before")
            cursor.execute("CREATE TABLE termbase_change (LIKE before INCLUDING ALL)")
            assert feed.beginning().epoch != place.epoch
            transaction.set_rollback(True)

    def test_old_numbers_above_the_new_ones_do_no_harm(self, small_termbase):
        """After a dump's restoration into a young cluster the log holds numbers that are still to come."""
        Change.objects.create(transaction=10**12, concept_key="c0001", kind="changed", at=timezone.now())
        copy = Copy()
        copy.read_all()
        Concept.objects.filter(key="c0001").update(note="new")
        copy.read_all()
        assert copy.concepts == truth()


@pytest.mark.parametrize(
    "since",
    ["x", "%00", "a" * 500, "W10", "WyJhIl0", "bnVsbA", "MTIz", "", "%F0%9F", "WzEsMiwzLDQsNV0"],
)
def test_what_is_no_cursor_is_refused(since, db):
    response = Caller().get(f"changes/?since={since}")
    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == ["since"]


def test_asks_a_fixed_number_of_times(small_termbase, django_assert_num_queries):
    settle()
    # where the database stands, for the beginning and for the reading; the last change; concepts; is there more; terms,
    # definitions, relations
    with django_assert_num_queries(8):
        since = Caller().get("changes/").json()["next"]
    # where the database stands; changes
    with django_assert_num_queries(2):
        Caller().get(f"changes/?since={since}")


KEYS = [f"k{number}" for number in range(6)]
key, note = st.sampled_from(KEYS), st.sampled_from(["", "a", "b"])


def concepts(*keys):
    return Concept.objects.filter(key__in=keys)


def create(key, note):
    Concept.objects.get_or_create(key=key, defaults={"note": note})


def update_all(key, note):
    Concept.objects.update(note=note)


def add_terms(key, note):
    Term.objects.bulk_create(
        (
            Term(concept=c, language="en", text=f"term-{note}", source="x", review_status="approved")
            for c in concepts(key)
        ),
        ignore_conflicts=True,
    )


def update_terms(key, note):
    Term.objects.filter(concept__key__gte=key).update(note=note)


def review(key, note):
    reviewer, _ = User.objects.get_or_create(username="r", is_superuser=True)
    for term in Term.objects.filter(concept__key=key):
        term.approve(by=reviewer) if note else term.reject(by=reviewer, reason="x")


def reword(key, note):
    for at, term in enumerate(Term.objects.filter(concept__key=key)):
        term.text = f"word-{note}-{at}"
        term.save()


def move_term(key, note):
    target = Concept.objects.first()
    term = Term.objects.filter(concept__key=key).first()
    if term and target and not target.terms.filter(text=term.text, language=term.language).exists():
        Term.objects.filter(pk=term.pk).update(concept=target)


def withdraw(key, note):
    for concept in concepts(key):
        concept.withdraw()


def bring_back(key, note):
    concepts(key).update(withdrawn_at=None, replaced_by=None)


def merge(key, note):
    target = Concept.objects.current().exclude(key=key).first()
    for concept in concepts(key):
        if target:
            concept.withdraw(replaced_by=target)


def delete(key, note):
    concepts(key).filter(replaces=None).delete()


def import_some(key, note):
    term = EntryTerm(language="en", text=f"imported-{note}", source="x", review_status="approved")
    importer.apply([Entry(key=k, note=note, terms=(term,)) for k in KEYS if k >= key])


def relate(key, note):
    others = Concept.objects.exclude(key=key)
    for concept in concepts(key):
        ConceptRelation.objects.bulk_create(
            (ConceptRelation(concept=concept, target=other, relation_type="related") for other in others),
            ignore_conflicts=True,
        )


def unrelate(key, note):
    ConceptRelation.objects.filter(target__key=key).delete()


def define(key, note):
    for concept in concepts(key):
        Definition.objects.get_or_create(concept=concept, language="en", text="d", defaults={"source": note})
    Definition.objects.update(source=note)


def rename_subject(key, note):
    SubjectField.objects.update_or_create(key="s", defaults={"name_en": f"S{note}", "name_zh": "題"})
    concepts(key).update(subject_field=SubjectField.objects.get(key="s"))


def by_sql(key, note):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE termbase_term SET usage_note = %s", [note])


def nothing_after_all(key, note):
    with transaction.atomic():
        Concept.objects.update(note="never")
        transaction.set_rollback(True)


def several_at_once(key, note):
    with transaction.atomic():
        create(key, note)
        add_terms(key, note)
        withdraw(key, note)
        if note:
            bring_back(key, note)


def compact(key, note):
    feed.compact()


EDITS = [
    create, update_all, add_terms, update_terms, review, reword, move_term, withdraw, bring_back, merge, delete,
    import_some, relate, unrelate, define, rename_subject, by_sql, nothing_after_all, several_at_once, compact,
]  # fmt: skip
edits = st.lists(st.tuples(st.sampled_from(EDITS), key, note), min_size=1, max_size=12)
# After how many edits the reader reads one answer, of how many items.
readings = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 5)), max_size=6)


@settings(max_examples=40, deadline=timedelta(seconds=20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=edits, readings=readings, proposed=st.sampled_from(["true", "false"]))
def test_who_replays_the_feed_has_the_termbase(db, edits, readings, proposed):
    copy = Copy(proposed=proposed)
    waiting = iter(readings)
    pause, limit = next(waiting, (99, 5))
    for edit, key, note in edits:
        if pause <= 0:
            copy.read(limit)
            pause, limit = next(waiting, (99, 5))
        edit(key, note)
        pause -= 1
    copy.read_all(limit)
    assert copy.concepts == truth(proposed=proposed == "true")
    # Who began late has not heard of what was deleted before; a pointer that is known is right.
    assert copy.pointers == merged()
