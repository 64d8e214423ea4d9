"""Behind PgBouncer in transaction mode: no request leaves anything in a session for the next to stumble over."""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest

from tests.scale.servers import OWNER, Web, Worker, environment, stop, until
from tests.service import free_port

PROGRAM = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
POOL = 2
pytestmark = pytest.mark.skipif(not PROGRAM, reason="pgbouncer is not installed")

LEFT = """
SELECT pg_backend_pid(), json_build_object(
    'prepared', (SELECT array_agg(statement) FROM pg_prepared_statements),
    'cursors', (SELECT array_agg(name) FROM pg_cursors WHERE statement NOT LIKE '%pg_cursors%'),
    'locks', (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
    'tables', (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()),
    'listening', (SELECT count(*) FROM pg_listening_channels()),
    'settings', (SELECT json_object_agg(name, setting ORDER BY name) FROM pg_settings WHERE source = 'session'
        AND name NOT LIKE 'transaction_%'
        AND name NOT IN ('application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings'))
)
"""
"""What a session holds that outlives a transaction; PgBouncer itself gives each client its own of what is left out."""


@contextmanager
def pooled(cluster):
    """The address of a PgBouncer before the primary with so few connections that all share them."""
    port = free_port()
    folder = cluster.folder / f"pooler{port}"
    folder.mkdir()
    if OWNER:
        shutil.chown(folder, OWNER)
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\ntermbase = host={cluster.primary.host} port={cluster.primary.port} user=postgres"
        " connect_query='SET statement_timeout = 30000'\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"pool_mode = transaction\ndefault_pool_size = {POOL}\nmax_client_conn = 100\nauth_type = any\n"
    )
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([PROGRAM, folder / "pgbouncer.ini"], user=OWNER, stdout=log, stderr=log, cwd="/")
    address = f"postgresql://postgres@127.0.0.1:{port}/termbase"
    try:
        until(lambda: _answers(address), what=(folder / "log").read_text())
        yield address
    finally:
        stop(process)


@pytest.fixture(scope="module")
def pooler(cluster):
    with pooled(cluster) as address:
        yield address


def _answers(address):
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(scope="module")
def web(cluster, pooler):
    changes = {"DATABASE_POOLED": "true", "TERMBASE_ANONYMOUS_SUGGESTIONS": "true"}
    web = Web(environment(pooler, cluster.folder, **changes), cluster.folder, processes=2).start().ready()
    yield web
    web.stop()


def sessions(pooler):
    """What is left in each session of the pool; while one has a transaction, another client gets another session."""
    opened = [psycopg.connect(pooler, prepare_threshold=None) for _ in range(POOL)]
    try:
        return dict(connection.execute(LEFT).fetchone() for connection in opened)
    finally:
        for connection in opened:
            connection.close()


def test_requests_leave_nothing_behind(cluster, pooler, web):
    cat = {"Authorization": f"Bearer {cluster.token}"}
    calls = [
        ("GET", "/api/v1/lookup/?q=毒品&mode=exact", None, {}),
        ("GET", "/api/v1/lookup/?q=zzzz", None, {}),
        ("POST", "/api/v1/recognise/", {"text": "毒罪办支持外国恐怖主义作战人员"}, {}),
        ("POST", "/api/v1/check/", {"source": "zh", "target": "en", "segments": []}, {}),
        ("GET", "/api/v1/changes/", None, {}),
        ("GET", "/api/v1/concepts/", None, {}),
        ("GET", "/api/v1/exports/csv/", None, {}),
        ("GET", "/api/v1/exports/tbx/", None, {}),
        ("GET", "/concepts/c0001?format=json", None, {}),
        ("POST", "/api/v1/suggestions/", {"text_zh": "毒品"}, {"Idempotency_Key": "a"}),
        ("POST", "/api/v1/suggestions/", {"text_zh": "毒品"}, cat),
        ("POST", "/api/v1/concepts/", {"terms": [{"language": "en", "text": "pooled", "source": "A/1"}]}, cat),
    ]

    def call(number):
        method, path, data, headers = calls[number % len(calls)]
        path = path.encode().decode("latin-1") if path.isascii() else path.replace("毒品", "%E6%AF%92%E5%93%81")
        return path, web.ask(method, path, data, **headers)

    with ThreadPoolExecutor(6) as many:
        answers = list(many.map(call, range(len(calls) * 5)))
    assert [(path, answer.status, answer.text) for path, answer in answers if answer.status not in (200, 201)] == []
    left = sessions(pooler)
    assert len(left) == POOL
    nothing = {"prepared": None, "cursors": None, "locks": 0, "tables": 0, "listening": 0}
    nothing["settings"] = {"statement_timeout": "30000"}
    assert list(left.values()) == [nothing] * POOL


def test_a_job_worker_does_not_begin_there(cluster, pooler):
    worker = Worker(environment(pooler, cluster.folder, DATABASE_POOLED="true"), cluster.folder)
    try:
        assert worker.process.wait(300) == 1
        assert "termbase.E009" in worker.output.read_text()
    finally:
        worker.stop()


def test_jobs_of_requests_through_the_pooler_are_done_beside_it(cluster, web):
    """Whatever asks for a job wakes a worker that listens to PostgreSQL itself."""
    cat = {"Authorization": f"Bearer {cluster.token}"}
    waiting = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    worker = Worker(environment(cluster.primary.address(), cluster.folder), cluster.folder)
    try:
        terms = [{"language": "en", "text": "a job for the pool", "source": "A/1"}]
        assert web.ask("POST", "/api/v1/concepts/", {"terms": terms}, **cat).status == 201
        until(lambda: not cluster.primary.ask(waiting), what=worker.output.read_text())
        assert not cluster.primary.ask("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
    finally:
        worker.stop()
