"""Everything at once on this machine: database, data, web server and background worker."""

import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config import environment

ROLES = ("reader", "contributor", "terminologist", "reviewer", "administrator")
STOP_SECONDS = 10


class Command(BaseCommand):
    """`manage.py run`: prepares what is not there yet, serves until Ctrl-C."""

    help = "Prepare the database, load the shipped termbase if there is none, and serve web pages and background jobs."

    def handle(self, *args: Any, **options: Any) -> None:
        port = environment.text("PORT", "8000")
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise CommandError(f"PORT is {port!r}, not a number from 1 to 65535.")
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
        *("--workers", "2", "--blocking-threads", "2", "--no-ws", "--workers-kill-timeout", str(STOP_SECONDS)),
        *("--log-level", "warning", "config.wsgi:application"),
    ]
    worker = ["manage.py", "procrastinate", "worker"]
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, frame: stopping.append(received))
    # A session of their own keeps Ctrl-C from reaching them: they are stopped here, in order.
    processes = [_started(command) for command in (web, worker)]
    while not stopping and all(process.poll() is None for process in processes):
        time.sleep(0.2)
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return 0 if stopping else 1


def _started(arguments: list[str]) -> subprocess.Popen[bytes]:
    # Our own interpreter, and nothing from outside among the arguments.
    return subprocess.Popen([sys.executable, *arguments], cwd=settings.BASE_DIR, start_new_session=True)  # noqa: S603
