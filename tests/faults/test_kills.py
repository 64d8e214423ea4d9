"""kill -9 in the middle of work: nothing is half done, nothing that was acknowledged is lost, nothing is done twice."""

import threading
import time
from contextlib import ExitStack

import pytest

from tests.faults.scene import AWAY, Traffic, held, passing, wait_for
from tests.faults.works import Approving, Harvesting, Importing, Merging


class Sending:
    """A request in a thread of its own; `answer` is None where the service hung up or is away."""

    def __init__(self, work):
        self._work, self.answer = work, None
        self.thread = threading.Thread(target=self._send)
        self.thread.start()

    def _send(self):
        try:
            answer = self._work.begin()
        except AWAY:
            return
        self.answer = None if answer is None or passing(answer) else answer


def finish(work, sending):
    """What a person does who was not answered: look whether it is done, and send it again if not."""
    sending.thread.join()
    if not work.restarted:
        return wait_for(work.is_done, "the job")
    if sending.answer is not None:
        assert sending.answer.status_code == 302
        return work.is_done()
    assert work.is_untouched() or work.is_done()

    def again():
        answer = work.begin()
        return not passing(answer) and answer.status_code == 302

    return work.is_done() or wait_for(again, "the request to be taken")


@pytest.mark.parametrize(
    ("victim", "kinds"),
    [
        ("web workers", (Approving, Merging, Importing)),
        ("web server", (Approving,)),
        ("job worker", (Importing, Merging)),
        ("job worker", (Harvesting,)),
        ("database", (Importing, Approving, Merging)),
        ("database", (Harvesting,)),
        ("all of it", (Importing,)),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(kind.__name__ for kind in value),
)
def test_kill(scene, figure, victim, kinds):
    works = [kind(scene) for kind in kinds]
    for work in works:
        work.prepare()
    with Traffic(scene), ExitStack() as locks:
        sent = []
        for work in works:
            lock = locks.enter_context(held(scene, *work.lock()))
            sent.append((work, Sending(work)))
            lock.wait()
        for work in works:
            assert work.is_untouched()
        killed = time.monotonic()
        scene.kill(victim)
        locks.close()
        wait_for(scene.ready, "the service")
        back = time.monotonic() - killed
        for work, sending in sent:
            finish(work, sending)
            whole = time.monotonic() - killed
            figure(f"kill -9: {victim}", work.title, f"{back:.1f} s", f"{whole:.1f} s")
    for work in works:
        work.check()
    scene.check()
