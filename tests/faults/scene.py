"""A real service that faults are done to, what goes on in it meanwhile, and what must hold afterwards."""

import contextlib
import json
import random
import threading
import time
import uuid
from dataclasses import dataclass, field

import httpx
import psutil
import psycopg

from config.database import embedded
from tests.service import Service, kill_all

PATIENCE = 200
"""Seconds, on a machine that does much else; what is measured is in the table."""
BUSY = "5"
"""Seconds after which to come again, where a request was not begun."""
AWAY = (httpx.TransportError, httpx.RemoteProtocolError)


def wait_for(holds, what="it"):
    """What `holds` returns, once that is something."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(*AWAY):
            if found := holds():
                return found
        time.sleep(0.05)
    raise AssertionError(f"waited too long for {what}")


def passing(response):
    """Whether an answer is one that a service may give while a part of it is away."""
    if response.status_code != 503:
        return False
    assert int(response.headers["Retry-After"]) > 0
    if "/api/" in str(response.url):
        # Busy is the machine of the tests.
        assert response.json()["error"]["code"] in ("unavailable", "timeout", "full", "busy"), response.text
    return True


class Person:
    """Somebody who has signed in, with a browser or a program."""

    def __init__(self, address, name, password):
        self.name = name
        self.http = httpx.Client(base_url=address, timeout=PATIENCE, follow_redirects=False)
        self.http.get("/sign-in")
        self._keep_token()
        answer = self.http.post("/sign-in", data={"username": name, "password": password})
        assert answer.status_code == 302, answer.text
        self._keep_token()

    def _keep_token(self):
        self.http.headers.update({"X-CSRFToken": self.http.cookies["csrftoken"], "Referer": str(self.http.base_url)})

    def post(self, path, **kwargs):
        return self.http.post(path, **kwargs)

    def insist(self, send):
        """The answer to a request that is sent again as long as the service is away; none may fail otherwise."""

        def answer():
            response = send()
            return None if passing(response) else response

        return wait_for(answer, "an answer")


class Scene:
    """A service with people, on a database that is looked at from outside."""

    def __init__(self, folder):
        self.service = Service(folder)
        self.service.start()
        self.address = f"http://127.0.0.1:{self.service.port}"
        self.ledger = Ledger()
        self.follower = Follower(self)
        self._people = {}

    def person(self, role):
        if role not in self._people:
            lines = (self.service.data / "demo_accounts.txt").read_text().splitlines()
            self._people[role] = Person(self.address, role, dict(line.split() for line in lines)[role])
        return self._people[role]

    def close(self):
        for person in self._people.values():
            person.http.close()
        self.service.kill()

    def connect(self):
        """A connection to the database, once the service has it running: nothing here starts it."""
        data = self.service.data / "postgres"

        def connected():
            with contextlib.suppress(psycopg.OperationalError):
                server = embedded._running(data)
                if server is not None:
                    address = str(server.socket_dir)
                    return psycopg.connect(host=address, user="postgres", dbname="termbase", autocommit=True)
            return None

        return wait_for(connected, "the database")

    def rows(self, statement, *values):
        with self.connect() as connection:
            return connection.execute(statement, values).fetchall()

    def value(self, statement, *values):
        ((value,),) = self.rows(statement, *values)
        return value

    def ready(self):
        return httpx.get(f"{self.address}/readyz", timeout=PATIENCE).status_code == 200

    def victims(self, name):
        """Processes of the service by what they are."""
        web, jobs = sorted(psutil.Process(self.service.process.pid).children(), key=lambda child: child.create_time())
        if "granian" not in web.cmdline():
            web, jobs = jobs, web
        found = {
            "web workers": web.children,
            "web server": lambda: [web],
            "job worker": lambda: [jobs],
            "database": lambda: [self.service.server()],
            "all of it": self.service.family,
        }
        return found[name]()

    def kill(self, name):
        victims = self.victims(name)
        assert victims
        kill_all(victims)
        if name == "all of it":
            psutil.wait_procs(victims, timeout=PATIENCE)
            self.service.process.wait(PATIENCE)
            self.service.start()

    def jobs_ended(self):
        """Whether nothing waits or is at work but what is done by the clock."""
        return not self.value(
            "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
            " AND args = '{}' OR status IN ('todo', 'doing') AND task_name ~ '(import|harvest)'"
        )

    def check(self):
        """What holds whatever has happened."""
        wait_for(self.jobs_ended, "the jobs")
        assert self.rows("SELECT task_name FROM procrastinate_jobs WHERE status = 'failed'") == []
        self.ledger.check(self)
        self.follower.check()
        self._check_recognition()

    def _check_recognition(self):
        """Every process recognises what stands in the tables, and nothing else."""
        rows = self.rows(
            "SELECT c.key, t.text FROM termbase_term AS t JOIN termbase_concept AS c ON c.id = t.concept_id"
            " WHERE c.withdrawn_at IS NULL AND t.language = 'en' AND t.review_status <> 'rejected'"
            " AND t.text LIKE 'fault%%' ORDER BY random() LIMIT 400"
        )
        gone = [f"fault never {uuid.uuid4().hex}"]
        standing = {}
        for key, text in rows:
            standing.setdefault(text, set()).add(key)
        texts = [*standing, *gone]
        for _ in range(6):
            answer = httpx.post(
                f"{self.address}/api/v1/recognise/",
                json={"texts": texts, "source": "en", "proposed": True},
                timeout=PATIENCE,
            ).json()
            for text, result in zip(texts, answer["results"], strict=True):
                whole = {match["concept"] for match in result["matches"] if match["text"] == text}
                assert whole == standing.get(text, set()), text


@dataclass
class Ledger:
    """What the service has said it has written."""

    acknowledged: dict[str, int] = field(default_factory=dict)

    def check(self, scene):
        """Each is there, once, and no other was made."""
        there = dict(
            scene.rows(
                "SELECT c.key, count(t.id) FROM termbase_concept AS c LEFT JOIN termbase_term AS t"
                " ON t.concept_id = c.id WHERE c.key LIKE 'ledger-%%' GROUP BY c.key"
            )
        )
        assert there == self.acknowledged


class Traffic:
    """Readers and a writer that go on whatever happens; `statuses` are what they were answered, `longest` how late."""

    def __init__(self, scene):
        self.scene = scene
        self.statuses = {}
        self.longest = 0.0
        self.refusals = []
        self._stop = threading.Event()
        self._problems = []
        self._threads = [threading.Thread(target=self._guarded, args=[work]) for work in (self._read, self._write)]

    def __enter__(self):
        self._writer = self.scene.person("terminologist")
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception):
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)
        if not exception[0]:
            assert self._problems == []

    def _guarded(self, work):
        try:
            with httpx.Client(base_url=self.scene.address, timeout=PATIENCE) as http:
                while not self._stop.is_set():
                    work(http)
                    time.sleep(0.05)
        except Exception as error:
            self._problems.append(repr(error))

    def _read(self, http):
        path = random.choice(["/api/v1/lookup/?q=毒罪办", "/?q=毒罪办", "/api/v1/concepts/c0036/", "/concepts/c0036"])
        self._note(lambda: http.get(path), (200,))

    def _write(self, http):
        """A new concept, sent again under one key until it is acknowledged."""
        name = f"ledger-{uuid.uuid4().hex}"
        body = {"key": name, "terms": [{"language": "en", "text": f"fault {name}"}]}
        headers = {"Idempotency-Key": name}

        def send():
            return self._writer.post("/api/v1/concepts/", json=body, headers=headers)

        # 409: the first request with this key is still at work.
        while self._note(send, (201, 409)) != 201:
            time.sleep(0.05)
        self.scene.ledger.acknowledged[name] = 1

    def _note(self, send, expected):
        begun = time.monotonic()
        try:
            response = send()
        except AWAY:
            status = "hung up"
        else:
            status = response.status_code
            assert status in expected or passing(response), f"{status} {response.text[:500]}"
            if status >= 400 and response.headers.get("Retry-After") != BUSY:
                self.refusals.append(f"{response.url} {status} {response.text[:500]}")
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.longest = max(self.longest, time.monotonic() - begun)
        return status


class Follower:
    """A copy of the termbase, kept equal by the feed through everything."""

    def __init__(self, scene):
        self._scene = scene
        self._since = None
        self.copy = {}

    def catch_up(self):
        while self.read_page():
            pass

    def read_page(self):
        """The next changes; whether there are more."""
        parameters = {"proposed": "true", "limit": 1000, "fields": "version"}
        if self._since is not None:
            parameters["since"] = self._since
        answer = httpx.get(f"{self._scene.address}/api/v1/changes/", params=parameters, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        for change in page["changes"]:
            self.copy.pop(change["key"], None)
            if change["concept"] is not None:
                self.copy[change["key"]] = change["concept"]["version"]
        self._since = page["next"]
        return page["more"]

    def has(self, key, version):
        """Whether the copy has a concept at a version: the feed tells it once nothing that runs can come before it."""
        self.catch_up()
        return self.copy.get(key) == version

    def check(self):
        """The copy has just what the tables have, version by version."""

        def equal():
            there = dict(self._scene.rows("SELECT key, version FROM termbase_concept WHERE withdrawn_at IS NULL"))
            self.catch_up()
            return self.copy == there

        wait_for(equal, "a copy that is equal")


class Lock:
    """A lock that work must wait for."""

    def __init__(self, scene, statement, *values):
        self._scene = scene
        self._holder = scene.connect()
        self._holder.autocommit = False
        self._holder.execute(statement, values)

    def wait(self):
        """Until some work waits for it, and so is in the middle."""
        waiting = "SELECT pid FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
        wait_for(lambda: self._scene.rows(waiting, self._holder.info.backend_pid), "the work to be in the middle")

    def let_go(self):
        self._holder.close()


@contextlib.contextmanager
def held(scene, statement, *values):
    """A lock, for a while."""
    lock = Lock(scene, statement, *values)
    try:
        yield lock
    finally:
        lock.let_go()


def told(answer):
    """The body of an answer of the API that must be a success."""
    assert answer.status_code < 300, answer.text
    return json.loads(answer.text)
