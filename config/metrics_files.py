"""Where the processes of a web server keep their figures, so that any of them can tell those of all."""

import contextlib
import os
from pathlib import Path

import psutil

_NAME = "PROMETHEUS_MULTIPROC_DIR"


def share(folder: Path) -> None:
    """Keep the figures of this process in `folder`; to be called before `prometheus_client` is imported.

    What an earlier server has left there is removed: files of dead processes that are older than the server that has
    started this one. Those of its workers that have ended since count on, as counters must not fall.
    """
    folder = Path(os.environ.setdefault(_NAME, str(folder)))
    folder.mkdir(parents=True, exist_ok=True)
    server = psutil.Process(os.getppid()).create_time()
    for path in folder.glob("*.db"):
        process = int(path.stem.rpartition("_")[2])
        # Another worker of the same server may be removing it just now.
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < server and not psutil.pid_exists(process):
                path.unlink()
