"""The matching key of a text, and the way back from the key to the text.

One key serves stored terms, queries, recognised text, duplicate detection and import, so that what one of them calls
equal is equal for all. Equal are: full and half width, upper and lower case, Traditional and Simplified characters, the
typographic variants of quotes, dashes and middle dots; title marks 《》〈〉 and invisible characters count for nothing,
nor does white space beside a Han character (line wraps of a PDF, the space that some typists put round figures).

Every character is folded on its own, never by its neighbours: OpenCC's phrase tables would turn the same word into two
different keys in two contexts, and a term would no longer be found in its own sentence.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Body of a regular-expression class: ideographs with 々 and 〇."""

_HAN = re.compile(f"[{HAN}]")
# Every run of white space but a single space inside the text and beside no Han.
# It begins with the white space itself: a pattern that begins by looking behind is tried at every character.
_UNEVEN_SPACE = re.compile(rf"\s(?:(?:(?<=\A\s)|(?<=[{HAN}]\s))\s*|\s+|(?<=[^ ])|(?=\Z|[{HAN}]))")

# Combining marks, Hangul vowels and finals and the half-width kana sound marks merge with the character before them
# under NFKC. None is among these; a text of these alone is folded by character, any other is cut into clusters first.
_ORDINARY = (
    "\\0-\u02ff\u2000-\u20cf\u2100-\u2bff\u2e80-\u3029\u3030-\u3098\u309b-\u9fff\uf900-\ufaff\uff00-\uff9d"
    "\U00020000-\U0003ffff"
)
_UNUSUAL = re.compile(f"[^{_ORDINARY}]")

# Default_Ignorable_Code_Point of Unicode: soft hyphens, joiners, directions, variation selectors of ideographs …
_INVISIBLE = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
_SAME = {
    **dict.fromkeys("‐‑‒–—―−﹘﹣－⸺⸻", "-"),
    **dict.fromkeys("“”„‟«»「」『』〝〞〟＂", '"'),
    **dict.fromkeys("‘’‚‛′`´＇", "'"),
    **dict.fromkeys("•‧∙⋅・･·", "·"),
    **dict.fromkeys("《》〈〉", ""),
    **{chr(code): "" for first, last in _INVISIBLE for code in range(first, last + 1)},
}
# Han and kana have no words that can be seen. Written out, the class is searched in two thirds of the time of one with
# \w in it.
_WORD = re.compile(f"[{''.join(filter(str.isalnum, map(chr, range(0x2E80))))}]{{2,}}")
_MAX_ROUNDS = 8
# So many distinct characters are replaced one by one faster than a table is asked for every character of the text.
_FEW = 40
# No script stacks as many marks on a letter. Marks after these count for nothing: Unicode's ordering of an endless run
# of them takes quadratic time.
_LONGEST_CLUSTER = 32


Place = tuple[int, int, int]
"""Where a pattern stands in a key: the pattern's number, first and last offset, as the automata give it."""


@dataclass(frozen=True, slots=True)
class Normalised:
    """A key with its way back.

    `starts[i]` and `ends[i]` are the code-point bounds in the original of what became `key[i]`; both rise with i.
    """

    key: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's span, without dropped characters at its ends, of the non-empty key span [start, end)."""
        return self.starts[start], self.ends[end - 1]

    def spans(self, places: list[Place]) -> list[tuple[int, int]]:
        """`span` of many places."""
        starts, ends = self.starts, self.ends
        return [(starts[start], ends[end - 1]) for _, start, end in places]

    def whole(self, places: list[Place]) -> list[Place]:
        """Those that begin and end at the edge of a Latin word or a number, not inside one."""
        if _WORD.search(self.key) is None:
            return places
        inside: set[int] = set()
        for word in _WORD.finditer(self.key):
            inside.update(range(word.start() + 1, word.end()))
        return [place for place in places if place[1] not in inside and place[2] not in inside]

    def moved(self, positions: Sequence[int]) -> "Normalised":
        """With offsets in another text, where the i-th character of this one stands at `positions[i]`."""
        starts = [positions[start] for start in self.starts]
        return Normalised(self.key, starts, [positions[end - 1] + 1 for end in self.ends])

    def key_span(self, start: int, end: int) -> tuple[int, int]:
        """The key's span of what the original's span [start, end) became; empty where all of it was dropped."""
        first = bisect_right(self.ends, start)
        return first, max(first, bisect_left(self.starts, end))


