"""Calls of a termbase's API."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

import httpx

Record = dict[str, Any]

ATTEMPTS = 5
LONGEST_WAIT = 60.0
"""Seconds that a call waits at most before it is tried again, whatever Retry-After says."""
MAX_SEGMENTS = 500
MAX_CHARACTERS = 200_000
"""Of one call of `check`; a longer translation is checked in parts."""
PAGE = 1_000

_AGAIN = (429, 502, 503, 504)


class ApiError(Exception):
    """What the API said no with: its HTTP status (0 where there was no answer), code, message and fields."""

    def __init__(self, status: int, code: str, message: str, fields: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.fields = status, code, message, dict(fields or {})

    def __str__(self) -> str:
        told = (f"{name} {' '.join(problems)}" for name, problems in self.fields.items())
        details = "; ".join(one for one in told if one not in self.message)
        return f"{self.message} ({details})" if details else self.message


class Termbase:
    """A termbase by the address of its site, as `http://127.0.0.1:8000`; close it, or use it in a `with`.

    Raises `ApiError` for an address or a token that is none. So does every call for what is refused, and for a server
    that does not answer. All calls only read, so one that was not answered, or that came when the server was busy, is
    made again, up to ATTEMPTS times.
    """

    def __init__(
        self,
        address: str,
        token: str = "",
        *,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        headers = {"Authorization": f"Bearer {_sound(token)}"} if token else {}
        base = f"{_site(address)}/api/v1/"
        self._http = httpx.Client(base_url=base, headers=headers, timeout=60, transport=transport)
        self._pause = pause

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def lookup(self, text: str, **parameters: Any) -> list[Record]:
        """The hits for `text`, best first; `parameters` are those of `GET lookup/`."""
        hits: list[Record] = self._call("GET", "lookup/", params={"q": text, **parameters})["hits"]
        return hits

    def concept(self, key: str) -> Record:
        """A concept with all that belongs to it."""
        return self._call("GET", f"concepts/{key}/")

    def recognise(self, texts: Sequence[str], source: str, **options: Any) -> Record:
        """The terms in `texts`; `options` are those of `POST recognise/`."""
        return self._call("POST", "recognise/", json={"texts": list(texts), "source": source, **options})

    def check(self, segments: Iterable[Record], source: str, target: str, **options: Any) -> Iterator[Record]:
        """The findings on `segments` `{id, source, target}`; `options` are those of `POST check/`."""
        for part in _parts(segments):
            body = {"segments": part, "source": source, "target": target, **options}
            yield from self._call("POST", "check/", json=body)["findings"]

    def changes(self, since: str | None, **parameters: Any) -> Record:
        """A page of the feed of changes: `changes`, `next`, `more`."""
        place = {"since": since} if since else {}
        return self._call("GET", "changes/", params={"limit": PAGE, **place, **parameters})

    def _call(self, method: str, path: str, **content: Any) -> Record:
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                response = self._http.request(method, path, **content)
            except httpx.TransportError as error:
                if last:
                    raise ApiError(0, "no_answer", f"{self._http.base_url} does not answer: {error}") from error
                self._pause(0.2 * 2**attempt)
                continue
            except UnicodeEncodeError as error:
                raise ApiError(0, "not_text", "There are bytes in it that are no text in this encoding.") from error
            except httpx.InvalidURL as error:
                raise ApiError(0, "no_answer", f"{self._http.base_url} is no address: {error}") from error
            if response.status_code not in _AGAIN or last:
                return _content(response)
            self._pause(_wait(response, attempt))
        raise AssertionError  # the last attempt has returned or raised


def _site(address: str) -> str:
    """The address of a site, also by that of its API."""
    site = address.strip().rstrip("/").removesuffix("/api/v1")
    if not site.casefold().startswith(("http://", "https://")):
        raise ApiError(0, "no_answer", f"{address} is no address: it begins with http:// or https://")
    return site


def _sound(token: str) -> str:
    token = token.strip()
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise ApiError(0, "no_token", "The token is none: it holds spaces, or characters that tokens have not.")
    return token


def _content(response: httpx.Response) -> Record:
    try:
        content = response.json()
    except ValueError:
        content = None
    if response.is_success and isinstance(content, dict):
        return content
    error = content.get("error") if isinstance(content, dict) else None
    if not isinstance(error, dict):
        message = f"{response.url} answered {response.status_code} and is no termbase's API"
        raise ApiError(response.status_code, "not_an_api", message)
    raise ApiError(response.status_code, error["code"], error["message"], error.get("fields"))


def _wait(response: httpx.Response, attempt: int) -> float:
    told = response.headers.get("Retry-After", "")
    return min(float(told), LONGEST_WAIT) if told.isdecimal() else 0.2 * 2**attempt


def _parts(segments: Iterable[Record]) -> Iterator[list[Record]]:
    part: list[Record] = []
    length = 0
    for segment in segments:
        own = len(segment["source"]) + len(segment["target"])
        if own > MAX_CHARACTERS:
            raise ApiError(0, "invalid", f"Segment {segment['id']} has more than {MAX_CHARACTERS} characters.")
        if part and (len(part) == MAX_SEGMENTS or length + own > MAX_CHARACTERS):
            yield part
            part, length = [], 0
        part.append(segment)
        length += own
    if part:
        yield part
