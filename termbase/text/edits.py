"""What an edit took out of a text and put into it, to mark for a reader."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

# A Han character, or another one that stands for itself; a word with its letters and figures together; a run of space.
_TOKENS = re.compile(r"[^\W\u3400-\u9fff\U00020000-\U0003ffff]+|\s+|.", re.DOTALL)
_LONGEST = 4_000
"""Of either text, in characters: beyond, comparing takes longer than a reader waits, and all of it is marked."""
_LIKE = 0.3
"""Texts less alike than this are better read side by side than in pieces."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text; `changed` where the other text has something else, or nothing."""

    text: str
    changed: bool


def edits(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces; put together again they are the texts."""
    if not old or not new or max(len(old), len(new)) > _LONGEST:
        return _whole(old), _whole(new)
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    blocks = matcher.get_opcodes()
    common = sum(_length(before[i:j]) for kind, i, j, _start, _end in blocks if kind == "equal")
    if 2 * common < _LIKE * (_length(before) + _length(after)):
        return _whole(old), _whole(new)
    return (
        _pieces(("".join(before[i:j]), kind != "equal") for kind, i, j, _k, _l in blocks),
        _pieces(("".join(after[start:end]), kind != "equal") for kind, _i, _j, start, end in blocks),
    )


def _length(tokens: list[str]) -> int:
    """In characters, without spaces, which any two texts have in common."""
    return sum(len(token) for token in tokens if not token.isspace())


def _whole(text: str) -> list[Piece]:
    return [Piece(text, True)] if text else []


def _pieces(parts: Iterable[tuple[str, bool]]) -> list[Piece]:
    return [Piece(text, changed) for text, changed in parts if text]
