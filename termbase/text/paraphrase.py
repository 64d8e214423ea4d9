"""Whether a translation says in other words what a term says: for checks, which must not blame a free rendering."""

import re
from collections.abc import Iterable
from itertools import takewhile

from termbase.text.english import SEPARATOR, key_of

_FUNCTION_WORDS = {
    *("a", "against", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"),
    *"(),-/&",
}
_ENDING = re.compile(
    r"i?an|an[ct]|[ae]nc[ey]|[ae]nt(?:ial)?|age|a[rl]y|ate[ds]?|at(?:or|ory|ive)|[aei]?ti(?:on|ve)(?:al|ly)?|s?i(?:on|ve)"
    r"(?:al|ly)?|[ai]ble|[ai]?bility|(?:i|in|u|or)?al(?:ly)?|er|e?r?y|ese|ful(?:ly)?|hood|ic(?:al|ally)?|ier|i?fy"
    r"|i?fi?cation|i?cation|ily|ing|is[ht]|is(?:m|tic)|i?ty|i[sz](?:e|ation)|less|ly|ment(?:al)?|ness|ory|ous|ship|ure"
)
_GAP = 12
_PREPOSITION = re.compile(r"\s(?:of|on|for|against|in|to|by|with|from)\s|\s?\(")
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]+(?=s?\b)")
_NAME = re.compile(r"[A-Z][a-z]+")


def says(words: Iterable[str], term: str) -> bool:
    """Whether each word of an English `term` but function words has one of its family among `words` (stems).

    Order and gaps are free: *drug and crime prevention* says *crime prevention*, *implementing* says *implementation*.
    """
    wanted = content_words(term)
    present = set(words)
    return bool(wanted) and all(
        word in present or any(are_of_one_family(word, other) for other in present) for word in wanted
    )


def says_in_parts(key: str, term: str) -> bool:
    """Whether a Chinese text has a term in two parts with other words between, as 常驻联合国代表 has 常驻代表.

    Both are matching keys. No part is a single character.
    """
    splits = ((term[:at], term[at:]) for at in range(2, len(term) - 1))
    return any(re.search(f"{re.escape(one)}.{{0,{_GAP}}}{re.escape(other)}", key) for one, other in splits)


def content_words(text: str) -> list[str]:
    """The stems of an English text but function words, one for each word."""
    return [word for word in key_of(text).split(SEPARATOR) if word and word not in _FUNCTION_WORDS]


def are_of_one_family(one: str, other: str) -> bool:
    """Whether two stems are one but for an ending: implement and implementation, Syria and Syrian, decide and decision.

    The shorter begins the longer but for a letter or two, and the longer goes on with an ending, not with another word.
    """
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    left, ending = sorted((one[common:], other[common:]), key=len)
    # The ending -sion takes a letter of the verb with it.
    most = 2 if common > 4 or ending == "sion" else 1
    return common >= 4 and len(left) <= most and (len(ending) <= most or _ENDING.fullmatch(ending) is not None)


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
