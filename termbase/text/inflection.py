"""The forms in which somebody may type a whole English term: each of its nouns in the singular or the plural."""

import re
from collections.abc import Iterator

from termbase.text.english import noun_form
from termbase.text.normalise import has_han
from termbase.text.stems import STOP_WORDS, compound, words

_MOST_WORDS = 10
_HISSING = re.compile(r"(?:s|x|z|ch|sh)$")
_CONSONANT_Y = re.compile(r"(?<=[^aeiou])y$")


def inflected(key: str) -> list[str]:
    """The compounds (`stems.compound`) of a normalised English query and of its other forms, sorted.

    In these the last word, one of those before it, or both have another number: *ministers of justice*, *heads of
    States*. None for what has no compound.
    """
    whole = compound(key)
    if not whole:
        return []
    typed = words(key)
    if has_han(key) or len(typed) > _MOST_WORDS:
        return [whole]
    forms = {compound(" ".join([*before, last])) for before in _before(typed[:-1]) for last in _numbers(typed[-1])}
    return sorted({whole, *forms} - {""})


def _before(typed: list[str]) -> Iterator[list[str]]:
    """Words as they are, then with one of them in its other numbers."""
    yield typed
    for at, word in enumerate(typed):
        for form in _numbers(word)[1:]:
            yield [*typed[:at], form, *typed[at + 1 :]]


def _numbers(word: str) -> list[str]:
    """A word as typed, then what else it is in the singular and the plural."""
    if word in STOP_WORDS or not word.isalpha() or len(word) < 3:
        return [word]
    singular = noun_form(word)
    if singular[:2] != word[:2]:
        return [word]  # people is no form of person to somebody who types it, nor better of good
    return list(dict.fromkeys((word, singular, _plural(singular))))


def _plural(noun: str) -> str:
    if noun.endswith(("man", "child")):
        return noun[:-2] + "en" if noun.endswith("man") else noun + "ren"
    if _HISSING.search(noun):
        return noun + "es"
    return _CONSONANT_Y.sub("ie", noun) + "s"
