"""What is proposed for a candidate: why it is there, its type, its subject field, its English."""

from collections import Counter
from collections.abc import Iterator

from termbase.harvest.candidates.reading import ENUMERATION, Piece, Reading, Stretch
from termbase.harvest.candidates.sharing import Shared
from termbase.harvest.candidates.values import KnownTerm
from termbase.harvest.candidates.words import RELATIVE, is_bare_head, kind_of_name
from termbase.vocabulary import Badge, TermType

_FREQUENT = 5
_DEFINES_BEFORE = frozenset(["所谓", "称为", "称作", "简称", "下称", "定义"])
_DEFINES_AFTER = ("是指", "系指", "指的是", "即")
_JOINING = frozenset(["和", "与", "及", "以及", "或", "暨"])
_ENGLISH_OF_JOINING = {"或": "or"}
_BADGE_OF_KIND = {"body": Badge.BODY, "post": Badge.POST}


def badges_of(key: str, piece: Piece, reading: Reading, shared: Shared) -> tuple[Badge, ...]:
    """Why a piece is a candidate, in the order of `Badge`."""
    found = {badge for badge in Badge if piece.names[badge]}
    found.update(_badges_of_name(key, piece, shared))
    for place in piece.places:
        found.update(_badges_of_place(reading, place))
    if len(piece.places) >= _FREQUENT:
        found.add(Badge.FREQUENT)
    return tuple(badge for badge in Badge if badge in found)


def _badges_of_name(key: str, piece: Piece, shared: Shared) -> Iterator[Badge]:
    badge = _BADGE_OF_KIND.get(kind_of_name(key))
    # 莫斯科, to the dictionary a person, is no section (科), for all its ending.
    if badge and not is_bare_head(key) and piece.forms[-1].word_class not in ("place", "person"):
        yield badge
    head, modifier = shared.parts(key, piece)
    if head:
        yield Badge.KNOWN_HEAD
    if modifier:
        yield Badge.KNOWN_MODIFIER
    if shared.variant_of(key):
        yield Badge.VARIANT


def _badges_of_place(reading: Reading, place: Stretch) -> Iterator[Badge]:
    line = reading.lines[place.line]
    before = line.words[place.first - 1].form.text if place.first else ""
    after = line.words[place.last + 1].form.text if place.last + 1 < len(line.words) else ""
    joined = {ENUMERATION, *_JOINING}
    if (before in joined and after in {*joined, "等"}) or (before == ENUMERATION or after == ENUMERATION):
        yield Badge.SERIES
    rest = line.normalised.key[line.words[place.last].end :][:4].lstrip('”"')
    if before in _DEFINES_BEFORE or rest.startswith(_DEFINES_AFTER):
        yield Badge.DEFINED


def type_of(key: str, piece: Piece, badges: tuple[Badge, ...]) -> TermType:
    """The proposed type."""
    if Badge.SHORT_FORM in badges:
        return TermType.ABBREVIATION
    if Badge.VARIANT in badges:
        return TermType.VARIANT
    return TermType.PHRASE if _is_phrase(key, piece) else TermType.FULL_FORM


def _is_phrase(key: str, piece: Piece) -> bool:
    """Whether it ends as no noun does; one or two verbs are more often the name of an action (假释, 引渡请求)."""
    words = [form.word_class for form in piece.forms]
    opened = words[0] in ("preposition", "adverb") or (words[0] == "verb" and len(words) > 2)
    return opened and words[-1] == "verb" and RELATIVE not in key and not kind_of_name(key)


def known_inside(key: str, shared: Shared) -> list[KnownTerm]:
    """The longest known terms inside a key, from the left, each once."""
    keys = dict.fromkeys(key[start:end] for start, end in shared.places(key))
    return [shared.known.terms[part] for part in keys]


def subject_field_of(key: str, shared: Shared) -> int | None:
    """The field (id) of most of the known terms inside, by length; what stands last says most."""
    votes: Counter[int] = Counter()
    for start, end in shared.places(key):
        field = shared.known.terms[key[start:end]].subject_field
        if field is not None:
            votes[field] += (end - start) * (2 if end == len(key) else 1)
    # Of equals the one that was there first, by id.
    return min(votes, key=lambda field: (-votes[field], field), default=None)


def english_of(key: str, shared: Shared) -> str:
    """English made of what the parts are known as; "" where a part is unknown.

    X的Y becomes “Y of X”; other parts follow one another as they do in Chinese, 和 and its like as “and”. A proper name
    after a common noun is none: 缔约方大会 is no “party General Assembly”.
    """
    if key.count(RELATIVE) == 1:
        modifier, head = key.split(RELATIVE)
        parts = english_of(head, shared), english_of(modifier, shared)
        return " of ".join(parts) if all(parts) else ""
    english: list[str] = []
    at = 0
    for start, end in [*shared.places(key), (len(key), len(key))]:
        between = key[at:start]
        if between in _JOINING and english:
            english.append(_ENGLISH_OF_JOINING.get(between, "and"))
        elif between:
            return ""
        if start < end:
            known = shared.known.terms[key[start:end]].english
            if not known or (not between and _is_name_after_noun(english, known)):
                return ""
            english.append(known)
        at = end
    return " ".join(english)


def _is_name_after_noun(before: list[str], part: str) -> bool:
    return bool(before) and before[-1][:1].islower() and part[:1].isupper()
