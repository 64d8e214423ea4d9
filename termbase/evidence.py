"""Evidence: how the translations of aligned passages render the Chinese terms that stand in them.

A rendering counts once a passage, whatever its inflection, and not inside a longer form of the same concept. Passages
with none of the concept's forms in the translation have another rendering; a few of them are kept for terminologists.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Prefetch

from termbase.models import Passage, Rendering, RivalPassage, Term, TermEvidence
from termbase.models.news import fetch
from termbase.recognition.current import matcher_of
from termbase.recognition.matcher import Match, Matcher
from termbase.text import english
from termbase.text.languages import EN
from termbase.text.normalise import normalise_with_offsets

RIVALS_PER_TERM = 5
# Long enough to give a context and short enough to read.
_READABLE = 60
_BATCH = 2_000
_TELL_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class Rival:
    """A passage with another rendering: the term at [start, end) of `text`, and where it stands."""

    text: str
    start: int
    end: int
    translation: str
    document: str
    document_key: str
    position: int
    number: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """In how many aligned passages a Chinese term stands, and in how many of these each English form does.

    `renderings` has all forms that the reader may see, the most frequent first, those never met with 0. `without` is in
    how many no known form stands; `rivals` are a few of them.
    """

    term: Term
    passages: int
    renderings: tuple[tuple[Term, int], ...]
    without: int
    rivals: tuple[Rival, ...]


def of_terms(terms: Sequence[Term]) -> list[Evidence]:
    """The evidence for the Chinese ones among the terms of one concept, in their order; three queries."""
    forms = [term for term in terms if term.language == EN]
    renderings = Prefetch("renderings", Rendering.objects.filter(term__in=forms))
    passages = RivalPassage.objects.select_related("passage__document").defer("passage__key", "passage__ngrams")
    rows = TermEvidence.objects.filter(term__in=[term for term in terms if term.language != EN])
    found = {row.term_id: row for row in rows.prefetch_related(renderings, Prefetch("rivals", passages))}
    return [_shown(term, found[term.pk], forms) for term in terms if term.pk in found]


def exists_for(terms: Sequence[int]) -> bool:
    """Whether there is evidence for any of these terms (ids): for most there is none, and no more need be asked."""
    return bool(
        fetch("SELECT 1 FROM termbase_termevidence WHERE term_id = ANY(%(terms)s) LIMIT 1", {"terms": list(terms)})
    )


def _shown(term: Term, row: TermEvidence, forms: Sequence[Term]) -> Evidence:
    counts = {rendering.term_id: rendering.count for rendering in row.renderings.all()}
    # Sorting is stable: forms that are as frequent stay in the order of recommendation.
    ranked = sorted(((form, counts.get(form.pk, 0)) for form in forms), key=lambda pair: -pair[1])
    return Evidence(term, row.passages, tuple(ranked), row.without, tuple(_rival(rival) for rival in row.rivals.all()))


def _rival(row: RivalPassage) -> Rival:
    passage, document = row.passage, row.passage.document
    return Rival(
        text=passage.text,
        start=row.start,
        end=row.end,
        translation=passage.translation,
        document=document.cited_as,
        document_key=document.key,
        position=passage.position,
        number=passage.number or passage.kind,
    )


@dataclass(slots=True)
class _Found:
    """What a reading of aligned passages found, by term ids; of each term only the best few passages are kept."""

    passages: Counter[int] = field(default_factory=Counter)
    without: Counter[int] = field(default_factory=Counter)
    renderings: Counter[tuple[int, int]] = field(default_factory=Counter)
    rivals: dict[int, list[tuple[int, int, int, int]]] = field(default_factory=dict)
    _seen: dict[int, set[str]] = field(default_factory=dict)

    def add(self, passage: Passage, chinese: dict[int, tuple[int, Match]], forms: dict[int, set[int]]) -> None:
        """Take in a passage: its Chinese terms with concept and place, and the English terms of each concept."""
        for term, (concept, match) in chinese.items():
            self.passages[term] += 1
            for form in forms.get(concept, ()):
                self.renderings[term, form] += 1
            if concept not in forms:
                self.without[term] += 1
                self._keep(term, passage, match)

    def _keep(self, term: int, passage: Passage, match: Match) -> None:
        heap = self.rivals.setdefault(term, [])
        # Copies of one formula show the same thing; remembered are those that are kept, so it stays small.
        if passage.text in self._seen.setdefault(term, set()):
            return
        # Of equals the earlier, in whatever order passages are read.
        item = (-abs(len(passage.text) - _READABLE), -passage.pk, match.start, match.end)
        if len(heap) < RIVALS_PER_TERM:
            heapq.heappush(heap, item)
        elif item > heap[0]:
            heapq.heapreplace(heap, item)
        else:
            return
        if len(self._seen[term]) < RIVALS_PER_TERM * 4:
            self._seen[term].add(passage.text)


def refresh(progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Read all aligned passages again and replace the evidence; how many there are. Constant memory in the corpus.

    As with frequencies, a new term may take places from shorter ones anywhere, so nothing less is right.
    """
    aligned = Passage.objects.aligned().only("pk", "text", "translation").order_by("pk")
    total = aligned.count()
    found = _Found()
    if total:
        of_chinese, of_english = matcher_of("zh"), matcher_of(EN)
        for done, passage in enumerate(aligned.iterator(chunk_size=_BATCH), start=1):
            chinese = _chinese(passage.text, of_chinese)
            if chinese:
                found.add(passage, chinese, _forms(passage.translation, of_english))
            if done % _TELL_EVERY == 0:
                progress(done, total)
    _store(found)
    return total


