"""docs/operations.md, done: installed by its commands, run by its units, behind its proxies, and through its drills."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection

from termbase.management.commands.run import in_use
from tests.conftest import _address
from tests.deployed import HOST, PASSWORD, Deployed, blocks, units

TOKEN = """
from django.contrib.auth.models import User
User.objects.filter(username='signs-in').exists() or User.objects.create_superuser('signs-in', password='PASSWORD')
from termbase.models import ApiToken
for name in ('CAT', 'leaked'):
    print(ApiToken.issue(name=name, user=User.objects.get(username='boss'), scopes=['read', 'edit'])[1])
""".replace("PASSWORD", PASSWORD)


def _needs(*programs):
    missing = [name for name in programs if not (shutil.which(name) or Path("/usr/sbin", name).exists())]
    return pytest.mark.skipif(bool(missing), reason=f"needs {' and '.join(missing)}")


pytestmark = _needs("curl", "openssl")


@pytest.fixture(scope="module")
def place(tmp_path_factory, django_db_setup, django_db_blocker):
    """The service installed and serving on a database of its own, on the server of the tests."""
    name = f"operations_{os.getpid()}"
    with django_db_blocker.unblock():
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        url = _address().replace(f"/{connection.settings_dict['NAME']}?", f"/{name}?")
    place = Deployed(tmp_path_factory.mktemp("deployed"), url)
    try:
        place.installed = place.install()
        place.servers = {port: place.serve(port) for port in (place.web, place.other)}
        place.token, place.leaked = place.run(f'.venv/bin/python manage.py shell -v0 -c "{TOKEN}"').split()[-2:]
        yield place
    finally:
        place.stop()
        with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=[pytest.param(name, marks=_needs(name)) for name in ("nginx", "caddy")])
def proxy(request, place):
    """The service behind nginx, and behind Caddy."""
    process = place.start(getattr(place, request.param)(), f"{request.param}.log")
    place.wait(lambda: place.ask_proxy("/healthz")[0] == 200, process, f"{request.param}.log")
    yield request.param
    place.stop(process)


class TestInstalled:
    def test_nothing_is_wrong_with_the_settings(self, place):
        assert "System check identified no issues" in place.installed
        assert "occurrences of" in place.installed

    @pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
    def test_systemd_understands_the_units(self, place, tmp_path):
        assert set(units()) == {
            "termbase-web@.service", "termbase-worker.service", "termbase-backup.service", "termbase-backup.timer",
        }  # fmt: skip
        for name, content in units().items():
            (tmp_path / name).write_text(place.ours(content))
        told = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *map(str, tmp_path.iterdir())],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert [line for line in told.stderr.splitlines() if "termbase" in line] == []
        assert told.returncode == 0, told.stderr

    def test_a_backup_every_night(self, place):
        old = place.folder / "backups" / "2020-01-01.zip"
        old.touch()
        os.utime(old, (0, 0))
        assert place.start_unit("termbase-backup").wait(60) == 0
        (prune,) = re.findall(r"^ExecStartPost=(.*)$", units()["termbase-backup.service"], re.MULTILINE)
        place.run(prune)
        (kept,) = (place.folder / "backups").iterdir()
        assert re.fullmatch(r"\d{4}-\d\d-\d\d\.zip", kept.name)
        assert kept.stat().st_size > 50_000


class TestDrills:
    """What the page for bad days says."""

    def test_what_to_ask(self, place):
        said = place.run("".join(blocks("sh", "What to ask")))
        assert '"status": "ok"' in said
        assert "termbase_database_up 1.0" in said
        assert re.search(r"termbase_\w+ +\| \d+ [kM]B", said)

    def test_a_lost_administrator(self, place):
        new = "vier andere kleine Worte"
        (script,) = blocks("sh", "A lost administrator")
        assert "changed successfully" in place.run(script, f"{new}\n{new}\n")
        for name, password in (("boss", new), ("second", PASSWORD)):
            kept = place.sql(f"SELECT password FROM auth_user WHERE username = '{name}'")
            assert check_password(password, kept)

    def test_a_leaked_token(self, place):
        asked = (
            "/api/v1/lookup/?q=UNODC",
            "-H",
            f"Authorization: Bearer {place.leaked}",
            "-H",
            "X-Forwarded-Proto: https",
        )
        assert place.ask(*asked)[0] == 200
        (script,) = blocks("sh", "A leaked token")
        assert "1 revoked" in place.run(script.replace("tb_abc123", place.leaked[:9]))
        assert place.ask(*asked)[0] == 401

    def test_a_wrong_import(self, place, tmp_path):
        terms = tmp_path / "wrong.csv"
        terms.write_text("concept,language,text\nc900001,en,a very wrong term\n")
        (script,) = blocks("sh", "A wrong import")
        listed, undone = re.split(r"\n(?=\.venv)", script)
        place.run(f".venv/bin/python manage.py import_terms {terms}")
        there = (
            "SELECT count(*) FROM termbase_term AS t JOIN termbase_concept AS c ON c.id = t.concept_id"
            " WHERE t.text = 'a very wrong term' AND c.withdrawn_at IS NULL"
        )
        assert place.sql(there) == "1"
        number = re.findall(r"^(\d+) .*import", place.run(listed), re.MULTILINE)[0]
        place.run(undone.replace("ACTIVITY", number))
        assert place.sql(there) == "0"

    def test_backup_and_restoration(self, place):
        script, encrypted, trial = blocks("sh", "Backup")
        home = f"cd {place.folder}\n"
        script = re.sub(r"(backup|restore) (\w+\.zip)", rf"\1 {place.folder}/\2", script)
        assert "rows as of" in place.run(script)
        if shutil.which("gpg"):
            place.run(f"{home}echo secret > passphrase\n{encrypted}cmp termbase.zip again.zip")
        trial = trial.replace("restore termbase.zip", f"restore {place.folder}/termbase.zip")
        wait = (
            f" & P=$!; for i in $(seq 400); do curl -fsS localhost:{place.trial}/readyz && break; sleep 0.2; done;"
            f" curl -fsS 'localhost:{place.trial}/api/v1/lookup/?q=UNODC'; kill $P; wait $P"
        )
        said = place.run(re.sub(r"(manage\.py run)$", lambda found: found[1] + wait, trial, flags=re.MULTILINE))
        assert '"matcher": "ok"' in said
        assert "毒品和犯罪问题办公室" in said

    def test_an_upgrade(self):
        """It has no command that the installation and the drills have not."""
        (script,) = blocks("sh", "Upgrading")
        others = "".join(blocks("sh", "Installing") + blocks("sh", "Backup"))
        for line in script.replace("before.zip", "termbase.zip").splitlines():
            assert line in others or line.split()[0] in ("git", "systemctl"), line


class TestBehindAProxy:
    def test_pages_arrive_compressed_over_http_2(self, place, proxy):
        status, headers, body = place.ask_proxy("/?q=UNODC", "--http2", "--compressed")
        assert (status, headers["content-encoding"]) == (200, "gzip")
        assert "毒品和犯罪问题办公室".encode() in body
        assert (place.folder / "head").read_text().startswith("HTTP/2 200")
        assert "max-age=31536000" in headers["strict-transport-security"]
        (style,) = set(re.findall(rb'href="(/static/termbase/page\.[0-9a-f]+\.css)"', body))
        status, headers, _ = place.ask_proxy(style.decode(), "--compressed")
        assert (status, headers["content-encoding"]) == (200, "gzip")
        assert "immutable" in headers["cache-control"]

    def test_plain_http_leads_to_https(self, place, proxy):
        status, headers, _ = place._curl(f"http://{HOST}/?q=x", f"{HOST}:80:127.0.0.1:{place.http}")
        assert (status, headers["location"]) == (301 if proxy == "nginx" else 308, f"https://{HOST}/?q=x")

    def test_people_sign_in(self, place, proxy):
        jar = str(place.folder / f"jar-{proxy}")
        _, _, body = place.ask_proxy("/sign-in", "-c", jar)
        (mark,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', body.decode()))
        form = f"csrfmiddlewaretoken={mark}&username=signs-in&password={PASSWORD.replace(' ', '+')}"
        sent = ("-b", jar, "-c", jar, "-d", form)
        assert place.ask_proxy("/sign-in", *sent, "-H", "Origin: https://elsewhere.example")[0] == 403
        assert place.ask_proxy("/sign-in", *sent, "-H", f"Origin: https://{HOST}")[0] == 302
        assert all("\tTRUE\t" in line for line in Path(jar).read_text().splitlines() if "sessionid" in line)
        assert place.ask_proxy("/admin/", "-b", jar)[0] == 200

    def test_large_files_pass_and_too_large_ones_do_not(self, place, proxy):
        large = place.folder / "large.csv"
        large.write_bytes(b"concept,language,text\n" + b"x" * 20_000_000)
        call = ("-H", f"Authorization: Bearer {place.token}", "-F", "dry_run=true")
        status, _, body = place.ask_proxy("/api/v1/imports/", *call, "-F", f"file=@{large}")
        assert status == 202, body
        with large.open("r+b") as file:
            file.truncate(120_000_000)
        status, _, _ = place.ask_proxy("/api/v1/imports/", *call, "-H", "Expect: 100-continue", "-F", f"file=@{large}")
        assert status in ((413,) if proxy == "nginx" else (413, 100)), (
            "100 where curl was still sending, and reads no more"
        )
        assert place.sql("SELECT count(*) FROM termbase_import WHERE size > 100000000") == "0"
        large.unlink()

    def test_a_whole_file_arrives(self, place, proxy):
        call = ("/api/v1/exports/tbx/", "-H", f"Authorization: Bearer {place.token}")
        direct = place.ask(*call, "-H", "X-Forwarded-Proto: https")[2]
        assert len(direct) > 100_000
        for how in ("--http1.1", "--http2", "--compressed"):
            status, _, body = place.ask_proxy(*call, how)
            assert (status, hashlib.sha256(body).digest()) == (200, hashlib.sha256(direct).digest()), how

    def test_each_request_can_be_found_in_the_log(self, place, proxy):
        _, headers, _ = place.ask_proxy("/api/v1/lookup/?q=x", "-H", "X-Request-ID: of-my-own")
        assert headers["x-request-id"] != "of-my-own"
        (line,) = [line for line in place.log() if headers["x-request-id"] in line]
        assert json.loads(line)["path"] == "/api/v1/lookup/"

    def test_nobody_pretends_to_be_elsewhere(self, place, proxy):
        """Callers are counted by address: this one has no other than that of this machine."""
        forged = [f"{name}: 192.0.2.77" for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded")]
        arguments = [part for header in [*forged, "X-Forwarded-Proto: http"] for part in ("-H", header)]
        assert place.ask_proxy("/api/v1/lookup/?q=x", *arguments)[0] == 200
        counted = place.sql("SELECT caller FROM termbase_requestcount")
        assert "127.0.0.1" in counted
        assert "192.0.2.77" not in counted
        status, _, body = place.ask_proxy("/", "-H", "Host: elsewhere.example")
        assert (status, bool(body)) == ((400, True) if proxy == "nginx" else (200, False)), "Caddy knows no such site"
        assert place.ask_proxy("/metrics", *arguments)[0] == 404

    def test_there_are_no_websockets(self, place, proxy):
        upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: eA==")
        arguments = [part for header in upgrade for part in ("-H", header)]
        assert place.ask_proxy("/?q=x", "--http1.1", *arguments)[0] == 200


@pytest.fixture
def hanging_up():
    """A server that reads a request and hangs up: its port, and what it was asked."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up():
            with contextlib.suppress(OSError):
                while True:
                    caller, _ = listener.accept()
                    asked.append(caller.recv(10_000))
                    caller.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        yield listener.getsockname()[1], asked
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("name", [pytest.param(name, marks=_needs(name)) for name in ("nginx", "caddy")])
def test_what_is_asked_again_when_a_process_hangs_up(place, hanging_up, name):
    port, asked = hanging_up
    process = place.start(getattr(place, name)(port), f"{name}.log")
    place.wait(lambda: in_use(place.https), process, f"{name}.log")
    assert place.ask_proxy("/api/v1/suggestions/", "-d", "x=1")[0] == 502
    assert [request.partition(b" ")[0] for request in asked] == [b"POST"]
    assert place.ask_proxy("/?q=x")[0] == 502
    assert asked[2:], "what only reads is asked again"
    place.stop(process)


