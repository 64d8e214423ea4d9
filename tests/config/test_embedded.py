"""The embedded server: shared by processes, stopped by the last, recovered after a kill."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from config.database import embedded
from tests.conftest import ROOT
from tests.service import kill_all

USE = """
import sys, time
from pathlib import Path
import psycopg
from config.database import embedded
data = Path(sys.argv[1])
with psycopg.connect(**embedded.connection_parameters(data), user="postgres", dbname="postgres") as connection:
    print(connection.execute("select 1").fetchone()[0], flush=True)
if sys.argv[2] == "stay":
    time.sleep(60)
"""


def postmaster(data):
    """The server's process, or None."""
    try:
        return psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None


@pytest.fixture
def data(tmp_path):
    folder = (tmp_path / "postgres").resolve()
    yield folder
    server = postmaster(folder)
    if server is not None:
        server.send_signal(signal.SIGQUIT)
        server.wait(40)


@pytest.fixture
def use(data):
    """Start a process that connects, says 1, and leaves or stays; all are ended when the test is."""
    processes = []

    def start(how="leave"):
        command = [sys.executable, "-c", USE, str(data), how]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout.readline() == "1\n"
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait(40)
        process.stdout.close()


def gone(data):
    """Whether the server ends within ten seconds."""
    deadline = time.monotonic() + 40
    while postmaster(data) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    return postmaster(data) is None


def test_the_last_process_to_leave_stops_the_server(data, use):
    staying = use("stay")
    use().wait(40)
    assert postmaster(data) is not None, "somebody still uses it"
    staying.terminate()
    staying.wait(40)
    use().wait(40)
    assert gone(data)


def test_a_killed_user_holds_nothing_back(data, use):
    process = use("stay")
    process.kill()
    process.wait(40)
    use().wait(40)
    assert gone(data)


def test_a_killed_server_is_recovered_by_the_next_user(data, use):
    process = use("stay")
    server = postmaster(data)
    children = server.children()
    kill_all([server, *children])
    process.kill()
    process.wait(40)
    psutil.wait_procs([server, *children], timeout=40)
    assert (data / "postmaster.pid").exists()
    use().wait(40)
    assert gone(data)


def test_a_number_that_another_process_has_taken_since_does_not_mislead(data, use):
    use().wait(40)
    assert gone(data)
    lines = [str(os.getpid()), str(data), str(int(time.time())), "5432", str(data), "", "0 0", "ready"]
    (data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    use().wait(40)
    assert gone(data)


def test_one_process_finds_the_server_again_after_it_died(data):
    first = embedded.connection_parameters(data)
    server = postmaster(data)
    server.send_signal(signal.SIGQUIT)
    server.wait(40)
    assert embedded.connection_parameters(data) == first
    embedded.leave(data)
    assert gone(data)


def test_threads_that_come_at_once_start_one_server(data):
    """Each would see a lock file of the other's server, half written."""
    with ThreadPoolExecutor(4) as threads:
        hosts = list(threads.map(embedded.connection_parameters, [data] * 4))
    try:
        assert hosts == [hosts[0]] * 4
        assert postmaster(data).is_running()
    finally:
        embedded.leave(data)


def test_a_server_that_cannot_start_says_why(data, use):
    use().wait(40)
    assert gone(data)
    (data / "postgresql.conf").write_text("shared_buffers = nonsense\n")
    with pytest.raises(RuntimeError, match="shared_buffers"):
        embedded.connection_parameters(data)
    embedded.leave(data)
