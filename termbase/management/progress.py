"""A line that moves while a command works."""

import time
from typing import TextIO, cast

_EVERY_SECONDS = 0.1
_SLOWLY_SECONDS = 5.0


class Line:
    """On a terminal one line that is written over; elsewhere, in a log say, a line every few seconds."""

    def __init__(self, stream: object) -> None:
        self._stream = cast(TextIO, stream)
        self._moves = bool(getattr(stream, "isatty", bool)())
        self._shown = False
        self._last = 0.0

    def show(self, text: str) -> None:
        """Show `text` in place of what was shown before, unless that was a moment ago."""
        now = time.monotonic()
        if now - self._last < (_EVERY_SECONDS if self._moves else _SLOWLY_SECONDS):
            return
        self._last = now
        if self._moves:
            self._stream.write(f"\r\x1b[K{text}", ending="")  # type: ignore[call-arg]
            self._stream.flush()
            self._shown = True
        else:
            self._stream.write(text)

    def clear(self) -> None:
        """Leave the line to what is written next."""
        if self._shown:
            self._stream.write("\r\x1b[K", ending="")  # type: ignore[call-arg]
            self._shown = False
        self._last = 0.0
