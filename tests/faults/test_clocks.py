"""Clocks that are wrong, and differ: no order of changes, no lock and no copy goes by one."""

import subprocess
import sys
import time
import uuid
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT
from tests.faults.beside import address_of, settings, web_server
from tests.faults.scene import Traffic, held, told, wait_for
from tests.faults.works import Importing

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)

pytestmark = pytest.mark.skipif(LIBRARY is None, reason="needs libfaketime")


def moved(scene, folder, offset):
    """The settings of a process whose clock shows another time; what only counts seconds goes on as it did."""
    clock = {"LD_PRELOAD": str(LIBRARY), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return settings(scene, address_of(scene), folder) | clock


def test_web_servers_whose_clocks_are_days_apart(scene, figure, tmp_path):
    """They write in turn: each sees at once what the other has written, and the feed has all of it in order."""
    person = scene.person("terminologist")
    with web_server(moved(scene, tmp_path, "-3d")) as behind:
        addresses = [scene.address, behind]
        scene.follower.catch_up()
        name = f"fault-{uuid.uuid4().hex}"
        told(person.post("/api/v1/concepts/", json={"key": name, "terms": [{"language": "en", "text": name}]}))
        versions = []
        for turn in range(9):
            server, other = addresses[turn % 2], addresses[(turn + 1) % 2]
            cookies, headers = dict(person.http.cookies), {**person.http.headers, "Referer": server}
            headers["If-Match"] = httpx.get(f"{other}/api/v1/concepts/{name}/?proposed=true").headers["ETag"]
            body = {"note": f"by {turn}"}
            path = f"{server}/api/v1/concepts/{name}/"
            written = told(httpx.patch(path, json=body, headers=headers, cookies=cookies, timeout=60))
            versions.append(written["version"])
            seen = httpx.get(f"{other}/api/v1/concepts/{name}/?proposed=true", timeout=60).json()
            assert (seen["note"], seen["version"]) == (f"by {turn}", written["version"])
            wait_for(lambda wanted=written["version"]: scene.follower.has(name, wanted), "the feed")
        assert versions == list(range(versions[0], versions[0] + 9))
    times = scene.rows(
        "SELECT at FROM termbase_activity AS a JOIN termbase_revision AS r ON r.activity_id = a.id"
        " WHERE r.model = 'concept' AND r.row = (SELECT id FROM termbase_concept WHERE key = %s) ORDER BY a.id",
        name,
    )
    assert times == sorted(times), "the history has the database's clock"
    scene.check()
    figure("web servers with clocks 3 days apart", "nine writes in turn", "at once", "in order")


def test_a_worker_with_another_clock_takes_no_work_from_one_that_is_at_it(scene, figure, tmp_path):
    work = Importing(scene)
    work.prepare()
    with Traffic(scene), held(scene, *work.lock()) as lock:
        work.begin()
        lock.wait()
        command = [sys.executable, "manage.py", "procrastinate", "worker"]
        environment = moved(scene, tmp_path, "+2h")
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        try:
            begun = time.monotonic()
            resumed = "SELECT count(*) FROM procrastinate_jobs WHERE task_name ~ 'resume' AND status = 'succeeded'"
            before = scene.value(resumed)
            with scene.connect() as connection:
                connection.execute(
                    "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, queueing_lock)"
                    " VALUES ('default', 'termbase.jobs.resume_cut_jobs', 9, 'resume_cut_jobs') ON CONFLICT DO NOTHING"
                )
            wait_for(lambda: scene.value(resumed) > before, "the other worker to look for cut jobs")
            assert work.is_untouched()
        finally:
            lock.let_go()
            worker.terminate()
            worker.wait(60)
        wait_for(work.is_done, "the import")
        whole = time.monotonic() - begun
    work.check()
    scene.check()
    figure("a second worker two hours ahead", "an import", "at once", f"{whole:.1f} s, once")
