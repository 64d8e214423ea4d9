"""Everything at once on this machine: database, data, web server and background worker."""

import logging
import secrets
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, SystemCheckError
from django.db import close_old_connections

from config import environment
from config.database import embedded
from termbase import checks
from termbase.guarding import PASSING
from termbase.jobs import request_resuming
from termbase.management.processes import STOP_SECONDS, Kept, note, stop_leftovers
from termbase.models.roles import give_role
from termbase.vocabulary import Role

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
        if found := checks.worker():
            raise SystemCheckError("\n".join(map(str, found)))
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
        path.write_text("".join(f"{role} {secrets.token_urlsafe(9)}\n" for role in Role.values))
    accounts = dict(line.split() for line in path.read_text().splitlines())
    for role, password in accounts.items():
        user, new = User.objects.get_or_create(username=role)
        if new:
            user.set_password(password)
            user.save()
            give_role(user, role)
    return accounts


def serve(port: str) -> int:
    """Keep web server, worker and embedded database running until a signal; the exit code is 0 after one.

    It is 1 if the web server ends by itself again and again before it has ever lasted: then a person has to look at it.
    """
    web = Kept(
        *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port),
        *("--workers", "2", "--blocking-threads", "128", "--no-ws", "--workers-kill-timeout", str(STOP_SECONDS)),
        # At `warning` it tells each time that these are many threads; they only wait (config/admission.py).
        *("--respawn-failed-workers", "--log-level", "error", "config.wsgi:application"),
    )
    worker = Kept("manage.py", "procrastinate", "worker", behind=True)
    pids = settings.TERMBASE_DATA / "run.pids"
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, frame: stopping.append(received))
    kept = [web, worker]
    note(kept, pids)
    # An earlier run may have been killed.
    jobs_are_cut = True
    while not stopping and (web.has_lasted or web.endings < MOST_ENDINGS):
        if [one for one in kept if one.start_again()]:
            note(kept, pids)
            jobs_are_cut = True
        if _tend_database(resume=jobs_are_cut):
            jobs_are_cut = False
        time.sleep(0.2)
    for one in kept:
        one.process.terminate()
    for one in kept:
        one.stop()
    pids.unlink(missing_ok=True)
    return 0 if stopping else 1


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
