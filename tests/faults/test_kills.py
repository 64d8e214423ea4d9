"""kill -9 in the middle of work: nothing is half done, nothing that was acknowledged is lost, nothing is done twice."""

import threading
import time

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
    ("victim", "kind"),
    [
        ("web workers", Approving),
        ("web workers", Merging),
        ("web workers", Importing),
        ("web server", Approving),
        ("job worker", Importing),
        ("job worker", Harvesting),
        ("job worker", Merging),
        ("database", Importing),
        ("database", Harvesting),
        ("database", Approving),
        ("database", Merging),
        ("all of it", Importing),
    ],
)
def test_kill(scene, figure, victim, kind):
    work = kind(scene)
    work.prepare()
    with Traffic(scene), held(scene, *work.lock()) as (in_the_middle, let_go):
        sending = Sending(work)
        in_the_middle()
        assert work.is_untouched()
        killed = time.monotonic()
        scene.kill(victim)
        let_go()
        wait_for(scene.ready, "the service")
        back = time.monotonic() - killed
        finish(work, sending)
        whole = time.monotonic() - killed
    work.check()
    scene.check()
    figure(f"kill -9: {victim}", kind.__name__.lower(), f"{back:.1f} s", f"{whole:.1f} s")
