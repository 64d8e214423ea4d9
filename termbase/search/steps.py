"""Routing: a query to the steps that answer it. A step is what one look at the database's index can do.

Each step has a condition that decides, and tokens, which lead to the few terms worth deciding on: every term that meets
the condition has all tokens of one of the step's groups.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from termbase.search.query import Query, invalid
from termbase.text.languages import EXPANSIONS
from termbase.text.ngrams import required_ngrams, wildcard_ngrams
from termbase.text.normalise import has_han, normalise
from termbase.text.pinyin import typed_pinyin
from termbase.text.stems import required_stems

MATCH = {
    "exact": "exact",
    "prefix": "prefix",
    "part": "part",
    "words": "words",
    "wildcard": "wildcard",
    "definition": "definition",
    "concept_note": "note",
    "term_note": "note",
    "usage_note": "note",
    "reading": "pinyin",
    "initials": "pinyin",
    "reading_prefix": "pinyin",
    "initials_prefix": "pinyin",
    "one_error": "fuzzy",
    "two_errors": "fuzzy",
}
"""All steps in the order of their hits, each with what its hits say of how they matched."""

NAMES = tuple(MATCH)
"""A cursor names a step by its place here."""

# More tokens find no fewer terms worth speaking of, and each costs a look at the index in every bucket.
_ENOUGH_TOKENS = 4
_ANCHOR = 3
_PINYIN_BEGINNINGS = (7, 4, 2)
_INITIALS_BEGINNINGS = (4, 2)
_LONGEST_SYLLABLE = 6


@dataclass(frozen=True, slots=True)
class Group:
    """Tokens that a term must have: all of `every`, and one at least of each list in `some`."""

    every: tuple[str, ...] = ()
    some: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step, with a name of `NAMES`.

    `condition` is SQL on a row {t} with `parameters`. Without `groups` another index leads to its rows. A key that
    answers has at least `shortest` characters and, if given, the first character `first`.
    """

    name: str
    condition: str
    parameters: dict[str, Any]
    groups: tuple[Group, ...] = ()
    shortest: int = 1
    first: str = ""

    @property
    def number(self) -> int:
        """The place among all steps."""
        return NAMES.index(self.name)


