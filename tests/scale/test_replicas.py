"""Reads from streaming replicas: who wrote sees it, nobody waits for a dead one, nothing is kept of an old state."""

import itertools
import threading

import pytest

from tests.scale.servers import Web, until

HOURS = "36000"
COPIED = (
    "concept_id, language, part_of_speech, geographical_usage, source, note, usage_note, reliability, review_status,"
    " rejection_reason, reviewed_by_id, reviewed_at, compound, stems, ngrams, note_key, usage_note_key"
)
ADD = (
    f"INSERT INTO termbase_term ({COPIED}, text, key, term_type, administrative_status, reading)"
    f" SELECT {COPIED}, %s, %s, 'variant', 'admitted', '' FROM termbase_term WHERE text = %s"
)
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def patient(cluster):
    """A web process that reads from replicas however far behind they are."""
    changes = {"TERMBASE_REPLICA_LAG_SECONDS": HOURS, "TERMBASE_ANONYMOUS_SUGGESTIONS": "true"}
    web = Web(cluster.environment(**changes), cluster.folder).start().ready()
    yield web
    web.stop()


@pytest.fixture
def web(cluster, patient):
    """The same, where replicas and process have everything, and neither replica is left alone for an earlier test."""
    cluster.settle()
    before = patient.reads()
    for name in ("replica1", "replica2"):
        until(lambda name=name: patient.hits("毒罪办") and patient.reads().get(name, 0) > before.get(name, 0))
    assert patient.hits("毒罪办") == ["c0001"]
    assert patient.recognised("毒罪办") == ["c0001"]
    return patient


@pytest.fixture
def cat(cluster):
    """What a program sends to be known by."""
    return {"Authorization": f"Bearer {cluster.token}"}


def written(web, cat):
    """A concept that a program has written: its address, and its position."""
    terms = [{"language": "en", "text": f"newcomer {next(_numbers)}", "source": "A/1"}]
    answer = web.ask("POST", "/api/v1/concepts/", {"terms": terms}, **cat)
    assert answer.status == 201, answer.text
    assert "set-cookie" not in answer.headers
    return f"/api/v1/concepts/{answer.json['key']}/?proposed=true", answer.headers["x-termbase-position"]


def new_text():
    return "毒品" + "".join("零一二三四五六七八九"[int(figure)] for figure in f"{next(_numbers):04}")


def add(server, text, beside="毒品"):
    """A new approved term of the concept of another, which somebody has written past the service; its position."""
    with server.connect() as connection:
        connection.execute(ADD, [text, text, beside])
        return connection.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint").fetchone()[0]


def test_reads_are_spread_over_the_replicas(web):
    before = web.reads()
    for _ in range(4):
        assert web.hits("毒罪办") == ["c0001"]
        assert web.recognised("毒罪办") == ["c0001"]
    after = web.reads()
    assert [after[name] - before[name] for name in ("replica1", "replica2")] == [4, 4]


def test_who_wrote_reads_it_and_nobody_else_must(cluster, web, cat):
    with cluster.paused():
        address, position = written(web, cat)
        assert web.get(address).status == 404, "a replica has it not yet"
        for carried, why in [
            (cat, "the token has it noted, for programs that send nothing"),
            ({"X_Termbase_Position": position}, "another program was given it"),
            ({"Cookie": f"termbase_position={position}"}, "a browser"),
            ({"X_Termbase_Position": "nonsense"}, "what cannot be read is the latest"),
            ({"Cookie": "termbase_position=-1"}, "nor can that"),
            ({"X_Termbase_Position": "9" * 30}, "nor that"),
        ]:
            answer = web.get(address, **carried)
            assert answer.status == 200, why
            if "Authorization" not in carried:
                assert int(answer.headers["x-termbase-position"]) >= int(position), why
        assert web.get(address).status == 404, "what one has read is not kept for the other"
        assert web.get(address, X_Termbase_Position="1").status == 404
    assert web.get(address).status == 200


def test_who_carries_a_position_never_goes_back(cluster, web, cat):
    with cluster.paused():
        address, position = written(web, cat)
        seen = web.get(address, X_Termbase_Position=position).headers["x-termbase-position"]
        other, _ = written(web, cat)
        assert web.get(other, X_Termbase_Position=seen).status == 200
    read = web.get(other, X_Termbase_Position=seen).headers["x-termbase-position"]
    assert int(read) >= int(seen)


def test_a_browser_that_writes_is_given_a_cookie(web):
    answer = web.ask("POST", "/api/v1/suggestions/", {"text_zh": "毒品"})
    assert answer.status == 201, answer.text
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"termbase_position={answer.headers['x-termbase-position']};")
    assert "HttpOnly" in cookie
    assert "set-cookie" not in web.get("/").headers, "who only reads carries nothing"
    refused = web.ask("POST", "/api/v1/suggestions/", {})
    assert refused.status == 400
    assert "x-termbase-position" not in refused.headers


