"""The words of an English key, each brought to a stem, so that look-up goes by words whatever their form or order.

One stem stands for singular and plural and the forms of a verb (Snowball's English stemmer), -ise and -ize. Words that
only join others (of, the, and …) count for nothing. Hyphens and spaces between words are seen to as well.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from threading import Lock

import snowballstemmer

from termbase.text.normalise import HAN

STOP_WORDS = frozenset({
    "a", "an", "and", "as", "at", "be", "by", "for", "from", "in", "into", "is", "its", "of", "on", "or", "that", "the",
    "their", "these", "this", "those", "to", "with",
})  # fmt: skip

_HAN = re.compile(f"[{HAN}]")
_ALL_HAN = re.compile(f"[{HAN}]+")
_WORD = re.compile(rf"[^\W_{HAN}]+")
_POSSESSIVE = re.compile(r"'s\b|(?<=s)'(?!\w)")
_BRITISH = re.compile(r"(?<=[a-z]{3})([iy])s(?=(?:e|ed|es|er|ers|ing|able|ation|ations)$)")
_LONGEST_COMPOUND = 60
# A stemmer keeps the word it works on in itself, so two threads may not use one at once.
_stemmer = snowballstemmer.stemmer("english")
_lock = Lock()


def words(key: str) -> list[str]:
    """The Latin words and figures of a normalised key, in order; a possessive ending is no part of a word."""
    return _WORD.findall(_POSSESSIVE.sub("", key) if "'" in key else key)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a lower-case word, in American spelling where -ise and -ize, -yse and -yze differ."""
    with _lock:
        return str(_stemmer.stemWord(american(word)))


def indexed_stems(key: str) -> list[str]:
    """The stems under which a normalised key is found, sorted, without repetition.

    A word with a hyphen counts as its parts and as one: *co-operation* is found as *cooperation*.
    """
    if _ALL_HAN.fullmatch(key):
        return []
    stems = {stem(word) for word in words(key) if word not in STOP_WORDS}
    stems.update(stem("".join(words(chunk))) for chunk in key.split() if "-" in chunk)
    return sorted(stems - {""})


def required_stems(query: str) -> list[list[str]]:
    """What a normalised query asks for: a key answers if it has all stems of any one of these lists.

    The lists are: its words; its words with those joined by a hyphen as one. None where it has no word that counts.
    """
    apart = {stem(word) for word in words(query) if word not in STOP_WORDS}
    if not apart:
        return []
    joined: set[str] = set()
    for chunk in query.split():
        parts = ["".join(words(chunk))] if "-" in chunk else words(chunk)
        joined |= {stem(word) for word in parts if word and word not in STOP_WORDS}
    return [sorted(way) for way in ((apart, joined) if joined and joined != apart else (apart,))]


def compound(key: str) -> str:
    """A normalised English key as one word without a final s: equal for *money laundering* and *moneylaundering*.

    Empty for what has ideographs, and for what is too long for anyone to type it so.
    """
    return "" if _HAN.search(key) else as_one(map(american, words(key)))


def as_one(spelt: Iterable[str]) -> str:
    """The compound of words in American spelling."""
    whole = "".join(spelt)
    if whole.endswith("s") and not whole.endswith("ss"):
        whole = whole[:-1]
    return whole if len(whole) <= _LONGEST_COMPOUND else ""


def american(word: str) -> str:
    """`word` with -ize and -yze for -ise and -yse."""
    return _BRITISH.sub(r"\1z", word)
