"""Spans of a text: left out for markup, counted in UTF-16 units for callers whose strings are made of them."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def without(text: str, skipped: Iterable[Span]) -> tuple[str, Sequence[int]]:
    """`text` without these spans, which may overlap, and the position in `text` of each character that is left."""
    spans = sorted(span for span in skipped if span[0] < span[1])
    if not spans:
        return text, range(len(text))
    positions: list[int] = []
    at = 0
    for start, end in spans:
        positions.extend(range(at, start))
        at = max(at, end)
    positions.extend(range(at, len(text)))
    return "".join([text[position] for position in positions]), positions


class Utf16:
    """The way from code-point offsets of a text to UTF-16 offsets and back; Java, .NET and JavaScript count so."""

    def __init__(self, text: str) -> None:
        # Characters outside the basic plane are two units; few texts have any.
        self._astral = [at for at, character in enumerate(text) if character > "\uffff"]
        self._units = [at + before + 1 for before, at in enumerate(self._astral)]
        self.length = len(text) + len(self._astral)
        """Of the text, in units."""

    def from_code_points(self, offset: int) -> int:
        """The UTF-16 offset of a code-point offset."""
        return offset + bisect_left(self._astral, offset)

    def to_code_points(self, offset: int) -> int:
        """The code-point offset of a UTF-16 offset; raises `ValueError` for one in the middle of a character."""
        before = bisect_left(self._units, offset)
        if before < len(self._units) and self._units[before] == offset:
            raise ValueError(f"{offset} is in the middle of a character")
        return offset - before