@dataclass(frozen=True, slots=True)
class Remarks:
    """A step that looks not at terms but at a longer text `column` of `table`, of which `key` is the matching key."""

    name: str
    table: str
    column: str
    key: str
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The place among all steps."""
        return NAMES.index(self.name)


REMARKS = {
    "definitions": (Remarks("definition", "termbase_definition", "text", "key"),),
    "notes": (
        Remarks("concept_note", "termbase_concept", "note", "note_key"),
        Remarks("term_note", "termbase_term", "note", "note_key"),
        Remarks("usage_note", "termbase_term", "usage_note", "usage_note_key"),
    ),
}


def has_wildcards(query: Query) -> bool:
    """Whether `*` and `?` stand for others in `query`: it has some, and its modes allow for them."""
    return "wildcard" in query.modes and not {"*", "?"}.isdisjoint(query.key)


def literal_steps(query: Query) -> list[Step]:
    """The steps that look for the query as it stands; raises `InvalidInput` for wildcards with nothing to go by."""
    key = query.key
    if has_wildcards(query):
        return [wildcard_step(key)]
    found = {"exact": _exact(key), "prefix": _prefix(key), "part": _part(key), "words": _words(query.text)}
    return [step for mode, step in found.items() if step and mode in query.modes]


def remark_steps(query: Query) -> list[Remarks]:
    """The steps that look in definitions and notes, as far as the query asks for them."""
    parameters = {"text": query.key, "text_inside": f"%{like(query.key)}%"}
    return [
        Remarks(step.name, step.table, step.column, step.key, parameters)
        for place, steps in REMARKS.items()
        for step in steps
        if place in query.within
    ]


def pinyin_steps(query: Query) -> list[Step]:
    """The steps that take the query for pinyin; none where it cannot be, or other languages are asked for."""
    typed = typed_pinyin(query.key)
    chinese = not query.source or EXPANSIONS[query.source] != EXPANSIONS["en"]
    if not typed or not chinese or "pinyin" not in query.modes:
        return []
    parameters = {"pinyin": typed, "pinyin_start": f"{like(typed)}%"}
    return [
        Step("reading", "{t}.pinyin = %(pinyin)s", parameters),
        Step("initials", "{t}.initials = %(pinyin)s", parameters),
        Step(
            "reading_prefix",
            "{t}.pinyin LIKE %(pinyin_start)s AND {t}.pinyin <> %(pinyin)s",
            parameters,
            (Group((_beginning("~", typed, _PINYIN_BEGINNINGS),)),),
            shortest=-(-len(typed) // _LONGEST_SYLLABLE),
        ),
        Step(
            "initials_prefix",
            "{t}.initials LIKE %(pinyin_start)s AND {t}.initials <> %(pinyin)s",
            parameters,
            (Group((_beginning("'", typed, _INITIALS_BEGINNINGS),)),),
        ),
    ]


def like(text: str) -> str:
    """`text` for a LIKE pattern, in which it stands for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def few(tokens: Sequence[str]) -> tuple[str, ...]:
    """Some of many tokens, from all over."""
    every = -(-len(tokens) // _ENOUGH_TOKENS)
    return tuple(tokens[::every]) if tokens else ()


def _exact(key: str) -> Step:
    return Step("exact", "{t}.key = %(key)s", {"key": key})


def _prefix(key: str) -> Step:
    return Step(
        "prefix",
        "{t}.key LIKE %(key_start)s AND {t}.key <> %(key)s",
        {"key": key, "key_start": f"{like(key)}%"},
        (Group((f"^{key[:_ANCHOR]}", *few(required_ngrams(key)))),),
        shortest=len(key) + 1,
        first=key[0],
    )


def _part(key: str) -> Step | None:
    grams = required_ngrams(key)
    if not grams:
        return None
    return Step(
        "part",
        "{t}.ngrams @> %(grams)s::text[] AND {t}.key LIKE %(key_inside)s AND {t}.key NOT LIKE %(key_start)s",
        {"grams": grams, "key_inside": f"%{like(key)}%", "key_start": f"{like(key)}%"},
        (Group(few(grams)),),
        shortest=len(key) + 1,
    )


def _words(text: str) -> Step | None:
    """Chinese words, which only spaces divide, must stand in the key as they are; English ones as stems."""
    pieces = [piece for piece in map(normalise, text.split()) if piece]
    chinese = list(dict.fromkeys(piece for piece in pieces if has_han(piece)))
    ways = required_stems(" ".join(piece for piece in pieces if not has_han(piece)))
    if not ways and len(chinese) < 2:
        return None
    grams = sorted({gram for piece in chinese for gram in required_ngrams(piece)})
    conditions = [f"{{t}}.key LIKE %(word{n})s" for n in range(len(chinese))]
    parameters: dict[str, Any] = {f"word{n}": f"%{like(piece)}%" for n, piece in enumerate(chinese)}
    if grams:
        conditions.append("{t}.ngrams @> %(word_grams)s::text[]")
        parameters["word_grams"] = grams
    if ways:
        conditions.append("(" + " OR ".join(f"{{t}}.stems @> %(way{n})s::text[]" for n in range(len(ways))) + ")")
        parameters |= {f"way{n}": way for n, way in enumerate(ways)}
    groups = tuple(Group((*few(grams), *stem_tokens(way))) for way in ways or [[]])
    return Step("words", " AND ".join(conditions), parameters, groups, shortest=sum(map(len, chinese)) or 1)


def stem_tokens(stems: Iterable[str]) -> tuple[str, ...]:
    """The tokens of the longest, and so the rarest, of many stems."""
    return tuple(f"={stem}" for stem in sorted(stems, key=len, reverse=True)[:_ENOUGH_TOKENS])


def wildcard_step(key: str) -> Step:
    """The step to keys that fit a pattern of `*` and `?`; raises `InvalidInput` where it has nothing to go by."""
    start = key[: min(at for at in (key.find("*"), key.find("?")) if at >= 0)]
    tokens = few(wildcard_ngrams(key)) + ((f"^{start[:_ANCHOR]}",) if start else ())
    if not tokens:
        raise invalid("q", "needs a Chinese character, three letters in a row or a beginning beside its wildcards")
    return Step(
        "wildcard",
        "{t}.key LIKE %(pattern)s",
        {"pattern": like(key).replace("*", "%").replace("?", "_")},
        (Group(tokens),),
        shortest=max(1, len(key) - key.count("*")),
        first=start[:1],
    )


def _beginning(mark: str, typed: str, lengths: Sequence[int]) -> str:
    return mark + typed[: next(length for length in lengths if length <= len(typed))]
