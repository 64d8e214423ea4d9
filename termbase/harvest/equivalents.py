"""Candidates with the English that aligned passages make likely."""

from collections.abc import Iterable, Sequence

from ahocorasick_rs import AhoCorasick
from django.db import transaction

from termbase.models import Candidate, Document, LikelyEquivalent, Passage
from termbase.text.equivalents import Equivalent, Parallel
from termbase.vocabulary import QueueStatus

MOST_CANDIDATES = 2_000
"""Of a harvest, the best by score."""
PER_CANDIDATE = 3
_PASSAGES_EACH = 40
_PASSAGES = 16_000
_SAMPLE = 4_000
_BATCH = 2_000


def likely_english(texts: Sequence[str], *, most: int = PER_CANDIDATE) -> dict[str, list[Equivalent]]:
    """By text (a matching key) the likeliest English by the aligned passages; two readings of them, however many.

    Texts that stand in none are left out.
    """
    passages = _passages_for(texts)
    if not passages:
        return {}
    parallel = Parallel(Passage.objects.filter(pk__in=passages).only("text", "translation").order_by("pk"))
    found = {text: parallel.equivalents(text, most=most) for text in texts}
    return {text: equivalents for text, equivalents in found.items() if equivalents}


def add_to_candidates(documents: Iterable[Document] | None = None) -> int:
    """Give the waiting candidates of `documents`, or all, their likely equivalents anew; how many have any."""
    waiting = Candidate.objects.filter(status=QueueStatus.WAITING, language__startswith="zh").order_by("-score", "pk")
    if documents is not None:
        waiting = waiting.filter(frequencies__document__in=list(documents)).distinct()
    rows = {key: pk for pk, key in waiting.values_list("pk", "key")[:MOST_CANDIDATES]}
    found = likely_english(list(rows))
    with transaction.atomic():
        LikelyEquivalent.objects.filter(candidate__in=rows.values()).delete()
        LikelyEquivalent.objects.bulk_create(
            [
                LikelyEquivalent(candidate_id=rows[key], text=one.english, count=one.count, score=one.score)
                for key, equivalents in found.items()
                for one in equivalents
            ],
            batch_size=_BATCH,
            ignore_conflicts=True,
        )
    return len(found)


def _passages_for(texts: Sequence[str]) -> list[int]:
    """Aligned passages (ids): a few with each text, and a sample of all others to compare them with."""
    aligned = Passage.objects.aligned().order_by("pk")
    total = aligned.count()
    if not total or not texts:
        return []
    automaton = AhoCorasick(list(texts))
    each = max(3, min(_PASSAGES_EACH, _PASSAGES // len(texts)))
    step = max(1, total // _SAMPLE)
    counts = [0] * len(texts)
    chosen: list[int] = []
    for at, (pk, key) in enumerate(aligned.values_list("pk", "key").iterator(chunk_size=_BATCH)):
        holding = {text for text, _, _ in automaton.find_matches_as_indexes(key, overlapping=True)}
        wanted = [text for text in holding if counts[text] < each]
        for text in wanted:
            counts[text] += 1
        if wanted or at % step == 0:
            chosen.append(pk)
    return chosen if any(counts) else []
