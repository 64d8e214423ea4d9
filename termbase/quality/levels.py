"""How sure a missing equivalent is an error, by what the termbase shows of the word and what the batch does with it."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from termbase.quality.findings import is_short
from termbase.quality.pairs import Pair
from termbase.quality.renderings import SHORTENED
from termbase.quality.steadiness import Steadiness
from termbase.recognition.texts import Recognised
from termbase.text.languages import EN
from termbase.text.normalise import has_han
from termbase.vocabulary import FindingLevel

# Words with capitals but for those that join them.
_CAPITALS = re.compile(r"[A-Z][\w'’-]*(?: (?:[A-Z][\w'’-]*|against|and|for|in|of|on|the|to))*")
_NAME_BEFORE = re.compile(r"(?<=[\w,)] )[A-Z][\w'’-]* \Z")
_AND_MORE = re.compile(" and [A-Z]")
_COMPLEMENT = re.compile(" (?:for|of|on) ")
_PRONOUN = re.compile(r"\b(?:its?|their|them|they)\b", re.IGNORECASE)

Doubt = tuple[Pair, Recognised]
"""A segment, and the term in its source of which no equivalent was found."""


@dataclass(frozen=True, slots=True)
class Uses:
    """What a batch does with concepts (keys): in how many segments it renders them, in how many it does not.

    `pieces` are the concepts that stand, wherever they are not rendered, beside one and the same character: parts of
    a longer word that the termbase does not know, as 工作队 in 国家工作队.
    """

    rendered: Counter[str]
    lacking: Counter[str]
    pieces: frozenset[str]

    @classmethod
    def of(cls, pairs: Sequence[Pair], doubts: Sequence[Doubt]) -> "Uses":
        """The uses in `pairs`, of whose terms the `doubts` lack an equivalent."""
        lacking = Counter(item.concept.key for _, item in doubts)
        rendered: Counter[str] = Counter()
        for pair in pairs:
            asked = {item.concept.key for readings in pair.asked for item in readings}
            rendered.update(key for key in asked & lacking.keys() if key in pair.found)
        return cls(rendered, lacking, _pieces(doubts))


def levels(doubts: Sequence[Doubt], uses: Uses, steadiness: Mapping[int, Steadiness]) -> list[FindingLevel]:
    """The level of each of `doubts`, which are in the order of their batch."""
    found: list[FindingLevel] = []
    said: set[str] = set()
    for pair, item in doubts:
        key = item.concept.key
        level = _level(item, uses, steadiness[item.term.pk])
        if _is_in_name(pair, item) or _may_be_meant(pair, item):
            level = FindingLevel.POSSIBLE
        # It is another sense, or a variant that the termbase lacks: said once, that is news.
        if key in said and uses.lacking[key] > uses.rendered[key]:
            level = FindingLevel.POSSIBLE
        said.add(key)
        found.append(level)
    return found


def _level(item: Recognised, uses: Uses, steadiness: Steadiness) -> FindingLevel:
    key = item.concept.key
    if steadiness.is_shaky or key in uses.pieces:
        return FindingLevel.POSSIBLE
    if not is_short(item.surface):
        return FindingLevel.CERTAIN if steadiness.is_proved else FindingLevel.LIKELY
    if steadiness.is_proved:
        return FindingLevel.LIKELY
    # The batch itself shows in what sense it has the word: once it is rendered, and only here it is not.
    exception = uses.lacking[key] == 1 and uses.rendered[key] >= 1
    return FindingLevel.LIKELY if exception else FindingLevel.POSSIBLE


def _is_in_name(pair: Pair, item: Recognised) -> bool:
    """Whether an English name is part of a longer one that no known term is: *West* African States.

    What is put behind a name (*Security Council* Committee) mostly leaves its rendering as it is, unless it goes on
    what the name has after its preposition (Ministry of Foreign Affairs *and Worship*).
    """
    if not _CAPITALS.fullmatch(item.surface):
        return False
    source = pair.segment.source
    known = {at for readings in pair.asked for at in readings[0][:2]}
    before = _NAME_BEFORE.search(source, 0, item.start)
    if before and item.start - 1 not in known:
        return True
    return _COMPLEMENT.search(item.surface) is not None and _AND_MORE.match(source, item.end) is not None


def _may_be_meant(pair: Pair, item: Recognised) -> bool:
    """Whether a pronoun of an English target may stand for a name that the source has in short (安理会: *its*)."""
    names = [term.text for term in item.concept.terms if term.language == EN]
    return (
        item.term.language != EN
        and item.term.term_type in SHORTENED
        and any(_CAPITALS.fullmatch(name) for name in names)
        and _PRONOUN.search(pair.segment.target) is not None
    )


def _pieces(doubts: Sequence[Doubt]) -> frozenset[str]:
    beside: dict[str, list[tuple[str, str]]] = defaultdict(list)
    # A segment that comes again is no further witness.
    for pair, item in {(item.concept.key, pair.segment.source): (pair, item) for pair, item in doubts}.values():
        source = pair.segment.source
        beside[item.concept.key].append((source[max(0, item.start - 1) : item.start], source[item.end : item.end + 1]))
    return frozenset(
        key
        for key, places in beside.items()
        if len(places) > 1 and any(has_han(side[0]) and len(set(side)) == 1 for side in zip(*places, strict=True))
    )
