"""English texts as sequences of words, so that a term is found in all its forms and never inside another word.

Equal are: the inflected forms of a word (simplemma's lemmas: plural, possessive, -ing, -ed), upper and lower case, a
hyphen and a space (money-laundering), a compound and its parts after some prefixes (counterterrorism,
counter-terrorism), -ise and -ize and their like. All-capital words (ISIL, WHO) are equal to themselves alone, but for
plural and possessive. Punctuation between words counts: a term does not run over the end of a sentence.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, groupby

from simplemma import is_known, lemmatize

from termbase.text.normalise import HAN, Normalised, Place, fold_marks, normalise_with_offsets

SEPARATOR = "\x1f"
"""Ends each word of a key. It is white space to Python, so no normalised text holds one."""

# A hyphen after these does not make two words of one (co-operation, non-governmental) …
_BOUND = "bi co de e extra inter intra mis non over post pre re semi sub trans tri under"
# … after these it does, and a compound written in one is taken apart. What remains must be a word: not counter-feit.
_FREE = ("anti", "bio", "counter", "cyber", "eco", "multi", "narco", "socio")
_SHORTEST_REST = 4

_LETTER = rf"[^\W_{HAN}]"
_BEFORE_VERBS = re.compile(
    r"\b(can|cannot|could|did|do|does|may|might|must|shall|should|to|will|would)(?:\s+(?:also|further|not|then))?\s+\Z",
    re.IGNORECASE,
)
_AFTER_VERBS = re.compile(
    r"\s+(?:a|all|an|and|any|both|each|every|her|his|how|it|its|our|such|that|the|their|them|these|this|those|us|what"
    r"|whether|which|your)\b"
)
# In a group, so that `split` gives the words and what is between them, from which follows where they are.
_TOKEN = re.compile(
    rf"((?:(?:{_BOUND.replace(' ', '|')})-(?=[^\W\d_{HAN}]))?{_LETTER}+(?:'{_LETTER}+)*'?"
    # A hyphen between two words is no token, any other mark is one; so is a run of Han characters.
    rf"|(?!(?<={_LETTER})-(?={_LETTER}))[^\w\s]|[_{HAN}]+)"
)
_CAPITAL = re.compile(f"[{''.join(filter(str.isupper, map(chr, range(0x10000))))}\U00010000-\U0010ffff]")
_PLAIN = re.compile(r"[A-Za-z0-9(),./'-]+(?: [A-Za-z0-9(),./'-]+)*")
_SEVERAL_CAPITALS = re.compile(r"[A-Z]\S*[A-Z]")
_POSSESSIVE = re.compile(r"'s?$", re.IGNORECASE)
_PLURAL_OF_CAPITALS = re.compile(r"[^\W\d_]{2,}s")
_SPELLINGS = (
    (re.compile(r"(?<=..)is(?=(?:e|ed|er|ing|able|ation|ational)$)"), "iz"),
    (re.compile(r"(?<=..)yse$"), "yze"),
    (re.compile(r"(?<=..)our(?=(?:al|able)?$)"), "or"),
    (re.compile(r"(?<=..)tre$"), "ter"),
    (re.compile(r"(?<=..)ense$"), "ence"),
    (re.compile(r"(?<=..)gramme$"), "gram"),
)
# So many words of four letters and more make a line of capitals a heading; HIV/AIDS or UNODC/WHO is none.
_WORDS_OF_A_HEADING = 2
# Where all is in capitals one word will do that is longer than what acronyms are that are words too (AIDS, FACT), or
# than acronyms are at all.
_LONGEST_WORD_OF_CAPITALS, _LONGEST_ACRONYM = 5, 9
_AT_LINE_END = re.compile(rf"(?<={_LETTER})- (?={_LETTER})")
_LONGEST_PART = 40
_LAST_LETTERS, _FIRST_LETTERS = re.compile(rf"{_LETTER}+\Z"), re.compile(f"{_LETTER}+")


@dataclass(frozen=True, slots=True)
class Words:
    """An English text as a key of word stems, each ended by `SEPARATOR`, with the way back to the text.

    `edges` has the number of the word that begins at a key offset, and behind the last word how many there are.
    `bounds[2 * i]` and `bounds[2 * i + 1]` are where the i-th word begins and ends in `normalised.key`.
    """

    key: str
    edges: dict[int, int]
    bounds: Sequence[int]
    normalised: Normalised

    def spans(self, places: list[Place]) -> list[tuple[int, int]]:
        """The original's spans of places that begin and end with a word."""
        edges, bounds = self.edges, self.bounds
        starts, ends = self.normalised.starts, self.normalised.ends
        return [(starts[bounds[2 * edges[start]]], ends[bounds[2 * edges[end] - 1] - 1]) for _, start, end in places]

    def plain(self) -> list[str]:
        """The words as they stand in the text, case-folded."""
        key, bounds = self.normalised.key, self.bounds
        return [key[start:end] for start, end in zip(bounds[:-1:2], bounds[1::2], strict=True)]

    def whole(self, places: list[Place]) -> list[Place]:
        """Those that begin and end with a word of the text; the second part of a compound written in one does not."""
        edges = self.edges
        return [place for place in places if place[1] in edges and place[2] in edges]


