"""A disk that is full: told as such, nothing half written, and all goes on once there is room."""

import contextlib
import os
import time
import uuid

import httpx
import pytest

from tests.faults.scene import Traffic, held, wait_for
from tests.faults.works import Importing


@pytest.fixture
def fill(folder):
    """Fill the disk of the database; give the room back with `free`."""
    disk = folder / "postgres"
    if not os.path.ismount(disk):
        pytest.skip("a small disk can be mounted by root alone")
    ballast = disk / "ballast"

    def full():
        with ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(2**16))
        with ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(512))

    full.free = lambda: ballast.unlink(missing_ok=True)
    yield full
    full.free()


def test_full_in_the_middle_of_an_import(scene, figure, fill):
    work = Importing(scene, size=2_000)
    work.prepare()
    with Traffic(scene) as traffic, held(scene, *work.lock()) as lock:
        work.begin()
        lock.wait()
        fill()
        refused = wait_for(lambda: refusal(scene), "a refusal")
        assert refused.json()["error"]["code"] in ("full", "unavailable")
        fill()
        lock.let_go()
        reading = wait_for(lambda: httpx.get(f"{scene.address}/healthz").status_code == 200)
        assert reading
        before = traffic.statuses.get(201, 0)
        fill.free()
        freed = time.monotonic()
        wait_for(lambda: traffic.statuses.get(201, 0) > before + 1, "a write")
        back = time.monotonic() - freed
        wait_for(work.is_done, "the import")
        whole = time.monotonic() - freed
    work.check()
    scene.check()
    figure("full disk, until there is room", "an import", f"{back:.1f} s", f"{whole:.1f} s")


def refusal(scene):
    """What an upload of a few megabytes is answered, which must have room in the database."""
    rows = "\n".join(f"full-{number},en,full {uuid.uuid4().hex}" for number in range(60_000))
    answer = scene.person("reviewer").post(
        "/api/v1/imports/?name=full.csv&dry_run=true", content=f"concept,language,text\n{rows}".encode()
    )
    assert answer.status_code in (202, 503), answer.text
    return answer if answer.status_code == 503 else None
