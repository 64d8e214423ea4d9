"""Connections between the service and its database that break, are refused, or stall."""

import threading
import uuid

import httpx
import pytest

from tests.faults.beside import Proxy, elapsed, settings, web_server
from tests.faults.scene import held, passing, told, wait_for


@pytest.fixture(scope="module")
def proxy(scene):
    with Proxy(scene) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def server(scene, proxy, tmp_path_factory):
    """The address of a web server whose database is behind the proxy."""
    database = f"postgresql://postgres@127.0.0.1:{proxy.port}/termbase?connect_timeout=2"
    with web_server(settings(scene, database, tmp_path_factory.mktemp("beside"))) as address:
        yield address


def look_up(server):
    # Another each time: none is kept.
    return httpx.get(f"{server}/api/v1/lookup/", params={"q": f"毒罪办 {uuid.uuid4().hex[:8]}"}, timeout=60)


def test_cut(server, proxy, figure):
    assert look_up(server).status_code == 200
    proxy.cut(refuse=True)
    answers = [elapsed(lambda: look_up(server)) for _ in range(5)]
    assert all(passing(answer) for answer, _ in answers)
    proxy.go_on()
    (answer, took) = elapsed(lambda: look_up(server))
    assert answer.status_code == 200, "the first to come finds it again"
    proxy.cut()
    assert all(passing(answer) or answer.status_code == 200 for answer in (look_up(server) for _ in range(4)))
    assert look_up(server).status_code == 200
    slowest = max(seconds for _, seconds in answers)
    figure("connections to the database cut", "a look-up", f"{took:.2f} s", f"503 within {slowest:.2f} s meanwhile")


def test_cut_in_the_middle_of_a_write(server, proxy, scene, figure):
    """The answer is 503, nothing is written, and the same request does it once."""
    name = f"fault-{uuid.uuid4().hex}"
    person = scene.person("terminologist")
    told(person.post("/api/v1/concepts/", json={"key": name, "terms": [{"language": "en", "text": f"fault {name}"}]}))
    etag = person.http.get(f"/api/v1/concepts/{name}/?proposed=true").headers["ETag"]
    answers = []

    def write():
        cookies, headers = dict(person.http.cookies), {**person.http.headers, "If-Match": etag, "Referer": server}
        path = f"{server}/api/v1/concepts/{name}/"
        answers.append(httpx.patch(path, json={"note": "written"}, headers=headers, cookies=cookies, timeout=60))

    writer = threading.Thread(target=write)
    with held(scene, "SELECT FROM termbase_concept WHERE key = %s FOR UPDATE", name) as lock:
        writer.start()
        lock.wait()
        proxy.cut()
        writer.join()
    assert passing(answers[0])
    note = "SELECT note FROM termbase_concept WHERE key = %s"
    assert scene.value(note, name) == ""
    write()
    assert answers[1].status_code == 200
    assert scene.value(note, name) == "written"
    scene.check()
    figure("connection cut", "a write", "at once", "503, then 200 for the same request")


def test_stalled(server, proxy, figure):
    """Requests wait and are answered once it goes on; a new connection is given up after its time."""
    assert look_up(server).status_code == 200
    proxy.stall()
    answers = []
    reader = threading.Thread(target=lambda: answers.append(look_up(server)))
    reader.start()
    reader.join(1)
    assert reader.is_alive(), "it waits"
    proxy.go_on()
    _, took = elapsed(reader.join)
    assert answers[0].status_code == 200
    proxy.cut()
    proxy.stall()
    answer, given_up = elapsed(lambda: look_up(server))
    assert passing(answer), "a new connection waits for its time and no longer"
    proxy.go_on()
    proxy.cut()
    wait_for(lambda: look_up(server).status_code == 200, "a look-up")
    figure("connection to the database stalls", "a look-up", f"{took:.2f} s", f"503 after {given_up:.1f} s (limit 2)")
