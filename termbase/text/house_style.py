"""House style of headwords: what the United Nations Editorial Manual and dictionaries of terms ask of a term's writing.

English is in British spelling with -ize (Concise Oxford), in lower case but for names, in the singular, and without an
article. Names, which are written in capitals, keep the spelling of their owners. Chinese has full-width marks but
half-width letters and figures. What a rule wants and lets pass is told at the rule; `docs/quality.md` lists all.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from simplemma import is_known

from termbase.text.languages import EN
from termbase.text.normalise import HAN


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a headword: the name of the rule, and the headword as the rule would have it."""

    rule: str
    better: str


@dataclass(frozen=True, slots=True)
class Usage:
    """How the English headwords of a whole termbase are written: its words in lower case, and the heads of terms."""

    lower: frozenset[str]
    heads: Counter[str]

    @classmethod
    def of(cls, headwords: Iterable[str]) -> "Usage":
        """As these English `headwords` have it."""
        lower: set[str] = set()
        heads: Counter[str] = Counter()
        for text in headwords:
            lower.update(_LOWER.findall(text))
            if head := _head(text):
                heads[head.group()] += 1
        return cls(frozenset(lower), heads)


_LOWER = re.compile(r"(?<![\w-])[a-z][a-z-]*(?![\w-])")

