"""Clients that hang up or dawdle: nobody else waits for them."""

import contextlib
import socket
import time

import httpx
import pytest

SLOW = 40
MORE = 120
"""Than both web processes take bodies from at once."""


def request(scene, length=1_000, body=b'{"text": "', path="/api/v1/recognise/"):
    """A connection on which a request has begun."""
    client = socket.create_connection(("127.0.0.1", scene.service.port))
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
    client.sendall(head.encode() + body)
    return client


def answer_time(scene):
    begun = time.monotonic()
    assert httpx.get(f"{scene.address}/api/v1/lookup/?q=毒罪办", timeout=20).status_code == 200
    return time.monotonic() - begun


def test_half_a_head_holds_nobody_up(scene, figure):
    with contextlib.ExitStack() as slow:
        for _ in range(SLOW):
            client = slow.enter_context(socket.create_connection(("127.0.0.1", scene.service.port)))
            client.sendall(b"GET / HTTP/1.1\r\nHost: local")
        took = max(answer_time(scene) for _ in range(5))
    figure(f"{SLOW} clients send half a head and wait", "a look-up", "at once", f"{took:.2f} s")


def test_half_a_body_holds_a_thread_and_nobody_who_reads(scene, figure):
    with contextlib.ExitStack() as slow:
        for _ in range(MORE):
            slow.enter_context(request(scene))
        took = max(answer_time(scene) for _ in range(5))
    figure(f"{MORE} clients send half a body and wait", "a look-up", "at once", f"{took:.2f} s")


@pytest.mark.parametrize(
    ("path", "length", "expected"),
    [
        ("/api/v1/imports/", 50_000_000, 401),  # As the address says to strangers.
        ("/admin/termbase/import/add/", 50_000_000, 403),
        ("/api/v1/imports/", 10**12, 413),
        ("/api/v1/recognise/", 50_000_000, 413),
        ("/sign-in", 50_000_000, 413),
    ],
)
def test_a_strangers_file_is_refused_before_it_is_sent(scene, path, length, expected):
    with request(scene, length, b"", path) as client:
        client.settimeout(60)
        assert client.recv(2**16).startswith(f"HTTP/1.1 {expected} ".encode())


def test_half_a_body_is_told_in_the_one_shape(scene):
    with request(scene) as client:
        client.settimeout(60)
        client.shutdown(socket.SHUT_WR)
        answer = b""
        while block := client.recv(2**16):
            answer += block
    assert not answer or b'{"error": {"code": "bad_request"' in answer, "or the web server has hung up"


def test_hanging_up_harms_nothing(scene):
    for length, body in ((1_000, b'{"text": "'), (12, b'{"text": ""}'), (0, b"")):
        for _ in range(SLOW // 2):
            request(scene, length, body).close()
    for _ in range(5):
        answer_time(scene)
    scene.check()
