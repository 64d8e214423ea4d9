"""Entries into the database: each is checked, the good ones go in, every problem is reported."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter
from typing import Any

from django.contrib.auth.models import User
from django.db.models import DEFERRED
from django.utils import timezone

from termbase.exchange.checking import Checker, time_from
from termbase.exchange.entry import TERM_FIELDS, Entry, EntryRelation, EntryTerm, Problem
from termbase.exchange.settling import is_preferred
from termbase.models import Concept, ConceptRelation, Definition, Term
from termbase.models.history import acting
from termbase.models.search_index import search_order
from termbase.vocabulary import ActivityKind, AdministrativeStatus, ReviewStatus

BATCH = 2_000
_TERM_FIELDS = [name for name in TERM_FIELDS if name not in ("language", "text")]
_values_of = attrgetter(*TERM_FIELDS)
# The columns of a term in their order; those that are computed come when it is written.
_COLUMNS = [field.attname for field in Term._meta.concrete_fields]
_UNSAID = {"id": None, "reviewed_by_id": None}


@dataclass(slots=True)
class Report:
    """What an import did, or on a dry run would have done; counts are of concepts.

    Of the problems, those that do not refuse tell what was made of a field of an entry that went in.
    """

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

    def as_text(self) -> str:
        """The problems as tab-separated lines under a heading, to be saved; empty where there are none."""
        rows = [(str(p.line or ""), p.key, p.field, "yes" if p.refuses else "no", p.message) for p in self.problems]
        lines = ["\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in rows]
        return "".join(["line\tconcept\tfield\trefused\tmessage\n", *lines]) if lines else ""


class _DryRun(Exception):
    """Rolls the transaction of a dry run back."""


@dataclass(frozen=True, slots=True)
class _Links:
    """What an entry says of other concepts; all that is kept of it until every concept is there."""

    line: int
    key: str
    relations: tuple[EntryRelation, ...]
    replaced_by: str | None
    """None where the file does not give it."""


class _Ahead:
    """The entries of a file, read while the server writes those before them: half of an import is waiting for it."""

    def __init__(self, read: Iterator[Entry]) -> None:
        self._read = read
        self._waiting: deque[Entry] = deque()

    def __iter__(self) -> Iterator[Entry]:
        while True:
            if self._waiting:
                yield self._waiting.popleft()
            elif (entry := next(self._read, None)) is not None:
                yield entry
            else:
                return

    def read_on(self) -> None:
        """Read an entry of the next batch."""
        if len(self._waiting) < BATCH and (entry := next(self._read, None)) is not None:
            self._waiting.append(entry)


def apply(
    read: Iterable[Entry | Problem],
    *,
    by: User | None = None,
    dry_run: bool = False,
    reason: str = "",
    settled: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Write entries in one transaction; concepts are matched by key, terms by language and text.

    In the history it is one activity, done by `by` for `reason`. Of entries that were `settled` before, nothing is
    remarked again.
    A concept that is there already takes the values of the fields that the file gives; terms, definitions and
    relations that the entry lacks stay. An entry with any problem is refused whole. `progress` hears how many entries
    are done. Errors of the file as a whole, such as `UnreadableFile`, are raised and leave the database as it was.
    """
    report = Report(dry_run=dry_run)
    try:
        with acting(user=by, reason=reason, activity=ActivityKind.IMPORT):
            checker = Checker()
            _apply(_good(read, checker, report, settled=settled), checker, by=by, report=report, progress=progress)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return report


def _apply(
    good: Iterator[Entry], checker: Checker, *, by: User | None, report: Report, progress: Callable[[int], None]
) -> None:
    links: list[_Links] = []
    same: set[str] = set()
    ahead = _Ahead(good)
    entries = iter(ahead)
    while read_batch := list(islice(entries, BATCH)):
        batch = list(_without_second_preferred(read_batch, report))
        same |= _write_batch(batch, by=by, report=report, checker=checker, ahead=ahead)
        links += filter(None, map(_links, batch))
        progress(report.read)
    # Relations may point forward in the file, so they wait until every concept is there.
    changed: set[str] = set()
    for start in range(0, len(links), BATCH):
        changed |= _write_links(links[start : start + BATCH], report)
    report.same -= len(changed & same)
    report.changed += len(changed & same)
    Concept.reserve_keys()


def _links(entry: Entry) -> _Links | None:
    replaced_by = entry.replaced_by if "replaced_by" in entry.given else None
    if not entry.relations and not replaced_by and not (entry.withdrawn_at and replaced_by is not None):
        return None
    return _Links(entry.line, entry.key, entry.relations, replaced_by)


