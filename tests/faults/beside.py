"""Another web server on the database of a scene, reached in another way or with another clock."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time

import httpx

from config.database import embedded
from tests.conftest import ROOT
from tests.faults.scene import PATIENCE, wait_for
from tests.service import free_port


def settings(scene, database, folder):
    """What makes a process one of the scene's: the same database, and the same secret, so that sessions hold."""
    return {
        **os.environ,
        "DATABASE_URL": database,
        "SECRET_KEY": (scene.service.data / "secret_key").read_text(),
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "false",
        "TERMBASE_CALLER_LIMIT": "0",
        "TERMBASE_ADDRESS_LIMIT": "0",
        "TERMBASE_DATA": str(folder),
    }


def address_of(scene):
    """The database, without a detour."""
    return f"postgresql://postgres@/termbase?host={embedded._running(scene.service.data / 'postgres').socket_dir}"


@contextlib.contextmanager
def web_server(environment):
    """The address of a web server with one process and two threads."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "2"),
        *("--no-ws", "--log-level", "error", "config.wsgi:application"),
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: httpx.get(f"{address}/readyz", timeout=PATIENCE).status_code == 200, "the other server")
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


class Proxy:
    """A TCP proxy before the database; it can cut all connections, refuse new ones, and stall."""

    def __init__(self, scene):
        self._target = f"{embedded._running(scene.service.data / 'postgres').socket_dir}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._flowing = threading.Event()
        self._flowing.set()
        self._refuses = False
        self._pairs = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._flowing.set()
        self._listener.close()
        self.cut()

    def cut(self, *, refuse=False):
        """End all connections; with `refuse`, also those to come."""
        self._refuses = refuse
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                _end(end)

    def stall(self):
        """Let nothing through any more, without a word."""
        self._flowing.clear()

    def go_on(self):
        """Let through what came meanwhile, and all that comes."""
        self._refuses = False
        self._flowing.set()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._refuses:
                    _end(client)
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                self._pairs.append((client, server))
                for one, other in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=[one, other], daemon=True).start()

    def _pump(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(2**16):
                self._flowing.wait()
                other.sendall(data)
        _end(one)
        _end(other)


def _end(end):
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


def elapsed(do):
    """What `do` returns, and how long it took."""
    begun = time.monotonic()
    return do(), time.monotonic() - begun
