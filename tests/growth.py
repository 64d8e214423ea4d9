"""Whether time grows with the input and no faster, told so that other work on the machine does not matter."""

import time
from collections.abc import Callable

TIMES = 8
MOST = 3 * TIMES
"""A linear step takes 8 times as long for 8 times as much, a quadratic one 64 times."""


def growth(call: Callable[[str], object], make: Callable[[int], str], size: int, runs: int = 3) -> float:
    """How many times as long `call` takes for `make(TIMES * size)` as for `make(size)`.

    By the processor's time for this thread alone, the best of some runs, in turn.
    """
    small, large = make(size), make(TIMES * size)
    times = [(_seconds(call, small), _seconds(call, large)) for _ in range(runs)]
    return min(of_large for _, of_large in times) / min(of_small for of_small, _ in times)


def _seconds(call: Callable[[str], object], text: str) -> float:
    start = time.thread_time()
    call(text)
    return time.thread_time() - start