def _good(read: Iterable[Entry | Problem], checker: Checker, report: Report, *, settled: bool) -> Iterator[Entry]:
    for item in read:
        if isinstance(item, Problem):
            report.problems.append(item)
            report.refused += item.refuses
            continue
        entry, problems = (item, []) if settled else checker.settled(item)
        problems += checker.problems(entry)
        report.problems += problems
        if any(problem.refuses for problem in problems):
            report.refused += 1
        else:
            yield entry


def _without_second_preferred(batch: list[Entry], report: Report) -> Iterator[Entry]:
    """The entries but those that prefer a term where the termbase prefers one that they lack, and so leave as it is."""
    rows = Term.objects.filter(
        concept__key__in=[entry.key for entry in batch], administrative_status=AdministrativeStatus.PREFERRED
    ).exclude(review_status=ReviewStatus.REJECTED)
    preferred = {(key, language): text for key, language, text in rows.values_list("concept__key", "language", "text")}
    for entry in batch:
        own = {(term.language, term.text) for term in entry.terms} if preferred else set()
        problems = [
            Problem(entry.line, entry.key, "administrative_status", f"“{text}” is preferred in {term.language} already")
            for term in entry.terms
            if preferred
            and is_preferred(term.administrative_status, term.review_status)
            and (text := preferred.get((entry.key, term.language)))
            and (term.language, text) not in own
        ]
        report.problems += problems
        if problems:
            report.refused += 1
        else:
            yield entry


def _write_batch(batch: list[Entry], *, by: User | None, report: Report, checker: Checker, ahead: _Ahead) -> set[str]:
    """Everything but links to other concepts; the keys of the concepts that were so already."""
    known = Concept.objects.in_bulk([entry.key for entry in batch], field_name="key")
    new: dict[str, Concept] = {}
    changed = []
    ids = iter(Concept.objects.reserve(len(batch) - len(known)))
    for entry in batch:
        concept = known.get(entry.key)
        values = _concept_values(entry, checker)
        if concept is None:
            new[entry.key] = Concept(pk=next(ids), key=entry.key, **values)
        elif _take(concept, {name: value for name, value in values.items() if _FIELD_NAMES[name] in entry.given}):
            changed.append(concept)
            if concept.withdrawn_at is None:
                concept.replaced_by = None
    Concept.objects.bulk_update(changed, [*_FIELD_NAMES, "replaced_by"])
    concepts = known | new
    touched = {concept.key for concept in changed}
    new_terms, touched_by_terms = _write_known_terms(batch, concepts, known, by)
    Term.objects.copy_in(new_terms, order=search_order, meanwhile=ahead.read_on)
    touched |= touched_by_terms
    touched |= _write_definitions(batch, concepts, known)
    # Last, as foreign keys wait for the commit: a concept that is not there yet is given no new version for its parts.
    Concept.objects.copy_in(list(new.values()))
    same = known.keys() - touched
    report.new += len(new)
    report.changed += len(known) - len(same)
    report.same += len(same)
    return same


_FIELD_NAMES = {"subject_field_id": "subject_field", "note": "concept_note", "withdrawn_at": "withdrawn_at"}
"""The fields of a concept that an entry gives, by their attributes."""


def _concept_values(entry: Entry, checker: Checker) -> dict[str, Any]:
    return {
        "subject_field_id": checker.subject_field(entry.subject_field) if entry.subject_field else None,
        "note": entry.note,
        "withdrawn_at": time_from(entry.withdrawn_at),
    }


def _take(row: Concept | Term, values: dict[str, Any]) -> set[str]:
    """The names of those values that differ from the row's, which then has them."""
    different = {name for name, value in values.items() if getattr(row, name) != value}
    for name in different:
        setattr(row, name, values[name])
    return different


