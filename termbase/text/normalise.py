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
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Body of a regular-expression class: ideographs with 々 and 〇."""

_HAN = re.compile(f"[{HAN}]")
_SPACE_BESIDE_HAN = re.compile(rf"(?<=[{HAN}]) | (?=[{HAN}])")
_SPACES = re.compile(r"\s+")

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
_MAX_ROUNDS = 8
# No script stacks as many marks on a letter. Marks after these count for nothing: Unicode's ordering of an endless run
# of them takes quadratic time.
_LONGEST_CLUSTER = 32


@dataclass(frozen=True, slots=True)
class Normalised:
    """A key with its way back.

    `starts[i]` and `ends[i]` are the code-point bounds in the original of what became `key[i]`; both rise with i.
    """

    key: str
    starts: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's span, without dropped characters at its ends, of the non-empty key span [start, end)."""
        return self.starts[start], self.ends[end - 1]

    def key_span(self, start: int, end: int) -> tuple[int, int]:
        """The key's span of what the original's span [start, end) became; empty where all of it was dropped."""
        first = bisect_right(self.ends, start)
        return first, max(first, bisect_left(self.starts, end))


def normalise(text: str) -> str:
    """The matching key of `text`: any string gives one, an empty one if nothing counts; idempotent."""
    for _ in range(_MAX_ROUNDS):
        folded = _close_up("".join(map(_fold, _clusters(text))))
        if folded == text:
            break
        text = folded
    return text


def normalise_with_offsets(text: str) -> Normalised:
    """The matching key of `text`, equal to `normalise(text)`, with the map from key offsets to the original's."""
    key, starts, ends = text, list(range(len(text))), list(range(1, len(text) + 1))
    for _ in range(_MAX_ROUNDS):
        pieces: list[str] = []
        new_starts: list[int] = []
        new_ends: list[int] = []
        at = 0
        for cluster in _clusters(key):
            after = at + len(cluster)
            folded = _fold(cluster)
            if len(folded) == 1:
                pieces.append(folded)
                new_starts.append(starts[at])
                new_ends.append(ends[after - 1])
            elif folded:
                pieces.append(folded)
                new_starts.extend([starts[at]] * len(folded))
                new_ends.extend([ends[after - 1]] * len(folded))
            at = after
        folded_key = "".join(pieces)
        closed = _close_up(folded_key)
        if closed != folded_key:
            kept = _kept_positions(folded_key)
            new_starts = [new_starts[i] for i in kept]
            new_ends = [new_ends[i] for i in kept]
        if closed == key:
            break
        key, starts, ends = closed, new_starts, new_ends
    return Normalised(key, starts, ends)


def has_han(text: str) -> bool:
    """Whether an ideograph stands in `text`."""
    return _HAN.search(text) is not None


def _close_up(text: str) -> str:
    """White space beside Han removed, any other run made one space, none at the ends."""
    return _SPACE_BESIDE_HAN.sub("", _SPACES.sub(" ", text)).strip()


def _kept_positions(text: str) -> list[int]:
    """The positions of `text` that `_close_up` keeps, in order; a run of white space is kept as its first character."""
    kept: list[int] = []
    at = 0
    for run in _SPACES.finditer(text):
        kept.extend(range(at, run.start()))
        inside = run.start() > 0 and run.end() < len(text)
        if inside and not _HAN.match(text[run.start() - 1]) and not _HAN.match(text[run.end()]):
            kept.append(run.start())
        at = run.end()
    kept.extend(range(at, len(text)))
    return kept


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
    folded = _FOLDED.get(cluster)
    if folded is None:
        folded = _fold_until_stable(cluster[:_LONGEST_CLUSTER])
        # Characters are few and worth keeping; clusters are without number.
        if len(cluster) == 1:
            _FOLDED[cluster] = folded
    return folded


_FOLDED: dict[str, str] = {}


def _fold_until_stable(cluster: str) -> str:
    for _ in range(_MAX_ROUNDS):
        # Before NFKC too, which takes ´ apart into a space and a mark.
        folded = "".join(_SAME.get(c, c) for c in cluster)
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())
        folded = "".join(_SAME.get(c, _simplified().get(c, c)) for c in folded)
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
