"""The n-grams under which a key is indexed, so that a part of one or two Chinese characters is found at once.

Most Chinese terms have two to six characters: an index of trigrams alone never sees the shorter ones. A Han run gives
its single characters and its pairs; a Latin word gives its triples and, marked by a leading space, its first one and
two letters, so that a query shorter than three letters still finds the words that begin with it.
"""

import re

from termbase.text.normalise import HAN

_HAN_RUN = re.compile(f"[{HAN}]+")
_WORD = re.compile(rf"[^\W_{HAN}]+")


def indexed_ngrams(key: str) -> list[str]:
    """Every n-gram of a normalised key, sorted, without repetition."""
    grams: set[str] = set()
    for run in _HAN_RUN.findall(key):
        grams.update(run)
        grams.update(run[i : i + 2] for i in range(len(run) - 1))
    for word in _WORD.findall(key):
        grams.update((f" {word[:1]}", f" {word[:2]}"))
        grams.update(word[i : i + 3] for i in range(len(word) - 2))
    return sorted(grams)


def required_ngrams(query: str) -> list[str]:
    """N-grams that every key containing the normalised query has; the longest kinds only, as they are the rarest.

    A Latin word of one or two letters asks for a word that begins with it. Empty where the query has neither Han
    characters nor Latin letters nor digits: such a query cannot be answered from the index.
    """
    grams: set[str] = set()
    for run in _HAN_RUN.findall(query):
        grams.update(run[i : i + 2] for i in range(len(run) - 1)) if len(run) > 1 else grams.add(run)
    for word in _WORD.findall(query):
        grams.update(word[i : i + 3] for i in range(len(word) - 2)) if len(word) > 2 else grams.add(f" {word}")
    return sorted(grams)


def wildcard_ngrams(query: str) -> list[str]:
    """N-grams that every key answering a normalised query with `*` and `?` has; of Latin letters, three in a row."""
    grams: set[str] = set()
    for piece in re.split(r"[*?]+", query):
        grams.update(gram for gram in required_ngrams(piece) if not gram.startswith(" "))
    return sorted(grams)