def _write_known_terms(
    batch: list[Entry], concepts: dict[str, Concept], known: dict[str, Concept], by: User | None
) -> tuple[list[Term], set[str]]:
    """The terms that are still to be written, as they are new, and the keys of concepts with such or a changed one."""
    existing = {
        (term.concept_id, term.language, term.text): term
        for term in (Term.objects.filter(concept__in=known.values()) if known else ())
    }
    now, proposer = timezone.now(), by.pk if by else None
    new: list[Term] = []
    changed: list[Term] = []
    names = {"reviewed_at"}
    touched: set[str] = set()
    for entry in batch:
        concept = concepts[entry.key]
        for entry_term in entry.terms:
            term = existing.get((concept.pk, entry_term.language, entry_term.text))
            if term is None:
                new.append(_new_term(entry_term, concept_id=concept.pk, proposed_by_id=proposer, reviewed_at=now))
            elif different := _take(term, _given_values(entry_term, entry.given)):
                names |= different
                term.reviewed_at = now
                changed.append(term)
            else:
                continue
            touched.add(entry.key)
    # Who was preferred steps back first: the constraint allows one preferred term at every moment.
    for step in (False, True):
        part = [term for term in changed if is_preferred(term.administrative_status, term.review_status) is step]
        Term.objects.bulk_update(part, names)
    return new, touched


def _new_term(entry_term: EntryTerm, **others: Any) -> Term:
    """A term to copy in. By keywords Django would take thrice the time, a fifth of all that Python does here."""
    values = {**dict(zip(TERM_FIELDS, _values_of(entry_term), strict=True)), **_UNSAID, **others}
    return Term(*[values.get(column, DEFERRED) for column in _COLUMNS])


def _given_values(term: EntryTerm, given: frozenset[str]) -> dict[str, Any]:
    """The values that the file gives; a blank reading leaves the term's."""
    values = {name: getattr(term, name) for name in _TERM_FIELDS if name in given}
    if not values.get("reading"):
        values.pop("reading", None)
    return values


def _write_definitions(batch: list[Entry], concepts: dict[str, Concept], known: dict[str, Concept]) -> set[str]:
    """The keys of the concepts with a definition that is new or changed."""
    existing = {
        (definition.concept_id, definition.language, definition.text): definition
        for definition in (Definition.objects.filter(concept__in=known.values()) if known else ())
    }
    new: list[Definition] = []
    changed: list[Definition] = []
    touched: set[str] = set()
    for entry in batch:
        concept = concepts[entry.key]
        for given in entry.definitions:
            definition = existing.get((concept.pk, given.language, given.text))
            if definition is None:
                values = {"language": given.language, "text": given.text, "source": given.source}
                new.append(Definition(concept_id=concept.pk, **values))
            elif definition.source != given.source and "definition_source" in entry.given:
                definition.source = given.source
                changed.append(definition)
            else:
                continue
            touched.add(entry.key)
    Definition.objects.copy_in(new)
    Definition.objects.bulk_update(changed, ["source"])
    return touched


def _write_links(links: list[_Links], report: Report) -> set[str]:
    """Relations and successors; the keys of the concepts that got one."""
    keys = {key for link in links for key in (link.key, link.replaced_by or "", *(r.target for r in link.relations))}
    concepts = {concept.key: concept for concept in Concept.objects.filter(key__in=keys)}
    replaced = list(_replaced(links, concepts, report))
    Concept.objects.bulk_update(replaced, ["replaced_by"])
    return {concept.key for concept in replaced} | _write_relations(links, concepts, report)


def _replaced(links: list[_Links], concepts: dict[str, Concept], report: Report) -> Iterator[Concept]:
    for link in links:
        concept, successor = concepts[link.key], concepts.get(link.replaced_by or "")
        if link.replaced_by and successor is None:
            _left_out(report, link, "replaced_by", link.replaced_by)
        elif link.replaced_by is not None and concept.replaced_by_id != (successor.pk if successor else None):
            concept.replaced_by = successor
            yield concept


def _write_relations(links: list[_Links], concepts: dict[str, Concept], report: Report) -> set[str]:
    of_these = ConceptRelation.objects.filter(concept__in=[concepts[link.key].pk for link in links])
    existing = set(of_these.values_list("concept", "relation_type", "target"))
    rows: dict[tuple[int, str, int], str] = {}
    for link in links:
        for relation in link.relations:
            if relation.target in concepts:
                row = (concepts[link.key].pk, relation.relation_type, concepts[relation.target].pk)
                if row not in existing:
                    rows[row] = link.key
            else:
                _left_out(report, link, "relations", relation.target)
    new = [ConceptRelation(concept_id=c, relation_type=relation_type, target_id=t) for c, relation_type, t in rows]
    ConceptRelation.objects.bulk_create(new, ignore_conflicts=True)
    return set(rows.values())


def _left_out(report: Report, link: _Links, name: str, target: str) -> None:
    message = f"there is no concept “{target}”; the link to it was left out"
    report.problems.append(Problem(link.line, link.key, name, message, refuses=False))
