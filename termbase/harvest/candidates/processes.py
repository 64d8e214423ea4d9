"""Many processes sharing the documents; no database and no settings here, which a spawned process has not."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from termbase.harvest.candidates.finding import candidates_of
from termbase.harvest.candidates.sharing import Shared
from termbase.harvest.candidates.values import Found, Known, Source
from termbase.harvest.candidates.weights import Weights


def found_in(sources: Iterable[Source], known: Known, weights: Weights, workers: int = 1) -> Iterator[list[Found]]:
    """The candidates of each document, in their order; the same with any number of worker processes."""
    if workers == 1:
        shared = Shared(known)
        for source in sources:
            yield candidates_of(source, shared, weights)
        return
    # Spawned: a forked process would share this one's connection to the database.
    with ProcessPoolExecutor(workers, get_context("spawn"), _Worker.begin, (known, weights)) as pool:
        waiting: deque[Future[list[Found]]] = deque()
        for source in sources:
            waiting.append(pool.submit(_Worker.work, source))
            # No more documents are held than keep the workers busy.
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class _Worker:
    """What a worker process has at hand for all documents it is given."""

    shared: Shared
    weights: Weights

    @classmethod
    def begin(cls, known: Known, weights: Weights) -> None:
        """Make ready."""
        cls.shared, cls.weights = Shared(known), weights

    @classmethod
    def work(cls, source: Source) -> list[Found]:
        """The candidates of a document."""
        return candidates_of(source, cls.shared, cls.weights)
