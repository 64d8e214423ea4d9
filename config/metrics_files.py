"""Where the processes of a web server keep their figures, so that any of them can tell those of all."""

import os
from contextlib import suppress
from pathlib import Path

import psutil

_NAME = "PROMETHEUS_MULTIPROC_DIR"
_KINDS = ("counter", "histogram", "gauge_liveall")
_ROOM = 2**20
"""Bytes; the figures of every view with every status take a third of it."""


def share(folder: Path) -> None:
    """Keep the figures of this process in `folder`; to be called before `prometheus_client` is imported.

    What an earlier server has left there is removed: files of dead processes that are older than the server that has
    started this one. Those of its workers that have ended since count on, as counters must not fall.
    """
    folder = Path(os.environ.setdefault(_NAME, str(folder)))
    try:
        _make_room(folder)
    except OSError:
        # On a full disk each process keeps its figures to itself.
        del os.environ[_NAME]
        return
    server = psutil.Process(os.getppid()).create_time()
    for path in folder.glob("*.db"):
        process = int(path.stem.rpartition("_")[2])
        # Another worker that starts at this moment does the same.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < server and not psutil.pid_exists(process):
                path.unlink()


def _make_room(folder: Path) -> None:
    """Files with room for all figures: a page that finds none on the disk when it is written to ends the process."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in _KINDS:
        path = folder / f"{kind}_{os.getpid()}.db"
        if not path.exists():
            path.write_bytes(bytes(_ROOM))
