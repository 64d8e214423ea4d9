"""Why a write was made, for the history: the header `Change-Reason`, which every write takes, also one without a body.

Its value is UTF-8, plain or percent-encoded (`%E4%BE%9D`), since many clients send ASCII alone in headers; a per cent
sign itself is `%25`.
"""

from urllib.parse import unquote_to_bytes

from rest_framework.request import Request

from termbase.errors import InvalidInput
from termbase.models.matching import is_clean

HEADER = "Change-Reason"
LONGEST_REASON = 500


def reason_of(request: Request) -> str:
    """The reason that a call gives, empty without one. Raises `InvalidInput` for what is no line of text."""
    try:
        # WSGI hands on the bytes of a header as Latin-1.
        text = unquote_to_bytes(request.headers.get(HEADER, "").encode("latin-1")).decode().strip()
    except UnicodeError as error:
        raise _wrong("is not UTF-8, plain or percent-encoded") from error
    if len(text) > LONGEST_REASON:
        raise _wrong(f"is longer than {LONGEST_REASON} characters")
    if text and not is_clean(text):
        raise _wrong("holds control characters")
    return text


def _wrong(problem: str) -> InvalidInput:
    return InvalidInput(f"{HEADER} {problem}.", fields={HEADER: [problem]})
