"""The forms in which somebody may type a whole English term: each of its nouns in the singular or the plural."""

import re
from collections.abc import Iterator
from functools import lru_cache

from termbase.text.english import noun_form
from termbase.text.stems import STOP_WORDS, american, as_one, compound, words

_MOST_WORDS = 10
_HISSING = re.compile(r"(?:s|x|z|ch|sh)$")
_CONSONANT_Y = re.compile(r"(?<=[^aeiou])y$")


def inflected(key: str) -> list[str]:
    """The compounds (`stems.compound`) of a normalised English query and of its other forms, sorted.

    In these the last word, one of those before it, or both have another number: *ministers of justice*, *heads of
    States*. None for what has no compound.
    """
    whole = compound(key)
    typed = words(key)
    if not whole or len(typed) > _MOST_WORDS:
        return [whole] if whole else []
    *before, last = map(_numbers, typed)
    forms = {as_one([*some, form]) for some in _chosen(before) for form in last}
    return sorted({whole, *forms} - {""})


def _chosen(numbers: list[tuple[str, ...]]) -> Iterator[list[str]]:
    """Words as they are typed, then with one of them in its other numbers."""
    typed = [forms[0] for forms in numbers]
    yield typed
    for at, forms in enumerate(numbers):
        for form in forms[1:]:
            yield [*typed[:at], form, *typed[at + 1 :]]


@lru_cache(maxsize=50_000)
def _numbers(word: str) -> tuple[str, ...]:
    """A word as typed, then what else it is in the singular and the plural, all in American spelling."""
    return tuple(dict.fromkeys(map(american, _forms(word))))


def _forms(word: str) -> list[str]:
    """In the spelling as typed."""
    if word in STOP_WORDS or not word.isalpha() or len(word) < 3:
        return [word]
    singular = noun_form(word)
    if singular[:2] != word[:2]:
        return [word]  # people is no form of person to somebody who types it, nor better of good
    return [word, singular, _plural(singular)]


def _plural(noun: str) -> str:
    if noun.endswith("man"):
        return noun[:-2] + "en"
    if noun.endswith("child"):
        return noun + "ren"
    if _HISSING.search(noun):
        return noun + "es"
    return _CONSONANT_Y.sub("ie", noun) + "s"