class Load:
    """People who ask all the time, each on a connection of its own each time; what becomes of what they ask."""

    def __init__(self, connect):
        self.outcomes, self._connect, self._stopping = Counter(), connect, False
        self._threads = [threading.Thread(target=self._ask) for _ in range(4)]
        for thread in self._threads:
            thread.start()

    def _ask(self):
        headers = {"Host": HOST, "X-Forwarded-Proto": "https"}
        while not self._stopping:
            connection, accepted = self._connect(), False
            try:
                connection.connect()
                accepted = True
                connection.request("GET", "/?q=UNODC", headers=headers)
                response = connection.getresponse()
                whole = "毒品".encode() in response.read()
                outcome = response.status if whole or response.status != 200 else "cut"
            except (ConnectionResetError, BrokenPipeError):
                # The system had taken the connection, and the server, which has ended, never read from it.
                outcome = "unread" if accepted else "refused"
            except (OSError, HTTPException) as error:
                outcome = type(error).__name__ if accepted else "refused"
                time.sleep(0.05)
            self.outcomes[outcome] += 1
            connection.close()
            time.sleep(0.02)

    def wait_for(self, count):
        """Until so many more were answered."""
        wanted = self.outcomes[200] + count
        deadline = time.monotonic() + 120
        while self.outcomes[200] < wanted:
            assert time.monotonic() < deadline, self.outcomes
            time.sleep(0.05)

    def stop(self):
        self._stopping = True
        for thread in self._threads:
            thread.join()


