"""What speaks for and against a piece of a document being a term: named signals with values of about 0 to 1.

A name says what was seen (`first word: 加强`, `left: verb`), so that the file of weights can be read.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from math import log2
from typing import NamedTuple

from termbase.harvest.candidates.reading import ENUMERATION, Line, Piece, Reading, Stretch
from termbase.harvest.candidates.sharing import Shared
from termbase.harvest.candidates.words import AFFIXES, OPENERS, RELATIVE, Form, kind_of_name

Signals = dict[str, float]

MOST_PLACES = 12
"""So many places of a piece are looked at; the rest would say the same."""
_SIZE_OF_GENERAL_CHINESE = 6e7
"""Words that the dictionary's frequencies were counted in."""
_OPENING, _CLOSING = frozenset('“"‘《〈（(「'), frozenset('”"’》〉）)」')
_INNER = frozenset(
    ["particle", "conjunction", "preposition", "pronoun", "adverb", "locative", "verb", "other", "number"]
)
Pair = tuple[str, float]


class Surroundings:
    """A document with what is known in it: what its pieces are judged by."""

    def __init__(self, reading: Reading, shared: Shared) -> None:
        self.reading = reading
        self.shared = shared
        self.total = reading.total
        self._cuts = [shared.cuts(line.normalised.key) for line in reading.lines]

    def signals(self, key: str, piece: Piece) -> Signals:
        """All signals of a piece."""
        return signals_of_words(key, piece.forms) | self.signals_of_places(key, piece)

    def signals_of_places(self, key: str, piece: Piece) -> Signals:
        """What its places, its names and the known terms say of a piece."""
        found: Signals = {}
        found.update(self._frequency(piece))
        found.update(self._contrast(piece.forms))
        found.update(_names(piece))
        if len(piece.forms) > 1:
            found.update(self._parts(key, piece))
        self._add_places(found, key, piece)
        found.update(self.shared.signals(key, piece))
        return found

    def _frequency(self, piece: Piece) -> Iterator[Pair]:
        count, words = len(piece.places), self.reading.words
        yield "count", min(log2(count), 6) / 3
        yield "rarest word", 1 / min(words[form.text] for form in piece.forms)
        if count > 1:
            yield "repeated", 1.0
            yield "repeated: length", log2(len(piece.forms)) * min(log2(count), 5) / 5
            if len(piece.forms) > 1:
                ends = words[piece.forms[0].text], words[piece.forms[-1].text]
                yield "cohesion", count / min(ends)
                yield "cohesion: of both", count / max(ends)

    def _parts(self, key: str, piece: Piece) -> Iterator[Pair]:
        """Which of its parts stand elsewhere, without the rest of it."""
        own = len(piece.places)
        edges = list(accumulate(len(form.text) for form in piece.forms[:-1]))
        before = [self._count(key[:edge]) - own for edge in edges]
        after = [self._count(key[edge:]) - own for edge in edges]
        yield "beginning elsewhere", log2(1 + max(0, *before)) / 4
        yield "end elsewhere", log2(1 + max(0, *after)) / 4
        yield "beginning and end elsewhere", log2(1 + max(0, *map(min, before, after))) / 4
        for at in range(1, len(piece.forms) - 1):
            if piece.forms[at].word_class == "conjunction" or piece.forms[at].text == ENUMERATION:
                standing = before[at - 1] > 0, after[at] > 0
                yield f"joins: {sum(standing)} that stand elsewhere", 1.0
                yield from _joined(key[: edges[at - 1]], key[edges[at] :])

    def _count(self, key: str) -> int:
        piece = self.reading.pieces.get(key)
        return len(piece.places) if piece else 0

    def _contrast(self, forms: tuple[Form, ...]) -> Iterator[Pair]:
        """How much more frequent the words are here than in general Chinese."""
        expected = _SIZE_OF_GENERAL_CHINESE / self.total
        ratios = [
            log2(self.reading.words[form.text] * expected) - form.commonness for form in forms if not form.is_function
        ] or [0.0]
        yield "contrast", sum(ratios) / len(ratios) / 5
        yield "contrast: least", min(ratios) / 5
        yield "contrast: most", max(ratios) / 5
        yield "contrast: first word", ratios[0] / 5
        yield "contrast: last word", ratios[-1] / 5

    def _add_places(self, found: Signals, key: str, piece: Piece) -> None:
        places = piece.places[:MOST_PLACES]
        kind = kind_of_name(key)
        seen: list[str] = []
        lefts: set[str] = set()
        rights: set[str] = set()
        for place in places:
            left, right = self._neighbours(place)
            lefts.add(left.word or left.kind)
            rights.add(right.word or right.kind)
            seen += _beside("left", left, piece.forms[0].word_class, kind)
            seen += _beside("right", right, piece.forms[-1].word_class, kind)
            seen += self._cut(place)
            seen.append(f"between: {left.kind}, {right.kind}")
            seen.append(f"in: {self.reading.lines[place.line].paragraph.kind}")
        many = len(places)
        found.update((name, count / many) for name, count in Counter(seen).items())
        found["position"] = places[0].line / len(self.reading.lines)
        if many > 1:
            found.update(_variety(len(lefts), len(rights), many))

    def _neighbours(self, place: Stretch) -> tuple["Neighbour", "Neighbour"]:
        line = self.reading.lines[place.line]
        left = Neighbour("edge") if place.first == 0 else _neighbour(line, place.first - 1)
        right = Neighbour("edge") if place.last + 1 == len(line.words) else _neighbour(line, place.last + 1)
        return left, right

    def _cut(self, place: Stretch) -> list[str]:
        """Whether it begins or ends in the middle of a known term."""
        words, cuts = self.reading.lines[place.line].words, self._cuts[place.line]
        left, right = cuts[words[place.first].start], cuts[words[place.last].end]
        if left and left == right:
            return ["inside a known term"]
        found = ["begins inside a known term"] if left else []
        return [*found, "ends inside a known term"] if right else found


