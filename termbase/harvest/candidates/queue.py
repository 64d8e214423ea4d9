"""Candidates into the queue, whatever the order of documents and however often: rows of `Candidate` and its parts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

from django.db import connection, transaction
from django.db.models import Model

from termbase.harvest.candidates.values import Found
from termbase.models import Candidate, CandidateExample, CandidateFrequency
from termbase.models.copying import CopiedQuerySet
from termbase.vocabulary import Language, QueueStatus

CHINESE = (Language.ZH_HANS, Language.ZH_HANT)


@dataclass(frozen=True, slots=True)
class Stored:
    """What a harvest changed: candidates that are new, that were waiting already, and that stand nowhere any more."""

    new: int
    waiting: int
    gone: int


@transaction.atomic
def store(found: Iterable[Found], documents: Collection[int]) -> Stored:
    """Put what was found in `documents` (ids) in place of what was found in them before.

    A candidate that was accepted or rejected stays as it is. A waiting one that stands in no document any more goes.
    """
    _one_at_a_time()
    by_key: dict[str, list[Found]] = {}
    for item in found:
        by_key.setdefault(item.key, []).append(item)
    new = _add_missing(by_key)
    rows = _waiting(by_key)
    stale = CandidateFrequency.objects.filter(document__in=documents, candidate__status=QueueStatus.WAITING)
    touched = set(stale.values_list("candidate", flat=True)) - {row.pk for row in rows.values()}
    CandidateExample.objects.filter(passage__document__in=documents, candidate__status=QueueStatus.WAITING).delete()
    stale.delete()
    _add_parts(by_key, rows)
    _sum_up([*rows.values(), *Candidate.objects.filter(pk__in=touched)])
    gone, _ = Candidate.objects.filter(status=QueueStatus.WAITING, frequencies=None).delete()
    return Stored(new=new, waiting=len(rows) - new, gone=gone)


def _one_at_a_time() -> None:
    """Until the end of the transaction no other worker adds what it finds in another document, often the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('termbase.harvest.candidates'))")


def _add_missing(by_key: Mapping[str, list[Found]]) -> int:
    known = set(Candidate.objects.filter(key__in=by_key, language__in=CHINESE).values_list("key", flat=True))
    missing = [_row(items) for key, items in sorted(by_key.items()) if key not in known]
    Candidate.objects.copy_in(missing)
    return len(missing)


def _waiting(by_key: Mapping[str, list[Found]]) -> dict[str, Candidate]:
    rows = Candidate.objects.filter(key__in=by_key, language__in=CHINESE).order_by("key", "-language")
    return {row.key: row for row in rows.select_for_update() if row.status == QueueStatus.WAITING}


def _row(items: list[Found]) -> Candidate:
    best = max(items, key=lambda item: (item.score, -item.document))
    return Candidate(
        language=best.language,
        text=best.text,
        term_type=best.term_type,
        subject_field_id=best.subject_field,
        full_form=best.full_form,
        variant_of_id=best.variant_of,
        proposed_english=best.english,
        score=combined([item.score for item in items]),
        badges=sorted({badge for item in items for badge in item.badges}),
    )


def _add_parts(by_key: Mapping[str, list[Found]], rows: Mapping[str, Candidate]) -> None:
    pairs = [(rows[key], item) for key, items in by_key.items() if key in rows for item in items]
    CandidateFrequency.objects.copy_in(
        [
            CandidateFrequency(
                candidate=row, document_id=item.document, count=item.count, score=item.score, badges=list(item.badges)
            )
            for row, item in pairs
        ]
    )
    CandidateExample.objects.copy_in(
        [
            CandidateExample(
                candidate=row,
                passage_id=place.passage,
                start=place.start,
                end=place.end,
                sentence_start=place.sentence_start,
                sentence_end=place.sentence_end,
                score=place.score,
            )
            for row, item in pairs
            for place in item.places
        ]
    )
    through = Candidate.known_terms.through
    through.objects.filter(candidate__in=[row.pk for row, _ in pairs]).delete()
    inside = {(row.pk, term) for row, item in pairs for term in item.known_terms}
    rows_of: CopiedQuerySet[Model] = CopiedQuerySet(through)
    rows_of.copy_in([through(candidate_id=candidate, term_id=term) for candidate, term in sorted(inside)])


def _sum_up(rows: Collection[Candidate]) -> None:
    """Score and badges of each candidate from all documents that it stands in."""
    parts: dict[int, list[CandidateFrequency]] = {row.pk: [] for row in rows}
    for part in CandidateFrequency.objects.filter(candidate__in=list(parts)).order_by("document"):
        parts[part.candidate_id].append(part)
    changed = []
    for row in rows:
        score = combined([part.score for part in parts[row.pk]])
        badges = sorted({badge for part in parts[row.pk] for badge in part.badges})
        if (row.score, row.badges) != (score, badges):
            row.score, row.badges = score, badges
            changed.append(row)
    # Those of one document have theirs already.
    Candidate.objects.bulk_update(changed, ["score", "badges"])


def combined(scores: Iterable[float]) -> float:
    """The probability that a candidate is a term, of those that its documents give it: that not all of them are wrong.

    The sum is rounded, so that it is the same in whatever order the documents come.
    """
    return round(1 - reduce(lambda left, score: left * (1 - score), sorted(scores), 1.0), 6)


def clear(documents: Collection[int]) -> Stored:
    """Take what was found in `documents` (ids) out of the queue."""
    return store((), documents)
