"""Values of picklists as files have them: in any spelling, by the names of TBX and of other programs."""

import re
from functools import lru_cache

from termbase.vocabulary import AdministrativeStatus, PartOfSpeech, Reliability, ReviewStatus, TermType


def _folded(names: str, value: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), value)


# Case, hyphens, underscores, dots and the endings of TBX do not count.
_STATUS_NAMES = (
    _folded(
        "preferred standardized standardised legal regulated recommended approved"
        " 首选 首選 首选术语 优先术语 推荐 优选 规范",
        AdministrativeStatus.PREFERRED.value,
    )
    | _folded(
        "admitted allowed accepted acceptable provisional 许用 許用 许用术语 允许 可用 备选",
        AdministrativeStatus.ADMITTED.value,
    )
    | _folded(
        "deprecated forbidden notrecommended rejected avoid tobeavoided donotuse nottobeused"
        " 拒用 拒用术语 禁用 不推荐 弃用 避免",
        AdministrativeStatus.DEPRECATED.value,
    )
    | _folded(
        "superseded obsolete outdated archaic 已被取代 被取代术语 旧称 废弃 过时", AdministrativeStatus.SUPERSEDED.value
    )
)
_TERM_TYPE_NAMES = (
    _folded("fullform full entry mainentry 全称", TermType.FULL_FORM.value)
    | _folded("acronym initialism 首字母缩略词", TermType.ACRONYM.value)
    | _folded("abbreviation abbreviatedform 缩写 缩略语", TermType.ABBREVIATION.value)
    | _folded("shortform short 简称", TermType.SHORT_FORM.value)
    | _folded("variant 变体 orthographicvariant spellingvariant", TermType.VARIANT.value)
    | _folded("phrase 短语 phraseologicalunit setphrase collocation", TermType.PHRASE.value)
)
_PART_OF_SPEECH_NAMES = (
    _folded("noun n propernoun 名词", PartOfSpeech.NOUN.value)
    | _folded("verb v 动词", PartOfSpeech.VERB.value)
    | _folded("adjective adj 形容词", PartOfSpeech.ADJECTIVE.value)
    | _folded("adverb adv 副词", PartOfSpeech.ADVERB.value)
    | _folded("other", PartOfSpeech.OTHER.value)
)


@lru_cache(maxsize=1_000)
def _fold(name: str) -> str:
    return re.sub(r"[\s_.-]+", "", name).casefold().removesuffix("admnsts").removesuffix("term")


_NAMES: dict[str, dict[str, str]] = {
    "administrative_status": _STATUS_NAMES,
    "term_type": _TERM_TYPE_NAMES,
    "part_of_speech": _PART_OF_SPEECH_NAMES,
    "review_status": {value: value for value in ReviewStatus.values},
}
_LONGEST = 100
_GRADES = {str(grade): grade for grade in Reliability.values}


def value_from(field: str, name: str) -> str | int | None:
    """The value of a field that a file's own word stands for; None where the field has no such value.

    Any text is a value of a field that has no picklist.
    """
    if field == "reliability":
        return _GRADES.get(name)
    names = _NAMES.get(field)
    if names is None:
        return name
    return names.get(name) or (names.get(_fold(name)) if len(name) <= _LONGEST else None)
