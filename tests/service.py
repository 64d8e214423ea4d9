"""The service as a person runs it: real processes on a database of its own."""

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import psutil
import psycopg
import pytest

from config.database import embedded

ROOT = Path(__file__).resolve().parents[1]


def free_port():
    """One that the system gives to nobody who asks for any, so that none is taken before it is used."""
    while True:
        port = random.SystemRandom().randint(20_000, 30_000)
        with socket.socket() as free, contextlib.suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


def kill_all(processes):
    """Those that have not ended yet: what belongs to a database server ends by itself when that is gone."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


class Service:
    """`manage.py run` on the folder `data`, which outlives the process."""

    def __init__(self, data):
        self.data, self.port = data, free_port()
        self.process = None

    def start(self):
        environment = {**os.environ, "TERMBASE_DATA": str(self.data), "PORT": str(self.port)}
        with (self.data / "output").open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"], cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        deadline = time.monotonic() + 300
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

    def read(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=40) as response:
            return response.read().decode()

    def get(self, path):
        return json.loads(self.read(path))

    def look_up(self, q):
        return self.get(f"/api/v1/lookup/?q={urllib.parse.quote(q)}")["hits"]

    def manage(self, *arguments, **changes):
        """A command of manage.py on the same data; its output, or CalledProcessError with it."""
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "TERMBASE_DATA": str(self.data), **changes},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def connect(self):
        """A connection to the database, which the caller closes."""
        data = self.data / "postgres"
        running = embedded._running(data)
        # Beside a service no lease is taken: with one this process would keep the server alive after it (see `leave`).
        address = {"host": str(running.socket_dir)} if running else embedded.connection_parameters(data)
        return psycopg.connect(**address, user="postgres", dbname="termbase", autocommit=True)

    def leave(self):
        """Give up what `connect` may have started."""
        embedded.leave(self.data / "postgres")

    def server(self):
        pid_file = self.data / "postgres" / "postmaster.pid"
        try:
            return psutil.Process(int(pid_file.read_text().split()[0]))
        except (FileNotFoundError, psutil.NoSuchProcess):
            return None

    def part_of_server(self, name):
        """A process of the database server, by what it calls itself."""
        for child in self.server().children():
            with contextlib.suppress(psutil.NoSuchProcess):
                if any(name in part for part in child.cmdline()[:1]):
                    return child
        raise AssertionError(f"there is no {name}")

    def family(self):
        family = []
        for parent in (psutil.Process(self.process.pid), self.server()):
            with contextlib.suppress(psutil.NoSuchProcess):
                family += [parent, *parent.children(recursive=True)] if parent else []
        return family

    def kill(self):
        if self.process is not None:
            family = self.family() if self.process.poll() is None else []
            kill_all(family)
            psutil.wait_procs(family, timeout=40)
            self.process.wait(40)
