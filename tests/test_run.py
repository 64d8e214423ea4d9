"""`manage.py run` from an empty folder: it loads, serves, stops cleanly, and recovers after a kill."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import psutil
import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="runs on the embedded database")


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A data folder and a way to run the service on it; whatever still runs at the end is killed."""
    data = tmp_path_factory.mktemp("service")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    service = Service(data, port)
    yield service
    service.kill()


class Service:
    def __init__(self, data, port):
        self.data, self.port = data, port
        self.process = None

    def start(self):
        environment = {**os.environ, "TERMBASE_DATA": str(self.data), "PORT": str(self.port)}
        with (self.data / "output").open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"], cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.output()
            try:
                ready = self.get("/readyz")
                if "Ctrl-C" in self.output():
                    return ready
                time.sleep(0.1)
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        pytest.fail(self.output())

    def output(self):
        return (self.data / "output").read_text()

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
            return json.load(response)

    def look_up(self, q):
        return self.get(f"/api/v1/lookup/?q={urllib.parse.quote(q)}")["hits"]

    def server(self):
        pid_file = self.data / "postgres" / "postmaster.pid"
        try:
            return psutil.Process(int(pid_file.read_text().split()[0]))
        except (FileNotFoundError, psutil.NoSuchProcess):
            return None

    def family(self):
        family = []
        for parent in (psutil.Process(self.process.pid), self.server()):
            with contextlib.suppress(psutil.NoSuchProcess):
                family += [parent, *parent.children(recursive=True)] if parent else []
        return family

    def kill(self):
        if self.process is not None:
            family = self.family() if self.process.poll() is None else []
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(family, timeout=10)
            self.process.wait(10)


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
    _, alive = psutil.wait_procs(family, timeout=15)
    assert alive == []


def test_a_run_killed_alone_leaves_nothing_to_share_its_port(service):
    service.start()
    orphans = [process for process in service.family() if process.pid != service.process.pid]
    service.process.kill()
    service.process.wait(10)
    service.start()
    assert service.look_up("毒罪办")
    server = {process.pid for process in [service.server(), *service.server().children()]}
    _, alive = psutil.wait_procs([process for process in orphans if process.pid not in server], timeout=15)
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
