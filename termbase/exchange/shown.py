"""What of an entry readers may see: formats without loss would give away what nobody has approved."""

from dataclasses import replace

from termbase.exchange.entry import Entry
from termbase.vocabulary import ReviewStatus


def for_readers(entry: Entry) -> Entry:
    """The entry with its approved terms alone; without any, it has nothing but its key and its subject."""
    terms = tuple(term for term in entry.terms if term.review_status == ReviewStatus.APPROVED)
    if not terms:
        return Entry(key=entry.key, subject_field=entry.subject_field)
    return replace(entry, terms=terms)
