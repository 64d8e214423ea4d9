"""Values of picklists as files have them: in any spelling, by the names of TBX and of other programs."""

import re
from functools import lru_cache

from termbase.vocabulary import AdministrativeStatus, PartOfSpeech, Reliability, ReviewStatus, TermType


def _folded(names: str, value: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), value)


# Case, hyphens, underscores and the endings of TBX do not count.
_STATUS_NAMES = (
    _folded(
        "preferred standardized standardised legal regulated recommended approved", AdministrativeStatus.PREFERRED.value
    )
    | _folded("admitted allowed provisional", AdministrativeStatus.ADMITTED.value)
    | _folded("deprecated forbidden notrecommended rejected avoid", AdministrativeStatus.DEPRECATED.value)
    | _folded("superseded obsolete", AdministrativeStatus.SUPERSEDED.value)
)
_TERM_TYPE_NAMES = (
    _folded("fullform full entry mainentry", TermType.FULL_FORM.value)
    | _folded("acronym initialism", TermType.ACRONYM.value)
    | _folded("abbreviation abbreviatedform", TermType.ABBREVIATION.value)
    | _folded("shortform short", TermType.SHORT_FORM.value)
    | _folded("variant orthographicvariant spellingvariant", TermType.VARIANT.value)
    | _folded("phrase phraseologicalunit setphrase collocation", TermType.PHRASE.value)
)
_PART_OF_SPEECH_NAMES = (
    _folded("noun n propernoun", PartOfSpeech.NOUN.value)
    | _folded("verb v", PartOfSpeech.VERB.value)
    | _folded("adjective adj", PartOfSpeech.ADJECTIVE.value)
    | _folded("adverb adv", PartOfSpeech.ADVERB.value)
    | _folded("other", PartOfSpeech.OTHER.value)
)


@lru_cache(maxsize=1_000)
def _fold(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold().removesuffix("admnsts").removesuffix("term")


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
