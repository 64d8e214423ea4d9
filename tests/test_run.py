"""`manage.py run` from an empty folder: it loads, serves, stops cleanly, and recovers after a kill."""

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import quote

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import ROOT
from tests.service import Service

pytestmark = pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="runs on the embedded database")


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("service"))
    yield service
    service.kill()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, "kill"])
def test_it_loads_once_serves_stops_and_recovers(service, stop):
    service.start()
    (hit, *_) = service.look_up("毒罪办")
    assert "UNODC" in {term["text"] for term in hit["target_terms"]}
    for role in ("reader", "contributor", "terminologist", "reviewer", "administrator"):
        assert role in service.output()
    family = service.family()
    if stop == "kill":
        service.kill()
        service.start()
        assert "Reading the terms" not in service.output(), "the data were kept"
        assert service.look_up("毒罪办")
        family = service.family()
        stop = signal.SIGINT
    service.process.send_signal(stop)
    assert service.process.wait(30) == 0
    _, alive = psutil.wait_procs(family, timeout=40)
    assert alive == []


def test_a_run_killed_alone_leaves_nothing_to_share_its_port(service):
    service.start()
    orphans = [process for process in service.family() if process.pid != service.process.pid]
    service.process.kill()
    service.process.wait(40)
    service.start()
    assert service.look_up("毒罪办")
    web, worker = (
        psutil.Process(int(line.split()[0])) for line in (service.data / "run.pids").read_text().splitlines()
    )
    assert worker.nice() > web.nice(), "who reads does not wait for jobs"
    server = {process.pid for process in [service.server(), *service.server().children()]}
    _, alive = psutil.wait_procs([process for process in orphans if process.pid not in server], timeout=40)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    service.process.send_signal(signal.SIGINT)
    assert service.process.wait(30) == 0


def test_a_port_in_use_is_told(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment = {**os.environ, "TERMBASE_DATA": str(tmp_path), "PORT": str(taken.getsockname()[1])}
        result = subprocess.run(
            [sys.executable, "manage.py", "run"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
    assert result.returncode == 1
    assert "is in use" in result.stderr


def test_a_port_that_is_none_is_told(tmp_path):
    environment = {**os.environ, "TERMBASE_DATA": str(tmp_path), "PORT": "http"}
    result = subprocess.run(
        [sys.executable, "manage.py", "run"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "PORT is 'http'" in result.stderr


def test_the_figures_of_all_web_processes_are_added_up(service):
    service.start()
    for _ in range(40):
        service.look_up("毒罪办")
    samples = [
        sample for family in text_string_to_metric_families(service.read("/metrics")) for sample in family.samples
    ]
    lookups = [sample.value for sample in samples if sample.name == "termbase_lookups_total"]
    processes = {s.labels["pid"] for s in samples if s.name == "termbase_process_resident_memory_bytes"}
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(30) == 0
    assert sum(lookups) == 40
    assert len(processes) == 2


def test_what_was_asked_before_the_stop_is_answered(service):
    """Requests that are being worked on, one that has only begun to arrive included."""
    service.start()
    text = json.dumps({"text": "支持毒罪办。" * 30_000}).encode()
    statuses = []

    def ask():
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
        connection.request("POST", "/api/v1/recognise/", text, {"Content-Type": "application/json"})
        sent.release()
        response = connection.getresponse()
        statuses.append((response.status, len(json.load(response)["matches"])))
        connection.close()

    sent = threading.Semaphore(0)
    clients = [threading.Thread(target=ask) for _ in range(4)]
    for client in clients:
        client.start()
    for _ in clients:
        sent.acquire()
    time.sleep(0.1)
    service.process.send_signal(signal.SIGTERM)
    for client in clients:
        client.join()
    assert service.process.wait(30) == 0
    assert statuses == [(200, 30_000)] * 4


def test_beyond_what_it_can_do_it_sheds_and_recovers(service):
    """More at once than both web processes let wait: each request is answered, with hits or when to come again."""
    service.start()
    answers = asyncio.run(ask_at_once(service.port, [f"/api/v1/lookup/?q=罪&limit={1 + n % 100}" for n in range(600)]))
    served, shed = ([body for status, _, body in answers if status == wanted] for wanted in (200, 503))
    assert len(served) + len(shed) == 600
    assert all(json.loads(body)["hits"] for body in served)
    assert all(json.loads(body)["error"]["code"] == "busy" for body in shed)
    assert all("retry-after: 5\r\n" in head for status, head, _ in answers if status == 503)
    # A busy machine serves few of them in the time that a burst may wait.
    assert len(served) >= 4
    assert len(shed) >= 100
    for _ in range(20):
        assert service.look_up("毒罪办")
    assert service.get("/readyz")["status"] == "ok"
    assert 'termbase_shed_total{why="full"}' in service.read("/metrics")
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(30) == 0


async def ask_at_once(port, paths):
    """Status, head and body of each answer; all are asked before the first is waited for."""

    async def ask(path):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await ready.wait()
            writer.write(
                f"GET {quote(path, safe='/?=&')} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
            )
            head, _, body = (await asyncio.wait_for(reader.read(), 60)).partition(b"\r\n\r\n")
            return int(head[9:12]), head.decode().lower() + "\r\n", body
        finally:
            writer.close()

    ready = asyncio.Barrier(len(paths))
    return await asyncio.gather(*map(ask, paths))


class TestJobWorker:
    """A worker stopped and killed in the middle of a job, which waits for a lock that the test holds."""

    @pytest.fixture
    def database(self, service):
        service.manage("migrate", "-v0")
        with service.connect() as connection:
            connection.execute("DELETE FROM procrastinate_jobs")
            yield connection
        service.leave()

    @pytest.fixture
    def worker(self, service, database):
        processes = []

        def start():
            environment = {**os.environ, "TERMBASE_DATA": str(service.data)}
            command = [sys.executable, "manage.py", "procrastinate", "worker"]
            processes.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL))
            return processes[-1]

        yield start
        for process in processes:
            process.kill()
            process.wait(40)

    def state(self, database):
        row = database.execute(
            "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'termbase.jobs.refresh_occurrences'"
        )
        return row.fetchone()[0]

    def wait_for(self, database, status):
        deadline = time.monotonic() + 240
        while self.state(database) != status:
            assert time.monotonic() < deadline, self.state(database)
            time.sleep(0.1)

    def begin(self, service, database, worker):
        """A worker in the middle of a job; what holds the job up ends with the returned connection."""
        service.manage("shell", "-v0", "-c", "from termbase.jobs import request_refresh as r; r()")
        holder = service.connect()
        holder.autocommit = False
        holder.execute("LOCK TABLE termbase_termfrequency")
        process = worker()
        self.wait_for(database, "doing")
        return holder, process

    def test_told_to_stop_it_finishes_its_job(self, service, database, worker):
        holder, process = self.begin(service, database, worker)
        process.terminate()
        time.sleep(1)
        assert process.poll() is None, "it waits for the job"
        holder.close()
        assert process.wait(30) == 0
        assert self.state(database) == "succeeded"

    def test_killed_its_job_is_done_again(self, service, database, worker):
        holder, process = self.begin(service, database, worker)
        process.kill()
        process.wait(40)
        holder.close()
        assert self.state(database) == "doing"
        database.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        worker()
        self.wait_for(database, "succeeded")
