"""The words of a key with their parts of speech, and the closed classes of words that bound terms."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rjieba import Jieba

# Two words of a post or an office that the dictionary has as one: 处|处长 after the name of a section.
_RUN_TOGETHER = re.compile(r"(处|科|局|司|组|国|权)((?:处|科|局|司)长|作|已|等|在)$")
_SYMBOL = re.compile(r"[a-z]+(?:[./][a-z0-9()_-]+){2,}|(?:https?://|www\.)[\x21-\x7e]+")
_DATE = re.compile(r"\d+年(?:\d+月)?(?:\d+日)?(?:至\d+日)?|\d+月\d+日(?:至\d+日)?|\d+月")

_CLASSES = {
    name: frozenset(" ".join(words).split())
    for name, words in tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8")).items()
}

BREAK = "\n"
"""What stands in a key for what no candidate may hold: document symbols, addresses."""
CONJUNCTIONS = _CLASSES["conjunctions"]
PREPOSITIONS = _CLASSES["prepositions"]
PARTICLES = _CLASSES["particles"]
PRONOUNS = _CLASSES["pronouns"]
ADVERBS = _CLASSES["adverbs"]
LOCATIVES = _CLASSES["locatives"]
OPENERS = _CLASSES["openers"]
AFFIXES = _CLASSES["affixes"]
FUNCTION_WORDS = CONJUNCTIONS | PREPOSITIONS | PARTICLES | PRONOUNS | ADVERBS | LOCATIVES


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a key: the span [start, end), itself and its part of speech in the tags of jieba (`x`: punctuation)."""

    start: int
    end: int
    text: str
    tag: str


def words_of(key: str) -> list[Word]:
    """The words of a matching key; document symbols, addresses and dates are `BREAK`s."""
    masked = _DATE.sub(_masked, _SYMBOL.sub(_masked, key))
    words: list[Word] = []
    at = 0
    # Without the hidden Markov model, which makes words such as 局局长 of what the dictionary lacks.
    for text, tag in _tagger().tag(masked, hmm=False):
        if together := _RUN_TOGETHER.fullmatch(text):
            middle = at + len(together[1])
            words.append(Word(at, middle, together[1], "n"))
            words.append(Word(middle, at + len(text), together[2], "n" if len(together[2]) > 1 else "v"))
        else:
            words.append(Word(at, at + len(text), text, tag))
        at += len(text)
    return words


@cache
def general_frequency(text: str) -> int:
    """How often a word stands in the general Chinese that the dictionary was counted in; 0 for what it lacks."""
    return int(_tagger().suggest_freq(text)) if _tagger().has_word(text) else 0


def _masked(match: re.Match[str]) -> str:
    return BREAK * len(match[0])


@cache
def _tagger() -> Jieba:
    return Jieba()