def normalise(text: str) -> str:
    """The matching key of `text`: any string gives one, an empty one if nothing counts; idempotent."""
    for _ in range(_MAX_ROUNDS):
        ordinary = _is_ordinary(text)
        folded = _folded(text, _changing(text)) if ordinary else "".join(map(_fold, _clusters(text)))
        folded = _UNEVEN_SPACE.sub(_evened, folded)
        if folded == text or (ordinary and _is_ordinary(folded)):
            return folded
        text = folded
    return text


def normalise_with_offsets(text: str) -> Normalised:
    """The matching key of `text`, equal to `normalise(text)`, with the map from key offsets to the original's."""
    key = text
    starts: Sequence[int] = range(len(text))
    ends: Sequence[int] = range(1, len(text) + 1)
    for _ in range(_MAX_ROUNDS):
        ordinary = _is_ordinary(key)
        folded, changed = _fold_characters(key) if ordinary else _fold_clusters(key)
        closed, vanished = _close_up(folded)
        if closed == key:
            break
        key = closed
        starts, ends = _through(vanished, *_through(changed, starts, ends))
        if ordinary and _is_ordinary(key):
            break
    return Normalised(key, starts, ends)


def has_han(text: str) -> bool:
    """Whether an ideograph stands in `text`."""
    return _HAN.search(text) is not None


# What became of a text: (start, end, width) of each piece of it that is not carried over character by character, where
# `width` characters came of it. The pieces rise and do not overlap.
_Pieces = list[tuple[int, int, int]]


def _is_ordinary(text: str) -> bool:
    """Whether every character of `text` folds alone, and to what folds to itself where that is ordinary again."""
    return _UNUSUAL.search(text) is None


def _fold_characters(text: str) -> tuple[str, _Pieces]:
    """`text` with each character folded alone, and the pieces that grew or vanished."""
    changing = _changing(text)
    odd = [character for character in changing if len(_FOLDED[ord(character)]) != 1]
    folded = _folded(text, changing)
    if not odd:
        return folded, []
    find = re.compile(f"[{re.escape(''.join(sorted(odd)))}]").finditer
    return folded, [(at.start(), at.end(), len(_FOLDED[ord(at[0])])) for at in find(text)]


def _changing(text: str) -> set[str]:
    """The characters of `text` that may fold to something else; most texts have few or none."""
    return set(_seldom_plain().findall(text))


def _folded(text: str, changing: set[str]) -> str:
    """`text` with its `changing` characters folded, each alone."""
    if len(changing) > _FEW:
        return text.translate(_FOLDED)
    for character in changing:
        text = text.replace(character, _FOLDED[ord(character)])
    return text


@cache
def _seldom_plain() -> re.Pattern[str]:
    """Every character but small letters, figures, plain marks and the ideographs that OpenCC leaves as they are."""
    simplified = _simplified()
    plain = "".join(character for character in map(chr, range(0x4E00, 0xA000)) if character not in simplified)
    return re.compile(f"[^\\t\\n\\r -&(-@\\[-_a-~、。{plain}]")


def _fold_clusters(text: str) -> tuple[str, _Pieces]:
    """`text` with its clusters folded, and the pieces of which not one character became one."""
    folded: list[str] = []
    pieces: _Pieces = []
    at = 0
    for cluster in _clusters(text):
        folded.append(_fold(cluster))
        if len(cluster) != 1 or len(folded[-1]) != 1:
            pieces.append((at, at + len(cluster), len(folded[-1])))
        at += len(cluster)
    return "".join(folded), pieces


