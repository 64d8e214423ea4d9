"""Routing: a query to the steps that answer it. A step is what one look at the database's index can do.

Each step has a condition that decides, and a way to the few terms worth deciding on: tokens, of which every term that
meets the condition has all of one of the step's groups; or how every key that meets it begins; or, without either, an
ordinary index on what the condition says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from termbase.search.query import Query, invalid
from termbase.text.inflection import inflected
from termbase.text.ngrams import required_ngrams, seams, short_words, wildcard_ngrams
from termbase.text.normalise import has_han, normalise
from termbase.text.stems import required_stems

MATCH = {
    "exact": "exact",
    "spelling": "spelling",
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
# In words that no other index answers to: the planner would first read the whole range of them in `term_key`, which for
# a common beginning is long. For the same reason a pattern is matched with `key || ''`.
_BEGINS = "left({{t}}.{column}, length(%({start})s)) = %({start})s"
_LAST_CHARACTER = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Group:
    """Tokens that a term must have: all of `every`, and one at least of each list in `some`."""

    every: tuple[str, ...] = ()
    some: tuple[tuple[str, ...], ...] = ()

    @property
    def conditions(self) -> list[tuple[str, tuple[str, ...]]]:
        """What the index is asked: the operator, and the tokens that stand behind it."""
        return [*([("@>", self.every)] if self.every else []), *(("&&", some) for some in self.some)]


class Shape(NamedTuple):
    """What the SQL of a step is made of; steps of many queries have the same.

    `groups` has for each of the step's groups the operators of its conditions.
    """

    name: str
    condition: str
    groups: tuple[tuple[str, ...], ...]
    has_start: bool

    @property
    def number(self) -> int:
        """The place among all steps."""
        return NAMES.index(self.name)


@dataclass(frozen=True, slots=True)
class Step:
    """One step, with a name of `NAMES`.

    `condition` is SQL on a row {t} with `parameters`. A term that answers has the tokens of one of `groups`, if there
    are any; its key begins with `start`, and has at least `shortest` characters.
    """

    name: str
    condition: str
    parameters: dict[str, Any]
    groups: tuple[Group, ...] = ()
    shortest: int = 1
    start: str = ""

    @property
    def number(self) -> int:
        """The place among all steps."""
        return NAMES.index(self.name)

    @property
    def shape(self) -> Shape:
        """All of it but the parameters."""
        groups = tuple(tuple(operator for operator, _ in group.conditions) for group in self.groups)
        return Shape(self.name, self.condition, groups, bool(self.start))


@dataclass(frozen=True, slots=True)
class Remarks:
    """A step that looks not at terms but at a longer text `column` of `table`, of which `key` is the matching key."""

    name: str
    table: str
    column: str
    key: str
    parameters: dict[str, Any] = field(default_factory=dict, compare=False)

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
    steps = (_exact(key), _spelling(key), _prefix(key), _part(key), _words(query.text))
    return [step for step in steps if step and MATCH[step.name] in query.modes]


def remark_steps(query: Query) -> list[Remarks]:
    """The steps that look in definitions and notes, as far as the query asks for them."""
    parameters = {"text": query.key, "text_inside": f"%{like(query.key)}%"}
    return [
        Remarks(step.name, step.table, step.column, step.key, parameters)
        for place, steps in REMARKS.items()
        for step in steps
        if place in query.within
    ]


def like(text: str) -> str:
    """`text` for a LIKE pattern, in which it stands for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def begins(column: str, start: str) -> str:
    """SQL: `column` of a row {t} begins with the parameter named `start`."""
    return _BEGINS.format(column=column, start=start)


def beyond(start: str) -> str:
    """A text that by code points comes after all that begin with `start`, and before all others that come after it."""
    for at in range(len(start) - 1, -1, -1):
        code = ord(start[at]) + 1
        if code <= _LAST_CHARACTER:
            # Surrogates are no characters.
            return start[:at] + chr(0xE000 if code == 0xD800 else code)
    return start + chr(_LAST_CHARACTER)


