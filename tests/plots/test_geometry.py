"""Where the lines and columns of plots are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.plots import Plot, Series, top_of
from termbase.plots.geometry import HEIGHT, WIDTH


def plot(*values, stacked=False):
    series = [Series(str(number), row) for number, row in enumerate(values)]
    labels = [str(at) for at in range(len(values[0]) if values else 0)]
    return Plot("p", "Plot", "About.", labels, series, stacked)


@pytest.mark.parametrize(
    ("largest", "top"), [(0, 1), (1, 1), (3, 5), (5, 5), (6, 10), (10, 10), (11, 20), (104, 200), (999, 1000)]
)
def test_the_top_is_a_round_number(largest, top):
    assert top_of(largest) == top


@given(st.integers(1, 10**9))
def test_the_top_is_never_below_and_never_far_above(largest):
    assert largest <= top_of(largest) < 10 * largest


@pytest.mark.parametrize(
    ("values", "points", "reason"),
    [
        ([0, 5, 10], "0,120 300,60 600,0", "from left to right, the top at the top"),
        ([5], "0,0 600,0", "one point is a level line"),
        ([0, 0], "0,120 600,120", "nothing at all"),
    ],
)
def test_a_line(values, points, reason):
    assert plot(values).lines[0].points == points, reason


def test_columns_stand_on_one_another():
    lower, upper = plot([3], [2], stacked=True).columns
    assert (lower.series, upper.series) == (0, 1)
    assert float(upper.y) + float(upper.height) == float(lower.y)
    assert float(lower.y) + float(lower.height) == HEIGHT
    assert float(upper.y) == 0, "five is the top"


def test_a_column_of_nothing_is_not_drawn():
    assert len(plot([1, 0], [0, 2], stacked=True).columns) == 2


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=40), st.booleans())
def test_everything_lies_inside(rows, stacked):
    drawn = plot([a for a, _ in rows], [b for _, b in rows], stacked=stacked)
    for column in drawn.columns if stacked else []:
        assert 0 <= float(column.x) <= float(column.x) + float(column.width) <= WIDTH + 0.2
        assert -0.1 <= float(column.y) <= float(column.y) + float(column.height) <= HEIGHT + 0.2
    for line in drawn.lines if not stacked else []:
        for point in line.points.split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT


def test_the_numbers_come_latest_first():
    assert plot([1, 2], [3, 4]).rows == [("1", (2, 4)), ("0", (1, 3))]


def test_half_of_an_odd_top_is_not_written():
    assert (plot([2]).middle, plot([5]).middle) == ("1", "")


def test_nothing_to_draw():
    empty = plot([])
    assert (empty.top, empty.columns, empty.rows) == (1, [], [])
