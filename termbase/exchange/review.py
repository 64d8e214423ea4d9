"""A file compared with the termbase, entry by entry: what an import would do, and then what it is to write."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any

from django.db.models import F

from termbase.exchange import formats
from termbase.exchange.checking import Checker
from termbase.exchange.differences import as_proposed, changes, resolved
from termbase.exchange.entry import Entry, Problem, Read
from termbase.exchange.keys import key_of
from termbase.exchange.matching import Match, Matcher
from termbase.exchange.options import ReadOptions
from termbase.exchange.stored import plain, to_json
from termbase.models import Import, ImportRow, SubjectField
from termbase.text.languages import EN
from termbase.vocabulary import AdministrativeStatus, ConflictReason, RowAction, RowKind, RowOutcome

BATCH = 1_000
IN_MEMORY = 4 * 2**20
"""Bytes of a file that are held before it goes to the disk."""
MOST_CHANGES = 200
"""Of one entry that a preview shows."""
LONGEST_TITLE = 200
_TO_COMPARE = (RowKind.NEW, RowKind.CHANGED, RowKind.SAME, RowKind.CONFLICT)

Progress = Callable[[int], None]
Numbered = tuple[int, Entry, list[Problem]]


@contextmanager
def opened(item: Import) -> Iterator[Read]:
    """The entries of an import's file. Raises `UnreadableFile`, as they are read too."""
    kind = formats.named(item.format)
    options = ReadOptions(encoding=item.encoding, languages=item.languages, fields=item.fields)
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        item.copy_to(file)
        file.seek(0)
        yield kind.reader()(file, options)


def review(item: Import, progress: Progress) -> dict[str, int]:
    """Compare the file with the termbase anew and keep a row for each entry and remark; how many of each kind.

    Raises `UnreadableFile`.
    """
    item.rows.all().delete()
    counts: Counter[str] = Counter()
    preparation, matcher = _Preparation(item), Matcher()
    with opened(item) as read:
        for batch in _batches(enumerate(read, start=1)):
            rows, good = preparation.sifted(batch)
            matches = matcher.match([entry for _number, entry, _remarks in good])
            rows += [
                _row(item, number, match, remarks) for (number, _, remarks), match in zip(good, matches, strict=True)
            ]
            ImportRow.objects.bulk_create(rows)
            counts.update(row.kind for row in rows)
            progress(batch[-1][0])
    return dict(counts)


def to_write(item: Import, progress: Progress) -> Iterator[tuple[int, Entry]]:
    """The entries that are to be written, as they are to be written, by the numbers of their rows.

    Each is compared again, and its concept locked; where that is not what it was when it was reviewed, the entry is
    left. What becomes of the others is noted in their rows as well.
    """
    preparation, matcher = _Preparation(item), Matcher(_renamed(item), lock=True)
    with opened(item) as read:
        for batch in _batches(enumerate(read, start=1)):
            rows = {row.number: row for row in item.rows.filter(number__range=(batch[0][0], batch[-1][0]))}
            good = [
                (number, preparation.prepared(thing)[0])
                for number, thing in batch
                if isinstance(thing, Entry) and number in rows and rows[number].kind in _TO_COMPARE
            ]
            outcomes: dict[RowOutcome, list[int]] = {outcome: [] for outcome in RowOutcome}
            for (number, _entry), match in zip(good, matcher.match([entry for _, entry in good]), strict=True):
                if rows[number].kind == RowKind.SAME:
                    continue
                entry, outcome = _judged(item, rows[number], match)
                outcomes[outcome].append(number)
                if entry is not None:
                    yield number, entry
            for outcome, numbers in outcomes.items():
                item.rows.filter(number__in=numbers).update(outcome=outcome)
            progress(batch[-1][0])


def decided(match: Match, action: str) -> Entry | None:
    """What is to be written of an entry under a decision; None for nothing.

    Where it is not certain that the entry is the concept it was matched with, what is added as proposed becomes a
    concept of its own. An entry that stands twice in its file is written once.
    """
    if action == RowAction.PROPOSE and not match.certain:
        own = key_of("", match.entry.terms)
        return as_proposed(replace(match.entry, key=own, withdrawn_at="", replaced_by=""))
    if ConflictReason.TWICE in match.doubts:
        return None
    return resolved(match.entry, match.current, action)


def action_of(item: Import, row: ImportRow) -> str:
    """What a person has decided about a row, else what the rule of the import is for it."""
    return row.action or (item.on_conflict if row.kind == RowKind.CONFLICT else RowAction.OVERWRITE)


