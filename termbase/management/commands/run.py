"""Everything at once on this machine: database, data, web server and background worker."""

import contextlib
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config import environment

ROLES = ("reader", "contributor", "terminologist", "reviewer", "administrator")
STOP_SECONDS = 10
_BEHIND = 10
"""By how much the worker is nicer than the web server."""


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
    """Run web server and worker until a signal or until one of them ends; the exit code is 0 after a signal."""
    web = [
        *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port),
        *("--workers", "2", "--blocking-threads", "128", "--no-ws", "--workers-kill-timeout", str(STOP_SECONDS)),
        # At `warning` it tells each time that these are many threads; they only wait (config/admission.py).
        *("--log-level", "error", "config.wsgi:application"),
    ]
    worker = ["manage.py", "procrastinate", "worker"]
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, frame: stopping.append(received))
    # A session of their own keeps Ctrl-C from reaching them: they are stopped here, in order.
    processes = [_started(web), _started_behind(worker)]
    _note(processes)
    while not stopping and processes[0].poll() is None:
        if processes[1].poll() is not None:
            # It gives up when the database is away for long; the queue keeps its work.
            time.sleep(1)
            processes[1] = _started_behind(worker)
            _note(processes)
        time.sleep(0.2)
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    (settings.TERMBASE_DATA / "run.pids").unlink(missing_ok=True)
    return 0 if stopping else 1


def in_use(port: int) -> bool:
    """Whether somebody listens on the port of this machine already; the web server would share it without a word."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop_leftovers(path: Path) -> None:
    """Stop what a killed run has left running, by the numbers and start times that it noted in `path`."""
    for line in path.read_text().splitlines() if path.exists() else []:
        number, started = line.split()
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(int(number))
            if str(process.create_time()) == started:
                family = [process, *process.children(recursive=True)]
                for member in family:
                    member.terminate()
                _, alive = psutil.wait_procs(family, timeout=STOP_SECONDS)
                for member in alive:
                    member.kill()
    path.unlink(missing_ok=True)


def _note(processes: list[subprocess.Popen[bytes]]) -> None:
    lines = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            lines.append(f"{process.pid} {psutil.Process(process.pid).create_time()}\n")
    (settings.TERMBASE_DATA / "run.pids").write_text("".join(lines))


def _started_behind(arguments: list[str]) -> subprocess.Popen[bytes]:
    """A process that gets what processor the others leave: who reads does not wait for what is done meanwhile."""
    process = _started(arguments)
    with contextlib.suppress(psutil.Error):
        worker = psutil.Process(process.pid)
        worker.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if psutil.WINDOWS else min(19, worker.nice() + _BEHIND))
    return process


def _started(arguments: list[str]) -> subprocess.Popen[bytes]:
    # Our own interpreter, and nothing from outside among the arguments.
    return subprocess.Popen([sys.executable, *arguments], cwd=settings.BASE_DIR, start_new_session=True)  # noqa: S603
