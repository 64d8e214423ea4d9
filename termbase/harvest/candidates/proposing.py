"""Stored documents to the queue."""

from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings

from termbase.harvest.candidates.known import known_terms
from termbase.harvest.candidates.processes import found_in
from termbase.harvest.candidates.queue import Stored, store
from termbase.harvest.candidates.values import Paragraph, Source
from termbase.harvest.candidates.weights import SHIPPED, Weights, read_weights
from termbase.models import Document
from termbase.vocabulary import Language, PassageKind

OWN_WEIGHTS = "harvest_weights.toml"
"""In the data folder: what this termbase has learned itself."""
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
    found = found_in(map(source_of, chinese), known_terms(), weights or current_weights(), workers)
    total = Stored(0, 0, 0)
    for document, items in zip(chinese, found, strict=True):
        stored = store(items, [document.pk])
        total = Stored(total.new + stored.new, total.waiting + stored.waiting, total.gone + stored.gone)
        progress(str(document))
    return total


def own_weights() -> Path:
    """Where the weights are that this termbase has learned itself, if it has."""
    return Path(settings.TERMBASE_DATA) / OWN_WEIGHTS


def current_weights() -> Weights:
    """The termbase's own weights, or those that ship."""
    own = own_weights()
    return read_weights(own if own.exists() else SHIPPED)


def source_of(document: Document) -> Source:
    """A stored document to read."""
    rows = document.passages.values_list("pk", "kind", "text")
    paragraphs = tuple(Paragraph(pk, PassageKind(kind), text) for pk, kind, text in rows)
    return Source(document.pk, paragraphs, Language(document.language))
