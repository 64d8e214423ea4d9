"""Bytes into text: which encoding a Chinese or English text is in, said only when it is sure.

A wrong guess between GB 18030 and Big5 gives ideographs all the same, only that nobody ever writes them: nearly all
bytes of the one are valid in the other. So a reading is judged by how much of it is the most common characters.
"""

import re
from dataclasses import dataclass

from termbase.text.normalise import HAN

ENCODINGS = ("utf-8", "utf-16", "gb18030", "big5")
"""What a caller may name; `utf-16` goes by its mark, without one by what reads as a text."""

# The hundred most frequent characters of Chinese prose and those that official texts add, Simplified and Traditional:
# of a text read right they are a third or more, of one read wrong about a fiftieth.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民"
    "得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义"
    "事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题"
    "及第号议决联员委和约区组织国际安权协施支助报告犯罪秘书缔贸财济技术发展援际届"
    "這為個國時來們於對會發動說產種後學經進著電裡現實兩體機當從業應開還義與關間樣內線數麼質氣變條沒結解問無系軍情題號議決聯員"
    "約區組織際權協報書締貿財濟術發"
)
_HAN = re.compile(f"[{HAN}]")
# A few words are too little to tell one reading from another.
_ENOUGH = 12
_LIKELY = 0.12
_CLEARLY = 3.0
# Tab, line breaks, form feed and the like stand in texts; other controls do not.
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffe\uffff]")
# Places for characters of one's own: a bullet of a Word document in Unicode, but nothing in the older encodings.
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_SAMPLE = 200_000
_MARKS = (((b"\xef\xbb\xbf",), "utf-8-sig", "utf-8"), ((b"\xff\xfe", b"\xfe\xff"), "utf-16", "utf-16"))


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and the encoding it was read in, one of `ENCODINGS`."""

    text: str
    encoding: str


class UnknownEncoding(ValueError):
    """Bytes that are no text in the encoding asked for, or might be one in several: `possible` are those to ask about.

    `binary` says that the bytes are no text in any.
    """

    def __init__(self, message: str, possible: tuple[str, ...] = (), *, binary: bool = False) -> None:
        super().__init__(message)
        self.possible = possible
        self.binary = binary


@dataclass(frozen=True, slots=True)
class _Reading:
    decoded: Decoded
    share: float
    """Of the most common characters among the ideographs."""
    ideographs: int


def decode(raw: bytes, encoding: str = "") -> Decoded:
    """The text of `raw`, read in `encoding` or, where that is empty, in the one that it surely is.

    Raises `UnknownEncoding` where it cannot be read so, or where more than one reading makes sense.
    """
    if encoding:
        return _asked(raw, encoding)
    if marked := _by_mark(raw):
        return marked
    if raw.isascii() and b"\0" not in raw:
        return _not_binary(Decoded(raw.decode("ascii"), "utf-8"))
    readings = [reading for name in ENCODINGS if (reading := _reading(raw, name))]
    return _sure(sorted(readings, key=lambda one: -one.share))


def is_binary(text: str) -> bool:
    """Whether it holds characters that no text does: bytes of something else that can be decoded all the same."""
    return _BINARY.search(text) is not None


def _asked(raw: bytes, encoding: str) -> Decoded:
    if encoding not in ENCODINGS:
        raise UnknownEncoding(f"{encoding} is none of {', '.join(ENCODINGS)}", ENCODINGS)
    found = _by_mark(raw) if encoding in ("utf-8", "utf-16") else None
    text = found.text if found and found.encoding == encoding else _strictly(raw, encoding)
    if text is None:
        raise UnknownEncoding(f"is no text in {encoding}")
    return _not_binary(Decoded(text, encoding))


def _by_mark(raw: bytes) -> Decoded | None:
    """By the byte-order mark that it begins with, which no other encoding's text does; None without one."""
    for marks, codec, name in _MARKS:
        if raw.startswith(marks):
            try:
                return _not_binary(Decoded(raw.decode(codec), name))
            except UnicodeDecodeError as error:
                problem = f"begins as {name} does, but is none at byte {error.start}"
                raise UnknownEncoding(problem) from error
    return None


def _strictly(raw: bytes, encoding: str) -> str | None:
    """None where `raw` is not valid; UTF-16 without a mark in the order that gives the likelier text."""
    if encoding == "utf-16":
        texts = [text for codec in ("utf-16-le", "utf-16-be") if (text := _with_codec(raw, codec)) is not None]
        return max(texts, key=_share_of_utf16, default=None)
    # Hong Kong's supplement is a superset of what Windows writes but for a few signs.
    for codec in ("cp950", "big5hkscs") if encoding == "big5" else (encoding,):
        if (text := _with_codec(raw, codec)) is not None:
            return text
    return None


def _with_codec(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        return None


def _reading(raw: bytes, encoding: str) -> _Reading | None:
    text = _strictly(raw, encoding)
    if text is None or is_binary(text) or (encoding in ("gb18030", "big5") and _PRIVATE.search(text)):
        return None
    share, ideographs = _judged(text)
    if encoding == "utf-16" and share < _LIKELY and not _is_latin(text):
        # Any even number of bytes is nearly always valid.
        return None
    return _Reading(Decoded(text, encoding), share, ideographs)


def _judged(text: str) -> tuple[float, int]:
    """The share of the most common characters among the ideographs of a text, and how many those are."""
    found = _HAN.findall(text[:_SAMPLE])
    return sum(character in _COMMON for character in found) / max(len(found), 1), len(found)


def _share_of_utf16(text: str) -> float:
    return _judged(text)[0] + _is_latin(text)


def _is_latin(text: str) -> bool:
    """Whether a text is mostly ASCII, as an English one is in any encoding."""
    sample = text[:_SAMPLE]
    return len(sample.encode("ascii", "ignore")) > 0.6 * len(sample)


def _sure(readings: list[_Reading]) -> Decoded:
    """The likeliest of the readings that are possible at all, if it is far ahead of all others."""
    if not readings:
        raise UnknownEncoding("is no text in UTF-8, UTF-16, GB 18030 or Big5", binary=True)
    best = readings[0]
    others = [one for one in readings[1:] if one.decoded.text != best.decoded.text]
    utf8 = next((one for one in readings if one.decoded.encoding == "utf-8"), None)
    if utf8 is not None and (not others or utf8.share >= _LIKELY or (not best.share and _is_latin(utf8.decoded.text))):
        # For an ideograph, three bytes in the pattern of UTF-8: by chance once in thousands, for each of them.
        return utf8.decoded
    if not others and best.decoded.encoding == "utf-16" and _is_latin(best.decoded.text):
        return best.decoded
    enough = best.ideographs >= _ENOUGH and best.share >= _LIKELY
    if enough and all(best.share >= _CLEARLY * one.share for one in others):
        return best.decoded
    possible = tuple(one.decoded.encoding for one in readings)
    raise UnknownEncoding("has too little to tell its encoding by", possible)


def _not_binary(decoded: Decoded) -> Decoded:
    if is_binary(decoded.text):
        raise UnknownEncoding("is no text", binary=True)
    return decoded
