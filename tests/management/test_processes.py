"""Processes that are kept running, and stopped."""

import sys
import time

import psutil
import pytest

from termbase.management import processes
from termbase.management.processes import Kept

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
