"""Whether a translation says in other words what a term says: for checks, which must not blame a free rendering."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import pairwise, takewhile

from termbase.text.english import SEPARATOR, key_of, lemma_of

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
# One word of each is said for the other: developing countries and developing States.
_SAID_FOR = {"people": "person", "country": "state"}
# Nouns that add nothing in Chinese: 筹备 says 筹备工作.
_EMPTY = re.compile("(?<=..)(?:工作|行为|行动|活动|情况|现象|问题|措施|事项)$")
_NOUN_OF_TAIN = re.compile(r"^(de|re|abs)tention$")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_GAP = 12
# Or a list of figures, of whatever length: 第1373(2001)、1540(2004)和1887(2009)号决议.
_BETWEEN = rf"(?:.{{0,{_GAP}}}|[\d(),、/和及与至-]{{0,200}})"
# From so many characters on a term may be said in three parts.
_LONG = 8
_PREPOSITION = re.compile(r"\s(?:of|on|for|against|in|to|by|with|from)\s|\s?\(")
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]+(?=s?\b)")
_NAME = re.compile(r"[A-Z][a-z]+")
_HEAD = re.compile(r"([\w'-]+)\s+([A-Z][a-z]+)\b")
_BEFORE_HEADS = ("The", "This", "That", "Its", "Our", "Each")
# Before a noun, of which so many letters are the same in the plural; before a preposition it is a noun itself.
_PARTICIPLE = re.compile(r"\b([a-z]{3,})(ing|ed) (?!(?:of|on|for|against|in|to|by|with|from)\b)([a-z]{3,5})")


def says(words: Iterable[str], term: str) -> bool:
    """Whether each word of an English `term` but function words has one of its family among `words` (stems).

    Order and gaps are free: *drug and crime prevention* says *crime prevention*, *implementing* says *implementation*,
    *plan of work* says *workplan*, *Southeast Asian* says *South-East Asia*.
    """
    # In Iran (Islamic Republic of) the name alone makes an adjective.
    wanted = content_words(_BRACKETS.sub("", term)) or content_words(term)
    present = {_SAID_FOR.get(word, word) for word in words}
    present |= {word[len(_NOT) :] for word in present if word.startswith(_NOT)}
    present |= {word for pair in pairwise(wanted) if is_said("".join(pair), present) for word in pair}
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

    常驻联合国代表 has 常驻代表, 武器贩运 has 贩运武器, 筹备 has 筹备工作; a long term may be in three parts. Both are
    matching keys; no part is a single character.
    """
    short = _EMPTY.sub("", term)
    if short != term and (short in key or says_in_parts(key, short)):
        return True
    splits = ((term[:at], term[at:]) for at in range(2, len(term) - 1))
    if any(_stand_near(one, other, key) or _stand_near(other, one, key) for one, other in splits):
        return True
    return len(term) >= _LONG and any(_stand_together(parts, key) for parts in _in_three(term, key))


def _stand_near(one: str, other: str, key: str) -> bool:
    return one in key and re.search(f"{re.escape(one)}{_BETWEEN}{re.escape(other)}", key) is not None


def _in_three(term: str, key: str) -> Iterator[tuple[str, str, str]]:
    """The ways to cut a term into three parts that the key has, each of two characters and more."""
    for first in range(2, len(term) - 3):
        if term[:first] not in key:
            break
        for second in range(first + 2, len(term) - 1):
            if term[first:second] not in key:
                break
            if term[second:] in key:
                yield term[:first], term[first:second], term[second:]


def _stand_together(parts: Sequence[str], key: str) -> bool:
    """Whether the parts stand within so many characters of the longest of them."""
    longest = max(parts, key=len)
    around = sum(map(len, parts)) - len(longest) + _GAP
    for place in re.finditer(re.escape(longest), key):
        near = (key[max(0, place.start() - around) : place.start()], key[place.end() : place.end() + around])
        if all(part is longest or part in near[0] or part in near[1] for part in parts):
            return True
    return False


@lru_cache(maxsize=20_000)
def content_words(text: str) -> Sequence[str]:
    """The stems of an English text but function words, one for each word."""
    words = [_SAID_FOR.get(word, word) for word in key_of(text).split(SEPARATOR)]
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

    *The Council* takes up *Security Council*; *the Human Rights Council* does not. A term in small letters is made a
    name by a capital: *the Parties* takes up *State party*.
    """
    words = _PREPOSITION.split(name)[0].split()
    if len(words) > 1 and words[-1].islower():
        return any(
            lemma_of(found[2].casefold()) == words[-1]
            for found in _HEAD.finditer(text)
            if found[1] in _BEFORE_HEADS or found[1].islower()
        )
    if len(_NAME.findall(name)) < 2 or not words or not _NAME.fullmatch(words[-1]):
        return False
    for found in re.finditer(rf"(?:([\w'-]+)\s+)?\b{re.escape(words[-1])}s?\b", text):
        if found[1] is None or found[1] in _BEFORE_HEADS or found[1][0].islower():
            return True
    return False


def turns_round(text: str, term: str) -> bool:
    """Whether a `text` has the other participle of an English `term`: *developed country* for *developing country*."""
    text = text.casefold()
    for found in _PARTICIPLE.finditer(term.casefold()):
        stem, ending, noun = found.groups()
        other = "ed" if ending == "ing" else "ing"
        if f"{stem}{ending}" not in text and re.search(rf"\b{stem}{other}\s+(?:\w+\s+)?{noun}", text):
            return True
    return False
