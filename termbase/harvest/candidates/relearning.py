"""Weights from what terminologists have decided in this termbase."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from termbase.errors import InvalidInput
from termbase.harvest.candidates.known import known_terms
from termbase.harvest.candidates.learning import Material, learn
from termbase.harvest.candidates.proposing import source_of
from termbase.harvest.candidates.queue import CHINESE
from termbase.harvest.candidates.reading import read
from termbase.harvest.candidates.sharing import Shared
from termbase.harvest.candidates.values import Known
from termbase.harvest.candidates.weights import Weights
from termbase.models import Candidate, Document, Term
from termbase.vocabulary import QueueStatus, ReviewStatus

LEAST_REVIEWED = 100
"""Fewer reviewed terms than these teach nothing that the shipped weights do not know better."""
# A rejection is a decision; that nobody recorded a piece may be chance.
_TERM, _REJECTED, _UNRECORDED = 1.3, -2.0, 0.0


class Relearned(NamedTuple):
    """Weights, and how many reviewed terms in how many documents they were learned from."""

    weights: Weights
    terms: int
    documents: int


def relearn(progress: Callable[[str], None] = lambda name: None) -> Relearned:
    """Learn from the documents that hold approved terms or rejected candidates.

    Each document teaches twice: as it would look to an empty termbase, and to one that has only what stands in other
    documents. Raises `InvalidInput` where fewer than `LEAST_REVIEWED` reviewed terms stand in the documents.
    """
    decisions, known = _decisions(), known_terms()
    readings = {
        document: read(source_of(document).paragraphs)
        for document in Document.objects.current().filter(language__in=CHINESE)
    }
    reviewed = {document: decisions.keys() & reading.pieces.keys() for document, reading in readings.items()}
    terms = {key for keys in reviewed.values() for key in keys if decisions[key] is not None}
    if len(terms) < LEAST_REVIEWED:
        raise InvalidInput(
            f"{len(terms)} reviewed terms stand in the documents; weights are learned from {LEAST_REVIEWED} or more."
        )
    material = []
    for document, reading in readings.items():
        if not reviewed[document]:
            continue
        progress(str(document))
        elsewhere = set().union(*(keys for other, keys in reviewed.items() if other != document))
        beside = {key: term for key, term in known.terms.items() if key in elsewhere or key not in reviewed[document]}
        judge = partial(_judged, decisions)
        material += [Material(reading, Shared(base), judge) for base in (Known(), Known(beside))]
    return Relearned(learn(material), len(terms), len(material) // 2)


def _judged(decisions: Mapping[str, float | None], key: str) -> float | None:
    return decisions.get(key, _UNRECORDED)


def _decisions() -> dict[str, float | None]:
    """By key: what a person decided; None for what waits, of which nobody knows."""
    decisions: dict[str, float | None] = {}
    verdicts = {QueueStatus.WAITING: None, QueueStatus.REJECTED: _REJECTED, QueueStatus.ACCEPTED: _TERM}
    for key, status in Candidate.objects.filter(language__in=CHINESE).values_list("key", "status"):
        decisions[key] = verdicts[QueueStatus(status)]
    reviews = {ReviewStatus.PROPOSED: None, ReviewStatus.REJECTED: _REJECTED, ReviewStatus.APPROVED: _TERM}
    # An approved term outweighs a homograph that was rejected.
    ordered = sorted(
        Term.objects.filter(language__in=CHINESE, concept__withdrawn_at=None).values_list("review_status", "key"),
        key=lambda row: list(reviews).index(ReviewStatus(row[0])),
    )
    decisions.update((key, reviews[ReviewStatus(status)]) for status, key in ordered)
    return decisions
