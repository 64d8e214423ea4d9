"""The words of a key, what kind each is, and what the ending of a name says of it."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log2
from pathlib import Path
from typing import Any

from rjieba import Jieba

BREAK = "\n"
"""What stands in a key for what no candidate may hold: document symbols, addresses, dates."""

# Two words of a post or an office that the dictionary has as one: 处|处长 after the name of a section.
_RUN_TOGETHER = re.compile(r"(处|科|局|司|组|国|权)((?:处|科|局|司)长|作|已|等|在)$")
_SYMBOL = re.compile(r"[a-z]+(?:[./][a-z0-9()_-]+){2,}|(?:https?://|www\.)[\x21-\x7e]+")
_DATE = re.compile(r"\d+年(?:\d+月)?(?:\d+日)?(?:至\d+日)?|\d+月\d+日(?:至\d+日)?|\d+月")
_CALENDAR_YEAR = re.compile(r"\d+年")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


_LISTS = {name: frozenset(" ".join(words).split()) for name, words in _read("words.toml").items()}
RELATIVE = "的"
"""What closes a relative clause."""
OPENERS, AFFIXES = _LISTS["openers"], _LISTS["affixes"]
# Of a word in two lists the earlier counts.
_FUNCTIONS = ("particle", "conjunction", "preposition", "pronoun", "adverb", "locative")
_FUNCTION_OF = {word: name for name in reversed(_FUNCTIONS) for word in _LISTS[f"{name}s"]}
_GENERALS = ("general verb", "general noun", "general adjective", "country name")
_GENERAL_OF = {word: name for name in _GENERALS for word in _LISTS[f"{name}s".replace(" ", "_")]}
_ENDINGS = {ending: kind for kind, table in _read("heads.toml").items() for ending in table["endings"].split()}
_LONGEST_ENDING = max(map(len, _ENDINGS))
# Of jieba's tags, which its documentation lists.
_CLASS_OF_TAG = {
    "n": "noun", "vn": "verbal noun", "an": "quality", "ns": "place", "nr": "person", "nt": "organization",
    "nz": "name", "v": "verb", "a": "adjective", "b": "attributive", "d": "adverb", "m": "number", "q": "measure",
    "p": "preposition", "c": "conjunction", "f": "locative", "s": "locative", "t": "time", "l": "idiom", "i": "idiom",
    "j": "abbreviation", "r": "pronoun", "u": "particle", "x": "other", "eng": "latin",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """A word as such: its text, jieba's tag, its class, whether it is one of every report, how common in general.

    `general` is "" or one of general verb, general noun, general adjective, country name. `commonness` is
    log2(1 + frequency) in the counts of the dictionary, 0 for what it lacks.
    """

    text: str
    tag: str
    word_class: str
    general: str
    commonness: float

    @property
    def is_function(self) -> bool:
        """Whether it belongs to a closed class, which bounds terms."""
        return self.text in _FUNCTION_OF


@dataclass(frozen=True, slots=True)
class Word:
    """The span [start, end) of a key, and the word that stands there."""

    start: int
    end: int
    form: Form


def words_of(key: str) -> list[Word]:
    """The words of a matching key; document symbols, addresses and dates are `BREAK`s."""
    masked = _DATE.sub(_masked_date, _SYMBOL.sub(_masked, key))
    words: list[Word] = []
    at = 0
    # Without the hidden Markov model, which makes words such as 局局长 of what the dictionary lacks.
    for text, tag in _tagger().tag(masked, hmm=False):
        end = at + len(text)
        if together := _RUN_TOGETHER.fullmatch(text):
            middle = at + len(together[1])
            words.append(Word(at, middle, form_of(together[1], "n")))
            words.append(Word(middle, end, form_of(together[2], "n" if len(together[2]) > 1 else "v")))
        else:
            words.append(Word(at, end, form_of(text, tag)))
        at = end
    return words


@lru_cache(maxsize=200_000)
def form_of(text: str, tag: str) -> Form:
    """The word of this text and tag."""
    word_class = _FUNCTION_OF.get(text) or _CLASS_OF_TAG.get(tag) or _CLASS_OF_TAG.get(tag[0], "other")
    frequency = _tagger().suggest_freq(text) if _tagger().has_word(text) else 0
    return Form(text, tag, word_class, _GENERAL_OF.get(text, ""), log2(1 + frequency))


def is_bare_head(key: str) -> bool:
    """Whether a name is nothing but a listed ending: 委员会, 主席."""
    return key in _ENDINGS


def kind_of_name(key: str) -> str:
    """What the longest listed ending of a name says it is, such as `body` or `post`; "" where it says nothing."""
    return _kind_of_ending(key[-_LONGEST_ENDING:])


@lru_cache(maxsize=100_000)
def _kind_of_ending(key: str) -> str:
    for length in range(len(key), 0, -1):
        if kind := _ENDINGS.get(key[-length:]):
            return kind
    return ""


def _masked(match: re.Match[str]) -> str:
    return BREAK * len(match[0])


def _masked_date(match: re.Match[str]) -> str:
    # A year alone may begin a name: 2030年可持续发展议程.
    return match[0] if _CALENDAR_YEAR.fullmatch(match[0]) else BREAK * len(match[0])


@cache
def _tagger() -> Jieba:
    return Jieba()
