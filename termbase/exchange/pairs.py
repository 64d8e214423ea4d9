"""Entries as pairs of a source term and the one equivalent to use, for glossaries that know no more."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from termbase.exchange.entry import Entry, EntryTerm
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import WriteOptions
from termbase.text.languages import EXPANSIONS
from termbase.vocabulary import AdministrativeStatus, ReviewStatus

_RANKS = {AdministrativeStatus.PREFERRED.value: 0, AdministrativeStatus.ADMITTED.value: 1}


@dataclass(frozen=True, slots=True)
class Pair:
    """A source term with the target term to use."""

    entry: Entry
    source: EntryTerm
    target: EntryTerm


def pairs(
    entries: Iterable[Entry], options: WriteOptions, losses: Losses, *, synonyms: bool = True, unique: bool = False
) -> Iterator[Pair]:
    """Every source term that may be used, or with no `synonyms` the first, with the best target term of its concept.

    Preferred comes before admitted; deprecated and superseded forms, unapproved terms (unless `options.proposed`) and
    withdrawn concepts are left out. With `unique`, a source text comes once in all: the first concept's. All that
    stays behind is counted in `losses`, under the field `text`.
    """
    seen: set[str] = set()
    for entry in entries:
        if entry.withdrawn_at:
            losses.add("text", LossReason.WITHDRAWN, len(entry.terms))
            continue
        usable = list(_usable(entry, options, losses))
        sources, targets = (_in(usable, language) for language in (options.source, options.target))
        if not (sources and targets):
            losses.add("text", LossReason.NO_EQUIVALENT, len(sources) + len(targets))
            continue
        kept = sources if synonyms else sources[:1]
        losses.add("text", LossReason.SYNONYM, len(sources) - len(kept) + len(targets) - 1)
        for source in kept:
            if unique and source.text in seen:
                losses.add("text", LossReason.HOMOGRAPH)
                continue
            seen.add(source.text)
            yield Pair(entry, source, targets[0])


def _usable(entry: Entry, options: WriteOptions, losses: Losses) -> Iterator[EntryTerm]:
    reviewed = {ReviewStatus.APPROVED.value, *([ReviewStatus.PROPOSED.value] if options.proposed else [])}
    for term in entry.terms:
        if term.review_status not in reviewed:
            losses.add("text", LossReason.NOT_APPROVED)
        elif term.administrative_status not in _RANKS:
            losses.add("text", LossReason.NOT_TO_USE)
        else:
            yield term


def _in(terms: list[EntryTerm], language: str) -> list[EntryTerm]:
    """Those in `language`, preferred first; of `zh` the Simplified ones first."""
    wanted = EXPANSIONS[language]
    found = [term for term in terms if term.language in wanted]
    return sorted(found, key=lambda term: (_RANKS[term.administrative_status], wanted.index(term.language)))
