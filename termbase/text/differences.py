"""In what a text's form of a term differs from the term as it is written, where both have one key."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from simplemma import is_known

from termbase.text.english import acronym_of, lemma_of, spelling_of, without_possessive
from termbase.text.normalise import fold_marks, simplify

EXACT = "exact"

_LINE_END = re.compile(r"-\s*[\n\r]\s*")
_WORDS = re.compile(r"[^\W_]+(?:'[^\W_]+)*'?")


def _each_word(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: _WORDS.sub(lambda word: change(word[0]), text)


def _uninflected(word: str) -> str:
    if (acronym := acronym_of(word)) and not is_known(acronym.casefold(), lang="en"):
        return acronym
    lemma = lemma_of(without_possessive(word).casefold())
    if len(word) > 1 and word.isupper():
        return lemma.upper()
    return lemma.capitalize() if word[:1].isupper() else lemma


# In the order in which they are undone: width before case, as full-width letters have case; marks before spaces.
_CHINESE: dict[str, Callable[[str], str]] = {
    "width": lambda text: unicodedata.normalize("NFKC", text),
    "case": str.casefold,
    "script": simplify,
    "marks": fold_marks,
    "spaces": lambda text: re.sub(r"\s+", "", text),
}
_ENGLISH: dict[str, Callable[[str], str]] = {
    "width": lambda text: unicodedata.normalize("NFKC", text),
    "marks": fold_marks,
    # Before case, by which an acronym is known.
    "inflection": _each_word(_uninflected),
    "case": str.casefold,
    "spaces": lambda text: " ".join(_LINE_END.sub("-", text).split()),
    "spelling": _each_word(spelling_of),
    "hyphen": lambda text: re.sub(r"(?<!\s)[ -](?!\s)", "", text),
}


@lru_cache(maxsize=20_000)
def differences(surface: str, term: str, *, english: bool) -> tuple[str, ...]:
    """Which differences the key overlooks here, of: width, case, script, marks, spaces; inflection, spelling, hyphen.

    `exact` alone where there is none. A difference counts if the two are unequal without its being undone; where
    several stand for one another, or some other has to be undone too, as `normalised`.
    """
    if surface == term:
        return (EXACT,)
    steps = _ENGLISH if english else _CHINESE
    if _undone(surface, steps) != _undone(term, steps):
        return ("normalised",)
    needed = tuple(name for name in steps if _undone(surface, steps, name) != _undone(term, steps, name))
    return needed or ("normalised",)


def _undone(text: str, steps: dict[str, Callable[[str], str]], left: str = "") -> str:
    for name, step in steps.items():
        if name != left:
            text = step(text)
    return text