class _Preparation:
    """Entries as this import may bring them in: with keys of subject fields, and reviewed as its options say."""

    def __init__(self, item: Import) -> None:
        self._item = item
        self._checker = Checker()
        self._subject_fields = dict(SubjectField.objects.values_list("pk", "key"))

    def prepared(self, entry: Entry) -> tuple[Entry, list[Problem]]:
        """The entry, with remarks on what the termbase does not know."""
        entry, remarks = self._checker.settled(entry)
        key = self._subject_fields.get(self._checker.subject_field(entry.subject_field) or 0)
        entry = entry if key is None else replace(entry, subject_field=key)
        return entry if self._item.keep_review else as_proposed(entry), remarks

    def sifted(self, batch: Iterable[tuple[int, Entry | Problem]]) -> tuple[list[ImportRow], list[Numbered]]:
        """Rows for problems and refused entries, and the entries that are good, with remarks on them."""
        rows, good = [], []
        for number, thing in batch:
            if isinstance(thing, Problem):
                kind = RowKind.REFUSED if thing.refuses else RowKind.REMARK
                rows.append(_of_problems(self._item, number, kind, [thing]))
                continue
            entry, remarks = self.prepared(thing)
            problems = [*remarks, *self._checker.problems(entry)]
            if any(problem.refuses for problem in problems):
                rows.append(_of_problems(self._item, number, RowKind.REFUSED, problems, title=title_of(entry)))
            else:
                good.append((number, entry, problems))
        return rows, good


def title_of(entry: Entry) -> str:
    """The terms that an entry is known by: a Chinese and an English one, preferred ones before others."""
    ordered = sorted(entry.terms, key=lambda term: term.administrative_status != AdministrativeStatus.PREFERRED)
    sides = (next((t.text for t in ordered if (t.language == EN) is english), "") for english in (False, True))
    return " · ".join(text[:LONGEST_TITLE] for text in sides if text)


def _of_problems(item: Import, number: int, kind: RowKind, problems: list[Problem], title: str = "") -> ImportRow:
    first = problems[0]
    return ImportRow(
        of=item,
        number=number,
        line=first.line,
        key=_storable(first.key)[:LONGEST_TITLE],
        title=_storable(title),
        kind=kind,
        problems=[_told(problem) for problem in problems],
    )


def _told(problem: Problem) -> dict[str, Any]:
    return {name: _storable(value) if isinstance(value, str) else value for name, value in plain(problem).items()}


def _storable(text: str) -> str:
    """Without what PostgreSQL takes into no text: a problem may quote the very thing that it is about."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


def _row(item: Import, number: int, match: Match, remarks: list[Problem]) -> ImportRow:
    wanted = resolved(match.entry, match.current, RowAction.OVERWRITE)
    newer = bool(item.as_of and match.concept and match.concept.changed_at > item.as_of)
    found = changes(match.current, wanted, newer=newer) if wanted else []
    reasons = [*match.doubts, *dict.fromkeys(change.conflict for change in found if change.conflict)]
    kind = _kind(match, bool(found), bool(reasons))
    return ImportRow(
        of=item,
        number=number,
        line=match.entry.line,
        key=match.entry.key,
        title=title_of(match.entry),
        kind=kind,
        reasons=reasons,
        concept=match.concept,
        version=match.concept.version if match.concept else None,
        alike=list(match.alike),
        changes=[plain(change) for change in found[:MOST_CHANGES]],
        problems=[_told(problem) for problem in remarks],
        entry=to_json(match.entry) if kind == RowKind.CONFLICT else None,
    )


def _kind(match: Match, differs: bool, doubted: bool) -> RowKind:
    if not differs:
        return RowKind.SAME
    if doubted:
        return RowKind.CONFLICT
    return RowKind.NEW if match.current is None else RowKind.CHANGED


def _judged(item: Import, row: ImportRow, match: Match) -> tuple[Entry | None, RowOutcome]:
    action = action_of(item, row)
    if action == RowAction.SKIP:
        return None, RowOutcome.SKIPPED
    concept = match.concept
    if (concept and concept.pk, concept and concept.version) != (row.concept_id, row.version):
        return None, RowOutcome.STALE
    entry = decided(match, action)
    return entry, RowOutcome.SKIPPED if entry is None else RowOutcome.WRITTEN


def _renamed(item: Import) -> dict[str, str]:
    rows = item.rows.filter(concept__isnull=False).exclude(key=F("concept__key"))
    return dict(rows.values_list("key", "concept__key"))


def _batches(things: Iterator[tuple[int, Entry | Problem]]) -> Iterator[list[tuple[int, Entry | Problem]]]:
    while batch := list(islice(things, BATCH)):
        yield batch
