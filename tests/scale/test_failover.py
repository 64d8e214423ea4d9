"""The primary is lost, a replica promoted: the service goes on by itself, and forgets what the new one never got."""

import pytest

from tests.scale.servers import Server, Web, environment, until
from tests.scale.test_replicas import add, new_text


@pytest.fixture
def pair(cluster):
    """A primary of its own line of time with one replica."""
    old = Server(cluster.folder / "old").copy_of(cluster.primary)
    old.promote()
    new = Server(cluster.folder / "new").copy_of(old)
    yield old, new
    for server in (old, new):
        server.stop()


def test_a_replica_is_promoted(cluster, pair):
    old, new = pair
    hosts = f"{old.host}:{old.port},{new.host}:{new.port}"
    address = f"postgresql://postgres@{hosts}/termbase?target_session_attrs=read-write&connect_timeout=2"
    web = Web(environment(address, cluster.folder, [new.address()]), cluster.folder).start().ready()
    try:
        new.has_replayed(old)
        assert web.hits("毒罪办") == web.recognised("毒罪办") == ["c0001"]
        # The last that the primary wrote did not reach the replica, but this process.
        new.ask("ALTER SYSTEM SET primary_conninfo = ''")
        new.ask("SELECT pg_reload_conf()")
        until(lambda: new.ask("SELECT count(*) = 0 FROM pg_stat_wal_receiver"))
        lost, kept = new_text(), new_text()
        position = {"X_Termbase_Position": str(add(old, lost))}
        assert _surfaces(web, lost, **position) == [lost]
        assert web.hits(lost, **position) == ["c0002"]
        old.stop()
        assert web.get("/healthz").status == 200
        for _ in range(3):
            answer = web.ask("POST", "/api/v1/concepts/", {}, Authorization=f"Bearer {cluster.token}")
            assert answer.status == 503, "there is nothing to write to"
        new.promote()
        # By the numbers of transactions this one looks as old as the one that was lost.
        add(new, kept)
        until(lambda: web.get("/readyz").status == 200)
        until(lambda: web.get("/api/v1/documents/").status == 200)
        assert _surfaces(web, kept) == [kept]
        assert _surfaces(web, lost) == ["毒品"]
        assert web.hits(kept) == ["c0002"]
        assert web.hits(lost) == []
        terms = [{"language": "en", "text": "after the failover", "source": "A/1"}]
        answer = web.ask("POST", "/api/v1/concepts/", {"terms": terms}, Authorization=f"Bearer {cluster.token}")
        assert answer.status == 201
        assert web.reads()["default"] > 0, "who is a primary is nobody's replica"
    finally:
        web.stop()


def _surfaces(web, text, **headers):
    answer = web.ask("POST", "/api/v1/recognise/", {"text": text}, **headers)
    assert answer.status == 200, answer.text
    return [match["text"] for match in answer.json["matches"]]
