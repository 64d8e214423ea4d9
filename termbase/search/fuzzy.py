"""Typing errors: what a query that found nothing may have meant.

An error is a wrong, a missing or an added character, or two neighbours swapped (optimal string alignment). A Chinese
query of four characters or more may differ from a whole key by one. Of an English query, words that stand in some term
are taken as they are; any other of four letters or more may differ from a known word by one error, of eight or more by
two, and the whole query has no more than two.
"""

from collections.abc import Mapping

from rapidfuzz.distance import OSA

from termbase.models.news import fetch
from termbase.search.query import Query
from termbase.search.steps import Group, Step, stem_tokens
from termbase.text.normalise import has_han
from termbase.text.stems import STOP_WORDS, stem, words

_SHORTEST_CHINESE = 4
_SHORTEST_WORD = 4
_SHORTEST_FOR_TWO = 8
_MOST_ERRORS = 2


def fuzzy_steps(query: Query) -> list[Step]:
    """The steps that mend typing errors, fewest first; asks the database what is known that is like the query."""
    if "fuzzy" not in query.modes:
        return []
    return _chinese(query.key) if has_han(query.key) else _english(query.key)


def _chinese(key: str) -> list[Step]:
    if len(key) < _SHORTEST_CHINESE:
        return []
    rows = fetch(
        "SELECT DISTINCT key FROM termbase_term WHERE language <> 'en'"
        " AND termbase_one_error(key) && termbase_one_error(%(key)s)",
        {"key": key},
    )
    like_it = [found for (found,) in rows if OSA.distance(key, found, score_cutoff=1) == 1]
    if not like_it:
        return []
    return [Step("one_error", "{t}.key = ANY(%(mended)s)", {"mended": like_it})]


def _english(key: str) -> list[Step]:
    typed = [word for word in dict.fromkeys(words(key)) if word not in STOP_WORDS]
    strange = _strange(typed)
    if not 1 <= len(strange) <= _MOST_ERRORS:
        return []
    meant = [_meant(word) for word in strange]
    rest = sorted({stem(word) for word in typed if word not in strange})
    steps = []
    if len(strange) == 1:
        steps.append(_mended("one_error", rest, [_within(meant[0], 1)]))
        steps.append(_mended("two_errors", rest, [_within(meant[0], 2)]))
    else:
        steps.append(_mended("two_errors", rest, [_within(stems, 1) for stems in meant]))
    return [step for step in steps if step]


def _strange(typed: list[str]) -> list[str]:
    """The words that stand in no term; those too short to mend are taken for known."""
    long = {word: stem(word) for word in typed if len(word) >= _SHORTEST_WORD and word.isascii() and word.isalpha()}
    if not long:
        return []
    rows = fetch("SELECT text FROM termbase_knownword WHERE text = ANY(%(stems)s)", {"stems": list(long.values())})
    known = {text for (text,) in rows}
    return [word for word, its_stem in long.items() if its_stem not in known]


def _meant(word: str) -> dict[str, int]:
    """The stems of the known words that `word` may be, each with the number of errors."""
    allowed = 2 if len(word) >= _SHORTEST_FOR_TWO else 1
    rows = fetch(
        "SELECT text FROM termbase_knownword WHERE termbase_two_errors(text) && termbase_two_errors(%(word)s)",
        {"word": word},
    )
    stems: dict[str, int] = {}
    for (text,) in rows:
        errors = OSA.distance(word, text, score_cutoff=allowed)
        if errors <= allowed:
            for its_stem in {text, stem(text)}:
                stems[its_stem] = min(errors, stems.get(its_stem, errors))
    return stems


def _within(stems: Mapping[str, int], errors: int) -> list[str]:
    return sorted(its_stem for its_stem, needed in stems.items() if needed <= errors)


def _mended(name: str, rest: list[str], meant: list[list[str]]) -> Step | None:
    """The step to terms that have all stems of `rest` and one at least of each list in `meant`."""
    if not all(meant):
        return None
    parameters = {f"{name}_{n}": stems for n, stems in enumerate(meant)}
    conditions = [f"{{t}}.stems && %({name})s::text[]" for name in parameters]
    if rest:
        parameters["rest"] = rest
        conditions.append("{t}.stems @> %(rest)s::text[]")
    some = tuple(tuple(f"={its_stem}" for its_stem in stems) for stems in meant)
    return Step(name, " AND ".join(conditions), dict(parameters), (Group(stem_tokens(rest), some),))
