"""An entry as lines of text, to paste into a mail or a query sheet; only approved terms are in it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from termbase.exchange.entry import Entry, EntryTerm
from termbase.text.languages import EN
from termbase.vocabulary import AdministrativeStatus, ReviewStatus, TermType


def text(entry: Entry, base: str) -> str:
    """The entry's lines, in the language of the interface; `base` is the absolute address of the termbase."""
    return "\n".join(_lines(entry, base)) + "\n"


def _lines(entry: Entry, base: str) -> Iterator[str]:
    for name, side in ((_("Chinese"), "zh"), (_("English"), EN)):
        terms = [term for term in entry.terms if _is_shown(term, side)]
        if not terms:
            continue
        yield name
        yield from (f"  {_line(term)}" for term in sorted(terms, key=_rank))
        yield from (f"  {_said(d.text, d.source)}" for d in entry.definitions if d.language.startswith(side))
    yield f"{entry.key} {base}concepts/{entry.key}"


def _is_shown(term: EntryTerm, side: str) -> bool:
    return term.review_status == ReviewStatus.APPROVED and term.language.startswith(side)


def _rank(term: EntryTerm) -> tuple[int, int]:
    return (
        AdministrativeStatus.values.index(term.administrative_status),
        TermType.values.index(term.term_type),
    )


def _line(term: EntryTerm) -> str:
    status = AdministrativeStatus(term.administrative_status).label
    named = f"{term.text} ({TermType(term.term_type).label}, {status})"
    return _said(named, term.source) + (f"\n    {term.usage_note}" if term.usage_note else "")


def _said(what: str, source: str) -> str:
    return f"{what} [{source}]" if source else what
