"""Clients that hang up or dawdle: nobody else waits for them."""

import contextlib
import socket
import time

import httpx

SLOW = 40


def request(scene, length=1_000, body=b'{"text": "'):
    """A connection on which a request has begun."""
    client = socket.create_connection(("127.0.0.1", scene.service.port))
    head = (
        f"POST /api/v1/recognise/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
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


def test_half_a_body_holds_a_thread_and_nobody_up(scene, figure):
    with contextlib.ExitStack() as slow:
        for _ in range(SLOW):
            slow.enter_context(request(scene))
        took = max(answer_time(scene) for _ in range(5))
    figure(f"{SLOW} clients send half a body and wait", "a look-up", "at once", f"{took:.2f} s")


def test_hanging_up_harms_nothing(scene):
    for length, body in ((1_000, b'{"text": "'), (12, b'{"text": ""}'), (0, b"")):
        for _ in range(SLOW // 2):
            request(scene, length, body).close()
    for _ in range(5):
        answer_time(scene)
    scene.check()
