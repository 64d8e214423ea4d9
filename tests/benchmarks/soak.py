"""What each process holds, minute by minute under load: `python -m tests.benchmarks.soak [RATE] [MINUTES]`.

The service, the requests and their mix are those of `load`, RATE of them a second (50) for MINUTES (60). Prints
Markdown: resident memory of each process in MB, of the database's processes together the proportional share, and by how
much each grows in an hour, by least squares over the second half, when caches are full.
"""

import statistics
import sys
from collections.abc import Sequence

from tests.benchmarks.load import heading, loaded, row
from tests.benchmarks.open_loop import Phase


def main(rate: float, minutes: float) -> None:
    """Serve, ask, watch and print."""
    with loaded() as load:
        taken = [load.memory()]
        names = list(taken[0])
        print(f"| minute | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}")

        def watch() -> None:
            taken.append(load.memory())
            print(f"| {len(taken) - 1} | {' | '.join(f'{taken[-1].get(name, 0):.0f}' for name in names)} |", flush=True)

        measured = load.run(Phase(rate, 60 * minutes), watch=watch)
        slopes = [_slope([one.get(name, 0) for one in taken[len(taken) // 2 :]]) for name in names]
        print(f"| MB an hour | {' | '.join(f'{60 * slope:+.1f}' for slope in slopes)} |\n")
        print(f"{len(measured.answered.due):,} requests.\n")
        heading()
        row(measured)


def _slope(values: Sequence[float]) -> float:
    return statistics.linear_regression(range(len(values)), values).slope if len(values) > 1 else 0.0


if __name__ == "__main__":
    main(*map(float, [*sys.argv[1:], *("50", "60")[len(sys.argv) - 1 :]]))
