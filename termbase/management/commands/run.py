"""Everything at once on this machine: database, data, web server and background worker."""

import contextlib
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from config import environment
from config.database import embedded
from termbase.guarding import PASSING
from termbase.jobs import request_resuming

ROLES = ("reader", "contributor", "terminologist", "reviewer", "administrator")
STOP_SECONDS = 10
LASTING_SECONDS = 10
MOST_ENDINGS = 5
"""How often the web server may end by itself that has never lasted."""

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """`manage.py run`: prepares what is not there yet, serves until Ctrl-C."""

    help = "Prepare the database, load the shipped termbase if there is none, and serve web pages and background jobs."

    def handle(self, *args: Any, **options: Any) -> None:
        port = environment.text("PORT", "8000")
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise CommandError(f"PORT is {port!r}, not a number from 1 to 65535.")
        stop_leftovers(settings.TERMBASE_DATA / "run.pids")
        if in_use(int(port)):
            raise CommandError(f"Port {port} is in use; say PORT=... for another.")
        self.stdout.write("Preparing the database")
        call_command("migrate", verbosity=0)
        call_command("load_termbase", if_empty=True, stdout=self.stdout, stderr=self.stderr)
        if settings.EMBEDDED:
            self._print_accounts(demo_accounts(settings.TERMBASE_DATA / "demo_accounts.txt"))
        address = f"http://127.0.0.1:{port}"
        self.stdout.write(
            f"\nLook-up  {address}/\nAPI      {address}/api/v1/lookup/?q=毒罪办\nAdmin    {address}/admin/"
        )
        self.stdout.write("Ctrl-C stops it.")
        self.stdout.flush()
        sys.exit(serve(port))

    def _print_accounts(self, accounts: dict[str, str]) -> None:
        self.stdout.write("\nDemo accounts (this machine only)")
        for name, password in accounts.items():
            self.stdout.write(f"  {name:<14} {password}")


def demo_accounts(path: Path) -> dict[str, str]:
    """User names and passwords of one account a role, made on the first call and kept in `path` for its owner."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text("".join(f"{role} {secrets.token_urlsafe(9)}\n" for role in ROLES))
    accounts = dict(line.split() for line in path.read_text().splitlines())
    for role, password in accounts.items():
        user, new = User.objects.get_or_create(username=role, defaults={"is_staff": role != "reader"})
        if new:
            user.set_password(password)
            user.save()
            user.groups.add(Group.objects.get(name=role))
    return accounts


def serve(port: str) -> int:
    """Keep web server, worker and embedded database running until a signal; the exit code is 0 after one.

    It is 1 if the web server ends by itself again and again before it has ever lasted: then a person has to look at it.
    """
    web = Kept(
        *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port),
        *("--workers", "2", "--blocking-threads", "2", "--no-ws", "--workers-kill-timeout", str(STOP_SECONDS)),
        *("--respawn-failed-workers", "--log-level", "error", "config.wsgi:application"),
    )
    worker = Kept("manage.py", "procrastinate", "worker")
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, frame: stopping.append(received))
    kept = [web, worker]
    _note(kept)
    # An earlier run may have been killed.
    jobs_are_cut = True
    while not stopping and (web.has_lasted or web.endings < MOST_ENDINGS):
        if [one for one in kept if one.start_again()]:
            _note(kept)
            jobs_are_cut = True
        if _tend_database(resume=jobs_are_cut):
            jobs_are_cut = False
        time.sleep(0.2)
    for one in kept:
        one.process.terminate()
    for one in kept:
        one.stop()
    (settings.TERMBASE_DATA / "run.pids").unlink(missing_ok=True)
    return 0 if stopping else 1


class Kept:
    """A process that is started again when it ends; what it had started itself is stopped before."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self.endings = 0
        self.has_lasted = False
        self._start()

    def _start(self) -> None:
        self._started_at = time.monotonic()
        self.process = _started(self._arguments)

    def start_again(self) -> bool:
        """If it has ended, start it anew; whether it had. One that has just been started waits a second."""
        lived = time.monotonic() - self._started_at
        if self.process.poll() is None:
            self.has_lasted = self.has_lasted or lived > LASTING_SECONDS
            return False
        if lived < 1:
            return False
        self.endings += 1
        # Who has lost the one who started it serves nobody for long.
        stop_family(self.process.pid, seconds=2)
        self._start()
        return True

    def stop(self) -> None:
        """Wait until it has ended, as it was told to; kill it where that takes too long."""
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _tend_database(*, resume: bool) -> bool:
    """Start the embedded database if it has died, and `resume` the jobs that were cut; whether that went well."""
    try:
        if settings.EMBEDDED:
            embedded.connection_parameters(settings.DATABASES["default"]["DATA"])
        if resume:
            close_old_connections()
            request_resuming()
    except (RuntimeError, *PASSING) as error:
        logger.warning("The database is away: %s", error)
        # Not again at once: a disk that is full stays so for a while.
        time.sleep(1)
        return False
    return True


def in_use(port: int) -> bool:
    """Whether somebody listens on the port of this machine already; the web server would share it without a word."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop_leftovers(path: Path) -> None:
    """Stop what a killed run has left running, by the numbers and start times that it noted in `path`."""
    for line in path.read_text().splitlines() if path.exists() else []:
        number, started = line.split()
        if _is_left(int(number), float(started)):
            stop_family(int(number))
    path.unlink(missing_ok=True)


def stop_family(number: int, seconds: float = STOP_SECONDS) -> None:
    """Stop a process that was started here, and all that it has started, also where it has ended itself."""
    family = _family(number)
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.terminate()
    _, alive = psutil.wait_procs(family, timeout=seconds)
    for member in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(alive, timeout=STOP_SECONDS)


def _is_left(number: int, started: float) -> bool:
    """Whether a process of this number is the one that was started then, or has left others that it started."""
    try:
        return bool(psutil.Process(number).create_time() == started)
    except psutil.NoSuchProcess:
        # As long as one of its group lives, no other process is given its number.
        return all(member.create_time() >= started for member in _family(number))


def _family(number: int) -> list[psutil.Process]:
    """The process, what it has started, and what is left of its group: what a dead one has started has no parent."""
    family = {process for process in psutil.process_iter() if _group_of(process) == number}
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(number)
        family |= {process, *process.children(recursive=True)}
    return [process for process in family if process.pid != os.getpid()]


def _group_of(process: psutil.Process) -> int | None:
    if sys.platform == "win32":
        return None
    try:
        return os.getpgid(process.pid)
    except ProcessLookupError:
        return None


def _note(kept: list[Kept]) -> None:
    lines = []
    for one in kept:
        with contextlib.suppress(psutil.NoSuchProcess):
            lines.append(f"{one.process.pid} {psutil.Process(one.process.pid).create_time()}\n")
    # On a full disk the service goes on without.
    with contextlib.suppress(OSError):
        (settings.TERMBASE_DATA / "run.pids").write_text("".join(lines))


def _started(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    # A session of its own keeps Ctrl-C from reaching it: it is stopped from here, in order. It is our own interpreter,
    # and nothing from outside is among the arguments.
    return subprocess.Popen([sys.executable, *arguments], cwd=settings.BASE_DIR, start_new_session=True)  # noqa: S603
