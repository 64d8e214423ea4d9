"""docs/operations.md, done: installed by its commands, run by its units, behind its proxies, and through its drills."""

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

import psutil
import pytest
from django.db import connection

from tests.conftest import _address
from tests.deployed import HOST, PASSWORD, Deployed, blocks, units

TOKEN = """
from django.contrib.auth.models import User
from termbase.models import ApiToken
print(ApiToken.issue(name='CAT', user=User.objects.get(username='boss'), scopes=['read', 'edit'])[1])
"""


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
        place.server = place.serve()
        place.token = place.run(f'.venv/bin/python manage.py shell -v0 -c "{TOKEN}"').split()[-1]
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
            "termbase-web.service", "termbase-worker.service", "termbase-backup.service", "termbase-backup.timer",
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
        assert kept.stat().st_size > 100_000


class TestDrills:
    """What the page for bad days says."""

    def test_what_to_ask(self, place):
        (script,) = blocks("sh", "What to ask")
        said = place.run(script)
        assert '"status": "ok"' in said
        assert "termbase_database_up 1.0" in said
        assert "termbase_passage" in said

    def test_failed_jobs(self, place):
        scripts = [script for script in blocks("sh") if "procrastinate shell" in script]
        assert len(scripts) == 1
        place.run(scripts[0])

    def test_a_lost_administrator(self, place):
        new = "vier andere kleine Worte"
        (script,) = blocks("sh", "A lost administrator")
        assert "changed successfully" in place.run(script.replace("second", "third"), f"{new}\n{new}\n")
        check = "from django.contrib.auth.models import User as U; print([U.objects.get(username=n).check_password(p)"
        pairs = f"for n, p in (('boss', '{new}'), ('third', '{PASSWORD}'))])"
        assert "[True, True]" in place.run(f'.venv/bin/python manage.py shell -v0 -c "{check} {pairs}"')

    def test_a_leaked_token(self, place):
        secret = place.run(f'.venv/bin/python manage.py shell -v0 -c "{TOKEN}"').split()[-1]
        asked = ("/api/v1/lookup/?q=UNODC", "-H", f"Authorization: Bearer {secret}", "-H", "X-Forwarded-Proto: https")
        assert place.ask(*asked)[0] == 200
        (script,) = blocks("sh", "A leaked token")
        assert "1 revoked" in place.run(script.replace("tb_abc123", secret[:9]))
        assert place.ask(*asked)[0] == 401

    def test_a_wrong_import(self, place, tmp_path):
        terms = tmp_path / "wrong.csv"
        terms.write_text("concept,language,text\nc900001,en,a very wrong term\n")
        (script,) = blocks("sh", "A wrong import")
        listed, undone = re.findall(r'^\.venv.*?"$', script, re.MULTILINE | re.DOTALL)
        place.run(f".venv/bin/python manage.py import_terms {terms}")
        there = "Term.objects.filter(text='a very wrong term', concept__withdrawn_at=None).count(), 'there'"
        count = f'.venv/bin/python manage.py shell -v0 -c "print({there})"'
        assert "1 there" in place.run(count)
        number = re.findall(r"^(\d+) .*import", place.run(listed), re.MULTILINE)[0]
        place.run(undone.replace("ACTIVITY", number))
        assert "0 there" in place.run(count)

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

    def test_an_upgrade(self, place):
        (script,) = blocks("sh", "Upgrading")
        place.run(script.replace("before.zip", f"{place.folder}/before.zip"))
        assert (place.folder / "before.zip").exists()


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
        place.run(".venv/bin/python manage.py createsuperuser --username signs-in --email a@example.org || true")
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
        assert (
            place.ask_proxy("/api/v1/imports/", *call, "-H", "Expect: 100-continue", "-F", f"file=@{large}")[0] == 413
        )
        large.unlink()

    def test_a_whole_export_streams(self, place, proxy):
        call = ("/api/v1/exports/tbx/", "-H", f"Authorization: Bearer {place.token}")
        status, headers, body = place.ask_proxy(*call, "--http1.1")
        assert (status, headers["transfer-encoding"]) == (200, "chunked")
        direct = place.ask(*call, "-H", "X-Forwarded-Proto: https")[2]
        assert len(body) > 1_000_000
        assert hashlib.sha256(body).digest() == hashlib.sha256(direct).digest()

    def test_each_request_can_be_found_in_the_log(self, place, proxy):
        _, headers, _ = place.ask_proxy("/api/v1/lookup/?q=x", "-H", "X-Request-ID: of-my-own")
        assert headers["x-request-id"] != "of-my-own"
        lines = (place.folder / "termbase-web.log").read_text().splitlines()
        (line,) = [line for line in lines if headers["x-request-id"] in line]
        assert json.loads(line)["path"] == "/api/v1/lookup/"

    def test_nobody_pretends_to_be_elsewhere(self, place, proxy):
        """Callers are counted by address: this one has no other than that of this machine."""
        forged = [f"{name}: 192.0.2.77" for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded")]
        arguments = [part for header in [*forged, "X-Forwarded-Proto: http"] for part in ("-H", header)]
        assert place.ask_proxy("/api/v1/lookup/?q=x", *arguments)[0] == 200
        counted = place.run('psql "$DATABASE_URL" -Atc "SELECT caller FROM termbase_requestcount"')
        assert "127.0.0.1" in counted
        assert "192.0.2.77" not in counted
        assert place.ask_proxy("/", "-H", "Host: elsewhere.example")[0] in (200, 400, 404, 421)
        assert b"termbase" not in place.ask_proxy("/", "-H", "Host: elsewhere.example")[2].lower()
        assert place.ask_proxy("/metrics", *arguments)[0] == 404

    def test_there_are_no_websockets(self, place, proxy):
        upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: eA==")
        arguments = [part for header in upgrade for part in ("-H", header)]
        assert place.ask_proxy("/?q=x", "--http1.1", *arguments)[0] == 200


@pytest.fixture
def dying(place):
    """In the place of the web server one that reads a request and hangs up; how often it was asked."""
    place.stop(place.server)
    asked = []
    with socket.create_server(("127.0.0.1", place.web)) as listener:

        def hang_up():
            while True:
                try:
                    caller, _ = listener.accept()
                except OSError:
                    return
                asked.append(caller.recv(10_000))
                caller.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        yield asked
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
    place.server = place.serve()


@pytest.mark.parametrize("name", [pytest.param(name, marks=_needs(name)) for name in ("nginx", "caddy")])
def test_no_proxy_sends_a_post_twice(place, dying, name):
    process = place.start(getattr(place, name)(), f"{name}.log")
    place.wait(lambda: place.ask_proxy("/healthz")[0] in (200, 502), process, f"{name}.log")
    dying.clear()
    assert place.ask_proxy("/api/v1/suggestions/", "-d", "x=1")[0] == 502
    place.stop(process)
    assert [request.partition(b" ")[0] for request in dying] == [b"POST"]


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
                outcome = response.status if "毒品".encode() in response.read() else "cut"
            except (OSError, HTTPException) as error:
                outcome = type(error).__name__ if accepted else "refused"
                time.sleep(0.05)
            self.outcomes[outcome] += 1
            connection.close()

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


def _children(process):
    return {child.pid for child in psutil.Process(process.pid).children()}


class TestUnderLoad:
    """No request is dropped: each gets its answer, or was not taken, which who has asked may see to."""

    @_needs("nginx")
    def test_processes_are_replaced_behind_a_proxy(self, place):
        process = place.start(place.nginx(), "nginx.log")
        place.wait(lambda: place.ask_proxy("/healthz")[0] == 200, process, "nginx.log")
        before = _children(place.server)
        load = Load(place.over_tls)
        load.wait_for(50)
        place.server.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 120
        while before & _children(place.server):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        load.wait_for(50)
        load.stop()
        place.stop(process)
        assert load.outcomes.keys() == {200}

    def test_a_stop(self, place):
        load = Load(lambda: HTTPConnection("127.0.0.1", place.web, timeout=60))
        load.wait_for(50)
        place.server.send_signal(signal.SIGTERM)
        assert place.server.wait(40) == 0
        load.stop()
        place.server = place.serve()
        assert load.outcomes.keys() <= {200, "refused"}
