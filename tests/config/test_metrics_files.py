"""Files of figures: those of an earlier server go, those of this one's dead workers stay."""

import os
import time

import psutil

from config import metrics_files

GONE = 2**22 - 1
"""A number that no process has here."""


def test_what_an_earlier_server_has_left(tmp_path, monkeypatch):
    environment = {}
    monkeypatch.setattr(os, "environ", environment)
    begun = psutil.Process(os.getppid()).create_time()
    files = {
        f"counter_{GONE}.db": begun - 10,
        f"histogram_{GONE}.db": time.time(),
        f"counter_{os.getpid()}.db": begun - 10,
    }
    for name, changed in files.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (changed, changed))
    metrics_files.share(tmp_path)
    own = {f"{kind}_{os.getpid()}.db" for kind in ("counter", "histogram", "gauge_liveall")}
    assert {path.name for path in tmp_path.iterdir()} == set(files) - {f"counter_{GONE}.db"} | own
    assert environment == {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}


def test_a_folder_that_was_named_is_kept_to(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "own"))
    metrics_files.share(tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["own"]


def test_two_workers_start_at_once(tmp_path, monkeypatch):
    """Each sees the file of a worker before; the other one has taken it away when it is looked at."""
    monkeypatch.setattr(os, "environ", {})
    folder = tmp_path / "figures"
    folder.mkdir()
    (folder / f"counter_{GONE}.db").symlink_to(folder / "gone")
    metrics_files.share(folder)