def words(text: str) -> Words:
    """`text` as words, ready for recognition."""
    return words_of(normalise_with_offsets(text), text)


def words_of(normalised: Normalised, text: str) -> Words:
    """As `words`, for a text that is normalised already; `text` is what the offsets of `normalised` lead to."""
    if "- " in normalised.key:
        normalised = _rejoined(normalised, text)
    # Columns and no loop: a text has thousands of words.
    pieces = _TOKEN.split(normalised.key)
    bounds = list(accumulate(map(len, pieces)))
    stems = list(map(stem_of, pieces[1::2]))
    for index, acronym in _capitals(normalised, text, bounds).items():
        stems[index] = acronym
    offsets = accumulate(map((1).__add__, map(len, stems)), initial=0)
    edges = dict(zip(offsets, range(len(stems) + 1), strict=True))
    stems.append("")
    return Words(SEPARATOR.join(stems), edges, bounds, normalised)


def _rejoined(normalised: Normalised, text: str) -> Normalised:
    """Words that a hyphen parts at the end of a line, in one; the hyphen stays where that makes no word."""
    key, starts, ends = normalised.key, normalised.starts, normalised.ends
    dropped: set[int] = set()
    for place in _AT_LINE_END.finditer(key):
        hyphen, after = place.start(), place.end()
        if len(f"{text[ends[hyphen] : starts[after]]}|".splitlines()) > 1:
            before = _LAST_LETTERS.search(key[max(0, hyphen - _LONGEST_PART) : hyphen])
            behind = _FIRST_LETTERS.match(key, after, after + _LONGEST_PART)
            is_word = before and behind and is_known(before[0] + behind[0], lang="en")
            dropped.update(range(hyphen if is_word else hyphen + 1, after))
    kept = [at for at in range(len(key)) if at not in dropped]
    return Normalised("".join(key[at] for at in kept), [starts[at] for at in kept], [ends[at] for at in kept])


def key_of(text: str) -> str:
    """The recognition key of an English term."""
    # Nearly all terms are so, and a million have to be read in seconds.
    if _PLAIN.fullmatch(text) and not _SEVERAL_CAPITALS.search(text):
        return SEPARATOR.join([*map(stem_of, _TOKEN.split(text.lower())[1::2]), ""])
    return words(text).key


@lru_cache(maxsize=100_000)
def stem_of(word: str) -> str:
    """What the forms of a case-folded word share; two stems with `SEPARATOR` between them for a compound."""
    plain = without_possessive(word).replace("-", "") or word
    for prefix in _FREE:
        rest = plain.removeprefix(prefix)
        # Narcotics is no narco-tics.
        if len(rest) < len(plain) and len(lemma := _lemma(rest)) >= _SHORTEST_REST and is_known(rest, lang="en"):
            return f"{prefix}{SEPARATOR}{lemma}"
    return _lemma(plain)


def without_possessive(word: str) -> str:
    """*state* of *state's* and *states* of *states'*."""
    return _POSSESSIVE.sub("", word)


def lemma_of(word: str) -> str:
    """The dictionary form of a case-folded word, in its own spelling."""
    # One and two letters are symbols and function words; to the library, m is a form of be and us one of we.
    if len(word) <= 2:
        return word
    # Meetings is a form of meeting to the library, and meeting one of meet.
    return lemmatize(lemmatize(word, lang="en"), lang="en").casefold()


def acronym_of(surface: str) -> str:
    """An all-capital word without plural and possessive endings; empty for any other word."""
    plain = without_possessive(surface)
    if _PLURAL_OF_CAPITALS.fullmatch(plain) and plain[:-1].isupper():
        plain = plain[:-1]
    return plain if plain.isupper() and sum(map(str.isalpha, plain)) > 1 else ""


def noun_form(word: str) -> str:
    """A case-folded word without plural and possessive endings, but with -ing and -ed: *meetings* gives *meeting*."""
    plain = without_possessive(word).replace("-", "") or word
    if plain.endswith(("ings", "eds")):
        plain = plain[:-1]
    return spelling_of(plain) if plain.endswith(("ing", "ed")) else _lemma(plain)


