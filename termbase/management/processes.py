"""Processes that are kept running, and stopped with all that they have started."""

import contextlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import psutil
from django.conf import settings

STOP_SECONDS = 10
LASTING_SECONDS = 10
_NICER = 10
# glibc gives threads arenas of their own, each with what is left over of whatever each thread has done: with so many
# threads, that grows for hours. The interpreter runs one of them at a time, so few arenas do.
_OF_MEMORY = {"MALLOC_ARENA_MAX": "2"}
_NOTE = re.compile(r"(\d{1,10}) (\d{1,12}(?:\.\d+)?)\n")


class Kept:
    """A process that is started again when it ends; what it had started itself is stopped before."""

    def __init__(self, *arguments: str, behind: bool = False) -> None:
        """Start our own interpreter with `arguments`; `behind` others it gets what they leave of the processor."""
        self._arguments = arguments
        self._behind = behind
        self.endings = 0
        self.has_lasted = False
        self._start()

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
        """Wait until it has ended, as it was told to; kill it, and what it has started, where that takes too long."""
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            stop_family(self.process.pid, seconds=0)
            self.process.wait()

    def _start(self) -> None:
        self._started_at = time.monotonic()
        # A session of its own keeps Ctrl-C from reaching it: it is stopped from here, in order. Nothing from outside is
        # among the arguments.
        command = [sys.executable, *self._arguments]
        environment = _OF_MEMORY | os.environ
        self.process = subprocess.Popen(  # noqa: S603
            command, cwd=settings.BASE_DIR, env=environment, start_new_session=True
        )
        if self._behind:
            with contextlib.suppress(psutil.Error):
                worker = psutil.Process(self.process.pid)
                worker.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if psutil.WINDOWS else min(19, worker.nice() + _NICER))


def note(kept: list[Kept], path: Path) -> None:
    """Write down in `path` what runs, for `stop_leftovers`."""
    lines = []
    for one in kept:
        with contextlib.suppress(psutil.NoSuchProcess):
            lines.append(f"{one.process.pid} {psutil.Process(one.process.pid).create_time()}\n")
    # On a full disk the service goes on without.
    with contextlib.suppress(OSError):
        path.write_text("".join(lines))


def stop_leftovers(path: Path) -> None:
    """Stop what a killed run has left running, by the numbers and start times that it noted in `path`.

    A machine that lost its power may have written half of them; a line that is not whole says nothing.
    """
    for line in path.read_text(errors="replace").splitlines(keepends=True) if path.exists() else []:
        noted = _NOTE.fullmatch(line)
        if noted and _is_left(int(noted[1]), float(noted[2])):
            stop_family(int(noted[1]))
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