class TestUnderLoad:
    """No request is dropped: each gets its answer, or was not taken, which who has asked may see to."""

    @pytest.mark.parametrize("name", [pytest.param(name, marks=_needs(name)) for name in ("nginx", "caddy")])
    def test_servers_are_restarted_behind_a_proxy(self, place, name):
        process = place.start(getattr(place, name)(), f"{name}.log")
        place.wait(lambda: place.ask_proxy("/healthz")[0] == 200, process, f"{name}.log")
        load = Load(place.over_tls)
        load.wait_for(50)
        for port, server in list(place.servers.items()):
            server.send_signal(signal.SIGTERM)
            assert server.wait(60) == 0
            place.servers[port] = place.serve(port)
        load.wait_for(50)
        load.stop()
        place.stop(process)
        assert load.outcomes.keys() == {200}

    def test_a_stop(self, place):
        def answered():
            return sum('"path": "/"' in line for line in place.log())

        before = answered()
        load = Load(lambda: HTTPConnection("127.0.0.1", place.web, timeout=60))
        load.wait_for(50)
        place.servers[place.web].send_signal(signal.SIGTERM)
        assert place.servers[place.web].wait(60) == 0
        load.stop()
        read = answered() - before
        place.servers[place.web] = place.serve(place.web)
        assert load.outcomes.keys() <= {200, "refused", "unread"}
        assert load.outcomes[200] == read, "what the server has read it has answered"
