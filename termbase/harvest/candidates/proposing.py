"""Stored documents to the queue."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from termbase.harvest.candidates.finding import candidates_of
from termbase.harvest.candidates.known import known_terms
from termbase.harvest.candidates.queue import Stored, store
from termbase.harvest.candidates.sharing import Shared
from termbase.harvest.candidates.values import Found, Known, Paragraph, Source
from termbase.harvest.candidates.weights import Weights, read_weights
from termbase.models import Document
from termbase.vocabulary import Language, PassageKind

Progress = Callable[[str], None]


def propose(
    documents: Iterable[Document],
    *,
    weights: Weights | None = None,
    workers: int = 1,
    progress: Progress = lambda name: None,
) -> Stored:
    """Put the candidates of stored `documents` into the queue; again, in place of the earlier ones.

    `workers` processes share the documents; what comes out is the same with any number. `progress` is told each
    document when it is done.
    """
    chinese = [one for one in documents if one.language in (Language.ZH_HANS, Language.ZH_HANT)]
    total = Stored(0, 0, 0)
    for document, found in zip(chinese, _found(chinese, weights or read_weights(), workers), strict=True):
        stored = store(found, [document.pk])
        total = Stored(total.new + stored.new, total.waiting + stored.waiting, total.gone + stored.gone)
        progress(str(document))
    return total


def source_of(document: Document) -> Source:
    """A stored document to read."""
    rows = document.passages.values_list("pk", "kind", "text")
    paragraphs = tuple(Paragraph(pk, PassageKind(kind), text) for pk, kind, text in rows)
    return Source(document.pk, paragraphs, Language(document.language))


def _found(documents: Sequence[Document], weights: Weights, workers: int) -> Iterator[list[Found]]:
    known = known_terms()
    sources = map(source_of, documents)
    if workers == 1:
        yield from map(partial(candidates_of, shared=Shared(known), weights=weights), sources)
        return
    # Spawned: a forked process would share this one's connection to the database.
    with ProcessPoolExecutor(workers, get_context("spawn"), _Worker.begin, (known, weights)) as pool:
        yield from pool.map(_Worker.work, sources)


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
