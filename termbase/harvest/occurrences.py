"""Where the known terms stand in the documents: their frequencies and their examples."""

import heapq
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from termbase.harvest.examples import Occurrence, best, score
from termbase.models import Document, Example, Passage, TermFrequency
from termbase.recognition.current import matcher_of
from termbase.recognition.matcher import Match, Matcher
from termbase.text.normalise import normalise_with_offsets
from termbase.text.sentences import sentence_spans
from termbase.vocabulary import Language

# Places kept for each term while reading; the best few of them become its examples, however large the corpus.
_KEPT = 24


@dataclass(slots=True)
class Occurrences:
    """What a reading of documents found: counts by (term, document), and each term's best places."""

    counts: Counter[tuple[int, int]] = field(default_factory=Counter)
    places: dict[int, list[tuple[float, int, int, Occurrence]]] = field(default_factory=dict)

    def add(self, passage: Passage, match: Match, sentence: tuple[int, int]) -> None:
        """Count a match, and keep its place if it is among its term's best."""
        start, end = sentence
        text = passage.text[start:end]
        occurrence = Occurrence(
            passage=passage.pk,
            document=passage.document_id,
            start=match.start,
            end=match.end,
            sentence_start=start,
            sentence_end=end,
            sentence=text,
            score=score(text, kind=passage.kind, in_doubt=match.crossed, translated=bool(passage.translation)),
        )
        for term in match.terms:
            self.counts[term, passage.document_id] += 1
            heap = self.places.setdefault(term, [])
            # Of equal places the earlier wins, in whatever order documents are read; no two places are the same.
            item = (occurrence.score, -passage.pk, -match.start, occurrence)
            if len(heap) < _KEPT:
                heapq.heappush(heap, item)
            elif item > heap[0]:
                heapq.heapreplace(heap, item)


def refresh(progress: Callable[[str], None] = lambda name: None) -> Occurrences:
    """Read all current Chinese documents again and replace frequencies and examples; pinned examples stay.

    A term inside a longer known term is not counted: adding 预防犯罪大会 takes occurrences from 大会, so that no
    smaller refresh than of everything is right.
    """
    matcher = matcher_of("zh")
    found = Occurrences()
    for document in Document.objects.current().filter(language__in=[Language.ZH_HANS, Language.ZH_HANT]):
        progress(str(document))
        for passage in document.passages.defer("key", "ngrams").iterator():
            for match, sentence in _matches(passage.text, matcher):
                found.add(passage, match, sentence)
    _store(found)
    return found


def _matches(text: str, matcher: Matcher) -> Iterator[tuple[Match, tuple[int, int]]]:
    sentences = sentence_spans(text)
    starts = [start for start, _ in sentences]
    for match in matcher.find(normalise_with_offsets(text), proposed=True):
        first = max(bisect_right(starts, match.start) - 1, 0)
        last = bisect_right(starts, match.end - 1) - 1
        yield match, (sentences[first][0], max(sentences[last][1], match.end))


@transaction.atomic
def _store(found: Occurrences) -> None:
    TermFrequency.objects.all().delete()
    TermFrequency.objects.bulk_create(
        [TermFrequency(term_id=term, document_id=doc, count=count) for (term, doc), count in found.counts.items()],
        batch_size=2000,
    )
    Example.objects.filter(pinned=False).delete()
    examples = [
        Example(
            term_id=term,
            passage_id=place.passage,
            start=place.start,
            end=place.end,
            sentence_start=place.sentence_start,
            sentence_end=place.sentence_end,
            score=place.score,
        )
        for term, heap in found.places.items()
        for place in best(occurrence for *_, occurrence in heap)
    ]
    # A place that a person has pinned is there already.
    Example.objects.bulk_create(examples, batch_size=2000, ignore_conflicts=True)
