"""Which of the places of known keys in a text are taken where they overlap: the longest, and of equals the first."""

import sys
from bisect import bisect_right
from operator import itemgetter

from termbase.text.normalise import Place


def longest(found: list[Place]) -> tuple[list[Place], set[Place]]:
    """The accepted places, and those of them that are crossed; `found` is by end.

    As `resolve` has it, which is asked only where places cross: nearly all others lie inside a single longest one.
    Gone through from the last end, a place lies inside the one before, or ends with it and holds it, or crosses it, or
    has nothing to do with it.
    """
    kept: list[Place] = []
    crossing: list[int] = []
    # The span of the longest place before.
    first = after = sys.maxsize
    for place in reversed(found):
        _, start, end = place
        if start >= first:
            continue
        if end == after:
            kept[-1] = place
        else:
            if end > first:
                crossing.append(len(kept))
            kept.append(place)
        first, after = start, end
    crossed = _uncross(kept, crossing, found) if crossing else set()
    kept.reverse()
    return kept, crossed


def _uncross(kept: list[Place], crossing: list[int], found: list[Place]) -> set[Place]:
    """Put what `resolve` accepts in the place of those that cross, the i-th the one before; those still crossed.

    `kept` is from the last to the first.
    """
    ends = [place[2] for place in found]
    crossed: set[Place] = set()
    while crossing:
        last = at = crossing.pop()
        while crossing and crossing[-1] == at - 1:
            at = crossing.pop()
        start, end = kept[last][1], kept[at - 1][2]
        part = found[bisect_right(ends, start) : bisect_right(ends, end)]
        accepted, doubtful, _ = resolve(part, start, end)
        kept[at - 1 : last + 1] = sorted(accepted, key=itemgetter(1), reverse=True)
        crossed |= doubtful
    return crossed


def resolve(found: list[Place], start: int, end: int) -> tuple[list[Place], set[Place], list[Place]]:
    """The accepted places, those of them that another crosses, and those inside; all are within [start, end)."""
    # owner[i]: which accepted place holds key[start + i]. No later place is longer than an accepted one, so one that
    # overlaps has its first or its last character inside.
    owner = [-1] * (end - start)
    accepted: list[Place] = []
    inside: list[Place] = []
    refused: list[Place] = []
    for place in sorted(found, key=lambda place: (place[1] - place[2], place[1])):
        first, after = place[1] - start, place[2] - start
        owners = {owner[first], owner[after - 1]}
        if owners == {-1}:
            owner[first:after] = [len(accepted)] * (after - first)
            accepted.append(place)
        else:
            (inside if len(owners) == 1 else refused).append(place)
    # Only now: one that a longer place refused may also reach into a shorter one that was accepted after it.
    crossed: set[Place] = set()
    for _, first, after in refused:
        before, behind = owner[first - start], owner[after - 1 - start]
        if before >= 0 and accepted[before][1] < first:
            crossed.add(accepted[before])
        if behind >= 0 and after < accepted[behind][2]:
            crossed.add(accepted[behind])
    return accepted, crossed, inside
