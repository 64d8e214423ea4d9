"""From documents to their candidates, best first."""

from collections.abc import Callable, Iterable, Iterator

from termbase.harvest.candidates.known import known_terms
from termbase.harvest.candidates.queue import Stored, store
from termbase.harvest.candidates.reading import lines_of, named, stretches
from termbase.harvest.candidates.values import Found, Known, Paragraph, Source
from termbase.models import Document
from termbase.vocabulary import Language, PassageKind


def propose(documents: Iterable[Document], progress: Callable[[str], None] = lambda name: None) -> Stored:
    """Put the candidates of stored `documents` into the queue; again, in place of the earlier ones.

    `progress` is told each document before it is read.
    """
    known = known_terms()
    new = waiting = gone = 0
    for document in documents:
        progress(str(document))
        stored = store(candidates([source_of(document)], known), [document.pk])
        new, waiting, gone = new + stored.new, waiting + stored.waiting, gone + stored.gone
    return Stored(new, waiting, gone)


def source_of(document: Document) -> Source:
    """A stored document to read."""
    rows = document.passages.values_list("pk", "kind", "text")
    paragraphs = tuple(Paragraph(pk, PassageKind(kind), text) for pk, kind, text in rows)
    return Source(document.pk, paragraphs, Language(document.language))


def candidates(documents: Iterable[Source], known: Known) -> Iterator[Found]:
    """The candidates of each document, best first; documents are judged each by itself, in any order."""
    for document in documents:
        yield from _candidates(document, known)


def _candidates(source: Source, known: Known) -> Iterator[Found]:
    counts: dict[str, int] = {}
    texts: dict[str, str] = {}
    for number, line in enumerate(lines_of(source)):
        found = [*stretches(number, line), *(stretch for stretch, _ in named(number, line))]
        for stretch in found:
            start, end = line.words[stretch.first].start, line.words[stretch.last].end
            key = line.normalised.key[start:end]
            counts[key] = counts.get(key, 0) + 1
            first, last = line.normalised.span(start, end)
            texts.setdefault(key, line.paragraph.text[first:last])
    for key, count in sorted(counts.items(), key=lambda item: (-item[1] * len(item[0]), item[0])):
        if count > 1 and key not in known.excluded:
            score = round(1 - 1 / count, 6)
            yield Found(
                document=source.document, key=key, text=texts[key], language=source.language, score=score, count=count
            )
