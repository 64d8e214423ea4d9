"""Where the lines and columns of a plot are, in a square of WIDTH by HEIGHT with the origin at its upper left."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

WIDTH, HEIGHT = 600, 120
_GAP = 0.2
"""Between columns, as a share of the room that a column has."""
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Series:
    """A name with the values at the points in time of its plot."""

    name: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Line:
    """A series as a line: its points as SVG's `points` has them."""

    series: Series
    points: str


@dataclass(frozen=True, slots=True)
class Column:
    """A part of a column: the rectangle of one value, and which of the series it belongs to, from 0."""

    series: int
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Values over time; `name` names the plot on its page, `labels` the points in time, `about` what to see in it."""

    name: str
    title: str
    about: str
    labels: Sequence[str]
    series: Sequence[Series]
    stacked: bool = False

    @property
    def width(self) -> int:
        """Of the drawing."""
        return WIDTH

    @property
    def height(self) -> int:
        """Of the drawing."""
        return HEIGHT

    @property
    def halfway(self) -> int:
        """Where the line of half of `top` is."""
        return HEIGHT // 2

    @property
    def top(self) -> int:
        """The value at the upper edge, a round number."""
        if self.stacked:
            return top_of(max((sum(values) for values in zip(*self._values, strict=True)), default=0))
        return top_of(max((max(values, default=0) for values in self._values), default=0))

    @property
    def middle(self) -> str:
        """Half of `top`, where that is a whole number."""
        return str(self.top // 2) if self.top % 2 == 0 else ""

    @property
    def lines(self) -> list[Line]:
        """The series as lines; of a single point a level one."""
        return [Line(series, " ".join(self._points(series.values))) for series in self.series]

    @property
    def columns(self) -> list[Column]:
        """The values of the series as columns, the first series at the bottom; nothing is drawn of a 0."""
        room = WIDTH / max(len(self.labels), 1)
        found = []
        for at, values in enumerate(zip(*self._values, strict=True)):
            ends = list(accumulate(values))
            for number, (value, end) in enumerate(zip(values, ends, strict=True)):
                if value:
                    box = (room * (at + _GAP / 2), HEIGHT - self._y(end), room * (1 - _GAP), self._y(value))
                    found.append(Column(number, *map(_short, box)))
        return found

    @property
    def rows(self) -> list[tuple[str, tuple[int, ...]]]:
        """The numbers, latest first: a label with the values of all series."""
        return list(zip(self.labels, zip(*self._values, strict=True), strict=True))[::-1]

    @property
    def _values(self) -> list[Sequence[int]]:
        return [series.values for series in self.series]

    def _points(self, values: Sequence[int]) -> list[str]:
        if len(values) == 1:
            values = [values[0], values[0]]
        steps = max(len(values) - 1, 1)
        return [f"{_short(WIDTH * at / steps)},{_short(HEIGHT - self._y(value))}" for at, value in enumerate(values)]

    def _y(self, value: int) -> float:
        return HEIGHT * value / self.top


def top_of(largest: int) -> int:
    """The next round number, 1, 2 or 5 with zeros, that is not below `largest`."""
    power = 10 ** max(len(str(largest)) - 1, 0)
    return next(step * power for step in _STEPS if step * power >= largest) if largest > 0 else 1


def _short(number: float) -> str:
    return re.sub(r"\.?0+$", "", f"{number:.1f}")
