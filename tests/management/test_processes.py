"""Processes that are kept running, and stopped."""

import sys
import time

import psutil
import pytest

from termbase.management import processes
from termbase.management.processes import Kept, note, stop_leftovers

HANGS = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(600)"
STARTS = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HANGS!r}])"


@pytest.mark.skipif(sys.platform == "win32", reason="there SIGTERM cannot be ignored")
def test_one_that_does_not_stop_is_killed_with_what_it_has_started(monkeypatch, capfd):
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.2)
    kept = Kept("-c", f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {STARTS}")
    mine = psutil.Process(kept.process.pid)
    try:
        told, deadline = "", time.monotonic() + 60
        while "on" not in told:
            assert time.monotonic() < deadline
            told += capfd.readouterr().out
            time.sleep(0.02)
        (started,) = mine.children()
        kept.process.terminate()
        kept.stop()
        assert kept.process.poll() is not None
        assert not started.is_running() or started.status() == psutil.STATUS_ZOMBIE
    finally:
        processes.stop_family(kept.process.pid)


@pytest.mark.parametrize("kept", [1.0, 0.5, 0.1, 0.0], ids=lambda part: f"{part:.0%} of the last line")
def test_what_a_cut_power_has_left_of_the_notes_stops_nobody(kept, tmp_path):
    """All lines that are whole count; of half a line nothing does, neither a number nor a time that looks like one."""
    path = tmp_path / "run.pids"
    both = [Kept("-c", "import time; time.sleep(600)") for _ in range(2)]
    try:
        note(both, path)
        whole, last = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(whole + last[: round(kept * len(last))])
        stop_leftovers(path)
        assert both[0].process.wait(20) is not None
        assert (both[1].process.poll() is None) is (kept < 1)
        assert not path.exists()
    finally:
        for one in both:
            processes.stop_family(one.process.pid)
            one.process.wait(20)


@pytest.mark.parametrize(
    "written",
    [b"", b"\n\n", b"\0" * 40, b"12\n", b"x y\n", b"1 2 3\n", b"1 1e999\n", b"9" * 50 + b" 1.5\n", b"\xff \n"],
)
def test_notes_that_are_none_are_forgotten(written, tmp_path):
    path = tmp_path / "run.pids"
    path.write_bytes(written)
    stop_leftovers(path)
    assert not path.exists()