def _chinese(text: str, matcher: Matcher) -> dict[int, tuple[int, Match]]:
    """By term its concept and its first place, where it stands by itself and surely."""
    found: dict[int, tuple[int, Match]] = {}
    for match in matcher.find(normalise_with_offsets(text), proposed=True):
        if not match.crossed:
            for term, concept in zip(match.terms, match.concepts, strict=True):
                found.setdefault(term, (concept, match))
    return found


def _forms(translation: str, matcher: Matcher) -> dict[int, set[int]]:
    """By concept the English terms that stand in a translation, but not inside a longer one of the same concept."""
    by_concept: dict[int, list[tuple[int, Match]]] = {}
    for match in matcher.everything(english.words(translation), proposed=True):
        for term, concept in zip(match.terms, match.concepts, strict=True):
            by_concept.setdefault(concept, []).append((term, match))
    return {
        concept: {term for term, match in places if not any(_inside(match, other) for _, other in places)}
        for concept, places in by_concept.items()
    }


def _inside(match: Match, other: Match) -> bool:
    span, around = (match.start, match.end), (other.start, other.end)
    return span != around and around[0] <= span[0] and span[1] <= around[1]


@transaction.atomic
def _store(found: _Found) -> None:
    TermEvidence.objects.all().delete()
    rows = TermEvidence.objects.bulk_create(
        [
            TermEvidence(term_id=term, passages=count, without=found.without[term])
            for term, count in sorted(found.passages.items())
        ],
        batch_size=_BATCH,
    )
    ids = {row.term_id: row.pk for row in rows}
    Rendering.objects.bulk_create(
        [
            Rendering(evidence_id=ids[term], term_id=form, count=count)
            for (term, form), count in sorted(found.renderings.items())
        ],
        batch_size=_BATCH,
    )
    RivalPassage.objects.bulk_create(_rival_rows(found, ids), batch_size=_BATCH)


def _rival_rows(found: _Found, ids: dict[int, int]) -> Iterator[RivalPassage]:
    for term, heap in sorted(found.rivals.items()):
        for _, minus_pk, start, end in sorted(heap, reverse=True):
            yield RivalPassage(evidence_id=ids[term], passage_id=-minus_pk, start=start, end=end)