# Words in lower case, for what is written in capitals is a name; programs of computers are no programmes.
_WORD = re.compile(r"(?:computer|software) programs?|(?<![\w-])[a-z][a-z-]*(?![\w-])")
_SPELLINGS = [
    (re.compile(wrong), right)
    for wrong, right in (
        (r"(behavi|lab|col|fav|hon|neighb|harb|rum|vap|endeav|arm|flav)or(s|ed|ing|al|able|hood|less)?", r"\1our\2"),
        (r"(def|off|pret)ense(s|less)?", r"\1ence\2"),
        (r"(cent|theat|fib|calib|lit|lust)er(s|ed)?", r"\1re\2"),
        (r"program(s)?", r"programme\1"),
        (r"license(s)?", r"licence\1"),
        (r"(travel|label|cancel|model|signal|channel|counsel|fuel|level|marshal)(ed|ing|or|ors|er|ers)", r"\1l\2"),
        (r"(fulfil|enrol|instal)l(ment|ments)", r"\1\2"),
        (r"(fulfil|enrol)l", r"\1"),
        (r"(skil|wil)lful", r"\1ful"),
        (r"(catal|dial|anal)og(s)?", r"\1ogue\2"),
        (r"(anal|paral|catal)yz(e|ed|es|er|ing)", r"\1ys\2"),
        (r"(p)ediatric(s|ian|ians)?", r"\1aediatric\2"),
        (r"(an)esthe(sia|tic|tics)", r"\1aesthe\2"),
        (r"aging", "ageing"),
        (r"aluminum", "aluminium"),
        (r"artifact(s)?", r"artefact\1"),
        (r"jewelry", "jewellery"),
        (r"skeptic(s|al|ism)?", r"sceptic\1"),
        (r"percent", "per cent"),
        (r"co-(operat|ordinat)(\w+)", r"co\1\2"),
    )
]
_ISE = re.compile(r"([a-z]{3,})is(e|ed|es|er|ers|ing|ation|ations|ational)")
# The verbs that the Oxford dictionaries have in -ise alone, and some nouns.
_ALWAYS_ISE = frozenset({
    "advert", "adv", "appr", "appra", "apprent", "chast", "circumc", "compr", "comprom", "conc", "dem", "desp", "dev",
    "disfranch", "disgu", "enfranch", "enterpr", "exc", "exerc", "expert", "franch", "improv", "inc", "merchand",
    "parad", "pra", "prec", "prem", "prom", "rev", "superv", "surm", "surpr", "telev", "treat",
})  # fmt: skip
_ARTICLE = re.compile(r"(?:the|an?) +(?=[a-z])")
# A full stop after three words or more, the last of them in full: not that of an abbreviation.
_LATIN_END = re.compile(r"[,;:!]+$|(?<=[a-z]{3})\.$")
_SPACES = re.compile(r"[ \u00a0\u3000]{2,}|\u00a0| (?=[,;:.)\]](?:\s|$))|(?<=[(\[]) ")
_FULL_WIDTH = re.compile(r"[\uff01-\uff5e\u3000-\u303f]")
_HALF_WIDTH_BESIDE_HAN = re.compile(rf"(?<=[{HAN}])[,;:!?()]|[,;:!?()](?=[{HAN}])")
_FULL_WIDTH_LETTER = re.compile(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_HAN_END = re.compile(r"[。，、；：！,;:!.]+$")
_HAN_SPACES = re.compile(rf"(?<=[{HAN}])[ \u00a0\u3000]+(?=[{HAN}])|[ \u00a0\u3000]{{2,}}")
_NUMBERED = re.compile(r"\([0-9A-Za-z]{1,4}\)")
_BRACKETS = {")": "(", "]": "[", "）": "（", "》": "《", "〉": "〈", "」": "「", "】": "【"}
_TO_FULL = str.maketrans(",;:!?()", "，；：！？（）")

# Longer headwords in one line are titles, which are written as sentences and may be in the plural.
_LONGEST_TERM = 4
# So many times more often in the singular is no chance.
_CLEARLY = 3
# Written with a capital whatever they name, or after the one body that is meant.
_UN_CAPITALS = frozenset({
    "ambassador", "annex", "assembly", "branch", "bureau", "chair", "chairperson", "charter", "chief", "commission",
    "committee", "conference", "congress", "convention", "council", "counsellor", "court", "covenant", "department",
    "director", "division", "fund", "general", "goal", "government", "governments", "group", "internet", "journal",
    "member", "minister", "mission", "office", "organization", "parties", "party", "president", "programme", "protocol",
    "rapporteur", "representative", "secretariat", "secretary", "section", "state", "states", "tribunal", "unit",
})  # fmt: skip
_PREPOSITION = re.compile(r" (?:of|for|in|on|to|against|with|by|from|at|under|as|within|between|through|and|or) ")
# Of several things, or of others than those just named, one speaks in the plural.
_MANY = re.compile(r"\b(?:and|or|other|all|among|between)\b")
_LAST_WORD = re.compile(r"(?<!\S)[a-z][a-z-]*$")
_PLURAL = re.compile(r"[a-z-]+(?<![suici])s$")


def faults(text: str, language: str, usage: Usage, *, is_noun: bool = True) -> Iterator[Fault]:
    """What is wrong with a headword in `language`, a rule at a time; `usage` is that of the termbase it stands in.

    One that is no noun, or is shortened, may be in the plural.
    """
    for rule, improve in _ENGLISH.items() if language == EN else _CHINESE.items():
        if rule == "plural" and not is_noun:
            continue
        better = improve(text, usage)
        if better != text:
            yield Fault(rule, better)


def _spelling(text: str, usage: Usage) -> str:
    """American spelling, -ise for -ize, a hyphen in cooperation; of words in lower case, for names keep theirs."""
    return _WORD.sub(lambda found: _spelt(found.group()), text)


@lru_cache(maxsize=100_000)
def _spelt(word: str) -> str:
    """A word as the house spells it; -ise and -ize by the dictionary, for not every verb in -ise has another form."""
    for wrong, right in _SPELLINGS:
        if found := wrong.fullmatch(word):
            return found.expand(right)
    found = _ISE.fullmatch(word)
    if found is None or found[1] in _ALWAYS_ISE:
        return word
    with_z = f"{found[1]}iz{found[2]}"
    return with_z if is_known(with_z, lang="en") else word


def _capitals(text: str, usage: Usage) -> str:
    """A common noun with a capital: the first word alone has one, and stands in lower case in other headwords."""
    first, *rest = text.split()
    if not 1 <= len(rest) < _LONGEST_TERM or not all(map(_is_lower, rest)):
        return text
    lower = first.lower()
    is_common = first == lower.capitalize() and lower in usage.lower and lower not in _UN_CAPITALS
    return text[0].lower() + text[1:] if is_common else text


def _is_lower(word: str) -> bool:
    return word.isalpha() and word.islower()


def _article(text: str, usage: Usage) -> str:
    """An article before a common noun; a title may begin with one."""
    article = _ARTICLE.match(text)
    return text[article.end() :] if article and len(text.split()) <= _LONGEST_TERM + 1 else text


def _plural(text: str, usage: Usage) -> str:
    """A headword in the plural where the termbase has its head in the singular far more often."""
    head = _head(text)
    if not head or len(text.split()) > _LONGEST_TERM or not _PLURAL.fullmatch(head.group()) or _MANY.search(text):
        return text
    plural = head.group()
    singular = plural[:-3] + "y" if plural.endswith("ies") else plural[:-1]
    if usage.heads[singular] < _CLEARLY * max(usage.heads[plural], 1):
        return text
    return text[: head.start()] + singular + text[head.end() :]


def _head(text: str) -> re.Match[str] | None:
    """The last word before the first preposition, if it is in lower case: the head of nearly every term."""
    end = _PREPOSITION.search(text)
    return _LAST_WORD.search(text[: end.start()] if end else text)


def _punctuation(text: str, usage: Usage) -> str:
    """A mark at the end that belongs to a sentence; abbreviations keep their full stop."""
    return text if text.endswith(".") and text.count(" ") < 2 else _LATIN_END.sub("", text)


def _spaces(text: str, usage: Usage) -> str:
    """Two spaces, one that does not break, one before a mark."""
    return _SPACES.sub(lambda found: "" if found.group() == " " else " ", text)


def _latin_width(text: str, usage: Usage) -> str:
    """Full-width characters in English."""
    return _FULL_WIDTH.sub(lambda found: chr(ord(found.group()) - 0xFEE0) if found.group() >= "！" else " ", text)


def _brackets(text: str, usage: Usage) -> str:
    """A bracket without its other half."""
    waiting: list[int] = []
    wrong: set[int] = set()
    for at, character in enumerate(text):
        if character in _BRACKETS.values():
            waiting.append(at)
        elif character in _BRACKETS:
            if waiting and text[waiting[-1]] == _BRACKETS[character]:
                waiting.pop()
            else:
                wrong.add(at)
    wrong.update(waiting)
    return "".join(character for at, character in enumerate(text) if at not in wrong)


def _chinese_width(text: str, usage: Usage) -> str:
    """Half-width punctuation beside Chinese characters, full-width letters and figures; (a) and (1) pass."""
    text = _FULL_WIDTH_LETTER.sub(lambda found: chr(ord(found.group()) - 0xFEE0), text)
    return (
        text
        if _NUMBERED.search(text)
        else _HALF_WIDTH_BESIDE_HAN.sub(lambda found: found.group().translate(_TO_FULL), text)
    )


def _chinese_punctuation(text: str, usage: Usage) -> str:
    """A mark at the end that belongs to a sentence."""
    return _HAN_END.sub("", text)


def _chinese_spaces(text: str, usage: Usage) -> str:
    """A space between two Chinese characters, two spaces anywhere."""
    return _HAN_SPACES.sub("", text)


_Rule = Callable[[str, Usage], str]
_ENGLISH: dict[str, _Rule] = {
    "spelling": _spelling,
    "capitals": _capitals,
    "article": _article,
    "plural": _plural,
    "punctuation": _punctuation,
    "spaces": _spaces,
    "width": _latin_width,
    "brackets": _brackets,
}
_CHINESE: dict[str, _Rule] = {
    "punctuation": _chinese_punctuation,
    "spaces": _chinese_spaces,
    "width": _chinese_width,
    "brackets": _brackets,
}
