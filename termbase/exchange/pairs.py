"""Entries as pairs of a source term and an equivalent, for glossaries that know no more."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from termbase.exchange.entry import Entry, EntryTerm
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import WriteOptions
from termbase.text.languages import EXPANSIONS, ZH_HANT
from termbase.vocabulary import AdministrativeStatus, ReviewStatus

PREFERRED, ADMITTED = AdministrativeStatus.PREFERRED.value, AdministrativeStatus.ADMITTED.value
_UNQUOTABLE = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]+")
_RANKS = {status: rank for rank, status in enumerate(AdministrativeStatus.values)}


@dataclass(frozen=True, slots=True)
class Pair:
    """A source term with the target term to use."""

    entry: Entry
    source: EntryTerm
    target: EntryTerm


@dataclass(frozen=True, slots=True)
class Sides:
    """The terms of an entry in both languages, the one to use first; neither side is empty."""

    entry: Entry
    sources: tuple[EntryTerm, ...]
    targets: tuple[EntryTerm, ...]

    def linked(self) -> Iterator[Pair]:
        """Every source with the target to use, then the first source with every further target: each text once."""
        yield from (Pair(self.entry, source, self.targets[0]) for source in distinct(self.sources))
        yield from (Pair(self.entry, self.sources[0], target) for target in distinct(self.targets)[1:])


def pairs(entries: Iterable[Entry], options: WriteOptions, losses: Losses, *, synonyms: bool = True) -> Iterator[Pair]:
    """Every source term that may be used, or with no `synonyms` the preferred ones, with the target term to use.

    With `synonyms`, admitted terms count where none is preferred. All that stays behind is counted in `losses`, under
    the field `text`.
    """
    taken = (PREFERRED, ADMITTED) if synonyms else (PREFERRED,)
    for side in sides(entries, options, losses, sources=taken, targets=taken):
        losses.add("text", LossReason.SYNONYM, len(distinct(side.targets)) - 1)
        yield from (Pair(side.entry, source, side.targets[0]) for source in distinct(side.sources))


def sides(
    entries: Iterable[Entry],
    options: WriteOptions,
    losses: Losses,
    *,
    sources: Collection[str],
    targets: Collection[str],
) -> Iterator[Sides]:
    """The entries' terms in the two languages of `options` with one of the administrative statuses named.

    Unapproved terms (proposed ones unless `options.proposed`) and withdrawn concepts are left out, and so are concepts
    with one side only. All that stays behind is counted in `losses`.
    """
    for entry in entries:
        if entry.withdrawn_at:
            losses.add("text", LossReason.WITHDRAWN, len(entry.terms))
            continue
        reviewed = list(_reviewed(entry, options, losses))
        known = {*EXPANSIONS[options.source], *EXPANSIONS[options.target]}
        losses.add("text", LossReason.NO_PLACE, sum(term.language not in known for term in reviewed))
        found = (
            tuple(_in(reviewed, options.source, sources, losses)),
            tuple(_in(reviewed, options.target, targets, losses)),
        )
        if all(found):
            losses.add("language", LossReason.NO_PLACE, _unscripted(found[0], options.source))
            losses.add("language", LossReason.NO_PLACE, _unscripted(found[1], options.target))
            yield Sides(entry, *found)
        else:
            losses.add("text", LossReason.NO_EQUIVALENT, sum(map(len, found)))


def distinct(terms: Iterable[EntryTerm]) -> list[EntryTerm]:
    """The terms, of those that read the same in both scripts the first."""
    found: dict[str, EntryTerm] = {}
    for term in terms:
        found.setdefault(term.text, term)
    return list(found.values())


def one_line(text: str) -> str:
    """`text` for a format without quoting: tabs, line ends and control characters as a space."""
    return _UNQUOTABLE.sub(" ", text).strip()


def _unscripted(terms: tuple[EntryTerm, ...], language: str) -> int:
    """How many are taken for Simplified by a reader who is told `zh` alone."""
    return sum(term.language == ZH_HANT for term in terms) if language == "zh" else 0


def _reviewed(entry: Entry, options: WriteOptions, losses: Losses) -> Iterator[EntryTerm]:
    reviewed = {ReviewStatus.APPROVED.value, *([ReviewStatus.PROPOSED.value] if options.proposed else [])}
    for term in entry.terms:
        if term.review_status in reviewed:
            yield term
        else:
            losses.add("text", LossReason.NOT_APPROVED)


def _in(terms: list[EntryTerm], language: str, statuses: Collection[str], losses: Losses) -> Iterator[EntryTerm]:
    """Those in `language`, preferred first; of `zh` the Simplified ones first."""
    wanted = EXPANSIONS[language]
    found = [term for term in terms if term.language in wanted]
    for term in sorted(found, key=lambda term: (_RANKS[term.administrative_status], wanted.index(term.language))):
        if term.administrative_status not in statuses:
            usable = term.administrative_status in (PREFERRED, ADMITTED)
            losses.add("text", LossReason.SYNONYM if usable else LossReason.NOT_TO_USE)
        else:
            yield term
