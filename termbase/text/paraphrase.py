"""Whether a translation says in other words what a term says: for checks, which must not blame a free rendering."""

import re
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache
from itertools import takewhile

from termbase.text.english import SEPARATOR, key_of

_FUNCTION_WORDS = {
    *("a", "against", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"),
    *"(),-/&",
}
_ENDING = re.compile(
    r"i?an|an[ct]|[ae]nc[ey]|[ae]nt(?:ial)?|age|a[rl]y|ate[ds]?|at(?:or|ory|ive)|[aei]?ti(?:on|ve)(?:al|ly)?|s?i(?:on|ve)"
    r"(?:al|ly)?|[ai]ble|[ai]?bility|(?:i|in|u|or)?al(?:ly)?|er|e?r?y|ese|ful(?:ly)?|hood|ic(?:al|ally)?|ier|i?fy"
    r"|i?fi?cation|i?cation|ily|ing|istan|is[ht]|is(?:m|tic)|i?ty|i[sz](?:e|ation)|less|ly|ment(?:al)?|ness|ory|ous|ship|ure"
)
# Of a country and of its people: Turkey and Turkish.
_PLACE = re.compile(r"a|e?y|e|ia|land|o|s")
_PEOPLE = re.compile(r"i?an|er|ese|i|ic|ish|n")
_SHORTEST_PART = 4
_NOT = "non"
_PEOPLE_AND_PERSONS = {"people": "person"}
# Nouns that add nothing in Chinese: 筹备 says 筹备工作.
_EMPTY = re.compile("(?<=..)(?:工作|行为|行动|活动|情况|现象|问题|措施|事项)$")
_NOUN_OF_TAIN = re.compile(r"^(de|re|abs)tention$")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_GAP = 12
_PREPOSITION = re.compile(r"\s(?:of|on|for|against|in|to|by|with|from)\s|\s?\(")
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]+(?=s?\b)")
_NAME = re.compile(r"[A-Z][a-z]+")


def says(words: Iterable[str], term: str) -> bool:
    """Whether each word of an English `term` but function words has one of its family among `words` (stems).

    Order and gaps are free: *drug and crime prevention* says *crime prevention*, *implementing* says *implementation*,
    *plan of work* says *workplan*.
    """
    # In Iran (Islamic Republic of) the name alone makes an adjective.
    wanted = content_words(_BRACKETS.sub("", term)) or content_words(term)
    present = {_PEOPLE_AND_PERSONS.get(word, word) for word in words}
    present |= {word[len(_NOT) :] for word in present if word.startswith(_NOT)}
    return bool(wanted) and all(is_said(word, present) for word in wanted)


def is_said(word: str, present: Set[str]) -> bool:
    """Whether a word (a stem), or one of its family, or the two parts of a compound, is among those present."""
    if word in present or any(are_of_one_family(word, other) for other in present):
        return True
    return any(
        is_said(word[:at], present) and is_said(word[at:], present)
        for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
    )


def says_in_parts(key: str, term: str) -> bool:
    """Whether a Chinese text has a term in two parts, in any order and with others between, or but for an empty noun.

    常驻联合国代表 has 常驻代表, 武器贩运 has 贩运武器, 筹备 has 筹备工作. Both are matching keys; no part is a single
    character.
    """
    short = _EMPTY.sub("", term)
    if short != term and (short in key or says_in_parts(key, short)):
        return True
    splits = ((term[:at], term[at:]) for at in range(2, len(term) - 1))
    return any(_stand_near(one, other, key) or _stand_near(other, one, key) for one, other in splits)


def _stand_near(one: str, other: str, key: str) -> bool:
    return one in key and re.search(f"{re.escape(one)}.{{0,{_GAP}}}{re.escape(other)}", key) is not None


@lru_cache(maxsize=20_000)
def content_words(text: str) -> Sequence[str]:
    """The stems of an English text but function words, one for each word."""
    words = [_PEOPLE_AND_PERSONS.get(word, word) for word in key_of(text).split(SEPARATOR)]
    return tuple(word for word in words if word and word not in _FUNCTION_WORDS)


@lru_cache(maxsize=50_000)
def are_of_one_family(one: str, other: str) -> bool:
    """Whether two stems are one but for an ending: implement and implementation, Syria and Syrian, decide and decision.

    The shorter begins the longer but for a letter or two, and the longer goes on with an ending, not with another word.
    """
    # Detain and detention, retain and retention, but no attain and attention.
    one, other = _NOUN_OF_TAIN.sub(r"\1tain", one), _NOUN_OF_TAIN.sub(r"\1tain", other)
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    left, ending = sorted((one[common:], other[common:]), key=len)
    if common < _SHORTEST_PART:
        return False
    # The ending -sion takes a letter of the verb with it.
    most = 2 if common > 4 or ending == "sion" else 1
    # Discrimination and discriminatory.
    if common > 5 and _ENDING.fullmatch(left) and _ENDING.fullmatch(ending):
        return True
    if len(left) <= most and (len(ending) <= most or _ENDING.fullmatch(ending) is not None):
        return True
    return any(_PLACE.fullmatch(a) and _PEOPLE.fullmatch(b) for a, b in ((left, ending), (ending, left)))


def spelt_out(acronym: str, term: str) -> Sequence[str]:
    """The stems of those words of an English `term` that an acronym is the initials of, as MLA in *MLA request*."""
    words = content_words(term)
    for start in range(len(words) - len(acronym) + 1):
        run = words[start : start + len(acronym)]
        if "".join(word[0] for word in run) == acronym.lower():
            return run
    return ()


def may_hold(acronym: str, term: str) -> bool:
    """Whether an `acronym` has the initials of an English `term`, in order, as NPT has that of *treaty*.

    So does the abbreviation of a name that is not in the termbase and holds the term.
    """
    letters = iter(acronym.upper())
    return all(word[0].upper() in letters for word in content_words(term))


def acronyms(text: str) -> list[str]:
    """The all-capital words of an English text."""
    return _ACRONYM.findall(text)


def takes_up(text: str, name: str) -> bool:
    """Whether the head noun of an English `name` stands in `text` alone, as a name is taken up again.

    *The Council* takes up *Security Council*; *the Human Rights Council* does not.
    """
    words = _PREPOSITION.split(name)[0].split()
    if len(_NAME.findall(name)) < 2 or not words or not _NAME.fullmatch(words[-1]):
        return False
    for found in re.finditer(rf"(?:([\w'-]+)\s+)?\b{re.escape(words[-1])}s?\b", text):
        if found[1] is None or found[1] in ("The", "This", "That", "Its", "Our", "Each") or found[1][0].islower():
            return True
    return False
