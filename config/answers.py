"""Answers of WSGI applications: with something to be done when they are through, and ready ones."""

from collections.abc import Callable, Iterable, Iterator
from wsgiref.types import StartResponse

from django.http import HttpResponse


class Answer:
    """What an application answers; `done` is called once, when the server is through with it or drops it."""

    def __init__(self, answer: Iterable[bytes], done: Callable[[], None]) -> None:
        self._answer = answer
        self._done: Callable[[], None] | None = done

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        """As PEP 3333 has it."""
        done, self._done = self._done, None
        if done is None:
            return
        try:
            close = getattr(self._answer, "close", None)
            if close is not None:
                close()
        finally:
            done()

    __del__ = close


def give(response: HttpResponse, start_response: StartResponse) -> Iterable[bytes]:
    """The answer that `response` is; it says how long it is."""
    response.headers["Content-Length"] = str(len(response.content))
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]
