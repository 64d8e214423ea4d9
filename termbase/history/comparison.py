"""Two people's changes to one thing, field by field: what both began with, what it has become, what the second wants.

Values are texts as a form holds them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from termbase.history.states import RowId

Texts = Mapping[str, str]


class Verdict(Enum):
    """Whose change of a field it is."""

    THEIRS = "theirs"
    MINE = "mine"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field as it was seen, as it is now, and as it is wanted; None for a row that was, is or will not be there."""

    row: RowId
    field: str
    seen: str | None
    theirs: str | None
    mine: str | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Merged:
    """What to show in the form: nothing of either's is lost, and where both changed a field it has `mine`.

    `rows` are those that are there; `again` those that were taken out meanwhile and are wanted with changes.
    """

    rows: dict[RowId, Texts]
    again: dict[RowId, Texts]
    differences: list[Difference]


def compare(seen: Mapping[RowId, Texts], theirs: Mapping[RowId, Texts], mine: Mapping[RowId, Texts | None]) -> Merged:
    """Bring together two people's changes to the rows that both have seen.

    `mine` has the fields that the form has, None for a row to take out. A field that one of them has changed has that
    one's value.
    """
    merged = Merged({}, {}, [])
    for row in sorted(seen.keys() | theirs.keys()):
        base, now, wanted = seen.get(row), theirs.get(row), mine.get(row, seen.get(row))
        if now is None:
            if wanted is not None and base is not None and _changed(base, wanted):
                merged.again[row] = {**base, **wanted}
            merged.differences.extend(_of_row(row, base, None, wanted))
        elif base is None or wanted is None:
            merged.rows[row] = now
            merged.differences.extend(_of_row(row, base, now, now if base is None else None))
        else:
            merged.rows[row] = {name: _pick(base.get(name, ""), now[name], wanted.get(name)) for name in now}
            merged.differences.extend(_of_row(row, base, now, {**base, **wanted}))
    return merged


def _pick(base: str, now: str, wanted: str | None) -> str:
    return now if wanted is None or wanted == base else wanted


def _changed(base: Texts, wanted: Texts) -> bool:
    return any(base.get(name) != value for name, value in wanted.items())


def _of_row(row: RowId, base: Texts | None, now: Texts | None, wanted: Texts | None) -> Iterable[Difference]:
    names = dict.fromkeys(name for texts in (base, now, wanted) for name in texts or ())
    for name in names:
        seen, theirs, mine = ((texts or {}).get(name) for texts in (base, now, wanted))
        if seen == theirs == mine or (base is None and not theirs) or (now is None and not seen and not mine):
            continue
        verdict = Verdict.BOTH if seen not in (theirs, mine) else Verdict.MINE if seen == theirs else Verdict.THEIRS
        if theirs == mine and verdict is Verdict.BOTH:
            verdict = Verdict.THEIRS
        yield Difference(row, name, seen, theirs, mine, verdict)
