"""Look-up by trying every term, written from the documentation and not from the program: slow, short and plain."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from termbase.models import KnownWord, Term
from termbase.text.inflection import inflected
from termbase.text.ngrams import indexed_ngrams, required_ngrams
from termbase.text.normalise import has_han, normalise
from termbase.text.stems import STOP_WORDS, compound, indexed_stems, required_stems, stem, words

STATUSES = ["preferred", "admitted", "deprecated", "superseded"]


@dataclass(frozen=True)
class Found:
    """A hit, as far as the order of hits is concerned."""

    concept: str
    match: str
    text: str


stems_of = cache(lambda key: frozenset(indexed_stems(key)))
ngrams_of = cache(lambda key: frozenset(indexed_ngrams(key)))
required_of = cache(lambda piece: frozenset(required_ngrams(piece)))
compound_of = cache(compound)


def osa(a: str, b: str) -> int:
    """Optimal string alignment: the textbook's table."""
    table = [[i + j if i * j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[len(a)][len(b)]


@cache
def plain(text: str) -> str:
    """Pinyin without marks and tones."""
    letters = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"([a-z])[1-5](?![0-9])", r"\1", letters)


class Exhaustive:
    """All terms, once read."""

    def __init__(self) -> None:
        self.terms = list(Term.objects.select_related("concept"))
        self.known = set(KnownWord.objects.values_list("text", flat=True))

    def lookup(self, text: str, modes: tuple[str, ...] | None = None, shows=lambda term: True, proposed=False):
        """The whole sequence of hits; `shows` filters terms."""
        asked = lambda mode: modes is None or mode in modes  # noqa: E731
        key = normalise(text)
        if not key:
            return []
        visible = {"approved", "proposed"} if proposed else {"approved"}
        terms = [t for t in self.terms if t.review_status in visible and not t.concept.withdrawn_at and shows(t)]
        if asked("wildcard") and ("*" in key or "?" in key):
            stages = [[("wildcard", self.wildcard(key))]]
        else:
            stages = [
                [(name, make(key, text)) for name, make in self.LITERAL.items() if asked(name)],
                [("pinyin", test) for test in self.pinyin(key)] if asked("pinyin") else [],
                [("fuzzy", test) for test in self.fuzzy(key)] if asked("fuzzy") else [],
            ]
        for stage in stages:
            found: dict[int, Found] = {}
            for match, test in stage:
                for term in sorted(filter(test, terms), key=self.order):
                    found.setdefault(term.concept_id, Found(term.concept.key, match, term.text))
            if found:
                return list(found.values())
        return []

    @staticmethod
    def order(term: Term):
        """The documented order inside a tier."""
        return STATUSES.index(term.administrative_status), len(term.key), term.key, term.pk

    LITERAL = {
        "exact": lambda key, text: lambda term: term.key == key,
        "spelling": lambda key, text: lambda term: term.key != key and compound_of(term.key) in inflected(key),
        "prefix": lambda key, text: lambda term: term.key.startswith(key) and term.key != key,
        "part": lambda key, text: lambda term: Exhaustive.holds(term, key) and not term.key.startswith(key),
        "words": lambda key, text: Exhaustive.words(text),
    }

    @staticmethod
    def holds(term: Term, piece: str) -> bool:
        """A part; a Latin word of one or two letters must begin a word."""
        return piece in term.key and bool(required_of(piece)) and required_of(piece) <= ngrams_of(term.key)

    @staticmethod
    def words(text: str):
        """All words, in any order."""
        pieces = [normalise(piece) for piece in text.split()]
        chinese = {piece for piece in pieces if has_han(piece)}
        ways = required_stems(" ".join(piece for piece in pieces if not has_han(piece)))
        if not ways and len(chinese) < 2:
            return lambda term: False
        return lambda term: (
            all(Exhaustive.holds(term, piece) for piece in chinese)
            and (not ways or any(set(way) <= stems_of(term.key) for way in ways))
        )

    @staticmethod
    def wildcard(key: str):
        """* and ? as in file names."""
        pattern = re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in key), re.DOTALL)
        return lambda term: pattern.fullmatch(term.key) is not None

    @staticmethod
    def pinyin(key: str):
        """Whole reading, whole initials, beginning of the reading, beginning of the initials."""
        typed = re.sub(r"(?<=[ln])v", "u", re.sub("[ '-]", "", plain(key)))
        if not re.fullmatch("[a-z0-9]*", typed) or len(re.findall("[a-z]", typed)) < 2:
            return []

        def reading(term: Term) -> str:
            return re.sub("[^a-z0-9]", "", plain(term.reading))

        def initials(term: Term) -> str:
            return "".join(syllable[0] for syllable in re.findall("[a-z0-9]+", plain(term.reading)))

        return [
            lambda term: reading(term) == typed,
            lambda term: initials(term) == typed,
            lambda term: reading(term).startswith(typed),
            lambda term: initials(term).startswith(typed),
        ]

    def fuzzy(self, key: str):
        """One error, then two."""
        if has_han(key):
            if len(key) < 4:
                return []
            return [lambda term: term.language != "en" and abs(len(term.key) - len(key)) <= 1 == osa(term.key, key)]
        typed = {word for word in words(key) if word not in STOP_WORDS}
        strange = [w for w in typed if re.fullmatch("[a-z]{4,}", w) and stem(w) not in self.known]
        if not 1 <= len(strange) <= 2:
            return []
        rest = {stem(word) for word in typed if word not in strange}
        meant = [self.meant(word) for word in strange]

        def errors(term: Term) -> int:
            stems = stems_of(term.key)
            if not rest <= stems:
                return 3
            return sum(min((n for n, its in choices if its & stems), default=3) for choices in meant)

        return [lambda term: errors(term) == 1, lambda term: errors(term) <= 2]

    def meant(self, word: str) -> list[tuple[int, set[str]]]:
        """The known words that a word may be."""
        allowed = 2 if len(word) >= 8 else 1
        like_it = [text for text in self.known if abs(len(text) - len(word)) <= allowed]
        return [(n, {text, stem(text)}) for text in like_it if (n := osa(word, text)) <= allowed]