def _close_up(text: str) -> tuple[str, _Pieces]:
    """White space beside Han removed, any other run made one space, none at the ends; and the pieces that vanished."""
    closed: list[str] = []
    pieces: _Pieces = []
    at = 0
    for run in _UNEVEN_SPACE.finditer(text):
        closed.append(text[at : run.start()])
        closed.append(kept := _evened(run))
        at = run.end()
        # A run is kept as its first character.
        pieces.append((run.start() + len(kept), at, 0))
    closed.append(text[at:])
    return "".join(closed), pieces


def _evened(run: re.Match[str]) -> str:
    """What is kept of a run of white space: one space if it is inside the text and beside no Han."""
    text, start, end = run.string, run.start(), run.end()
    kept = start > 0 and end < len(text) and not _HAN.match(text, start - 1) and not _HAN.match(text, end)
    return " " if kept else ""


def _through(pieces: _Pieces, starts: Sequence[int], ends: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    """The offsets of a text's characters carried to what became of it."""
    if not pieces:
        return starts, ends
    new_starts: list[int] = []
    new_ends: list[int] = []
    at = 0
    for first, after, width in pieces:
        new_starts.extend(starts[at:first])
        new_ends.extend(ends[at:first])
        if width:
            new_starts.extend([starts[first]] * width)
            new_ends.extend([ends[after - 1]] * width)
        at = after
    new_starts.extend(starts[at:])
    new_ends.extend(ends[at:])
    return new_starts, new_ends


def _clusters(text: str) -> list[str] | str:
    """The pieces of `text` that are folded apart: its characters, or characters with the combining marks after them."""
    if _UNUSUAL.search(text) is None:
        return text
    first = [at for at, character in enumerate(text) if at == 0 or not _merges(character)]
    return [text[start:end] for start, end in zip(first, [*first[1:], len(text)], strict=True)]


@cache
def _merges(character: str) -> bool:
    jamo = "\u1160" <= character <= "\u11ff"
    return jamo or character in "\uff9e\uff9f" or unicodedata.category(character).startswith("M")


def _fold(cluster: str) -> str:
    """A character (or one with its combining marks) as it stands in a key."""
    # Characters are few and worth keeping; clusters are without number.
    return _FOLDED[ord(cluster)] if len(cluster) == 1 else _fold_until_stable(cluster[:_LONGEST_CLUSTER])


class _Folded(dict[int, str]):
    """A table for `str.translate` that fills itself: code point -> how the character stands in a key."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_until_stable(chr(code))
        return folded


_FOLDED = _Folded()


def fold_marks(text: str) -> str:
    """`text` with variants of quotes, dashes and dots made one, without title marks and invisible characters."""
    return "".join([_SAME.get(character, character) for character in text])


def simplify(text: str) -> str:
    """`text` with each Traditional character made Simplified, whatever stands beside it."""
    return "".join([_simplified().get(character, character) for character in text])


def _fold_until_stable(cluster: str) -> str:
    for _ in range(_MAX_ROUNDS):
        # Before NFKC too, which takes ´ apart into a space and a mark.
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", fold_marks(cluster)).casefold())
        folded = simplify(fold_marks(folded))
        if folded == cluster:
            break
        cluster = folded
    return cluster


@cache
def _simplified() -> dict[str, str]:
    """Each ideograph that OpenCC simplifies, alone, with its Simplified form; 5 ms, once a process."""
    blocks = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x32000))
    characters = [chr(code) for first, end in blocks for code in range(first, end)]
    convert = OpenCC("t2s").convert
    simplified = convert("\n".join(characters)).split("\n")
    return {old: new for old, new in zip(characters, simplified, strict=True) if old != new}
