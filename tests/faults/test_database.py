"""A database that goes away and comes back while people and programs are at work."""

import signal
import time

import httpx
import pytest

from tests.faults.scene import Follower, Traffic, told, wait_for


def stop_at_once(scene):
    """As `pg_ctl stop -m immediate` does; the service starts it again."""
    scene.service.server().send_signal(signal.SIGQUIT)


def kill_a_backend(scene):
    """One connection's process; the server then throws all others out and recovers."""
    scene.service.part_of_server("postgres termbase").kill()


def end_all_connections(scene):
    """As an administrator, or a failover, does."""
    scene.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


@pytest.mark.parametrize(
    ("title", "fault"),
    [
        ("database stopped at once (pg_ctl -m immediate)", stop_at_once),
        ("a process of the database killed", kill_a_backend),
        ("all connections ended", end_all_connections),
    ],
    ids=["stopped", "backend killed", "connections ended"],
)
def test_under_load(scene, figure, title, fault):
    """Readers and writers get an answer or a 503 to try again; what was acknowledged is there."""
    with Traffic(scene) as traffic:
        wait_for(lambda: traffic.statuses.get(201, 0) > 5, "writes")
        before = dict(traffic.statuses)
        fault(scene)
        hurt = time.monotonic()
        wait_for(lambda: traffic.statuses.get(201, 0) > before[201] + 1, "a write")
        back = time.monotonic() - hurt
        wait_for(lambda: traffic.statuses.get(201, 0) > before[201] + 10, "more writes")
    assert traffic.statuses.keys() <= {200, 201, 409, 503}, "nobody was hung up on"
    scene.check()
    figure(title, "reading and writing", f"{back:.1f} s", f"{traffic.statuses.get(503, 0)} answers of 503")


def test_a_server_that_gives_numbers_of_transactions_out_again(scene, figure):
    """What left nothing on the disk before a crash never was; the next writers are given its numbers."""
    person = scene.person("terminologist")

    def make(name):
        body = {"key": name, "terms": [{"language": "en", "text": f"fault {name}"}]}
        told(person.insist(lambda: person.post("/api/v1/concepts/", json=body)))
        return f"fault {name}"

    def known(text):
        answer = httpx.post(
            f"{scene.address}/api/v1/recognise/", json={"text": text, "source": "en", "proposed": True}, timeout=60
        )
        return bool(answer.json()["matches"])

    wait_for(scene.jobs_ended, "the jobs")
    # What else is written meanwhile takes the numbers to the disk: the job worker stands still, the rest is luck.
    for attempt in range(8):
        text = make(f"fault-before-{attempt}")
        writer = scene.service.part_of_server("walwriter")
        (worker,) = scene.victims("job worker")
        writer.suspend()
        worker.suspend()
        with scene.connect() as connection:
            for _ in range(200):
                with connection.transaction(force_rollback=True):
                    (number,) = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        assert all(known(text) for _ in range(8)), "each process knows the numbers given so far"
        follower = Follower(scene)
        follower.read_page()
        killed = time.monotonic()
        scene.kill("database")
        worker.resume()
        wait_for(scene.ready, "the service")
        back = time.monotonic() - killed
        after = [make(f"fault-after-{attempt}-{count}") for count in range(5)]
        like = f"fault-after-{attempt}-%"
        given = scene.value("SELECT min(transaction) FROM termbase_change WHERE concept_key LIKE %s", like)
        for text in after:
            assert all(known(text) for _ in range(8)), text
        follower.check()
        if given <= number:
            break
    else:
        pytest.fail("no number was given out again")
    scene.check()
    figure("database forgets its last transactions", "the feed and the matchers", f"{back:.1f} s", "at once")