def few(grams: Sequence[str], key: str) -> tuple[str, ...]:
    """Tokens enough for many n-grams of `key`: seams, which are rare, the first and the last, and some between."""
    rare = _spread(seams(key), _ENOUGH_TOKENS // 2)
    return (*rare, *_spread(sorted(grams, key=key.find), _ENOUGH_TOKENS - len(rare)))


def _spread(grams: Sequence[str], wanted: int) -> list[str]:
    """As many of `grams` as are `wanted`, two at least, from all over."""
    if len(grams) <= wanted:
        return list(grams)
    return [grams[round(at * (len(grams) - 1) / (wanted - 1))] for at in range(wanted)]


def _exact(key: str) -> Step:
    return Step("exact", "{t}.key = %(key)s", {"key": key})


def _prefix(key: str) -> Step:
    return Step(
        "prefix",
        f"{begins('key', 'key')} AND {{t}}.key <> %(key)s",
        {"key": key},
        shortest=len(key) + 1,
        start=key,
    )


def _part(key: str) -> Step | None:
    grams = required_ngrams(key)
    if not grams:
        return None
    return Step(
        "part",
        f"{{t}}.key LIKE %(key_inside)s AND NOT {begins('key', 'key')}{_has(grams, 'grams')}",
        {"grams": short_words(grams), "key_inside": f"%{like(key)}%", "key": key},
        (Group(few(grams, key)),),
        shortest=len(key) + 1,
    )


def _has(grams: Sequence[str], name: str) -> str:
    """SQL: what LIKE does not say, that words begin with the short ones of `grams`, which the parameter `name` has."""
    return f" AND {{t}}.ngrams @> %({name})s::text[]" if short_words(grams) else ""


def _spelling(key: str) -> Step | None:
    forms = inflected(key)
    if not forms:
        return None
    # None of them is empty, as the index demands; but a plan made before the parameter is known must be told.
    condition = "{t}.compound = ANY(%(compounds)s) AND {t}.compound <> '' AND {t}.key <> %(key)s"
    return Step("spelling", condition, {"compounds": forms, "key": key})


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
    parameters["word_grams"] = short_words(grams)
    if ways:
        conditions.append("(" + " OR ".join(f"{{t}}.stems @> %(way{n})s::text[]" for n in range(len(ways))) + ")")
        parameters |= {f"way{n}": way for n, way in enumerate(ways)}
    groups = tuple(Group((*few(grams, "".join(chinese)), *stem_tokens(way))) for way in ways or [[]])
    shortest = max(max(map(len, chinese), default=1), min(map(_shortest, ways), default=1))
    return Step("words", " AND ".join(conditions) + _has(grams, "word_grams"), parameters, groups, shortest)


def _shortest(stems: Sequence[str]) -> int:
    """The least length of a key that has all of `stems`, none of which is longer than its word.

    A word with a hyphen counts as its parts and as one, but then two of its stems begin alike.
    """
    lengths = list(map(len, stems))
    apart = len({stem[0] for stem in stems}) == len(stems)
    return sum(lengths) + len(lengths) - 1 if apart else max(lengths)


def stem_tokens(stems: Iterable[str]) -> tuple[str, ...]:
    """The tokens of the longest, and so the rarest, of many stems."""
    return tuple(f"={stem}" for stem in sorted(stems, key=len, reverse=True)[:_ENOUGH_TOKENS])


def wildcard_step(key: str) -> Step:
    """The step to keys that fit a pattern of `*` and `?`; raises `InvalidInput` where it has nothing to go by."""
    start = key[: min(at for at in (key.find("*"), key.find("?")) if at >= 0)]
    grams = wildcard_ngrams(key)
    if not grams and not start:
        raise invalid("q", "needs a Chinese character, three letters in a row or a beginning beside its wildcards")
    return Step(
        "wildcard",
        "{t}.key || '' LIKE %(pattern)s",
        {"pattern": like(key).replace("*", "%").replace("?", "_")},
        (Group(few(grams, key)),) if grams else (),
        shortest=max(1, len(key) - key.count("*")),
        start=start,
    )