def signals_of_words(key: str, forms: tuple[Form, ...]) -> Signals:
    """What the words of a piece say of it, wherever they stand."""
    found: Signals = {"any": 1.0}
    found.update(_length(key, forms))
    found.update(_words(key, forms))
    found.update(_generality(key, forms))
    found.update(_inner_names(key, forms))
    return found


class Neighbour(NamedTuple):
    """What stands beside a place: a word of a class, or the kind of a mark."""

    kind: str
    word: str = ""
    general: str = ""


def _neighbour(line: Line, at: int) -> Neighbour:
    form = line.words[at].form
    if form.text == ENUMERATION:
        return Neighbour("series")
    if not line.breaks[at]:
        return Neighbour(form.word_class, form.text, form.general)
    if form.text[-1] in _OPENING:
        return Neighbour("opening mark")
    return Neighbour("closing mark" if form.text[0] in _CLOSING else "break")


@lru_cache(maxsize=100_000)
def _beside(side: str, neighbour: Neighbour, own_class: str, kind: str) -> tuple[str, ...]:
    described = neighbour.general or neighbour.kind
    seen = [
        f"{side}: {neighbour.kind}",
        f"{side}: {described} beside {own_class}",
        f"{side} of {kind or 'other name'}: {described}",
    ]
    if neighbour.general:
        seen.append(f"{side}: {neighbour.general}")
    if neighbour.word:
        seen.append(f"{side} word: {neighbour.word}")
    return tuple(seen)


def _variety(lefts: int, rights: int, places: int) -> Iterator[Pair]:
    left, right = (lefts - 1) / (places - 1), (rights - 1) / (places - 1)
    yield "left variety", left
    yield "right variety", right
    yield "free on both sides", min(left, right) * log2(places)


