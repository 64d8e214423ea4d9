"""A request is taken in whole before it waits for its turn: who sends slowly holds a thread, and nothing else.

What all who send can make a process hold is bounded, before anyone is known: few bytes in memory, some on the disk. A
body that may be larger is a file's, and taken at the addresses for files, from those who may send them.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import IO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.http import HttpRequest, HttpResponse

from config.admission import Gate
from config.answers import Answer, give
from config.application import Utf8Request

_BLOCK = 64 * 1024

View = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a body that `anyone` may send, and of one with `files`; what is above `in_memory` goes to the disk.

    `at_once` bodies are taken in at a time; of files, so many are held, from the first byte to the answer.
    """

    anyone: int
    files: int
    in_memory: int = _BLOCK
    at_once: int = 40
    files_at_once: int = 8


@dataclass(frozen=True, slots=True)
class Refusals:
    """The answers to bodies that are not taken in; `failed` is that to an exception, within its handler."""

    too_large: View
    cut_short: View
    busy: View
    failed: View


@dataclass(frozen=True, slots=True)
class Files:
    """Whether a request is to an address that takes files, and whether by somebody who may send them there.

    The second asks the database, and so takes a turn at the gate.
    """

    are_taken_at: Callable[[HttpRequest], bool]
    may_be_sent_by: Callable[[HttpRequest], bool]
    gate: Gate


class Bodies:
    """A WSGI application that reads the body of a request before it calls another.

    A body that ends early is refused: whoever sent it is gone or has miscounted, and half a file is not taken for a
    file. One that is too large is refused unread. Who may not send a file is told so by the application, which is given
    none.
    """

    def __init__(self, application: WSGIApplication, *, limits: Limits, files: Files, refusals: Refusals) -> None:
        self._application, self._limits, self._files, self._refusals = application, limits, files, refusals
        self._taking, self._holding = BoundedSemaphore(limits.at_once), BoundedSemaphore(limits.files_at_once)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        said = environ.get("CONTENT_LENGTH") or "0"
        length = int(said) if said.isascii() and said.isdigit() else 0
        if not length:
            return self._application(environ, start_response)
        if length > self._limits.anyone:
            return self._with_file(environ, start_response, length)
        return self._with_body(environ, start_response, length)

    def _with_file(self, environ: WSGIEnvironment, start_response: StartResponse, length: int) -> Iterable[bytes]:
        request = Utf8Request(environ)
        if length > self._limits.files or not self._files.are_taken_at(request):
            return give(self._refusals.too_large(request), start_response)
        try:
            with self._files.gate.turn() as is_in:
                may_send = is_in and self._files.may_be_sent_by(request)
        except Exception:
            logger.exception("Who sends a file cannot be told.")
            return give(self._refusals.failed(request), start_response)
        if is_in and not may_send:
            return self._application({**environ, "CONTENT_LENGTH": "0", "wsgi.input": BytesIO()}, start_response)
        if not is_in or not self._holding.acquire(blocking=False):
            return give(self._refusals.busy(request), start_response)
        try:
            return Answer(self._with_body(environ, start_response, length), self._holding.release)
        except BaseException:
            self._holding.release()
            raise

    def _with_body(self, environ: WSGIEnvironment, start_response: StartResponse, length: int) -> Iterable[bytes]:
        if not self._taking.acquire(blocking=False):
            return give(self._refusals.busy(Utf8Request(environ)), start_response)
        body = SpooledTemporaryFile(self._limits.in_memory)  # noqa: SIM115 - the answer closes it
        try:
            is_whole = _copied(environ["wsgi.input"], body, length)
            body.seek(0)
            environ["wsgi.input"] = body
        except OSError as error:
            is_whole = True
            environ["wsgi.input"] = _Unreadable(error)
        finally:
            self._taking.release()
        if not is_whole:
            body.close()
            return give(self._refusals.cut_short(Utf8Request(environ)), start_response)
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
