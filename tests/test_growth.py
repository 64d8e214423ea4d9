"""The measure of growth itself: it passes a linear step and finds a quadratic one, however small."""

from tests.growth import MOST, TIMES, growth

SIZE = 4_000


def make(size):
    return "ab" * size


def linear(text):
    return [character.upper() for character in text]


def quadratic(text):
    """Beside a linear step that takes most of the time for the smaller text, one that reads on to the end each time."""
    return linear(text), [text.count("c", at) for at in range(0, len(text), 8)]


def test_a_linear_step_passes():
    assert TIMES / 2 < growth(linear, make, SIZE) < MOST


def test_a_quadratic_step_does_not():
    assert growth(quadratic, make, SIZE) > MOST