@lru_cache(maxsize=20_000)
def is_form_of(surface: str, term: str, *, noun: bool = True) -> bool:
    """Whether a text's `surface`, equal in stems to a `term`, is a form of it.

    The only word of a `noun` must be inflected as a noun is: *meet* and *met* are no forms of *meeting*, *funded* is
    none of *fund*, and *good* none of *goods*. In terms of several words what is done is not who does it: a
    *requesting State* is no *requested State*.
    """
    one, other = words(surface), words(term)
    if len(other.edges) != len(one.edges):
        return True
    if len(other.edges) > 2:
        return not any(map(_are_opposed, one.plain(), other.plain()))
    if not noun or SEPARATOR in other.key[:-1] or acronym_of(term):
        return True
    found, wanted = one.normalised.key, other.normalised.key
    if _loses_plural(found, wanted):
        return False
    return noun_form(found) == noun_form(wanted)


def _are_opposed(one: str, other: str) -> bool:
    """Whether of two words with one stem one is a participle of what does it, the other of what it is done to."""
    return _is_done(other) if one.endswith("ing") else other.endswith("ing") and _is_done(one)


def _is_done(word: str) -> bool:
    return not word.endswith(("ing", "s")) and lemma_of(word) != word


def is_used_as_verb(text: str, start: int, end: int) -> bool:
    """Whether the word at [start, end) of a text is a verb there: *shall review*, *to guide them*, not *to trade*."""
    word = text[start:end]
    before, behind = _BEFORE_VERBS.search(text[max(0, start - _LONGEST_PART) : start]), _AFTER_VERBS.match(text, end)
    if not before or (before[1].casefold() == "to" and not behind) or not word.isalpha():
        return False
    return any(is_known(f"{word.casefold()}{ending}", lang="en") for ending in ("ed", "d", "ing"))


def spelling_of(word: str) -> str:
    """`word` as it is spelt in one of the two ways: -ize, -or, -ter, -ence, -gram."""
    for pattern, replacement in _SPELLINGS:
        word = pattern.sub(replacement, word)
    return word


def _lemma(word: str) -> str:
    return spelling_of(lemma_of(word))


def _loses_plural(found: str, wanted: str) -> bool:
    """Whether a term that is written in the plural (arms, goods, proceeds) is met in the singular."""
    wanted, found = without_possessive(wanted), without_possessive(found)
    return wanted.endswith("s") and not found.endswith("s") and noun_form(wanted) != wanted


def _capitals(normalised: Normalised, text: str, bounds: Sequence[int]) -> dict[int, str]:
    """By index the all-capital words that are acronyms, without plural and possessive endings."""
    starts, ends = normalised.starts, normalised.ends
    capitals = {match.start() for match in _CAPITAL.finditer(text)}
    found: dict[int, str] = {}
    for index, start in enumerate(bounds[:-1:2]):
        if starts[start] in capitals:
            surface = text[starts[start] : ends[bounds[2 * index + 1] - 1]]
            if len(surface) > 1 and (acronym := _acronym_of_raw(surface)):
                found[index] = acronym
    if sum(map(_shouts, found.values())) >= _WORDS_OF_A_HEADING or any(map(_is_no_acronym, found.values())):
        words = zip(bounds[:-1:2], bounds[1::2], strict=True)
        surfaces = [text[starts[start] : ends[end - 1]] for start, end in words]
        for heading in list(_headings(found, surfaces)):
            for index in heading:
                if is_known(found[index].casefold(), lang="en") or _is_no_acronym(found[index]):
                    del found[index]
    return found


@lru_cache(maxsize=20_000)
def _acronym_of_raw(surface: str) -> str:
    """As `acronym_of`, of a word as it stands in a text."""
    return acronym_of(fold_marks(unicodedata.normalize("NFKC", surface)))


@lru_cache(maxsize=10_000)
def _shouts(capitals: str) -> bool:
    """Whether a word in capitals is one of a heading: a known one of four letters and more."""
    return len(capitals) > 3 and is_known(capitals.casefold(), lang="en")


@lru_cache(maxsize=10_000)
def _is_no_acronym(capitals: str) -> bool:
    """Whether a word in capitals is too long for an acronym, or for one that is a word."""
    longest = _LONGEST_WORD_OF_CAPITALS if _shouts(capitals) else _LONGEST_ACRONYM
    return len(capitals) > longest


def _headings(capitals: dict[int, str], surfaces: list[str]) -> Iterator[list[int]]:
    """The stretches of capitals that shout: several of their words are known ones of four letters and more.

    Of a text that is all in capitals one that is no acronym will do.
    """
    for shouted, indexes in groupby(range(len(surfaces)), lambda index: surfaces[index] == surfaces[index].upper()):
        stretch = [index for index in indexes if index in capitals] if shouted else []
        words = [capitals[index] for index in stretch]
        is_all = len(words) == len(capitals) and all(surface == surface.upper() for surface in surfaces)
        if sum(map(_shouts, words)) >= _WORDS_OF_A_HEADING or (is_all and any(map(_is_no_acronym, words))):
            yield stretch
