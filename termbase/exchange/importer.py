"""Entries into the database: each is checked, the good ones go in, every problem is reported."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from termbase.exchange.entry import Entry, EntryTerm, Problem
from termbase.models import Concept, ConceptRelation, Definition, SubjectField, Term
from termbase.models.concepts import NCNAME
from termbase.models.matching import MAX_BYTES, is_clean
from termbase.text.normalise import normalise
from termbase.vocabulary import (
    AdministrativeStatus,
    Language,
    PartOfSpeech,
    RelationType,
    Reliability,
    ReviewStatus,
    TermType,
)

BATCH = 500
# What PostgreSQL takes into no text at all.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_PICKLISTS = {
    "language": Language,
    "term_type": TermType,
    "administrative_status": AdministrativeStatus,
    "part_of_speech": PartOfSpeech,
    "review_status": ReviewStatus,
}
_TERM_FIELDS = [name for name in EntryTerm.__dataclass_fields__ if name not in ("language", "text")]


@dataclass(slots=True)
class Report:
    """What an import did, or on a dry run would have done; counts are of concepts."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    dry_run: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many entries were read."""
        return self.new + self.changed + self.same + self.refused


class _DryRun(Exception):
    """Rolls the transaction of a dry run back."""


def apply(
    read: Iterable[Entry | Problem],
    *,
    by: User | None = None,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Write entries in one transaction; concepts are matched by key, terms by language and text.

    A concept that is there already takes the values of the fields that the file gives; terms, definitions and
    relations that the entry lacks stay. An entry with any problem is refused whole. `progress` hears how many entries
    are done. Errors of the file as a whole, such as `UnreadableFile`, are raised and leave the database as it was.
    """
    report = Report(dry_run=dry_run)
    try:
        with transaction.atomic():
            _apply(read, by=by, report=report, progress=progress)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return report


def _apply(
    read: Iterable[Entry | Problem], *, by: User | None, report: Report, progress: Callable[[int], None]
) -> None:
    checker = _Checker()
    relations: list[Entry] = []
    same: set[str] = set()
    for read_batch in _batches(_good(read, checker, report)):
        batch = list(_without_second_preferred(read_batch, report))
        same |= _write_batch(batch, by=by, report=report, subject_fields=checker.subject_fields)
        relations += [entry for entry in batch if entry.relations]
        progress(report.read)
    # Relations may point forward in the file, so they wait until every concept is there.
    _write_relations(relations, same, report)
    Concept.reserve_keys()


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _good(read: Iterable[Entry | Problem], checker: "_Checker", report: Report) -> Iterator[Entry]:
    for item in read:
        problems = [item] if isinstance(item, Problem) else list(checker.problems(item))
        report.problems += problems
        if problems:
            report.refused += 1
        elif isinstance(item, Entry):
            yield item


def _without_second_preferred(batch: list[Entry], report: Report) -> Iterator[Entry]:
    """The entries but those that prefer a term where the termbase prefers one that they lack, and so leave as it is."""
    rows = Term.objects.filter(
        concept__key__in=[entry.key for entry in batch], administrative_status=AdministrativeStatus.PREFERRED
    ).exclude(review_status=ReviewStatus.REJECTED)
    preferred = {(key, language): text for key, language, text in rows.values_list("concept__key", "language", "text")}
    for entry in batch:
        own = {(term.language, term.text) for term in entry.terms}
        problems = [
            Problem(entry.line, entry.key, "administrative_status", f"“{text}” is preferred in {term.language} already")
            for term in entry.terms
            if _is_preferred(term)
            and (text := preferred.get((entry.key, term.language)))
            and (term.language, text) not in own
        ]
        report.problems += problems
        if problems:
            report.refused += 1
        else:
            yield entry


def _is_preferred(term: Term | EntryTerm) -> bool:
    """As the constraint has it: the preference of a rejected term does not count."""
    preferred = term.administrative_status == AdministrativeStatus.PREFERRED
    return preferred and term.review_status != ReviewStatus.REJECTED


class _Checker:
    """The rules of the models, said of an entry before it meets the database, with the line and field to mend."""

    def __init__(self) -> None:
        self.subject_fields = {subject.key: subject.pk for subject in SubjectField.objects.all()}
        self._seen: set[str] = set()

    def problems(self, entry: Entry) -> Iterator[Problem]:
        """Everything wrong with `entry`."""
        rules = (self._of_concept, self._of_terms, self._of_definitions, self._of_relations, _unstorable)
        for name, message in chain.from_iterable(rule(entry) for rule in rules):
            yield Problem(entry.line, entry.key, name, message)
        self._seen.add(entry.key)

    def _of_concept(self, entry: Entry) -> Iterator[tuple[str, str]]:
        if not re.fullmatch(NCNAME, entry.key) or len(entry.key) > 64:
            yield "concept", "must begin with a letter and hold only letters, digits and . _ - (64 at most)"
        if entry.key in self._seen:
            yield "concept", "stands twice in the file"
        if entry.subject_field and entry.subject_field not in self.subject_fields:
            yield "subject_field", f"“{entry.subject_field}” is not a subject field"
        if not entry.terms:
            yield "text", "the concept has no term"

    def _of_terms(self, entry: Entry) -> Iterator[tuple[str, str]]:
        preferred = Counter(term.language for term in entry.terms if _is_preferred(term))
        for language, count in preferred.items():
            if count > 1:
                yield "administrative_status", f"{count} preferred terms in {language}, one is the most"
        for (language, text), count in Counter((t.language, t.text) for t in entry.terms).items():
            if count > 1:
                yield "text", f"“{text}” stands {count} times in {language}"
        for term in entry.terms:
            yield from _term_problems(term)

    @staticmethod
    def _of_definitions(entry: Entry) -> Iterator[tuple[str, str]]:
        for definition in entry.definitions:
            if definition.language not in Language.values:
                yield "definition", f"“{definition.language}” is not a language"
            if not is_clean(definition.text):
                yield "definition", "holds control characters, or white space at its ends"
            if _bytes(definition.text) > MAX_BYTES:
                yield "definition", f"is longer than {MAX_BYTES} bytes"
        for (language, _), count in Counter((d.language, d.text) for d in entry.definitions).items():
            if count > 1:
                yield "definition", f"stands {count} times in {language}"

    @staticmethod
    def _of_relations(entry: Entry) -> Iterator[tuple[str, str]]:
        for relation in entry.relations:
            if relation.relation_type not in RelationType.values:
                yield "relations", f"“{relation.relation_type}” is not one of {', '.join(RelationType.values)}"
            if relation.target == entry.key:
                yield "relations", "a concept is not related to itself"


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def _unstorable(entry: Entry) -> Iterator[tuple[str, str]]:
    texts = [("concept_note", entry.note)]
    texts += [(name, value) for term in entry.terms for name, value in asdict(term).items() if isinstance(value, str)]
    texts += [("definition", definition.text + definition.source) for definition in entry.definitions]
    texts += [("relations", relation.target) for relation in entry.relations]
    for name, text in texts:
        if _UNSTORABLE.search(text):
            yield name, "holds a null character or half a character"


def _term_problems(term: EntryTerm) -> Iterator[tuple[str, str]]:
    yield from _text_problems(term.text)
    for name, picklist in _PICKLISTS.items():
        if getattr(term, name) not in picklist.values:
            yield name, f"“{getattr(term, name)}” is not one of {', '.join(picklist.values)}"
    if term.reliability not in Reliability.values:
        yield "reliability", "is not a number from 1 to 4"
    if term.review_status == ReviewStatus.APPROVED and not term.source:
        yield "source", f"“{term.text}” is approved without a source"
    if len(term.geographical_usage) > 120:
        yield "geographical_usage", "is longer than 120 characters"


def _text_problems(text: str) -> Iterator[tuple[str, str]]:
    key = normalise(text)
    if not is_clean(text):
        yield "text", f"“{text}” holds control characters, or white space at its ends"
    elif not key:
        yield "text", f"“{text}” holds nothing to find it by"
    if max(_bytes(text), _bytes(key)) > MAX_BYTES:
        yield "text", f"is longer than {MAX_BYTES} bytes"


def _write_batch(batch: list[Entry], *, by: User | None, report: Report, subject_fields: dict[str, int]) -> set[str]:
    """Everything but relations; the keys of the concepts that were so already."""
    known = Concept.objects.in_bulk([entry.key for entry in batch], field_name="key")
    new, changed = [], []
    for entry in batch:
        subject_field_id = subject_fields.get(entry.subject_field)
        concept = known.get(entry.key)
        if concept is None:
            new.append(Concept(key=entry.key, subject_field_id=subject_field_id, note=entry.note))
        elif _take_concept(concept, entry, subject_field_id):
            changed.append(concept)
    Concept.objects.bulk_create(new)
    Concept.objects.bulk_update(changed, ["subject_field", "note"])
    concepts = known | {concept.key: concept for concept in new}
    touched = {concept.key for concept in changed}
    touched |= _write_terms(batch, concepts, by)
    touched |= _write_definitions(batch, concepts)
    same = known.keys() - touched
    report.new += len(new)
    report.changed += len(known) - len(same)
    report.same += len(same)
    return same


def _take_concept(concept: Concept, entry: Entry, subject_field_id: int | None) -> bool:
    """Whether what the file gives of the concept itself differs, which it then has."""
    values = {"subject_field_id": subject_field_id} if "subject_field" in entry.given else {}
    values |= {"note": entry.note} if "note" in entry.given else {}  # type: ignore[dict-item]
    differs = any(getattr(concept, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(concept, name, value)
    return differs


def _write_terms(batch: list[Entry], concepts: dict[str, Concept], by: User | None) -> set[str]:
    existing = {
        (term.concept_id, term.language, term.text): term
        for term in Term.objects.filter(concept__in=[concepts[entry.key] for entry in batch])
    }
    now = timezone.now()
    new, changed = [], []
    touched: set[str] = set()
    for entry in batch:
        concept = concepts[entry.key]
        for entry_term in entry.terms:
            term = existing.get((concept.pk, entry_term.language, entry_term.text))
            if term is None:
                term = Term(concept=concept, proposed_by=by, reviewed_at=now, **asdict(entry_term))
                new.append(term)
            elif _take(term, entry_term, entry.given):
                term.reviewed_at = now
                changed.append(term)
            else:
                continue
            touched.add(entry.key)
    # Who was preferred steps back first: the constraint allows one preferred term at every moment.
    for step in (False, True):
        part = [term for term in changed if _is_preferred(term) is step]
        Term.objects.bulk_update(part, [*_TERM_FIELDS, "reviewed_at"], batch_size=BATCH)
    Term.objects.bulk_create(new, batch_size=2 * BATCH)
    return touched


def _take(term: Term, entry_term: EntryTerm, given: frozenset[str]) -> bool:
    """Whether the given values differ from the term's, which then has them; a blank reading leaves the term's."""
    values = {name: getattr(entry_term, name) for name in _TERM_FIELDS if name in given}
    if not values.get("reading"):
        values.pop("reading", None)
    if all(getattr(term, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(term, name, value)
    return True


def _write_definitions(batch: list[Entry], concepts: dict[str, Concept]) -> set[str]:
    existing = {
        (definition.concept_id, definition.language, definition.text): definition
        for definition in Definition.objects.filter(concept__in=[concepts[entry.key] for entry in batch])
    }
    new, changed = [], []
    touched: set[str] = set()
    for entry in batch:
        concept = concepts[entry.key]
        for entry_definition in entry.definitions:
            definition = existing.get((concept.pk, entry_definition.language, entry_definition.text))
            if definition is None:
                new.append(Definition(concept=concept, **asdict(entry_definition)))
            elif definition.source != entry_definition.source:
                definition.source = entry_definition.source
                changed.append(definition)
            else:
                continue
            touched.add(entry.key)
    Definition.objects.bulk_create(new)
    Definition.objects.bulk_update(changed, ["source"])
    return touched


def _write_relations(entries: list[Entry], same: set[str], report: Report) -> None:
    keys = {key for entry in entries for key in (entry.key, *(relation.target for relation in entry.relations))}
    concepts: dict[str, Any] = Concept.objects.in_bulk(keys, field_name="key")
    existing = set(
        ConceptRelation.objects.filter(concept__in=concepts.values()).values_list("concept", "relation_type", "target")
    )
    rows: dict[tuple[int, str, int], str] = {}
    for entry in entries:
        for relation in entry.relations:
            if relation.target in concepts:
                row = (concepts[entry.key].pk, relation.relation_type, concepts[relation.target].pk)
                if row not in existing:
                    rows[row] = entry.key
            else:
                message = f"there is no concept “{relation.target}”; the relation was left out"
                report.problems.append(Problem(entry.line, entry.key, "relations", message))
    new = [ConceptRelation(concept_id=c, relation_type=relation_type, target_id=t) for c, relation_type, t in rows]
    ConceptRelation.objects.bulk_create(new, ignore_conflicts=True)
    changed = same.intersection(rows.values())
    report.same -= len(changed)
    report.changed += len(changed)
