"""A request is taken in whole before it waits for its turn: who sends slowly holds a thread, and nothing else."""

from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from config.answers import Answer

_BLOCK = 64 * 1024


class Bodies:
    """A WSGI application that reads the body of a request, up to `most` bytes, before it calls another.

    Above `in_memory` bytes it goes to a temporary file. A body that ends early is refused: whoever sent it is gone or
    has miscounted, and half a file is not taken for a file. What says that it is larger is left unread, for others to
    refuse.
    """

    def __init__(self, application: WSGIApplication, *, most: int, in_memory: int) -> None:
        self._application, self._most, self._in_memory = application, most, in_memory

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        said = environ.get("CONTENT_LENGTH") or "0"
        length = int(said) if said.isascii() and said.isdigit() else 0
        if not 0 < length <= self._most:
            return self._application(environ, start_response)
        body = SpooledTemporaryFile(self._in_memory)  # noqa: SIM115 - the answer closes it
        try:
            is_whole = _copied(environ["wsgi.input"], body, length)
            body.seek(0)
            environ["wsgi.input"] = body
        except OSError as error:
            is_whole = True
            environ["wsgi.input"] = _Unreadable(error)
        if not is_whole:
            body.close()
            start_response("400 Bad Request", [("Content-Length", "0")])
            return []
        try:
            return Answer(self._application(environ, start_response), body.close)
        except BaseException:
            body.close()
            raise


class _Unreadable:
    """What could not be taken in, for whoever tells callers of such things: the disk may be full."""

    def __init__(self, error: OSError) -> None:
        self._error = error

    def read(self, size: int = -1) -> bytes:
        raise self._error

    readline = read


def _copied(source: IO[bytes], target: IO[bytes], length: int) -> bool:
    """Whether there were `length` bytes."""
    while length and (block := source.read(min(length, _BLOCK))):
        target.write(block)
        length -= len(block)
    return not length
