"""Bodies are taken in before anything is done with them."""

import errno
import io

import pytest
from django.core.handlers.wsgi import WSGIRequest

from config.bodies import Bodies


def asked(body, length, most=100, read=lambda environ: environ["wsgi.input"].read()):
    """What the application was given of a body (None where it was not called), and the status."""
    given, told = [], []

    def application(environ, start_response):
        given.append(read(environ))
        start_response("200 OK", [])
        return [b""]

    environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": length, "wsgi.input": body}
    answer = Bodies(application, most=most, in_memory=10)(environ, lambda status, headers: told.append(status))
    if hasattr(answer, "close"):
        answer.close()
    return given[0] if given else None, told[0]


@pytest.mark.parametrize(
    ("sent", "length", "given", "status"),
    [
        (b"12345", "5", b"12345", "200 OK"),  # In memory.
        (b"1" * 90, "90", b"1" * 90, "200 OK"),  # In a file.
        (b"12345", "6", None, "400 Bad Request"),  # It ends early: half a file is no file.
        (b"", "1", None, "400 Bad Request"),  # The client is gone.
        (b"12345", "3", b"123", "200 OK"),  # What comes behind is another request's.
        (b"", "", b"", "200 OK"),  # Nothing is said.
        (b"", "0", b"", "200 OK"),
        (b"", "-1", b"", "200 OK"),  # For others to refuse.
        (b"", "²", b"", "200 OK"),  # No number, though a digit.
        (b"1" * 101, "101", b"1" * 101, "200 OK"),  # Too large: unread, for others to refuse.
    ],
)
def test_what_is_sent_is_what_is_given(sent, length, given, status):
    assert asked(io.BytesIO(sent), length) == (given, status)


def test_a_full_disk_is_met_by_whoever_reads():
    class Full(io.BytesIO):
        def read(self, size=-1):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        asked(Full(), "5")
    with pytest.raises(OSError, match="No space left"):
        asked(Full(), "5", read=lambda environ: WSGIRequest(environ).body)


def test_a_body_comes_in_pieces():
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 2))

    assert asked(Slow(b"12345"), "5") == (b"12345", "200 OK")