def _length(key: str, forms: tuple[Form, ...]) -> Iterator[Pair]:
    yield f"words: {_up_to(len(forms), (1, 2, 3, 4, 6, 9, 13))}", 1.0
    yield f"characters: {_up_to(len(key), (2, 3, 4, 6, 9, 14, 20, 30))}", 1.0
    if len(forms) > 1:
        yield "single characters", sum(len(form.text) == 1 for form in forms) / len(forms)


def _joined(left: str, right: str) -> Iterator[Pair]:
    """What the two sides of a conjunction have in common."""
    kinds = kind_of_name(left), kind_of_name(right)
    yield f"joins: {kinds[0] or 'other name'} and {kinds[1] or 'other name'}", 1.0
    if kinds[0] and kinds[0] == kinds[1]:
        yield "joins: two of a kind", 1.0
    if left[-1] == right[-1]:
        yield "joins: same last character", 1.0


def _words(key: str, forms: tuple[Form, ...]) -> Iterator[Pair]:
    classes = [form.word_class for form in forms]
    yield f"first: {classes[0]}", 1.0
    yield f"last: {classes[-1]}", 1.0
    yield f"first word: {forms[0].text}", 1.0
    yield f"last word: {forms[-1].text}", 1.0
    yield f"last character: {key[-1]}", 1.0
    for form in forms:
        yield f"word: {form.text}", 1.0
    if len(forms) <= 4:
        yield f"classes: {', '.join(classes)}", 1.0
    if len(forms) > 1:
        yield f"begins: {classes[0]}, {classes[1]}", 1.0
        yield f"ends: {classes[-2]}, {classes[-1]}", 1.0
        for name, count in Counter(filter(_INNER.__contains__, classes[1:])).items():
            yield f"holds: {name}", 1.0
            yield f"how many: {name}", count / 2
    if ENUMERATION in key:
        yield "holds: series", 1.0
    for at in range(1, len(forms) - 1):
        if classes[at] == "conjunction":
            yield f"joins: {classes[at - 1]}, {classes[at + 1]}", 1.0


def _generality(key: str, forms: tuple[Form, ...]) -> Iterator[Pair]:
    size = _up_to(len(forms), (1, 2, 4, 8))
    kind = kind_of_name(key) or "other name"
    first, last = forms[0].general or "special", forms[-1].general or "special"
    yield f"name of: {kind}", 1.0
    yield f"name of: {kind}, words {size}", 1.0
    yield f"first: {first} {forms[0].word_class}, words {size}", 1.0
    yield f"last: {last} {kind}, words {size}", 1.0
    yield f"from {first} to {last}", 1.0
    for general in sorted({form.general for form in forms[1:-1]} - {""}):
        yield f"holds: {general}", 1.0
    commonness = [form.commonness for form in forms]
    yield "commonness", sum(commonness) / len(forms) / 10
    yield "commonness: least", min(commonness) / 10
    if len(forms) == 1:
        yield f"single word: {forms[0].word_class}", 1.0
        yield f"single word: commonness {_up_to(int(commonness[0]), (0, 3, 5, 7, 9, 11, 13))}", 1.0


def _inner_names(key: str, forms: tuple[Form, ...]) -> Iterator[Pair]:
    """The kinds of names that it begins with, and whether what opens a relative clause opens one."""
    kind = kind_of_name(key) or "other name"
    at = 0
    for form in forms[:-1]:
        at += len(form.text)
        if inner := kind_of_name(key[:at]):
            yield f"begins with: {inner}, name of: {kind}", 1.0
    if forms[0].text in OPENERS and forms[0].text not in AFFIXES:
        yield "opens: " + ("a clause" if any(form.text == RELATIVE for form in forms) else "none"), 1.0


def _names(piece: Piece) -> Iterator[Pair]:
    for badge, count in piece.names.items():
        yield f"is: {badge}", 1.0
        yield f"always: {badge}", min(1.0, count / len(piece.places))


def _up_to(number: int, bounds: tuple[int, ...]) -> str:
    """The first bound that is not passed, `more` past all."""
    at = bisect_left(bounds, number)
    return str(bounds[at]) if at < len(bounds) else "more"