def test_what_a_process_keeps_is_never_older_than_what_it_says(cluster, web):
    """A reader of a replica that is behind neither sees newer terms with older equivalents nor leaves such behind."""
    text = new_text()
    with cluster.paused():
        position = {"X_Termbase_Position": str(add(cluster.primary, text))}
        assert web.hits(text) == []
        assert web.recognised(text) == ["c0002"], "by the shorter term"
        assert web.hits(text, **position) == ["c0002"]
        # Now the process holds what the replicas have not: these cannot answer for it.
        (match,) = web.ask("POST", "/api/v1/recognise/", {"text": text}, **position).json["matches"]
        assert match["text"] == text
        (match,) = web.ask("POST", "/api/v1/recognise/", {"text": text}).json["matches"]
        assert match["text"] == text
        assert match["term"]["text"] == text
    for _ in range(4):
        (match,) = web.ask("POST", "/api/v1/recognise/", {"text": text}).json["matches"]
        assert (match["text"], match["term"]["text"]) == (text, text)
        assert web.hits(text) == ["c0002"]


def test_a_slow_transaction_is_not_missed(cluster, web):
    """The snapshots of a replica do not tell who is running; by them, it would be."""
    slow, quick = new_text(), new_text()
    with cluster.primary.connect() as running:
        running.autocommit = False
        running.execute(ADD, [slow, slow, "毒品"])
        add(cluster.primary, quick, beside="恐怖主义")
        cluster.settle()
        assert [web.hits(quick), web.hits(slow)] == [["c0004"], []]
        (match,) = web.ask("POST", "/api/v1/recognise/", {"text": slow}).json["matches"]
        assert match["text"] == "毒品"
        running.commit()
    cluster.settle()
    for _ in range(2):
        assert web.hits(slow) == ["c0002"]
        (match,) = web.ask("POST", "/api/v1/recognise/", {"text": slow}).json["matches"]
        assert match["text"] == slow


def test_nobody_is_left_behind_for_longer_than_the_setting_says(cluster):
    web = Web(cluster.environment(TERMBASE_REPLICA_LAG_SECONDS="1"), cluster.folder).start().ready()
    try:
        text = new_text()
        with cluster.paused():
            assert web.hits(text) == []
            add(cluster.primary, text)
            until(lambda: web.hits(text) == ["c0002"], what="a replica is read from that is too far behind")
            assert web.hits(text) == ["c0002"]
            before = web.reads()
            assert web.hits("毒罪办") == ["c0001"]
            assert web.reads()["default"] == before["default"] + 1
        before = web.reads()["replica1"]
        until(lambda: web.hits("毒罪办") and web.reads()["replica1"] > before, what="one that caught up is not used")
    finally:
        web.stop()


def test_a_dead_replica_is_left_out_and_comes_back(cluster, web):
    first = cluster.replicas[0]
    first.stop()
    try:
        for _ in range(10):
            assert web.get("/concepts/c0001?format=json").status == 200
            assert web.hits("毒罪办") == ["c0001"]
        cluster.replicas[1].stop()
        for _ in range(10):
            assert web.hits("毒罪办") == ["c0001"]
            assert web.recognised("毒罪办") == ["c0001"]
    finally:
        for replica in cluster.replicas:
            replica.stop()
            replica.start()
    before = web.reads()
    for name in ("replica1", "replica2"):
        until(lambda name=name: web.hits("毒罪办") and web.reads()[name] > before[name], what="it never came back")


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        pytest.param(lambda web: web.hits(new_text()), [], id="a GET"),
        pytest.param(lambda web: web.recognised("外国恐怖主义作战人员"), ["c0003"], id="a POST, which is read again"),
    ],
)
def test_a_replica_that_dies_over_a_request_loses_nothing(cluster, web, ask, answer):
    """A lock on the primary is one on its replicas; who waits there is cut off."""
    waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = '' LIMIT 1"
    found = []
    with cluster.primary.connect() as running:
        running.autocommit = False
        running.execute("LOCK TABLE termbase_term IN ACCESS EXCLUSIVE MODE")
        cluster.settle()
        reader = threading.Thread(target=lambda: found.append(ask(web)))
        reader.start()
        where, pid = until(lambda: next(((one, pid) for one in cluster.replicas if (pid := one.ask(waiting))), None))
        assert where.ask("SELECT pg_terminate_backend(%s)", pid)
        running.commit()
    reader.join(60)
    assert found == [answer]
